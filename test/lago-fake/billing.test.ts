import fc from 'fast-check';
import type { EventsStoreName, JsonObject } from '../../sandbox/lago';
import { Account, chargeUsage, KEY, NOON, seconds, subscribe, usageEvent } from './account';

const STORES: EventsStoreName[] = ['postgres', 'clickhouse'];
const at = (iso: string): number => Date.parse(iso);

const account = (
  metric: JsonObject = {},
  charge?: JsonObject,
  more: Parameters<typeof subscribe>[3] = {},
  eventsStore: EventsStoreName = 'postgres',
): Account => {
  const created = new Account({ eventsStore });
  subscribe(created, { aggregation_type: 'sum_agg', ...metric }, charge, more);
  return created;
};

const use = (
  target: Account,
  properties: Record<string, unknown>,
  fields: Record<string, unknown> = {},
): void => {
  expect(target.event(usageEvent(`${target.ids().length}`, { properties, ...fields })).status).toBe(
    200,
  );
};

const moment = (iso: string): Record<string, unknown> => ({ timestamp: String(seconds(at(iso))) });

const places = (target: Account) => target.lago.billing().map(({ where }) => where);
const priced = (target: Account) => target.lago.billing().map((event) => event.priced);

describe.each(STORES)('an event in %s', (store) => {
  const stored = (
    metric: JsonObject = {},
    charge?: JsonObject,
    more?: Parameters<typeof subscribe>[3],
  ) => account(metric, charge, more, store);

  it('is told in order of arrival with what became of it', () => {
    const target = stored();
    use(target, { n: 1 }, moment('2026-08-09T00:00:00Z'));
    use(target, { n: 1 }, moment('2026-07-09T00:00:00Z'));
    const common = { externalSubscriptionId: 'sub-1', code: 'units' };
    expect(target.lago.billing()).toEqual([
      { ...common, transactionId: '0', billed: true, where: 'current', priced: true },
      { ...common, transactionId: '1', billed: false, where: undefined, priced: false },
    ]);
  });

  it.each(['1,234', '$12', '12%', ' 12', '12 ', '1_000', '', 'abc', true, null, { a: 1 }])(
    'without a number is not billed: %j',
    (n) => {
      for (const aggregation_type of ['sum_agg', 'max_agg', 'latest_agg', 'weighted_sum_agg']) {
        const target = stored({ aggregation_type });
        use(target, { n });
        expect(places(target)).toEqual([undefined]);
      }
    },
  );

  it.each([12, '12', '-1.5', 0, '0'])('with the number %j is billed', (n) => {
    const target = stored();
    use(target, { n });
    expect(places(target)).toEqual(['current']);
  });

  it.each(['max_agg', 'latest_agg'])(
    'of %s is billed even where another one wins',
    (aggregation_type) => {
      const target = stored({ aggregation_type });
      use(target, { n: 1 }, moment('2026-08-02T00:00:00Z'));
      use(target, { n: 2 }, moment('2026-08-03T00:00:00Z'));
      expect(places(target)).toEqual(['current', 'current']);
    },
  );

  it('of a count is billed whatever it holds', () => {
    const target = stored({ aggregation_type: 'count_agg' });
    use(target, {});
    expect(places(target)).toEqual(['current']);
  });

  it('of a unique count is billed when it repeats a value, removes one or removes nothing', () => {
    const target = stored({ aggregation_type: 'unique_count_agg' });
    ['add', undefined, 'remove', 'remove', null].forEach((operation_type, position) => {
      use(target, { n: 'v', operation_type }, { timestamp: seconds(NOON) - 10 + position });
    });
    expect(places(target)).toEqual(Array(5).fill('current'));
    expect(chargeUsage(target).units).toBe('1.0');
  });

  it('of a unique count is billed where a removal leaves nothing, or finds nothing', () => {
    const target = stored({ aggregation_type: 'unique_count_agg' });
    use(target, { n: 'w', operation_type: 'remove' });
    expect(places(target)).toEqual(['current']);
    use(target, { n: 'v' }, { timestamp: seconds(NOON) - 2 });
    use(target, { n: 'v', operation_type: 'remove' }, { timestamp: seconds(NOON) - 1 });
    expect(places(target)).toEqual(Array(3).fill('current'));
    expect(chargeUsage(target).units).toBe('0.0');
  });

  it.each(['Add', 'REMOVE', ' add', 'delete', 1, false])(
    'of a unique count with the operation %j adds nothing, and may take one away',
    (operation_type) => {
      const target = stored({ aggregation_type: 'unique_count_agg' });
      use(target, { n: 'v', operation_type });
      expect(places(target)).toEqual([undefined]);
      const taken = store === 'postgres' ? -1 : 0;
      expect(chargeUsage(target)).toMatchObject({ units: '0.0', events_count: taken });
      use(target, { n: 'w' });
      expect(chargeUsage(target)).toMatchObject({ units: taken === 0 ? '1.0' : '0.0' });
    },
  );

  it.each([[{}], [{ n: null }]])(
    'of a unique count without a value is not billed: %j',
    (properties) => {
      const target = stored({ aggregation_type: 'unique_count_agg' });
      use(target, properties);
      expect(places(target)).toEqual([undefined]);
    },
  );

  it.each([
    ['an unknown metric', { code: 'Units' }],
    ['an unknown subscription', { external_subscription_id: 'sub-1 ' }],
    ['no subscription', { external_subscription_id: null }],
    ['milliseconds for seconds', { timestamp: NOON }],
  ])('with %s is not billed', (_, fields) => {
    const target = stored();
    use(target, { n: 1 }, fields);
    expect(places(target)).toEqual([undefined]);
  });

  it('whose metric the plan does not charge is not billed', () => {
    const target = stored();
    target.lago.seed.metric({ name: 'Free', code: 'free', aggregation_type: 'count_agg' });
    use(target, {}, { code: 'free' });
    expect(places(target)).toEqual([undefined]);
  });

  it('whose metric was deleted is not billed', () => {
    const target = stored();
    use(target, { n: 1 });
    target.send('DELETE', '/api/v1/billable_metrics/units', '', { authorization: `Bearer ${KEY}` });
    expect(places(target)).toEqual([undefined]);
  });

  it.each([
    ['2026-08-05T09:59:59.999Z', undefined],
    ['2026-08-05T10:00:00.000Z', 'current'],
    ['2026-08-20T00:05:00.000Z', 'current'],
    ['2026-08-20T00:05:00.001Z', undefined],
    ['2026-08-20T07:59:59.999Z', undefined],
  ])(
    'at %s, of a subscription from 5 August 10:00 that is to end on 20 August 8:00, is billed: %s',
    (iso, where) => {
      const target = stored({}, undefined, {
        subscription: {
          subscription_at: '2026-08-05T10:00:00.000Z',
          ending_at: '2026-08-20T08:00:00.000Z',
        },
      });
      use(target, { n: 1 }, moment(iso));
      expect(places(target)).toEqual([where]);
      target.nowMs = at('2026-09-20T00:00:00Z');
      expect(places(target)).toEqual([where && 'finalized']);
    },
  );

  it('moves from the running period to a draft and to an invoice', () => {
    const target = stored({}, undefined, {
      customer: { billing_configuration: { invoice_grace_period: 2 } },
    });
    use(target, { n: 1 });
    expect(places(target)).toEqual(['current']);
    target.nowMs = at('2026-09-02T00:00:00Z');
    use(target, { n: 1 });
    expect(places(target)).toEqual(['draft', 'draft']);
    target.nowMs = at('2026-09-03T00:20:00Z');
    use(target, { n: 1 });
    expect(places(target)).toEqual(['finalized', 'finalized', undefined]);
    expect(target.lago.invoices()).toMatchObject([{ charges_usage: [{ units: '2.0' }] }]);
  });

  it('of the future is billed once its period runs', () => {
    const target = stored();
    use(target, { n: 1 }, moment('2026-09-15T00:00:00Z'));
    expect(places(target)).toEqual([undefined]);
    target.nowMs = at('2026-09-01T00:00:00Z');
    expect(places(target)).toEqual(['current']);
  });

  it('of the future is lost when its subscription ends before', () => {
    const target = stored();
    use(target, { n: 1 }, moment('2026-09-15T00:00:00Z'));
    target.nowMs = at('2026-09-10T00:00:00Z');
    target.lago.seed.terminate('sub-1');
    target.nowMs = at('2026-10-02T00:00:00Z');
    expect(places(target)).toEqual([undefined]);
  });

  it('of a recurring metric that comes late is billed in a later period, one in time where it was first', () => {
    const target = stored({ recurring: true });
    use(target, { n: 1 });
    target.nowMs = at('2026-09-02T00:00:00Z');
    use(target, { n: 1 });
    expect(places(target)).toEqual(['finalized', 'current']);
    expect(chargeUsage(target).units).toBe('2.0');
  });

  it('is billed by the subscription that was active under the external id', () => {
    const target = stored();
    target.lago.seed.plan({ name: 'Bare', code: 'bare', interval: 'monthly', charges: [] });
    target.lago.seed.terminate('sub-1');
    target.nowMs = NOON + 1000;
    target.lago.seed.subscription({
      external_customer_id: 'cust',
      external_id: 'sub-1',
      plan_code: 'bare',
    });
    target.nowMs = NOON + 2000;
    use(target, { n: 1 }, { timestamp: seconds(NOON + 1500) });
    expect(places(target)).toEqual([undefined]);
  });

  it('has a price where its filter or the default has one', () => {
    const target = stored(
      { filters: [{ key: 'region', values: ['eu', 'us', 'asia'] }] },
      {
        charge_model: 'standard',
        properties: {},
        filters: [
          { values: { region: ['eu'] }, properties: { amount: '1' } },
          { values: { region: ['us'] }, properties: { amount: '0' } },
          { values: { region: ['eu'], size: ['1'] }, properties: { amount: '0.0' } },
        ],
      },
    );
    for (const region of ['eu', 'us', 'asia', 'EU', ' eu', 'eu ', null])
      use(target, { n: 1, region });
    use(target, { n: 1 });
    use(target, { n: 1, region: 'eu', size: 1 });
    expect(places(target)).toEqual(Array(9).fill('current'));
    expect(priced(target)).toEqual([true, ...Array(8).fill(false)]);
  });

  it('without the property of a filter matches no value of it, not even an empty one', () => {
    const filters = [{ values: { region: [''] }, properties: { amount: '1' } }];
    const target = stored({}, { charge_model: 'standard', properties: {}, filters });
    for (const properties of [{}, { region: null }, { region: '' }])
      use(target, { n: 1, ...properties });
    expect(priced(target)).toEqual([false, false, store === 'postgres']);
  });

  it('has a price where one of several charges has one', () => {
    const charge = (amount: string): JsonObject => ({
      billable_metric_code: 'units',
      charge_model: 'standard',
      properties: { amount },
    });
    const free = stored({}, undefined, { plan: { charges: [charge('0'), charge('0')] } });
    const paid = stored({}, undefined, {
      plan: { charges: [charge('0'), charge('2'), charge('0')] },
    });
    for (const target of [free, paid]) use(target, { n: 1 });
    expect([priced(free), priced(paid)]).toEqual([[false], [true]]);
  });

  it('of a dynamic charge has a price when it brings one', () => {
    const target = stored({}, { charge_model: 'dynamic', properties: {} });
    use(target, { n: 1 }, { precise_total_amount_cents: '12.5' });
    use(target, { n: 1 });
    expect(places(target)).toEqual(['current', 'current']);
    expect(priced(target)).toEqual([true, false]);
  });
});

describe('a charge model', () => {
  const tier = (per_unit_amount: string, flat_amount: string): JsonObject => ({
    from_value: 0,
    to_value: null,
    per_unit_amount,
    flat_amount,
  });
  it.each([
    ['standard', { amount: '0.01' }, true],
    ['standard', { amount: '0' }, false],
    ['package', { amount: '1', package_size: 10, free_units: 0 }, true],
    ['package', { amount: '0', package_size: 10, free_units: 0 }, false],
    ['graduated', { graduated_ranges: [tier('0', '1')] }, true],
    ['graduated', { graduated_ranges: [tier('0', '0')] }, false],
    ['volume', { volume_ranges: [tier('1', '0')] }, true],
    ['volume', { volume_ranges: [tier('0', '0')] }, false],
    ['percentage', { rate: '1' }, true],
    ['percentage', { rate: '0', fixed_amount: '1' }, true],
    ['percentage', { rate: '0', fixed_amount: '0' }, false],
  ])('%s with %j has a price: %s', (charge_model, properties, hasPrice) => {
    const target = account({}, { charge_model, properties } as JsonObject);
    use(target, { n: 1 });
    expect(priced(target)).toEqual([hasPrice]);
  });
});

describe('on ClickHouse', () => {
  const twice = (duplicateRemoval: boolean, second: unknown): Account => {
    const target = new Account({ eventsStore: 'clickhouse', duplicateRemoval });
    subscribe(target, { aggregation_type: 'sum_agg' });
    target.event(usageEvent('a', { properties: { n: 1 } }));
    target.event(usageEvent('a', { properties: { n: second } }));
    return target;
  };

  it('the copies of one event are the same unit', () => {
    expect(places(twice(true, 1))).toEqual(['current', 'current']);
  });

  it('what was replaced by something else is not billed', () => {
    expect(places(twice(true, 2))).toEqual([undefined, 'current']);
  });

  it('nothing is replaced where duplicates are not removed', () => {
    expect(places(twice(false, 2))).toEqual(['current', 'current']);
  });

  it('an event is billed as soon as it is seen', () => {
    const target = new Account({ eventsStore: 'clickhouse', visibilityDelayMs: 5000 });
    subscribe(target, { aggregation_type: 'sum_agg' });
    use(target, { n: 1 });
    expect(places(target)).toEqual([undefined]);
    target.nowMs += 5000;
    expect(places(target)).toEqual(['current']);
  });

  it('an event before its metric or its subscription is never billed, which on Postgres it is', () => {
    const early = (eventsStore: EventsStoreName) => {
      const target = new Account({ eventsStore });
      use(target, { n: 1 });
      subscribe(target, { aggregation_type: 'sum_agg' });
      return places(target);
    };
    expect([early('clickhouse'), early('postgres')]).toEqual([[undefined], ['current']]);
  });
});

it('organizations are told apart, or all of them one after the other', () => {
  const target = account();
  target.lago.seed.organization({ name: 'Other', apiKey: 'other' });
  use(target, { n: 1 });
  target.post('/api/v1/events', { event: usageEvent('theirs') }, 'other');
  const ids = (apiKey?: string) =>
    target.lago.billing(apiKey).map(({ transactionId }) => transactionId);
  expect([ids(KEY), ids('other'), ids()]).toEqual([['0'], ['theirs'], ['0', 'theirs']]);
});

/** Days of two years around the clock, and values of which some are no numbers. */
const day = fc.integer({ min: -200, max: 400 });
const eventOf = fc.record({
  arrives: day,
  happens: day,
  n: fc.constantFrom<unknown>(1, '2', 'x', '', null, '1,5'),
  region: fc.constantFrom('eu', 'us'),
});

it.each(STORES)(
  'as many events are billed as all invoices and the running period count together (%s)',
  (eventsStore) => {
    const DAY = 86_400_000;
    fc.assert(
      fc.property(
        fc.array(eventOf, { maxLength: 20 }),
        fc.record({
          interval: fc.constantFrom('weekly', 'monthly', 'quarterly'),
          billing_time: fc.constantFrom('calendar', 'anniversary'),
          timezone: fc.constantFrom('UTC', 'America/New_York', 'Asia/Tokyo'),
          days: fc.nat(40),
          start: day,
          end: fc.option(day),
          filtered: fc.boolean(),
        }),
        (events, { interval, billing_time, timezone, days, start, end, filtered }) => {
          const target = new Account({ eventsStore });
          target.nowMs = NOON - 100 * DAY;
          const iso = (offset: number): string => new Date(NOON + offset * DAY).toISOString();
          const filters = filtered
            ? [{ values: { region: ['eu'] }, properties: { amount: '2' } }]
            : [];
          subscribe(
            target,
            { aggregation_type: 'sum_agg' },
            { charge_model: 'standard', properties: { amount: '1' }, filters },
            {
              plan: { interval },
              customer: { timezone, billing_configuration: { invoice_grace_period: days } },
              subscription: {
                billing_time,
                subscription_at: iso(start),
                ending_at: end === null ? null : iso(Math.max(start, end)),
              },
            },
          );
          for (const { arrives, happens, n, region } of [...events].sort(
            (left, right) => left.arrives - right.arrives,
          )) {
            target.nowMs = Math.max(target.nowMs, NOON + arrives * DAY);
            use(target, { n, region }, { timestamp: seconds(NOON + happens * DAY) });
          }
          target.nowMs = NOON + 600 * DAY;
          const isNumber = (position: number): boolean =>
            ['1', '2'].includes(String(target.lago.events()[position]?.properties.n));
          const billing = target.lago.billing();
          const invoices = target.lago.invoices();
          const units = invoices
            .flatMap(({ charges_usage }) => charges_usage as JsonObject[])
            .reduce((total, charge) => total + Number(charge.units), 0);
          const running =
            target.get('/api/v1/subscriptions/sub-1').status === 200
              ? Number(chargeUsage(target).units)
              : 0;
          const billed = billing.flatMap(({ billed }, position) =>
            billed ? [Number(target.lago.events()[position]?.properties.n)] : [],
          );
          expect(billed.reduce((total, n) => total + n, 0)).toBe(units + running);
          expect(billing.every(({ billed }, position) => !billed || isNumber(position))).toBe(true);
        },
      ),
      { seed: 20261121, numRuns: 60 },
    );
  },
);
