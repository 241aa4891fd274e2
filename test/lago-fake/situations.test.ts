import type { EventsStoreName, JobName, JsonObject } from '../../sandbox/lago';
import { Account, KEY, seconds, subscribe, usageEvent } from './account';
import { AREAS } from './facts/facts';

const STORES: EventsStoreName[] = ['postgres', 'clickhouse'];
const at = (iso: string): number => Date.parse(iso);
const AUTHORIZED = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };

/** What somebody does, or sees, at a moment. */
type Deed = (target: Account) => void;

interface Situation {
  readonly title: string;
  /** Of docs/lago.md, where it stands how it is known. */
  readonly fact: string;
  /** One metric `units`, a sum unless given, at 1 EUR a unit on a monthly plan unless given. */
  readonly metric?: JsonObject;
  readonly charge?: JsonObject;
  readonly more?: Parameters<typeof subscribe>[3];
  readonly eventJobsPerSecond?: number;
  /** In the order of time; the subscription is there from the tenth of August, noon. */
  readonly deeds: readonly (readonly [moment: string, deed: Deed])[];
  /** Every invoice there is at the end: its state, its cents, and the days of its charges. */
  readonly invoices: readonly string[];
  readonly end: string;
}

/** Sends an event of some units, dated at that moment unless given. */
const send =
  (n: number, dated?: string): Deed =>
  (target) => {
    const timestamp = String(seconds(dated === undefined ? target.nowMs : at(dated)));
    const event = usageEvent(`event ${target.ids().length}`, { timestamp, properties: { n } });
    expect(target.event(event).status).toBe(200);
  };

/** Sends many events at once that nothing charges for. */
const sendOthers =
  (count: number): Deed =>
  (target) => {
    const events = Array.from({ length: count }, (_, place) =>
      usageEvent(`other ${place}`, { code: 'other' }),
    );
    expect(target.batch(events).status).toBe(200);
  };

/** Subscribes to another plan, of 2 EUR a unit. */
const changePlan =
  (amount_cents: number): Deed =>
  (target) => {
    target.lago.seed.plan({
      name: 'other',
      code: 'other',
      interval: 'monthly',
      amount_cents,
      amount_currency: 'EUR',
      charges: [
        { billable_metric_code: 'units', charge_model: 'standard', properties: { amount: '2' } },
      ],
    });
    const subscription = { external_customer_id: 'cust', external_id: 'sub-1', plan_code: 'other' };
    expect(target.post('/api/v1/subscriptions', { subscription }).status).toBe(200);
  };

const terminate: Deed = ({ lago }) => lago.seed.terminate('sub-1');

const deleteMetric: Deed = (target) => {
  expect(target.send('DELETE', '/api/v1/billable_metrics/units', '', AUTHORIZED).status).toBe(200);
};

const takeChargeOff: Deed = (target) => {
  const body = JSON.stringify({ plan: { charges: [] } });
  expect(target.send('PUT', '/api/v1/plans/plan', body, AUTHORIZED).status).toBe(200);
};

const refreshDrafts: Deed = (target) => {
  for (const { lago_id } of target.get('/api/v1/invoices?status=draft').body
    .invoices as JsonObject[])
    expect(target.send('PUT', `/api/v1/invoices/${lago_id}/refresh`, '', AUTHORIZED).status).toBe(
      200,
    );
};

const leaveOut =
  (job: JobName): Deed =>
  ({ lago }) =>
    lago.leaveOut(job);

const bringBack =
  (job: JobName): Deed =>
  ({ lago }) =>
    lago.bringBack(job);

const usagePath = '/api/v1/customers/cust/current_usage?external_subscription_id=sub-1';

const seeUsage =
  (cents: number): Deed =>
  (target) =>
    expect(target.get(usagePath).body).toMatchObject({ customer_usage: { amount_cents: cents } });

const seeUsageBreak: Deed = (target) => expect(target.get(usagePath).status).toBe(500);

const seeInvoices =
  (...invoices: string[]): Deed =>
  (target) =>
    expect(book(target)).toEqual(invoices);

const book = (target: Account): string[] =>
  target.lago.invoices().map(({ status, total_amount_cents, billing_periods }) => {
    const [period] = billing_periods as JsonObject[];
    const [from, to] = [period?.charges_from_datetime, period?.charges_to_datetime];
    return `${status} ${total_amount_cents}: ${from} to ${to}`;
  });

const AUGUST = '2026-08-01T00:00:00Z to 2026-08-31T23:59:59Z';
const SEPTEMBER = '2026-09-01T00:00:00Z to 2026-09-30T23:59:59Z';

const WEIGHTED = {
  aggregation_type: 'weighted_sum_agg',
  weighted_interval: 'seconds',
  recurring: true,
};
const IN_ADVANCE = {
  charge_model: 'standard',
  pay_in_advance: true,
  properties: { amount: '1' },
};
const VOLUME = {
  charge_model: 'volume',
  properties: {
    volume_ranges: [{ from_value: 0, to_value: null, per_unit_amount: '1', flat_amount: '0' }],
  },
};
const customer = (fields: JsonObject): Situation['more'] => ({ customer: fields });
const grace = (days: number): JsonObject => ({
  billing_configuration: { invoice_grace_period: days },
});

const SITUATIONS: readonly Situation[] = [
  {
    title: 'the job makes the invoice ten minutes after the period',
    fact: 'jobs.minutes',
    deeds: [
      ['2026-08-20T00:00:00Z', send(1)],
      ['2026-09-01T00:09:59Z', seeInvoices()],
    ],
    invoices: [`finalized 100: ${AUGUST}`],
    end: '2026-09-01T00:10:00Z',
  },
  {
    title: 'until the job has run the old period takes events, and none after',
    fact: 'jobs.old-period',
    deeds: [
      ['2026-09-01T00:09:59Z', send(1, '2026-08-31T23:00:00Z')],
      ['2026-09-01T00:10:00Z', send(20, '2026-08-31T23:00:00Z')],
    ],
    invoices: [`finalized 100: ${AUGUST}`],
    end: '2026-09-02T00:00:00Z',
  },
  {
    title: 'a start in the past: the first invoice is that of the period in which it was made',
    fact: 'periods.backdated',
    more: {
      subscription: {
        subscription_at: '2026-06-10T00:00:00Z',
        created_at: '2026-08-10T12:00:00Z',
      },
    },
    deeds: [
      ['2026-08-20T00:00:00Z', send(100, '2026-07-31T23:59:59Z')],
      ['2026-08-20T00:00:00Z', send(1, '2026-08-01T00:00:00Z')],
    ],
    invoices: [`finalized 100: ${AUGUST}`],
    end: '2026-09-02T00:00:00Z',
  },
  {
    title: 'a pending subscription starts with the first job of its local day, not when it was to',
    fact: 'jobs.start',
    more: {
      customer: { timezone: 'America/New_York' },
      subscription: { subscription_at: '2026-08-20T15:00:00Z' },
    },
    deeds: [
      ['2026-08-20T03:59:59Z', send(1)],
      ['2026-08-20T04:00:01Z', send(20)],
    ],
    invoices: ['finalized 2000: 2026-08-20T04:00:00Z to 2026-09-01T03:59:59Z'],
    end: '2026-09-02T00:00:00Z',
  },
  {
    title: 'a pending subscription waits where its job is left out',
    fact: 'jobs.start',
    more: { subscription: { subscription_at: '2026-08-20T15:00:00Z' } },
    deeds: [
      ['2026-08-19T00:00:00Z', leaveOut('start')],
      ['2026-08-20T16:00:00Z', send(1)],
      ['2026-08-21T10:03:00Z', bringBack('start')],
      ['2026-08-21T10:06:00Z', send(20)],
    ],
    invoices: ['finalized 2000: 2026-08-21T10:05:00Z to 2026-08-31T23:59:59Z'],
    end: '2026-09-02T00:00:00Z',
  },
  {
    title: 'a planned end comes at the start of its local day, however late in it it was to',
    fact: 'jobs.end',
    more: {
      customer: { timezone: 'Europe/Berlin' },
      subscription: { ending_at: '2026-08-20T21:59:59Z' },
    },
    deeds: [
      ['2026-08-19T22:04:59Z', send(1)],
      ['2026-08-20T10:00:00Z', send(20)],
    ],
    invoices: ['finalized 100: 2026-07-31T22:00:00Z to 2026-08-19T22:05:00Z'],
    end: '2026-09-02T00:00:00Z',
  },
  {
    title: 'a smaller plan begins with the job; what is dated from midnight to it is in neither',
    fact: 'jobs.downgrade',
    more: { plan: { amount_cents: 900 } },
    deeds: [
      ['2026-08-20T00:00:00Z', send(1)],
      ['2026-08-21T00:00:00Z', changePlan(0)],
      ['2026-09-01T00:05:00Z', send(50)],
      ['2026-09-01T00:11:00Z', send(3)],
    ],
    invoices: [
      `finalized 100: ${AUGUST}`,
      'finalized 600: 2026-09-01T00:10:00Z to 2026-09-30T23:59:59Z',
    ],
    end: '2026-10-01T00:10:00Z',
  },
  {
    title: 'a larger plan begins at once',
    fact: 'jobs.upgrade',
    deeds: [
      ['2026-08-20T00:00:00Z', send(1)],
      ['2026-08-21T06:00:00Z', changePlan(900)],
      ['2026-08-22T00:00:00Z', send(3)],
    ],
    invoices: [
      'finalized 100: 2026-08-01T00:00:00Z to 2026-08-21T06:00:00Z',
      'finalized 600: 2026-08-21T06:00:00Z to 2026-08-31T23:59:59Z',
    ],
    end: '2026-09-01T00:10:00Z',
  },
  {
    title: 'a larger plan between midnight and the job loses the month before',
    fact: 'jobs.upgrade',
    deeds: [
      ['2026-08-20T00:00:00Z', send(100)],
      ['2026-09-01T00:03:00Z', changePlan(900)],
      ['2026-09-20T00:00:00Z', send(3)],
    ],
    invoices: [
      'finalized 0: 2026-09-01T00:00:00Z to 2026-09-01T00:03:00Z',
      'finalized 600: 2026-09-01T00:03:00Z to 2026-09-30T23:59:59Z',
    ],
    end: '2026-10-01T00:10:00Z',
  },
  {
    title: 'an end on the first day of a period, before its job, makes both invoices',
    fact: 'jobs.ended-first-day',
    deeds: [
      ['2026-08-20T00:00:00Z', send(1)],
      ['2026-09-01T00:01:00Z', send(20)],
      ['2026-09-01T00:02:00Z', terminate],
    ],
    invoices: [
      `finalized 100: ${AUGUST}`,
      'finalized 2000: 2026-09-01T00:00:00Z to 2026-09-01T00:02:00Z',
    ],
    end: '2026-10-02T00:00:00Z',
  },
  {
    title: 'a draft keeps its fees until it is final, by the date in UTC',
    fact: 'jobs.drafts',
    more: customer({ timezone: 'Europe/Berlin', ...grace(3) }),
    deeds: [
      ['2026-08-20T00:00:00Z', send(1)],
      ['2026-09-02T00:00:00Z', send(20, '2026-08-20T00:00:00Z')],
      [
        '2026-09-04T00:19:59Z',
        seeInvoices('draft 100: 2026-07-31T22:00:00Z to 2026-08-31T21:59:59Z'),
      ],
      ['2026-09-04T00:20:00Z', send(300, '2026-08-20T00:00:00Z')],
    ],
    invoices: ['finalized 2100: 2026-07-31T22:00:00Z to 2026-08-31T21:59:59Z'],
    end: '2026-09-05T00:00:00Z',
  },
  {
    title: 'a draft that is refreshed by hand has what came until then',
    fact: 'periods.refreshed',
    more: customer(grace(5)),
    deeds: [
      ['2026-08-20T00:00:00Z', send(1)],
      ['2026-09-02T00:00:00Z', send(20, '2026-08-20T00:00:00Z')],
      ['2026-09-02T00:00:01Z', refreshDrafts],
      ['2026-09-02T00:00:02Z', send(300, '2026-08-20T00:00:00Z')],
    ],
    invoices: [`draft 2100: ${AUGUST}`],
    end: '2026-09-03T00:00:00Z',
  },
  {
    title: 'each event that is paid in advance has an invoice of its own, whatever its date',
    fact: 'periods.in-advance',
    charge: IN_ADVANCE,
    deeds: [
      ['2026-08-20T00:00:00Z', send(1)],
      ['2026-08-20T01:00:00Z', send(2, '2026-07-05T00:00:00Z')],
      ['2026-08-20T02:00:00Z', send(3, '2026-09-05T00:00:00Z')],
    ],
    invoices: [
      `finalized 100: ${AUGUST}`,
      'finalized 200: 2026-07-01T00:00:00Z to 2026-07-31T23:59:59Z',
      `finalized 300: ${SEPTEMBER}`,
    ],
    end: '2026-08-20T02:00:00Z',
  },
  {
    title: 'a negative event that is paid in advance brings nothing back, then or later',
    fact: 'periods.in-advance',
    charge: IN_ADVANCE,
    deeds: [
      ['2026-08-20T00:00:00Z', send(10)],
      ['2026-08-20T01:00:00Z', send(-3)],
      ['2026-08-20T02:00:00Z', send(5)],
      ['2026-08-20T03:00:00Z', seeUsage(1200)],
    ],
    invoices: [
      `finalized 1000: ${AUGUST}`,
      `finalized 0: ${AUGUST}`,
      `finalized 500: ${AUGUST}`,
      `finalized 0: ${AUGUST}`,
    ],
    end: '2026-09-02T00:00:00Z',
  },
  {
    title: 'an event that is paid in advance is billed when its job has run',
    fact: 'jobs.events',
    charge: IN_ADVANCE,
    eventJobsPerSecond: 50,
    deeds: [
      ['2026-08-20T00:00:00Z', sendOthers(100)],
      ['2026-08-20T00:00:00Z', send(1)],
      ['2026-08-20T00:00:01.999Z', seeInvoices()],
    ],
    invoices: [`finalized 100: ${AUGUST}`],
    end: '2026-08-20T00:00:02Z',
  },
  {
    title: 'usage lags behind a queue of jobs, and is fresh where there is none',
    fact: 'periods.usage-cached',
    eventJobsPerSecond: 50,
    deeds: [
      ['2026-08-20T00:00:00Z', send(1)],
      ['2026-08-20T00:00:00Z', seeUsage(100)],
      ['2026-08-20T00:01:00Z', sendOthers(100)],
      ['2026-08-20T00:01:00Z', send(20)],
      ['2026-08-20T00:01:01.999Z', seeUsage(100)],
      ['2026-08-20T00:01:02Z', seeUsage(2100)],
    ],
    invoices: [],
    end: '2026-08-20T00:01:02Z',
  },
  {
    title: 'a recurring weighted sum is carried over from what the last invoice kept',
    fact: 'counting.carried',
    metric: WEIGHTED,
    deeds: [
      ['2026-08-16T12:00:00Z', send(10)],
      ['2026-09-16T00:00:00Z', send(1000, '2026-08-20T00:00:00Z')],
      ['2026-09-16T00:00:00Z', send(4)],
    ],
    invoices: [`finalized 500: ${AUGUST}`, `finalized 1200: ${SEPTEMBER}`],
    end: '2026-10-02T00:00:00Z',
  },
  {
    title: 'what came into the draft of a recurring weighted sum is in no later month',
    fact: 'counting.carried',
    metric: WEIGHTED,
    more: customer(grace(5)),
    deeds: [
      ['2026-08-16T12:00:00Z', send(10)],
      ['2026-09-02T00:00:00Z', send(31, '2026-08-10T12:00:00Z')],
    ],
    invoices: [`finalized 2650: ${AUGUST}`, `draft 1000: ${SEPTEMBER}`],
    end: '2026-10-02T00:00:00Z',
  },
  {
    title: 'a charge that is taken off the plan is not billed, what was sent included',
    fact: 'catalog.plan-update',
    deeds: [
      ['2026-08-20T00:00:00Z', send(1)],
      ['2026-08-20T00:00:01Z', seeUsage(100)],
      ['2026-08-21T00:00:00Z', takeChargeOff],
      ['2026-08-21T00:00:00Z', seeUsage(0)],
    ],
    invoices: [`finalized 0: ${AUGUST}`],
    end: '2026-09-02T00:00:00Z',
  },
  {
    title: 'a metric that is deleted is not billed, what was sent included',
    fact: 'counting.uncharged',
    deeds: [
      ['2026-08-20T00:00:00Z', send(1)],
      ['2026-08-21T00:00:00Z', deleteMetric],
      ['2026-08-21T00:00:00Z', seeUsage(0)],
    ],
    invoices: [`finalized 0: ${AUGUST}`],
    end: '2026-09-02T00:00:00Z',
  },
  {
    title: 'a total below zero under a volume charge breaks usage, and there is no invoice',
    fact: 'counting.volume',
    charge: VOLUME,
    deeds: [
      ['2026-08-20T00:00:00Z', send(1)],
      ['2026-08-21T00:00:00Z', send(-2)],
      ['2026-08-21T00:00:01Z', seeUsageBreak],
    ],
    invoices: [],
    end: '2026-10-01T00:00:00Z',
  },
  {
    title: 'a draft that cannot be worked out is not made final until something mends it',
    fact: 'jobs.broken-drafts',
    charge: VOLUME,
    more: customer(grace(3)),
    deeds: [
      ['2026-08-20T00:00:00Z', send(1)],
      ['2026-09-02T00:00:00Z', send(-2, '2026-08-20T00:00:00Z')],
      ['2026-09-06T00:00:00Z', seeInvoices(`draft 100: ${AUGUST}`)],
      ['2026-09-06T00:00:00Z', send(4, '2026-08-20T00:00:00Z')],
      ['2026-09-06T00:19:59Z', seeInvoices(`draft 100: ${AUGUST}`)],
    ],
    invoices: [`finalized 300: ${AUGUST}`],
    end: '2026-09-06T00:20:00Z',
  },
  {
    title: 'an amount beyond eight bytes of cents is shown, and there is no invoice',
    fact: 'counting.volume',
    charge: { charge_model: 'standard', properties: { amount: '1000000000' } },
    deeds: [
      ['2026-08-20T00:00:00Z', send(99_000_000_000)],
      ['2026-08-20T00:00:01Z', seeUsage(9.9e21)],
    ],
    invoices: [],
    end: '2026-10-01T00:00:00Z',
  },
  {
    title: 'a job that is left out for hours makes the invoice on the same day',
    fact: 'jobs.missed',
    deeds: [
      ['2026-08-20T00:00:00Z', send(1)],
      ['2026-08-31T23:30:00Z', leaveOut('bill')],
      ['2026-09-01T05:30:00Z', bringBack('bill')],
      ['2026-09-01T06:09:59Z', send(20, '2026-08-31T22:00:00Z')],
    ],
    invoices: [`finalized 2100: ${AUGUST}`],
    end: '2026-09-01T06:10:00Z',
  },
  {
    title: 'a job that is left out for the whole first day never makes the invoice',
    fact: 'jobs.missed',
    deeds: [
      ['2026-08-20T00:00:00Z', send(1)],
      ['2026-08-31T23:30:00Z', leaveOut('bill')],
      ['2026-09-02T00:00:00Z', bringBack('bill')],
    ],
    invoices: [`finalized 0: ${SEPTEMBER}`],
    end: '2026-10-01T00:10:00Z',
  },
  {
    title: 'a planned end waits where its job is left out',
    fact: 'jobs.missed',
    more: { subscription: { ending_at: '2026-08-20T00:00:00Z' } },
    deeds: [
      ['2026-08-19T00:00:00Z', leaveOut('end')],
      ['2026-08-20T12:00:00Z', send(1)],
      ['2026-08-22T10:00:00Z', bringBack('end')],
    ],
    invoices: ['finalized 100: 2026-08-01T00:00:00Z to 2026-08-22T10:05:00Z'],
    end: '2026-09-02T00:00:00Z',
  },
];

describe.each(STORES)('in a situation on %s', (eventsStore) => {
  it.each(SITUATIONS.map((situation) => [situation.title, situation] as const))(
    'there are the invoices that a running Lago made, or is said to make: %s',
    (_, { metric, charge, more, eventJobsPerSecond, deeds, invoices, end }) => {
      const target = new Account({
        eventsStore,
        ...(eventJobsPerSecond !== undefined && { eventJobsPerSecond }),
      });
      subscribe(target, { aggregation_type: 'sum_agg', ...metric }, charge, more);
      for (const [moment, deed] of deeds) {
        target.nowMs = at(moment);
        deed(target);
      }
      target.nowMs = at(end);
      expect(book(target)).toEqual(invoices);
    },
  );
});

it('every situation is of a fact that is there', () => {
  const known = AREAS.flatMap(({ facts }) => facts.map(({ id }) => id));
  expect(SITUATIONS.filter(({ fact }) => !known.includes(fact))).toEqual([]);
});
