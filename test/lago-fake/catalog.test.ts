import type { JsonObject } from '../../sandbox/lago';
import { Account, KEY, subscribe, usageEvent, validationErrors } from './account';

/** An account that was filled over REST. */
function filled(): Account {
  const account = new Account();
  const metric = account.post('/api/v1/billable_metrics', {
    billable_metric: {
      name: 'Storage',
      code: 'storage',
      aggregation_type: 'sum_agg',
      field_name: 'gb',
      filters: [{ key: 'region', values: ['eu'] }],
    },
  });
  const { lago_id } = metric.body.billable_metric as JsonObject;
  account.post('/api/v1/plans', {
    plan: {
      name: 'Pro',
      code: 'pro',
      interval: 'monthly',
      amount_cents: 0,
      amount_currency: 'EUR',
      pay_in_advance: false,
      charges: [
        { billable_metric_id: lago_id, charge_model: 'standard', properties: { amount: '1' } },
      ],
    },
  });
  account.post('/api/v1/customers', {
    customer: { external_id: 'c1', name: 'One', timezone: 'Europe/Berlin' },
  });
  return account;
}

const subscribed = (account: Account, fields: JsonObject) =>
  account.post('/api/v1/subscriptions', {
    subscription: { external_customer_id: 'c1', plan_code: 'pro', external_id: 's1', ...fields },
  });

it.each([
  [
    'billable_metrics',
    { billable_metric: { name: 'N', code: 'n', aggregation_type: 'count_agg' } },
  ],
  ['plans', { plan: { name: 'N', code: 'n', interval: 'monthly' } }],
  ['customers', { customer: { external_id: 'n' } }],
  [
    'subscriptions',
    { subscription: { external_customer_id: 'n', plan_code: 'pro', external_id: 'n' } },
  ],
  ['events', { event: { transaction_id: 'n', code: 'n' } }],
  ['events/batch', { events: [{ transaction_id: 'n', code: 'n' }] }],
])('creating %s answers 200, not 201', (path, body) => {
  expect(filled().post(`/api/v1/${path}`, body).status).toBe(200);
});

describe('billable metrics', () => {
  it('are listed with their deprecated zero counters and without a search', () => {
    expect(filled().get('/api/v1/billable_metrics?search_term=none').body).toMatchObject({
      billable_metrics: [
        {
          code: 'storage',
          aggregation_type: 'sum_agg',
          field_name: 'gb',
          filters: [{ key: 'region', values: ['eu'] }],
          expression: null,
          recurring: false,
          plans_count: 0,
        },
      ],
      meta: { total_count: 1 },
    });
  });

  it('answer 404 to an unknown code', () => {
    expect(filled().get('/api/v1/billable_metrics/none').body).toEqual({
      status: 404,
      error: 'Not Found',
      code: 'billable_metric_not_found',
    });
  });

  it.each([
    [{ code: 'storage' }, { code: ['value_already_exist'] }],
    [{ code: '' }, { code: ['value_is_mandatory'] }],
    [
      { recurring: true, aggregation_type: 'max_agg' },
      { recurring: ['not_compatible_with_aggregation_type'] },
    ],
  ])('with %j are refused', (fields, details) => {
    const metric = {
      name: 'N',
      code: 'new',
      aggregation_type: 'sum_agg',
      field_name: 'n',
      ...fields,
    };
    expect(filled().post('/api/v1/billable_metrics', { billable_metric: metric }).body).toEqual(
      validationErrors(details),
    );
  });

  it('of the custom kind are refused with 403', () => {
    const billable_metric = { name: 'N', code: 'new', aggregation_type: 'custom_agg' };
    expect(filled().post('/api/v1/billable_metrics', { billable_metric }).status).toBe(403);
  });
});

describe('deleting a metric', () => {
  const deleted = (options: ConstructorParameters<typeof Account>[0]): Account => {
    const account = new Account(options);
    subscribe(account, { aggregation_type: 'count_agg' });
    account.event(usageEvent('a'));
    account.event(usageEvent('b', { code: 'other' }));
    account.event(usageEvent('c', { external_subscription_id: 'unknown' }));
    account.send('DELETE', '/api/v1/billable_metrics/units', '', {
      authorization: `Bearer ${KEY}`,
    });
    return account;
  };
  const shown = (account: Account) =>
    (account.get('/api/v1/events').body.events as JsonObject[]).map(
      (event) => event.transaction_id,
    );

  it('takes its charge away and leaves its events', () => {
    const account = deleted({});
    expect(account.get('/api/v1/billable_metrics/units').status).toBe(404);
    expect(account.get('/api/v1/plans/plan').body).toMatchObject({ plan: { charges: [] } });
    expect(shown(account)).toEqual(['a', 'b', 'c']);
  });

  it('takes its events on plans that charge it too in Lago before August 2026, while their ids stay taken', () => {
    const account = deleted({ deletesEventsOfMetrics: true });
    expect(shown(account)).toEqual(['b', 'c']);
    expect(account.get('/api/v1/events/a').status).toBe(404);
    expect(account.event(usageEvent('a')).body).toEqual(
      validationErrors({ transaction_id: ['value_already_exist'] }),
    );
    account.lago.seed.metric({ name: 'Units', code: 'units', aggregation_type: 'count_agg' });
    expect(account.lago.billing().map(({ billed }) => billed)).toEqual([false, false, false]);
  });

  it('takes them on ClickHouse as well, where the ids were never taken', () => {
    const account = deleted({ deletesEventsOfMetrics: true, eventsStore: 'clickhouse' });
    expect(shown(account)).toEqual(['c', 'b']);
    expect(account.event(usageEvent('a')).status).toBe(200);
  });
});

describe('plans', () => {
  it('lose a charge that an update does not name, and what it would have billed', () => {
    const account = filled();
    subscribed(account, {});
    account.event(
      usageEvent('a', { external_subscription_id: 's1', code: 'storage', properties: { gb: 2 } }),
    );
    const charges = () => account.lago.usage('c1', 's1').charges_usage as JsonObject[];
    const [charge] = (account.get('/api/v1/plans/pro').body.plan as JsonObject)
      .charges as JsonObject[];
    const put = (kept: JsonObject[]) =>
      account.send('PUT', '/api/v1/plans/pro', JSON.stringify({ plan: { charges: kept } }), {
        authorization: `Bearer ${KEY}`,
        'content-type': 'application/json',
      });
    put([{ id: charge?.lago_id ?? null, properties: { amount: '3' } }]);
    expect(charges()).toMatchObject([{ amount_cents: 600 }]);
    expect(put([]).body).toMatchObject({ plan: { code: 'pro', charges: [] } });
    expect(charges()).toEqual([]);
  });

  it('tell which metrics they charge', () => {
    expect(filled().get('/api/v1/plans/pro').body).toMatchObject({
      plan: {
        code: 'pro',
        interval: 'monthly',
        charges: [
          {
            billable_metric_code: 'storage',
            charge_model: 'standard',
            properties: { amount: '1' },
            filters: [],
          },
        ],
      },
    });
    expect(filled().get('/api/v1/plans').body).toMatchObject({ plans: [{ code: 'pro' }] });
  });

  const range = (from_value: number, to_value: number | null, per_unit_amount: unknown = '1') => ({
    from_value,
    to_value,
    per_unit_amount,
    flat_amount: '0',
  });
  it.each([
    ['standard', { amount: 1 }, 'invalid_amount'],
    ['standard', { amount: '-1' }, 'invalid_amount'],
    ['package', { amount: '1', package_size: 10 }, 'invalid_free_units'],
    ['package', { amount: '1', package_size: 0, free_units: 0 }, 'invalid_package_size'],
    ['percentage', { rate: 'x' }, 'invalid_rate'],
    ['percentage', { rate: '1', fixed_amount: 1 }, 'invalid_fixed_amount'],
    ['volume', { volume_ranges: [] }, 'missing_volume_ranges'],
    ['volume', { volume_ranges: [range(0, 10), range(11, 11), range(12, null)] }, undefined],
    ['volume', { volume_ranges: [range(0, 10), range(20, null)] }, undefined],
    ['volume', { volume_ranges: [range(0, 10)] }, undefined],
    ['graduated', { graduated_ranges: [range(0, 5), range(6, 6), range(7, null)] }, undefined],
    ['graduated', { graduated_ranges: [range(0, null, 1)] }, 'invalid_amount'],
    ['standard', { amount: '1', pricing_group_keys: ['a', ''] }, 'invalid_type'],
  ])(
    'refuse %s with %j: %j',
    (charge_model, properties, code = `invalid_${charge_model}_ranges`) => {
      const account = filled();
      const metric = account.get('/api/v1/billable_metrics/storage').body.billable_metric;
      const { lago_id: billable_metric_id } = metric as JsonObject;
      const charges = [{ billable_metric_id, charge_model, properties }];
      const plan = { name: 'N', code: 'n', interval: 'monthly', charges };
      expect(account.post('/api/v1/plans', { plan }).body).toEqual(
        validationErrors({ properties: [code] }),
      );
    },
  );

  it('can be deleted, and go with their subscriptions a moment later', () => {
    const account = filled();
    subscribed(account, {});
    subscribed(account, { external_id: 's2', subscription_at: '2026-09-01T00:00:00Z' });
    const remove = () =>
      account.send('DELETE', '/api/v1/plans/pro', '', { authorization: `Bearer ${KEY}` });
    expect(remove().body).toMatchObject({ plan: { code: 'pro' } });
    expect(account.get('/api/v1/plans').body).toMatchObject({ plans: [{ code: 'pro' }] });
    account.nowMs += 1000;
    expect(remove()).toMatchObject({ status: 404, body: { code: 'plan_not_found' } });
    expect(account.get('/api/v1/plans').body).toMatchObject({ plans: [] });
    const statusOf = (id: string) =>
      account.get(`/api/v1/subscriptions/${id}?status[]=terminated&status[]=canceled`).body;
    expect(statusOf('s1')).toMatchObject({ subscription: { status: 'terminated' } });
    expect(statusOf('s2')).toMatchObject({ subscription: { status: 'canceled' } });
  });

  it('answer 404 to an unknown code', () => {
    expect(filled().get('/api/v1/plans/none').body).toMatchObject({
      status: 404,
      code: 'plan_not_found',
    });
  });

  it('need the id of a metric for a charge', () => {
    const plan = {
      name: 'P',
      code: 'p',
      interval: 'monthly',
      charges: [{ billable_metric_id: 'x', charge_model: 'standard' }],
    };
    expect(filled().post('/api/v1/plans', { plan }).status).toBe(404);
  });
});

describe('customers', () => {
  it('are found by an id with dots only where these are encoded', () => {
    const account = filled();
    account.lago.seed.customer({ external_id: 'a.b@example.com' });
    expect(account.get('/api/v1/customers/a.b@example.com').body).toEqual({
      status: 404,
      error: 'Not Found',
      code: 'resource_not_found',
    });
    expect(account.get('/api/v1/customers/a%2Eb@example%2Ecom').status).toBe(200);
  });

  it('can be deleted, and their subscriptions end a moment later', () => {
    const account = filled();
    subscribed(account, {});
    const remove = () =>
      account.send('DELETE', '/api/v1/customers/c1', '', { authorization: `Bearer ${KEY}` });
    expect([remove().status, remove().status]).toEqual([200, 404]);
    expect(account.get('/api/v1/subscriptions/s1').status).toBe(200);
    account.nowMs += 1000;
    expect(account.get('/api/v1/subscriptions/s1').status).toBe(404);
  });

  it('have neither a time zone nor a grace period with a free licence', () => {
    const account = new Account({ licence: 'free' });
    const billing_configuration = { invoice_grace_period: 3 };
    const customer = { external_id: 'c', timezone: 'Europe/Berlin', billing_configuration };
    expect(account.post('/api/v1/customers', { customer }).body).toMatchObject({
      customer: {
        timezone: null,
        applicable_timezone: 'UTC',
        billing_configuration: { invoice_grace_period: null },
      },
    });
  });

  it('are created once and updated afterwards', () => {
    const account = filled();
    account.post('/api/v1/customers', { customer: { external_id: 'c1', name: 'Renamed' } });
    expect(account.get('/api/v1/customers').body).toMatchObject({
      customers: [
        {
          external_id: 'c1',
          name: 'Renamed',
          timezone: 'Europe/Berlin',
          applicable_timezone: 'Europe/Berlin',
        },
      ],
      meta: { total_count: 1 },
    });
  });

  it('without a zone have that of the organization', () => {
    const account = new Account();
    account.lago.seed.organization({ name: 'Paris', apiKey: 'paris', timezone: 'Europe/Paris' });
    account.lago.seed.customer({ external_id: 'c' }, 'paris');
    expect(account.get('/api/v1/customers/c', 'paris').body).toMatchObject({
      customer: { timezone: null, applicable_timezone: 'Europe/Paris' },
    });
  });

  it.each([
    ['external_id=c1', ['c1']],
    ['external_id=C1', []],
    ['search_term=ONE', ['c1']],
    ['search_term=c', ['c2', 'c1']],
    ['search_term=two&external_id=c1', ['c1']],
  ])('with %s are %j', (query, ids) => {
    const account = filled();
    account.lago.seed.customer({ external_id: 'c2', name: 'Two' });
    const found = account.get(`/api/v1/customers?${query}`).body.customers as JsonObject[];
    expect(found.map(({ external_id }) => external_id)).toEqual(ids);
  });

  it('answer 404 to an unknown id', () => {
    expect(filled().get('/api/v1/customers/none').body).toMatchObject({
      status: 404,
      code: 'customer_not_found',
    });
  });
});

describe('subscriptions', () => {
  it('create their customer, lose spaces around their id and start now', () => {
    const account = filled();
    expect(
      subscribed(account, { external_customer_id: 'fresh', external_id: ' s1 ' }).body,
    ).toMatchObject({
      subscription: {
        external_id: 's1',
        external_customer_id: 'fresh',
        plan_code: 'pro',
        status: 'active',
        started_at: '2026-08-10T12:00:00.000Z',
        terminated_at: null,
      },
    });
    expect(account.get('/api/v1/customers/fresh').status).toBe(200);
  });

  it.each([
    [{ plan_code: 'none' }, 404, { code: 'plan_not_found' }],
    [
      { ending_at: '2026-08-10T23:00:00Z' },
      422,
      { error_details: { ending_at: ['invalid_date'] } },
    ],
    [{ subscription_at: 'x' }, 422, { error_details: { subscription_at: ['invalid_date'] } }],
    [{ billing_time: 'x' }, 422, { error_details: { billing_time: ['value_is_invalid'] } }],
    [
      { external_customer_id: 'c2' },
      422,
      { error_details: { external_id: ['value_already_exist'] } },
    ],
  ])('with %j are refused with %i', (fields, status, body) => {
    const account = filled();
    subscribed(account, {});
    const answer = subscribed(account, fields as JsonObject);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject(body);
  });

  it('of one external id show the one that ended last', () => {
    const account = filled();
    for (const month of ['06', '07'])
      account.lago.seed.subscription({
        external_customer_id: 'c1',
        plan_code: 'pro',
        external_id: 's1',
        created_at: `2026-${month}-01T00:00:00Z`,
        subscription_at: `2026-${month}-01T00:00:00Z`,
        terminated_at: `2026-${month}-15T00:00:00Z`,
      });
    expect(account.get('/api/v1/subscriptions/s1?status=terminated').body).toMatchObject({
      subscription: { terminated_at: '2026-07-15T00:00:00Z' },
    });
  });

  it('give their customer the currency of their plan, if it has none', () => {
    const account = filled();
    subscribed(account, {});
    expect(account.get('/api/v1/customers/c1').body).toMatchObject({
      customer: { currency: 'EUR' },
    });
  });

  it('are the ones that are there when they come again, and leave the customer of a refused one', () => {
    const account = filled();
    const made = subscribed(account, {}).body.subscription as JsonObject;
    const again = subscribed(account, { name: 'Other' });
    expect(again.body).toMatchObject({ subscription: { lago_id: made.lago_id, name: '' } });
    subscribed(account, { external_customer_id: 'c2' });
    expect(account.get('/api/v1/customers/c2').status).toBe(200);
  });

  it('are listed newest start first, and all of them where a status is unknown', () => {
    const account = filled();
    subscribed(account, { external_id: 'old', subscription_at: '2026-08-01T00:00:00Z' });
    subscribed(account, { external_id: 'new', subscription_at: '2026-08-02T00:00:00Z' });
    subscribed(account, { external_id: 'next', subscription_at: '2026-12-01T00:00:00Z' });
    const listed = (query: string) =>
      (account.get(`/api/v1/subscriptions?${query}`).body.subscriptions as JsonObject[]).map(
        ({ external_id }) => external_id,
      );
    expect(listed('')).toEqual(['new', 'old']);
    expect(listed('external_id[]=old&search_term=old')).toEqual(['new', 'old']);
    expect(listed('status[]=nonsense')).toEqual(['next', 'new', 'old']);
  });

  it('are listed only while active unless other statuses are asked for', () => {
    const account = filled();
    subscribed(account, { external_id: 'active' });
    subscribed(account, { external_id: 'pending', subscription_at: '2026-09-01T00:00:00Z' });
    subscribed(account, { external_id: 'ended' });
    account.lago.seed.terminate('ended');
    account.lago.seed.subscription({
      external_customer_id: 'c1',
      plan_code: 'pro',
      external_id: 'off',
      status: 'canceled',
    });
    const ids = (query: string) =>
      (account.get(`/api/v1/subscriptions?${query}`).body.subscriptions as JsonObject[]).map(
        (s) => s.external_id,
      );
    expect(ids('')).toEqual(['active']);
    expect(ids('status[]=pending&status[]=terminated')).toEqual(['pending', 'ended']);
    expect(ids('status%5B%5D=canceled')).toEqual(['off']);
    expect(ids('plan_code=none')).toEqual([]);
    expect(ids('external_customer_id=c1')).toEqual(['active']);
    expect(ids('external_id=active')).toEqual(['active']);
    expect(ids('external_id=pending')).toEqual([]);
    expect(ids('currency=EUR')).toEqual(['active']);
    expect(ids('currency=USD')).toEqual([]);
    expect(ids('status[]=incomplete')).toEqual([]);
  });

  it('that were never active are listed as incomplete or canceled', () => {
    const account = filled();
    subscribed(account, { external_id: 'active' });
    for (const status of ['canceled', 'incomplete'])
      account.lago.seed.subscription({
        external_customer_id: 'c1',
        plan_code: 'pro',
        external_id: `is ${status}`,
        status,
      });
    const { subscriptions } = account.get(
      '/api/v1/subscriptions?status[]=incomplete&status[]=canceled',
    ).body;
    expect(
      (subscriptions as JsonObject[]).map(({ external_id, status }) => [external_id, status]),
    ).toEqual([
      ['is incomplete', 'incomplete'],
      ['is canceled', 'canceled'],
    ]);
  });

  it('start and end with the clock', () => {
    const account = filled();
    subscribed(account, {
      subscription_at: '2026-09-01T00:00:00Z',
      ending_at: '2026-10-01T00:00:00Z',
    });
    const status = () =>
      (
        account.get('/api/v1/subscriptions/s1?status[]=active&status[]=pending&status[]=terminated')
          .body.subscription as JsonObject
      ).status;
    expect(status()).toBe('pending');
    account.nowMs = Date.UTC(2026, 8, 15);
    expect(status()).toBe('active');
    account.nowMs = Date.UTC(2026, 9, 15);
    expect(status()).toBe('terminated');
  });

  it('tell their start with milliseconds and their end without', () => {
    const account = filled();
    subscribed(account, { subscription_at: '2026-08-01T00:00:00.250Z' });
    account.nowMs += 750;
    account.lago.seed.terminate('s1');
    expect(account.get('/api/v1/subscriptions/s1?status=terminated').body).toMatchObject({
      subscription: {
        started_at: '2026-08-01T00:00:00.250Z',
        terminated_at: '2026-08-10T12:00:00Z',
      },
    });
  });

  it('tell their billing period in the zone of the customer', () => {
    const account = filled();
    subscribed(account, { subscription_at: '2026-01-01T00:00:00Z' });
    expect(account.get('/api/v1/subscriptions').body).toMatchObject({
      subscriptions: [
        {
          current_billing_period_started_at: '2026-07-31T22:00:00Z',
          current_billing_period_ending_at: '2026-08-31T21:59:59Z',
        },
      ],
    });
  });

  it('show their plan with its charges one by one, and answer 404 when inactive', () => {
    const account = filled();
    subscribed(account, {});
    expect(account.get('/api/v1/subscriptions/s1').body).toMatchObject({
      subscription: { plan: { charges: [{ billable_metric_code: 'storage' }] } },
    });
    account.lago.seed.terminate('s1');
    expect(account.get('/api/v1/subscriptions/s1').body).toMatchObject({
      status: 404,
      code: 'subscription_not_found',
    });
    expect(account.get('/api/v1/subscriptions/s1?status=terminated').status).toBe(200);
  });

  it('of one customer have a path of their own', () => {
    const account = filled();
    subscribed(account, {});
    expect(account.get('/api/v1/customers/c1/subscriptions').body).toMatchObject({
      subscriptions: [{ external_id: 's1' }],
    });
  });
});

describe('a crowd', () => {
  const account = new Account();
  account.lago.seed.catalog({ crowd: { metrics: 2_000, subscriptions: 10_000 } });

  it.each([
    ['billable_metrics', 2_000],
    ['plans', 1],
    ['customers', 10_000],
    ['subscriptions', 10_000],
  ] as const)('has its %s listed page by page and counted', (what, count) => {
    expect(account.get(`/api/v1/${what}`).body).toMatchObject({
      meta: { current_page: 1, total_count: count },
    });
    const last = account.get(`/api/v1/${what}?page=${Math.ceil(count / 100)}`).body;
    expect(last).toMatchObject({ meta: { next_page: null } });
    expect(last[what]).toHaveLength(Math.min(count, 100));
  });

  it('is charged for every metric by the plan of every subscription', () => {
    const [plan] = account.get('/api/v1/plans').body.plans as JsonObject[];
    expect(plan?.charges).toHaveLength(2_000);
    expect(account.get('/api/v1/subscriptions/subscription-10000').body).toMatchObject({
      subscription: {
        status: 'active',
        external_customer_id: 'customer-10000',
        plan_code: plan?.code as string,
      },
    });
  });
});

it('a limit in front of Lago makes pages smaller than asked for, which meta tells', () => {
  const account = new Account({ maxPerPage: 50 });
  account.lago.seed.catalog({ crowd: { metrics: 120, subscriptions: 0 } });
  const page = (query: string) => account.get(`/api/v1/billable_metrics?${query}`).body;
  expect(page('per_page=1000').meta).toMatchObject({
    next_page: 2,
    total_pages: 3,
    total_count: 120,
  });
  expect(page('page=3').billable_metrics).toHaveLength(20);
  expect(page('per_page=7').billable_metrics).toHaveLength(7);
});

describe('wallets', () => {
  const made = (target: Account, fields: JsonObject = {}) =>
    target.post('/api/v1/wallets', {
      wallet: { external_customer_id: 'c', rate_amount: '0.5', currency: 'EUR', ...fields },
    });
  const customer = (): Account => {
    const target = new Account();
    target.lago.seed.customer({ external_id: 'c' });
    return target;
  };

  it('hold the credits that were granted, and none of those to be paid', () => {
    const target = customer();
    const answer = made(target, { name: 'Prepaid', granted_credits: '10', paid_credits: '7' });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        wallet: {
          external_customer_id: 'c',
          name: 'Prepaid',
          status: 'active',
          currency: 'EUR',
          rate_amount: '0.5',
          credits_balance: '10.0',
          balance_cents: 500,
          consumed_credits: '0.0',
          ongoing_balance_cents: 500,
        },
      },
    });
    const { lago_id } = answer.body.wallet as JsonObject;
    expect(target.get(`/api/v1/wallets/${lago_id}`).body).toEqual(answer.body);
  });

  it('are listed for all customers or for one', () => {
    const target = customer();
    made(target);
    const listed = (query: string) =>
      (target.get(`/api/v1/wallets?${query}`).body.wallets as JsonObject[]).length;
    expect([
      listed(''),
      listed('external_customer_id=c'),
      listed('external_customer_id=d'),
    ]).toEqual([1, 1, 0]);
  });

  it('pay no invoice, since no invoice of the fake is paid', () => {
    const target = new Account();
    subscribe(target, { aggregation_type: 'count_agg' });
    made(target, { external_customer_id: 'cust', granted_credits: '10' });
    target.event(usageEvent('a'));
    target.nowMs = Date.UTC(2026, 8, 2);
    expect(target.lago.invoices()).toMatchObject([
      { total_amount_cents: 100, prepaid_credit_amount_cents: 0, payment_status: 'pending' },
    ]);
    expect(target.get('/api/v1/wallets').body).toMatchObject({ wallets: [{ balance_cents: 500 }] });
  });

  it.each<[JsonObject, JsonObject]>([
    [{ external_customer_id: 'nobody' }, { customer: ['customer_not_found'] }],
    [{ rate_amount: null }, { rate_amount: ['value_is_mandatory'] }],
    [
      { granted_credits: 'many' },
      { granted_credits: ['invalid_granted_credits', 'invalid_amount'] },
    ],
  ])('with %j are refused', (fields, details) => {
    expect(made(customer(), fields).body).toEqual(validationErrors(details));
  });

  it('answer 404 to an unknown id', () => {
    expect(new Account().get('/api/v1/wallets/none').body).toMatchObject({
      code: 'wallet_not_found',
    });
  });
});
