import {
  bySubscriptionId,
  type Metric,
  readMetric,
  readPlan,
  readSubscription,
} from '../../src/lago/catalog';

describe('a metric of Lago', () => {
  it.each<[string, unknown, Metric['rounding']]>([
    ['to digits', { rounding_function: 'ceil', rounding_precision: 2 }, { by: 'ceil', digits: 2 }],
    ['to whole units', { rounding_function: 'round' }, { by: 'round', digits: 0 }],
    [
      'before the point',
      { rounding_function: 'floor', rounding_precision: -1 },
      { by: 'floor', digits: -1 },
    ],
    ['not at all', { rounding_function: null, rounding_precision: null }, undefined],
    ['in a way that is not known', { rounding_function: 'bankers' }, undefined],
  ])('rounds %s', (_, fields, expected) => {
    expect(readMetric({ code: 'a', ...(fields as object) })?.rounding).toEqual(expected);
  });

  it.each<[unknown, Metric | undefined]>([
    [
      { code: 'a', name: 'A', aggregation_type: 'sum_agg', field_name: 'n', expression: null },
      {
        code: 'a',
        name: 'A',
        aggregation: 'sum_agg',
        field: 'n',
        expression: undefined,
        recurring: false,
        filters: new Map(),
      },
    ],
    [
      {
        code: 'a',
        name: 'A',
        aggregation_type: 'count_agg',
        field_name: null,
        expression: '',
        recurring: false,
      },
      {
        code: 'a',
        name: 'A',
        aggregation: 'count_agg',
        field: undefined,
        expression: undefined,
        recurring: false,
        filters: new Map(),
      },
    ],
    [
      {
        code: 'a',
        aggregation_type: 'sum_agg',
        field_name: 'n',
        expression: 'event.properties.a * 2',
      },
      {
        code: 'a',
        name: 'a',
        aggregation: 'sum_agg',
        field: 'n',
        expression: 'event.properties.a * 2',
        recurring: false,
        filters: new Map(),
      },
    ],
    [
      {
        code: 'a',
        name: 'Seats',
        aggregation_type: 'unique_count_agg',
        field_name: 'user',
        recurring: true,
      },
      {
        code: 'a',
        name: 'Seats',
        aggregation: 'unique_count_agg',
        field: 'user',
        expression: undefined,
        recurring: true,
        filters: new Map(),
      },
    ],
    [
      { code: 'a', field_name: '' },
      {
        code: 'a',
        name: 'a',
        aggregation: '',
        field: undefined,
        expression: undefined,
        recurring: false,
        filters: new Map(),
      },
    ],
    [{ name: 'A' }, undefined],
    [null, undefined],
  ])('%j', (value, expected) => {
    expect(readMetric(value)).toEqual(expected);
  });
});

test('a subscription is read with its times in ms; what it does not have is undefined', () => {
  expect(
    readSubscription({
      external_id: 's1',
      external_customer_id: 'c1',
      plan_code: 'basic',
      started_at: '2026-11-03T10:00:00.123Z',
      subscription_at: '2026-11-03T10:00:00Z',
      terminated_at: null,
      ending_at: '2026-12-01T00:00:00Z',
      created_at: '2026-11-04T08:30:00Z',
      status: 'active',
      current_billing_period_started_at: '2026-11-03T10:00:00Z',
      current_billing_period_ending_at: '2026-11-30T23:59:59Z',
    }),
  ).toEqual({
    id: 's1',
    subscription: {
      customer: 'c1',
      plan: 'basic',
      createdAt: Date.UTC(2026, 10, 4, 8, 30),
      startedAt: Date.UTC(2026, 10, 3, 10, 0, 0, 123),
      startsAt: Date.UTC(2026, 10, 3, 10),
      endedAt: undefined,
      endsAt: Date.UTC(2026, 11, 1),
      isOver: false,
      periodFrom: Date.UTC(2026, 10, 3, 10),
      periodTo: Date.UTC(2026, 10, 30, 23, 59, 59),
    },
  });
  expect(
    readSubscription({ external_id: 's1', started_at: null })?.subscription.startedAt,
  ).toBeUndefined();
  expect(readSubscription('s1')).toBeUndefined();
});

test('a subscription that was terminated is over, at that time; the others are not', () => {
  const read = (fields: object) =>
    readSubscription({ external_id: 's1', started_at: '2026-11-03T10:00:00.000Z', ...fields })
      ?.subscription;
  expect(
    read({
      status: 'terminated',
      terminated_at: '2026-11-20T00:00:00Z',
      ending_at: '2026-12-01T00:00:00Z',
    }),
  ).toMatchObject({
    isOver: true,
    endedAt: Date.UTC(2026, 10, 20),
    endsAt: Date.UTC(2026, 11, 1),
  });
  expect(read({ status: 'active', terminated_at: null })).toMatchObject({
    isOver: false,
    endedAt: undefined,
    endsAt: undefined,
  });
  expect(
    read({ status: 'pending', started_at: null, subscription_at: '2027-01-01T00:00:00Z' }),
  ).toMatchObject({
    isOver: false,
    startedAt: undefined,
    startsAt: Date.UTC(2027, 0, 1),
  });
});

test('subscriptions of one id are kept together, in Lago’s order', () => {
  const read = ['a', 'b', 'a'].map((id, index) =>
    readSubscription({ external_id: id, plan_code: `p${index}` }),
  );
  const byId = bySubscriptionId(read.filter((each) => each !== undefined));
  expect([...byId].map(([id, all]) => [id, all.map(({ plan }) => plan)])).toEqual([
    ['a', ['p0', 'p2']],
    ['b', ['p1']],
  ]);
});

describe('a plan of Lago', () => {
  const charge = (properties: unknown, charge_model = 'standard') => ({
    billable_metric_code: 'units',
    charge_model,
    properties,
  });
  const readCharge = (fields: object) =>
    readPlan({ code: 'p', charges: [fields] })?.charges.get('units')?.[0];

  it('has its charges by the code of their metric', () => {
    const plan = readPlan({
      code: 'p',
      name: 'Pro',
      charges: [charge({ amount: '1' }), charge({}, 'volume'), { charge_model: 'standard' }, null],
    });
    expect(plan).toMatchObject({ code: 'p', name: 'Pro' });
    expect(
      [...(plan?.charges ?? [])].map(([code, all]) => [code, all.map(({ model }) => model)]),
    ).toEqual([['units', ['standard', 'volume']]]);
  });

  it.each<[string, object, boolean]>([
    ['an amount', charge({ amount: '0.001' }), false],
    ['an amount of zero', charge({ amount: '0' }), true],
    ['an amount with decimals of zero', charge({ amount: '0.00' }), true],
    ['no amount', charge({}), true],
    ['no properties', charge(undefined), true],
    [
      'sizes of packages alone',
      charge({ amount: '0', package_size: 100, free_units: 10 }, 'package'),
      true,
    ],
    ['an amount of a package', charge({ amount: '5', package_size: 100 }, 'package'), false],
    [
      'ends of ranges alone',
      charge({
        graduated_ranges: [{ from_value: 0, to_value: 10, per_unit_amount: '0', flat_amount: '0' }],
      }),
      true,
    ],
    [
      'a price in the last range',
      charge({
        volume_ranges: [{ per_unit_amount: '0' }, { per_unit_amount: '0', flat_amount: '1' }],
      }),
      false,
    ],
    ['a rate', charge({ rate: '1.5' }, 'percentage'), false],
    [
      'free events alone',
      charge(
        { rate: '0', free_units_per_events: 3, per_transaction_max_amount: '5' },
        'percentage',
      ),
      true,
    ],
    ['a minimum', charge({ rate: '0', per_transaction_min_amount: '1' }, 'percentage'), false],
    ['amounts that the events bring', charge({}, 'dynamic'), false],
    ['a calculation of one’s own', charge({}, 'custom'), false],
  ])('with %s as a default is free otherwise, or not', (_, fields, expected) => {
    expect(readCharge(fields)?.isFreeOtherwise).toBe(expected);
  });

  it('has filters by property, each with what its usage is grouped by', () => {
    const filters = [
      {
        values: { region: ['eu', 'us'], tier: ['1'] },
        properties: { amount: '2', pricing_group_keys: ['seat'] },
      },
      { values: null },
    ];
    expect(readCharge({ ...charge({}), filters })?.filters).toEqual([
      {
        values: new Map([
          ['region', ['eu', 'us']],
          ['tier', ['1']],
        ]),
        groups: ['seat'],
        flatAtZero: false,
      },
      { values: new Map(), groups: [], flatAtZero: false },
    ]);
  });

  it('has the properties by which an invoice shows usage apart, of a charge and its filters', () => {
    const shown = (...values: unknown[]) => ({ amount: '2', presentation_group_keys: values });
    const filters = [{ values: {}, properties: shown({ value: 'team' }, { value: 'seat' }) }];
    const options = { display_in_invoice: true };
    expect(readCharge({ ...charge(shown({ value: 'team', options }, 5)), filters })?.shown).toEqual(
      ['team', 'seat'],
    );
    expect(readCharge(charge({ amount: '2' }))?.shown).toBeUndefined();
  });

  it.each([null, 'p', { name: 'Pro' }])('is not what has no code: %j', (value) => {
    expect(readPlan(value)).toBeUndefined();
  });
});
