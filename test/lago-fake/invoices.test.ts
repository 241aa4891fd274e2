import type { EventsStoreName, JsonObject } from '../../sandbox/lago';
import { Account, KEY, NOON, seconds, subscribe, usageEvent, validationErrors } from './account';

const STORES: EventsStoreName[] = ['postgres', 'clickhouse'];
const DAY = 86_400_000;
const at = (iso: string): number => Date.parse(iso);

const account = (
  more: Parameters<typeof subscribe>[3] = {},
  eventsStore: EventsStoreName = 'postgres',
  metric: JsonObject = {},
): Account => {
  const created = new Account({ eventsStore });
  subscribe(created, { aggregation_type: 'sum_agg', ...metric }, undefined, more);
  return created;
};

const use = (target: Account, id: string, iso: string, n: unknown = 1): void => {
  const answer = target.event(
    usageEvent(id, { timestamp: String(seconds(at(iso))), properties: { n } }),
  );
  expect(answer.status).toBe(200);
};

const list = (target: Account, query = ''): JsonObject[] =>
  target.get(`/api/v1/invoices?${query}`).body.invoices as JsonObject[];

/** Status and charged cents of each invoice, oldest first. */
const summary = (target: Account): string[] =>
  target.lago.invoices().map(({ status, total_amount_cents }) => `${status} ${total_amount_cents}`);

const periods = (target: Account): unknown[][] =>
  target.lago.invoices().map(({ billing_periods }) => {
    const [period] = billing_periods as JsonObject[];
    return [period?.charges_from_datetime, period?.charges_to_datetime];
  });

const grace = (days: number): JsonObject => ({
  billing_configuration: { invoice_grace_period: days },
});

describe('a period', () => {
  it('has no invoice before the job that makes it, ten minutes after its end', () => {
    const target = account();
    target.nowMs = at('2026-09-01T00:09:59.999Z');
    expect(list(target)).toEqual([]);
    target.nowMs += 1;
    expect(list(target)).toMatchObject([{ status: 'finalized', issuing_date: '2026-09-01' }]);
  });

  it('that ended before the subscription was created is never invoiced', () => {
    const target = account({ subscription: { subscription_at: '2026-01-01T00:00:00Z' } });
    target.nowMs = at('2026-10-15T00:00:00Z');
    expect(periods(target)).toEqual([
      ['2026-08-01T00:00:00Z', '2026-08-31T23:59:59Z'],
      ['2026-09-01T00:00:00Z', '2026-09-30T23:59:59Z'],
    ]);
  });

  it('begins with the job that starts the subscription, on the day that was asked for', () => {
    const target = account({ subscription: { subscription_at: '2026-08-20T10:00:00Z' } });
    target.nowMs = at('2026-09-15T00:00:00Z');
    expect(periods(target)).toEqual([['2026-08-20T00:00:00Z', '2026-08-31T23:59:59Z']]);
  });

  it('of a pending, a canceled or an incomplete subscription is not invoiced', () => {
    const target = account({ subscription: { subscription_at: '2027-01-01T00:00:00Z' } });
    const other = { external_customer_id: 'cust', plan_code: 'plan' };
    target.lago.seed.subscription({ ...other, external_id: 'off', status: 'canceled' });
    target.lago.seed.subscription({ ...other, external_id: 'half', status: 'incomplete' });
    target.nowMs = at('2026-12-15T00:00:00Z');
    expect(list(target)).toEqual([]);
  });

  it('ends where the customer is', () => {
    const target = account({ customer: { timezone: 'America/New_York' } });
    use(target, 'late in August', '2026-09-01T03:59:59.999Z', 2);
    use(target, 'early in September', '2026-09-01T04:00:00.000Z', 30);
    target.nowMs = at('2026-09-01T04:09:59.999Z');
    expect(list(target)).toEqual([]);
    target.nowMs = at('2026-10-01T04:10:00Z');
    expect(periods(target)).toEqual([
      ['2026-08-01T04:00:00Z', '2026-09-01T03:59:59Z'],
      ['2026-09-01T04:00:00Z', '2026-10-01T03:59:59Z'],
    ]);
    expect(summary(target)).toEqual(['finalized 200', 'finalized 3000']);
  });

  it('of an anniversary on the 31st ends the day before the next one', () => {
    const target = new Account();
    target.nowMs = at('2026-01-31T08:00:00Z');
    subscribe(target, { aggregation_type: 'sum_agg' }, undefined, {
      subscription: { billing_time: 'anniversary', subscription_at: '2026-01-31T08:00:00Z' },
    });
    target.nowMs = at('2026-04-15T00:00:00Z');
    expect(periods(target)).toEqual([
      ['2026-01-31T08:00:00Z', '2026-02-27T23:59:59Z'],
      ['2026-02-28T00:00:00Z', '2026-03-30T23:59:59Z'],
    ]);
  });

  it('of the charges is a month where a yearly plan bills them so, and that of the plan a year', () => {
    const target = account({ plan: { interval: 'yearly', bill_charges_monthly: true } });
    target.nowMs = at('2026-09-15T00:00:00Z');
    expect(target.lago.invoices()).toMatchObject([
      {
        billing_periods: [
          {
            subscription_from_datetime: '2026-01-01T00:00:00Z',
            subscription_to_datetime: '2026-12-31T23:59:59Z',
            charges_from_datetime: '2026-08-01T00:00:00Z',
            charges_to_datetime: '2026-08-31T23:59:59Z',
          },
        ],
      },
    ]);
  });

  it('of a plan paid in advance is the next one, that of its charges the last one', () => {
    const target = account({ plan: { pay_in_advance: true } });
    target.nowMs = at('2026-09-15T00:00:00Z');
    expect(target.lago.invoices()).toMatchObject([
      {
        billing_periods: [
          {
            subscription_from_datetime: '2026-09-01T00:00:00Z',
            charges_from_datetime: '2026-08-01T00:00:00Z',
          },
        ],
      },
    ]);
  });
});

describe('an invoice', () => {
  it('is a draft for days of the customer, and final by the job of that date in UTC', () => {
    const target = account({ customer: { timezone: 'Europe/Berlin', ...grace(3) } });
    target.nowMs = at('2026-08-31T22:10:00Z');
    expect(list(target)).toMatchObject([{ status: 'draft', issuing_date: '2026-09-04' }]);
    target.nowMs = at('2026-09-04T00:19:59.999Z');
    expect(list(target)).toMatchObject([{ status: 'draft' }]);
    target.nowMs += 1;
    expect(list(target)).toMatchObject([{ status: 'finalized', issuing_date: '2026-09-04' }]);
  });

  it('counts the days of grace across a change of the clocks', () => {
    const target = account({
      customer: { timezone: 'Europe/Berlin', ...grace(1) },
      subscription: { subscription_at: '2026-08-01T00:00:00Z', ending_at: '2026-10-24T22:00:00Z' },
    });
    target.nowMs = at('2026-10-25T22:59:59.999Z');
    expect(list(target)[0]).toMatchObject({ status: 'draft', issuing_date: '2026-10-26' });
    target.nowMs = at('2026-10-26T00:20:00Z');
    expect(list(target)[0]).toMatchObject({ status: 'finalized' });
  });

  it('is final once its plan is deleted', () => {
    const target = account({ customer: grace(3) });
    target.nowMs = at('2026-09-01T00:10:00Z');
    expect(summary(target)).toEqual(['draft 0']);
    target.send('DELETE', '/api/v1/plans/plan', '', { authorization: `Bearer ${KEY}` });
    target.nowMs += 1000;
    expect(summary(target)).toEqual(['finalized 0', 'finalized 0']);
  });

  it('has the grace of its organization where its customer says nothing', () => {
    const target = new Account();
    target.lago.seed.organization({ name: 'Slow', apiKey: 'slow', invoiceGracePeriod: 5 });
    target.lago.seed.catalog(
      {
        metrics: [{ name: 'M', code: 'm', aggregation_type: 'count_agg' }],
        plans: [
          {
            name: 'P',
            code: 'p',
            interval: 'monthly',
            charges: [{ billable_metric_code: 'm', charge_model: 'standard' }],
          },
        ],
        customers: [{ external_id: 'strict', ...grace(0) }],
        subscriptions: ['strict', 'other'].map((id) => ({
          external_customer_id: id,
          external_id: id,
          plan_code: 'p',
        })),
      },
      'slow',
    );
    target.nowMs = at('2026-09-02T00:00:00Z');
    const status = (customer: string) =>
      target.get(`/api/v1/invoices?external_customer_id=${customer}`, 'slow').body
        .invoices as JsonObject[];
    expect(status('strict')).toMatchObject([{ status: 'finalized' }]);
    expect(status('other')).toMatchObject([{ status: 'draft' }]);
    expect(target.get('/api/v1/organizations', 'slow').body).toMatchObject({
      organization: { billing_configuration: { invoice_grace_period: 5 } },
    });
  });

  it.each(STORES)(
    'takes in what arrived before it is final, and shows it only then (%s)',
    (store) => {
      const target = account({ customer: grace(3) }, store);
      use(target, 'in time', '2026-08-20T00:00:00Z', 1);
      target.nowMs = at('2026-09-02T00:00:00Z');
      use(target, 'in the draft', '2026-08-21T00:00:00Z', 20);
      expect(summary(target)).toEqual(['draft 100']);
      target.nowMs = at('2026-09-04T00:20:00Z');
      use(target, 'late', '2026-08-22T00:00:00Z', 300);
      expect(summary(target)).toEqual(['finalized 2100']);
    },
  );

  it.each(STORES)(
    'without grace has what arrives before its job, and misses what arrives in its very instant (%s)',
    (store) => {
      const target = account({}, store);
      target.nowMs = at('2026-09-01T00:09:59.999Z');
      use(target, 'in time', '2026-08-20T00:00:00Z', 1);
      target.nowMs += 1;
      use(target, 'late', '2026-08-20T00:00:01Z', 20);
      expect(summary(target)).toEqual(['finalized 100']);
    },
  );

  it('misses what ClickHouse did not show yet when it was finalized', () => {
    const target = new Account({ eventsStore: 'clickhouse', visibilityDelayMs: 5000 });
    subscribe(target, { aggregation_type: 'sum_agg' });
    target.nowMs = at('2026-09-01T00:09:54.999Z');
    use(target, 'seen', '2026-08-20T00:00:00Z', 1);
    target.nowMs += 1;
    use(target, 'unseen', '2026-08-20T00:00:01Z', 20);
    target.nowMs = at('2026-09-02T00:00:00Z');
    expect(summary(target)).toEqual(['finalized 100']);
  });

  it('keeps the copy that ClickHouse had when it was finalized', () => {
    const target = account({}, 'clickhouse');
    use(target, 'a', '2026-08-20T00:00:00Z', 1);
    target.nowMs = at('2026-09-02T00:00:00Z');
    use(target, 'a', '2026-08-20T00:00:00Z', 5);
    expect(summary(target)).toEqual(['finalized 100']);
  });

  it('begins a recurring weighted sum with what the one before left, and never has what came later', () => {
    const weighted = {
      aggregation_type: 'weighted_sum_agg',
      weighted_interval: 'seconds',
      recurring: true,
    };
    const target = account({}, 'postgres', weighted);
    use(target, 'a', '2026-08-16T12:00:00Z', 10);
    target.nowMs = at('2026-09-16T00:00:00Z');
    use(target, 'late', '2026-08-20T00:00:00Z', 1000);
    use(target, 'b', '2026-09-16T00:00:00Z', 4);
    target.nowMs = at('2026-10-02T00:00:00Z');
    expect(summary(target)).toEqual(['finalized 500', 'finalized 1200']);
    const usage = target.lago.usage('cust', 'sub-1').charges_usage as JsonObject[];
    expect(usage).toMatchObject([
      { units: '14.0', total_aggregated_units: '14.0', events_count: 0 },
    ]);
    expect(target.lago.billing().map(({ where }) => where)).toEqual([
      'finalized',
      undefined,
      'finalized',
    ]);
  });

  it('begins it with what a draft had when it was finalized, if that is newer', () => {
    const weighted = {
      aggregation_type: 'weighted_sum_agg',
      weighted_interval: 'seconds',
      recurring: true,
    };
    const units = (late: string): unknown => {
      const target = account({ customer: grace(5) }, 'postgres', weighted);
      use(target, 'a', '2026-08-16T12:00:00Z', 10);
      target.nowMs = at('2026-09-02T00:00:00Z');
      use(target, 'late', late, 1);
      target.nowMs = at('2026-09-20T00:00:00Z');
      return (target.lago.usage('cust', 'sub-1').charges_usage as JsonObject[])[0]?.units;
    };
    expect(units('2026-08-20T00:00:00Z')).toBe('11.0');
    expect(units('2026-08-10T00:00:00Z')).toBe('10.0');
  });

  it('is never made where the total of a volume charge is below zero or an amount too large', () => {
    const made = (charge: JsonObject, n: number): number => {
      const target = account({ plan: { charges: [{ billable_metric_code: 'units', ...charge }] } });
      use(target, 'a', '2026-08-11T00:00:00Z', n);
      target.nowMs = at('2026-09-02T00:00:00Z');
      use(target, 'b', '2026-08-12T00:00:00Z', -n);
      expect(target.lago.billing()[0]?.billed).toBe(list(target).length === 1);
      return list(target).length;
    };
    const range = { from_value: 0, to_value: null, per_unit_amount: '1', flat_amount: '0' };
    const volume = { charge_model: 'volume', properties: { volume_ranges: [range] } };
    const standard = { charge_model: 'standard', properties: { amount: '1' } };
    expect([made(volume, 1), made(volume, -1)]).toEqual([1, 0]);
    expect([made(standard, 9e16), made(standard, 1e17)]).toEqual([1, 0]);
  });

  it('counts all that came before of a recurring metric', () => {
    const target = account({}, 'postgres', { recurring: true });
    use(target, 'a', '2026-08-20T00:00:00Z', 1);
    target.nowMs = at('2026-09-02T00:00:00Z');
    use(target, 'late', '2026-08-21T00:00:00Z', 2);
    target.nowMs = at('2026-10-02T00:00:00Z');
    expect(summary(target)).toEqual(['finalized 100', 'finalized 300']);
  });

  it('keeps the charge of a metric that was deleted after it was finalized', () => {
    const target = account();
    use(target, 'a', '2026-08-20T00:00:00Z', 1);
    target.nowMs = at('2026-09-20T00:00:00Z');
    use(target, 'b', '2026-09-19T00:00:00Z', 1);
    target.send('DELETE', '/api/v1/billable_metrics/units', '', { authorization: `Bearer ${KEY}` });
    target.nowMs = at('2026-10-20T00:00:00Z');
    expect(summary(target)).toEqual(['finalized 100', 'finalized 0']);
    expect(target.get('/api/v1/plans/plan').body).toMatchObject({ plan: { charges: [] } });
  });

  it('has its charges for tests, as current usage shows them', () => {
    const target = account();
    use(target, 'a', '2026-08-20T00:00:00Z', 7);
    const [before] = target.lago.usage('cust', 'sub-1').charges_usage as JsonObject[];
    target.nowMs = at('2026-09-02T00:00:00Z');
    expect(target.lago.invoices()).toMatchObject([
      { charges_usage: [{ units: '7.0', amount_cents: 700, events_count: 1 }] },
    ]);
    expect(target.lago.invoices()[0]?.charges_usage).toEqual([before]);
  });
});

describe('an event that is paid in advance', () => {
  const advance = (charge: JsonObject, metric: JsonObject = {}, store?: EventsStoreName) =>
    account(
      {
        plan: { charges: [{ billable_metric_code: 'units', pay_in_advance: true, ...charge }] },
      },
      store,
      metric,
    );
  const standard = { charge_model: 'standard', properties: { amount: '1' } };
  const ranges = [
    { from_value: 0, to_value: 10, per_unit_amount: '2', flat_amount: '5' },
    { from_value: 11, to_value: null, per_unit_amount: '1', flat_amount: '0' },
  ];

  it.each<[string, JsonObject, JsonObject, readonly unknown[], readonly number[]]>([
    ['a sum', standard, {}, [4, 0, 6], [400, 0, 600]],
    ['a count', standard, { aggregation_type: 'count_agg' }, ['', 'x'], [100, 100]],
    ['a value', standard, { aggregation_type: 'unique_count_agg' }, ['a', 'b', 'a'], [100, 100, 0]],
    [
      'the tiers that it reaches',
      { charge_model: 'graduated', properties: { graduated_ranges: ranges } },
      {},
      [8, -3, 4],
      [2100, 0, 600],
    ],
    [
      'the package that it begins',
      { charge_model: 'package', properties: { amount: '3', package_size: 10, free_units: 0 } },
      {},
      [4, 4, 4],
      [300, 0, 300],
    ],
    [
      'its rate and fixed amount',
      { charge_model: 'percentage', properties: { rate: '10', fixed_amount: '1' } },
      {},
      [20, 40],
      [300, 500],
    ],
  ])('adds to what was paid before it: %s', (_, charge, metric, values, cents) => {
    const target = advance(charge, metric);
    values.forEach((n, place) => {
      use(target, `event ${place}`, `2026-08-0${place + 1}T00:00:00Z`, n);
    });
    expect(summary(target)).toEqual(cents.map((each) => `finalized ${each}`));
  });

  it('is billed once by its id, also where ClickHouse takes it again', () => {
    const target = advance(standard, {}, 'clickhouse');
    use(target, 'a', '2026-08-02T00:00:00Z', 1);
    use(target, 'a', '2026-08-02T00:00:00Z', 1);
    use(target, 'a', '2026-08-03T00:00:00Z', 5);
    expect(summary(target)).toEqual(['finalized 100']);
  });

  it('is billed once ClickHouse sees it', () => {
    const target = new Account({ eventsStore: 'clickhouse', visibilityDelayMs: 5000 });
    subscribe(target, { aggregation_type: 'sum_agg' }, { ...standard, pay_in_advance: true });
    use(target, 'a', '2026-08-02T00:00:00Z', 1);
    target.nowMs += 4999;
    expect(summary(target)).toEqual([]);
    target.nowMs += 1;
    expect(summary(target)).toEqual(['finalized 100']);
  });

  it('has one fee, which names it, and an invoice that is final at once', () => {
    const target = account({
      customer: grace(5),
      plan: { charges: [{ billable_metric_code: 'units', pay_in_advance: true, ...standard }] },
    });
    use(target, 'a', '2026-08-02T00:00:00Z', 3);
    const [{ lago_id, issuing_date, status } = {}] = list(target);
    expect([issuing_date, status]).toEqual(['2026-08-02', 'finalized']);
    expect(target.get(`/api/v1/invoices/${lago_id}`).body.invoice).toMatchObject({
      billing_periods: [{ invoicing_reason: 'in_advance_charge' }],
      fees: [{ event_transaction_id: 'a', pay_in_advance: true, units: '3.0', amount_cents: 300 }],
    });
    expect(target.lago.billing()).toMatchObject([{ where: 'finalized', priced: true }]);
  });

  it('is billed nowhere where its charge does not count it', () => {
    const target = advance(standard);
    use(target, 'no number', '2026-08-02T00:00:00Z', 'abc');
    use(target, 'before the start', '2025-08-02T00:00:00Z', 1);
    use(target, 'negative', '2026-08-02T00:00:00Z', -1);
    expect(summary(target)).toEqual(['finalized 0']);
    expect(target.lago.billing().map(({ billed }) => billed)).toEqual([false, false, false]);
  });
});

describe('the last invoice', () => {
  it('covers the last period up to the termination, which belongs to it', () => {
    const target = account({ customer: grace(1) });
    target.lago.seed.terminate('sub-1');
    use(target, 'at the end', '2026-08-10T12:00:00.000Z', 1);
    use(target, 'after the end', '2026-08-10T12:00:00.001Z', 20);
    expect(target.lago.invoices()).toMatchObject([
      {
        status: 'draft',
        total_amount_cents: 0,
        billing_periods: [
          {
            charges_from_datetime: '2026-08-01T00:00:00Z',
            charges_to_datetime: '2026-08-10T12:00:00Z',
            invoicing_reason: 'subscription_terminating',
          },
        ],
      },
    ]);
    target.nowMs = at('2026-12-01T00:00:00Z');
    expect(summary(target)).toEqual(['finalized 100']);
  });

  it.each(STORES)(
    'without grace has what arrived before the end, and nothing that arrived later (%s)',
    (store) => {
      const target = account({}, store);
      use(target, 'before', '2026-08-10T11:00:00Z', 1);
      target.nowMs += 1;
      target.lago.seed.terminate('sub-1');
      use(target, 'in the same instant', '2026-08-10T11:00:00Z', 20);
      expect(summary(target)).toEqual(['finalized 100']);
    },
  );

  it('of a draft is final soon after midnight, however late in the day the end was', () => {
    const target = account({ customer: grace(1) });
    target.lago.seed.terminate('sub-1');
    target.nowMs = at('2026-08-11T00:19:59.999Z');
    expect(summary(target)).toEqual(['draft 0']);
    target.nowMs += 1;
    expect(summary(target)).toEqual(['finalized 0']);
  });

  it('comes with a planned end too, by the first job of its day', () => {
    const target = account({
      subscription: { subscription_at: '2026-07-15T00:00:00Z', ending_at: '2026-09-20T08:30:00Z' },
    });
    target.nowMs = at('2026-09-20T00:04:59.999Z');
    expect(list(target)).toHaveLength(1);
    target.nowMs += 1;
    expect(periods(target)).toEqual([
      ['2026-08-01T00:00:00Z', '2026-08-31T23:59:59Z'],
      ['2026-09-01T00:00:00Z', '2026-09-20T00:05:00Z'],
    ]);
  });

  it('is another one than that of a period which ends in the same instant', () => {
    const target = account({
      subscription: { subscription_at: '2026-08-01T00:00:00Z', ending_at: '2026-09-01T00:00:00Z' },
    });
    target.nowMs = at('2026-09-02T00:00:00Z');
    expect(periods(target)).toEqual([
      ['2026-08-01T00:00:00Z', '2026-08-31T23:59:59Z'],
      ['2026-09-01T00:00:00Z', '2026-09-01T00:05:00Z'],
    ]);
    expect(new Set(list(target).map(({ lago_id }) => lago_id)).size).toBe(2);
  });

  it('of a subscription whose end lies before its creation comes with the next job', () => {
    const target = account({
      subscription: { subscription_at: '2026-01-01T00:00:00Z', ending_at: '2026-08-05T00:00:00Z' },
    });
    target.nowMs = at('2026-12-01T00:00:00Z');
    expect(periods(target)).toEqual([['2026-08-01T00:00:00Z', '2026-08-10T12:05:00Z']]);
  });

  it('is followed by those of the next subscription under the same external id', () => {
    const target = account();
    target.lago.seed.terminate('sub-1');
    target.nowMs = NOON + 1000;
    target.lago.seed.subscription({
      external_customer_id: 'cust',
      external_id: 'sub-1',
      plan_code: 'plan',
    });
    target.nowMs = at('2026-09-02T00:00:00Z');
    expect(periods(target)).toEqual([
      ['2026-08-01T00:00:00Z', '2026-08-10T12:00:00Z'],
      ['2026-08-10T12:00:01Z', '2026-08-31T23:59:59Z'],
    ]);
  });

  it('can be seeded with its history', () => {
    const target = account({
      subscription: {
        subscription_at: '2026-05-10T00:00:00Z',
        created_at: '2026-06-10T00:00:00Z',
        terminated_at: '2026-07-10T06:00:00Z',
      },
    });
    const created = { created_at: '2026-07-10T06:00:00Z', subscription_at: '2026-07-10T06:00:00Z' };
    target.lago.seed.subscription({
      external_customer_id: 'cust',
      external_id: 'sub-1',
      plan_code: 'plan',
      ...created,
    });
    expect(periods(target)).toEqual([
      ['2026-06-01T00:00:00Z', '2026-06-30T23:59:59Z'],
      ['2026-07-01T00:00:00Z', '2026-07-10T06:00:00Z'],
      ['2026-07-10T06:00:00Z', '2026-07-31T23:59:59Z'],
    ]);
  });
});

describe('GET /invoices', () => {
  const closed = (): Account => {
    const target = account({ customer: { timezone: 'Europe/Berlin', ...grace(3) } });
    target.lago.seed.subscription({
      external_customer_id: 'second',
      external_id: 'sub-2',
      plan_code: 'plan',
    });
    target.nowMs = at('2026-10-02T00:00:00Z');
    return target;
  };

  it('lists the newest first, without the billing periods', () => {
    const invoices = list(closed());
    expect(invoices.map(({ issuing_date }) => issuing_date)).toEqual([
      '2026-10-04',
      '2026-10-01',
      '2026-09-04',
      '2026-09-01',
    ]);
    expect(invoices[1]).toMatchObject({
      number: 'FAKE-002-002',
      status: 'finalized',
      invoice_type: 'subscription',
      currency: 'EUR',
      total_amount_cents: 0,
      customer: { external_id: 'second' },
    });
    expect(invoices[1]).not.toHaveProperty('billing_periods');
  });

  it.each([
    ['status=draft', ['2026-10-04']],
    ['status=finalized', ['2026-10-01', '2026-09-04', '2026-09-01']],
    ['status[]=draft&status[]=voided', ['2026-10-04']],
    ['status=voided', []],
    ['external_customer_id=cust', ['2026-10-04', '2026-09-04']],
    ['external_customer_id=none', []],
    ['issuing_date_from=2026-10-01', ['2026-10-04', '2026-10-01']],
    ['issuing_date_to=2026-09-04', ['2026-09-04', '2026-09-01']],
    [
      'issuing_date_from=2026-09-04&issuing_date_to=2026-10-01&status=finalized',
      ['2026-10-01', '2026-09-04'],
    ],
  ])('filters by %s', (query, dates) => {
    expect(list(closed(), query).map(({ issuing_date }) => issuing_date)).toEqual(dates);
  });

  it.each([
    ['status=open', { status: ['value_is_invalid'] }],
    ['issuing_date_from=yesterday', { issuing_date_from: ['invalid_date'] }],
  ])('refuses %s', (query, details) => {
    expect(closed().get(`/api/v1/invoices?${query}`).body).toEqual(validationErrors(details));
  });

  it('is cut into pages like every list', () => {
    const target = closed();
    expect(target.get('/api/v1/invoices?per_page=3').body.meta).toEqual({
      current_page: 1,
      next_page: 2,
      prev_page: null,
      total_pages: 2,
      total_count: 4,
    });
    expect(list(target, 'per_page=3&page=2')).toHaveLength(1);
    expect(new Account().get('/api/v1/invoices').body).toMatchObject({
      invoices: [],
      meta: { current_page: 0, total_pages: 0 },
    });
  });

  it('needs the right to read invoices', () => {
    const target = closed();
    target.lago.addKey({ value: 'without', permissions: { subscription: ['read'] } });
    target.lago.addKey({ value: 'with', permissions: { invoice: ['read'] } });
    expect(target.get('/api/v1/invoices', 'without').body).toEqual({
      status: 403,
      error: 'Forbidden',
      code: 'read_action_not_allowed_for_invoice',
    });
    expect(target.get('/api/v1/invoices/none', 'without').status).toBe(403);
    expect(target.get('/api/v1/invoices', 'with').status).toBe(200);
  });
});

describe('GET /invoices/:lago_id', () => {
  it('tells the billing periods', () => {
    const target = account();
    target.nowMs = NOON + 30 * DAY;
    const [listed] = list(target);
    const { invoice } = target.get(`/api/v1/invoices/${listed?.lago_id}`).body;
    expect(invoice).toMatchObject({
      ...listed,
      billing_periods: [
        {
          external_subscription_id: 'sub-1',
          subscription_from_datetime: '2026-08-01T00:00:00Z',
          subscription_to_datetime: '2026-08-31T23:59:59Z',
          charges_from_datetime: '2026-08-01T00:00:00Z',
          charges_to_datetime: '2026-08-31T23:59:59Z',
          invoicing_reason: 'subscription_periodic',
        },
      ],
    });
    const subscription = target.get('/api/v1/subscriptions/sub-1').body.subscription as JsonObject;
    const [period] = (invoice as JsonObject).billing_periods as JsonObject[];
    expect(period?.lago_subscription_id).toBe(subscription.lago_id);
    expect(period?.lago_plan_id).toBe((subscription.plan as JsonObject).lago_id);
  });

  it('keeps the id and the number of an invoice that is final', () => {
    const target = account();
    target.nowMs = NOON + 30 * DAY;
    const [first] = list(target);
    target.nowMs = NOON + 60 * DAY;
    expect(target.get(`/api/v1/invoices/${first?.lago_id}`).body).toMatchObject({
      invoice: { number: first?.number as string },
    });
  });

  it('answers 404 to an unknown id, also to that of another organization', () => {
    const target = account();
    target.nowMs = NOON + 30 * DAY;
    target.lago.seed.organization({ name: 'Other', apiKey: 'other' });
    const unknown = { status: 404, error: 'Not Found', code: 'invoice_not_found' };
    expect(target.get('/api/v1/invoices/none').body).toEqual(unknown);
    expect(target.get(`/api/v1/invoices/${list(target)[0]?.lago_id}`, 'other').body).toEqual(
      unknown,
    );
  });
});

describe('a draft that is refreshed by hand', () => {
  const refreshed = (target: Account, id: unknown) =>
    target.send('PUT', `/api/v1/invoices/${id}/refresh`, '', { authorization: `Bearer ${KEY}` });

  it('has what has arrived by then, and stays a draft', () => {
    const target = account({ customer: grace(5) });
    use(target, 'a', '2026-08-20T00:00:00Z', 1);
    target.nowMs = at('2026-09-02T00:00:00Z');
    use(target, 'b', '2026-08-20T00:00:00Z', 20);
    const [{ lago_id } = {}] = list(target);
    target.nowMs += 1;
    expect(summary(target)).toEqual(['draft 100']);
    expect(refreshed(target, lago_id)).toMatchObject({
      status: 200,
      body: {
        invoice: { status: 'draft', total_amount_cents: 2100, fees: [{}, { units: '21.0' }] },
      },
    });
    use(target, 'c', '2026-08-20T00:00:00Z', 300);
    expect(summary(target)).toEqual(['draft 2100']);
  });

  it('stays as it is once it is final', () => {
    const target = account();
    use(target, 'a', '2026-08-20T00:00:00Z', 1);
    target.nowMs = at('2026-09-02T00:00:00Z');
    use(target, 'b', '2026-08-20T00:00:00Z', 20);
    target.nowMs += 1;
    expect(refreshed(target, list(target)[0]?.lago_id)).toMatchObject({
      status: 200,
      body: { invoice: { status: 'finalized', total_amount_cents: 100 } },
    });
  });

  it('stays as it was where an amount cannot be worked out', () => {
    const range = { from_value: 0, to_value: null, per_unit_amount: '1', flat_amount: '0' };
    const volume = { charge_model: 'volume', properties: { volume_ranges: [range] } };
    const target = account({
      customer: grace(5),
      plan: { charges: [{ billable_metric_code: 'units', ...volume }] },
    });
    use(target, 'a', '2026-08-20T00:00:00Z', 1);
    target.nowMs = at('2026-09-02T00:00:00Z');
    use(target, 'b', '2026-08-20T00:00:00Z', -20);
    target.nowMs += 1;
    expect(refreshed(target, list(target)[0]?.lago_id).status).toBe(500);
    expect(summary(target)).toEqual(['draft 100']);
  });

  it('needs the right to write invoices, and has to be there', () => {
    const target = account();
    target.lago.addKey({ value: 'reader', permissions: { invoice: ['read'] } });
    const path = '/api/v1/invoices/none/refresh';
    expect(target.send('PUT', path, '', { authorization: 'Bearer reader' }).status).toBe(403);
    expect(refreshed(target, 'none').body).toMatchObject({ code: 'invoice_not_found' });
  });
});

describe('the fees of an invoice', () => {
  const billed = (): Account => {
    const target = account({
      plan: {
        charges: [
          {
            billable_metric_code: 'units',
            charge_model: 'standard',
            properties: { amount: '0.125' },
          },
        ],
      },
    });
    use(target, 'a', '2026-08-11T00:00:00Z', 3);
    target.nowMs = at('2026-09-02T00:00:00Z');
    return target;
  };

  it('are one for the subscription and one for each charge that came to anything', () => {
    const target = billed();
    const [{ lago_id } = {}] = list(target);
    const { invoice } = target.get(`/api/v1/invoices/${lago_id}`).body;
    expect(invoice).toMatchObject({
      credits: [],
      applied_taxes: [],
      fees: [
        { item: { type: 'subscription', code: 'plan' }, amount_cents: 0, events_count: null },
        {
          item: { type: 'charge', code: 'units' },
          amount_cents: 38,
          precise_amount: '0.375',
          precise_unit_amount: '0.125',
          units: '3.0',
          events_count: 1,
        },
      ],
    });
  });

  it.each([
    ['', 2],
    ['fee_type=charge', 1],
    ['fee_type=charge&billable_metric_code=units&external_subscription_id=sub-1', 1],
    ['billable_metric_code=other', 0],
    ['external_subscription_id=other', 0],
    ['external_customer_id=cust', 2],
    ['payment_status=succeeded', 0],
  ])('are listed with %j: %i of them', (query, count) => {
    expect(billed().get(`/api/v1/fees?${query}`).body.fees).toHaveLength(count);
  });

  it('are not listed by a type that there is not', () => {
    expect(billed().get('/api/v1/fees?fee_type=nonsense').body).toEqual(
      validationErrors({ fee_type: ['value_is_invalid'] }),
    );
  });

  it('are the past usage of its subscription', () => {
    const target = billed();
    const path = '/api/v1/customers/cust/past_usage';
    expect(target.get(`${path}?external_subscription_id=sub-1`).body).toMatchObject({
      usage_periods: [
        {
          from_datetime: '2026-08-01T00:00:00Z',
          to_datetime: '2026-08-31T23:59:59Z',
          amount_cents: 38,
          charges_usage: [{ units: '3.0', billable_metric: { code: 'units' } }],
        },
      ],
      meta: { total_count: 1 },
    });
    expect(target.get(`${path}?external_subscription_id=none`).body.usage_periods).toEqual([]);
    expect(target.get(path).status).toBe(422);
    expect(
      target.get(`${path}?external_subscription_id=sub-1&billable_metric_code=none`).status,
    ).toBe(404);
  });
});

describe('the grace period of a customer', () => {
  it('is set over REST, shown and kept by later updates', () => {
    const target = new Account();
    const customer = (fields: JsonObject) =>
      target.post('/api/v1/customers', { customer: { external_id: 'c', ...fields } }).body;
    expect(customer(grace(7))).toMatchObject({
      customer: { billing_configuration: { invoice_grace_period: 7 } },
    });
    expect(customer({ name: 'Renamed' })).toMatchObject({
      customer: { billing_configuration: { invoice_grace_period: 7 } },
    });
  });

  it.each([-1, 1.5, '3'])('is refused as %j', (days) => {
    const customer = { external_id: 'c', billing_configuration: { invoice_grace_period: days } };
    expect(new Account().post('/api/v1/customers', { customer }).body).toEqual(
      validationErrors({ invoice_grace_period: ['value_is_invalid'] }),
    );
  });
});

it('the invoices of a crowd are listed page by page', () => {
  const target = new Account();
  target.lago.seed.catalog({ crowd: { metrics: 20, subscriptions: 10_000 } });
  target.nowMs = at('2026-10-02T00:00:00Z');
  expect(target.get('/api/v1/invoices?page=200').body).toMatchObject({
    meta: { next_page: null, total_count: 20_000 },
  });
});
