import type { JsonObject } from '../../sandbox/lago';
import { Account, seconds, subscribe, usageEvent } from './account';

const at = (iso: string): number => Date.parse(iso);

type Setting = Parameters<typeof subscribe>[3];

const account = (more: Setting = {}): Account => {
  const created = new Account();
  subscribe(created, { aggregation_type: 'sum_agg' }, undefined, more);
  return created;
};

/** An event of `n` that is sent at one time and dated at another. */
function use(
  target: Account,
  id: string,
  n: number,
  { sent, dated = sent }: { sent: string; dated?: string },
): void {
  target.nowMs = at(sent);
  const answer = target.event(
    usageEvent(id, { timestamp: String(seconds(at(dated))), properties: { n } }),
  );
  expect(answer.status).toBe(200);
}

/** Every invoice: its state, its cents, and the period of its charges. */
const book = (target: Account, now: string): string[] => {
  target.nowMs = at(now);
  return target.lago.invoices().map(({ status, total_amount_cents, billing_periods }) => {
    const [period] = billing_periods as JsonObject[];
    const [from, to] = [period?.charges_from_datetime, period?.charges_to_datetime];
    return `${status} ${total_amount_cents}: ${from} to ${to}`;
  });
};

const subscriptionOf = (target: Account, now: string, id = 'sub-1'): JsonObject => {
  target.nowMs = at(now);
  const answer = target.get(`/api/v1/subscriptions?external_id=${id}&status[]=active`);
  const [found] = answer.body.subscriptions as JsonObject[];
  return found ?? {};
};

const changePlan = (target: Account, plan: string, amountCents: number, now: string): void => {
  target.nowMs = at(now);
  target.lago.seed.plan({
    name: plan,
    code: plan,
    interval: 'monthly',
    amount_cents: amountCents,
    amount_currency: 'EUR',
    charges: [
      { billable_metric_code: 'units', charge_model: 'standard', properties: { amount: '2' } },
    ],
  });
  const answer = target.post('/api/v1/subscriptions', {
    subscription: { external_customer_id: 'cust', external_id: 'sub-1', plan_code: plan },
  });
  expect(answer.status).toBe(200);
};

describe('until the job has run', () => {
  it('current usage is that of the new period already', () => {
    const target = account();
    use(target, 'a', 3, { sent: '2026-08-31T23:00:00Z' });
    target.nowMs = at('2026-09-01T00:01:00Z');
    expect(target.lago.usage('cust', 'sub-1')).toMatchObject({
      from_datetime: '2026-09-01T00:00:00Z',
      amount_cents: 0,
    });
  });
});

describe('a subscription', () => {
  it.each([
    ['UTC', '2026-08-20T00:00:00.000Z'],
    ['Europe/Berlin', '2026-08-19T22:00:00.000Z'],
    ['America/New_York', '2026-08-20T04:00:00.000Z'],
  ])(
    'of the future starts with the first job of its day where the customer is (%s)',
    (timezone, started) => {
      const target = account({
        customer: { timezone },
        subscription: { subscription_at: '2026-08-20T15:00:00Z' },
      });
      expect(subscriptionOf(target, new Date(at(started) - 1).toISOString())).toEqual({});
      expect(subscriptionOf(target, started)).toMatchObject({
        started_at: started,
        subscription_at: '2026-08-20T15:00:00Z',
      });
    },
  );
});

describe('a smaller plan', () => {
  it('begins with the job that invoices the period; what is dated before that is in neither', () => {
    const target = account({ plan: { amount_cents: 900 } });
    use(target, 'old', 1, { sent: '2026-08-20T00:00:00Z' });
    changePlan(target, 'small', 0, '2026-08-21T06:00:00Z');
    expect(subscriptionOf(target, '2026-08-30T00:00:00Z')).toMatchObject({ plan_code: 'plan' });
    use(target, 'in neither', 50, { sent: '2026-09-01T00:05:00Z' });
    use(target, 'new', 1, { sent: '2026-09-01T00:11:00Z' });
    expect(subscriptionOf(target, '2026-09-01T00:11:00Z')).toMatchObject({
      plan_code: 'small',
      started_at: '2026-09-01T00:10:00.000Z',
    });
    expect(book(target, '2026-10-01T00:10:00Z')).toEqual([
      'finalized 100: 2026-08-01T00:00:00Z to 2026-08-31T23:59:59Z',
      'finalized 200: 2026-09-01T00:10:00Z to 2026-09-30T23:59:59Z',
    ]);
  });

  it('waits for the end of the plan’s own period, where its charges are billed every month', () => {
    const target = account({
      plan: { amount_cents: 900, interval: 'yearly', bill_charges_monthly: true },
    });
    changePlan(target, 'small', 0, '2026-08-21T06:00:00Z');
    expect(subscriptionOf(target, '2026-12-31T23:00:00Z')).toMatchObject({ plan_code: 'plan' });
    expect(subscriptionOf(target, '2027-01-01T00:10:00Z')).toMatchObject({ plan_code: 'small' });
  });

  it('is given up when its subscription ends before', () => {
    const target = account({ plan: { amount_cents: 900 } });
    changePlan(target, 'small', 0, '2026-08-21T06:00:00Z');
    target.nowMs = at('2026-08-22T00:00:00Z');
    target.lago.seed.terminate('sub-1');
    const { subscriptions } = target.get('/api/v1/subscriptions?status[]=canceled').body;
    expect(subscriptions).toMatchObject([{ plan_code: 'small', started_at: null }]);
    expect(subscriptionOf(target, '2026-09-01T00:11:00Z')).toEqual({});
  });
});

it('asking for the plan that a subscription has changes nothing', () => {
  const target = account();
  const { lago_id } = subscriptionOf(target, '2026-08-12T00:00:00Z');
  const answer = target.post('/api/v1/subscriptions', {
    subscription: { external_customer_id: 'cust', external_id: 'sub-1', plan_code: 'plan' },
  });
  expect(answer).toMatchObject({ status: 200, body: { subscription: { lago_id: lago_id ?? '' } } });
});
