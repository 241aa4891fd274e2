import { catalogReader } from '../../src/lago/catalog-reader';
import { noCache } from '../../src/lago/catalog-text';
import { requestsTo } from '../../src/lago/requests';
import { isMissed, type Period } from '../../src/sync/billing/period';
import type { EventCheck } from '../../src/sync/ports';
import type { UsageEvent } from '../../src/value/usage-event';
import { answered, ScriptedHttp, TestClock, usageEvent } from './scripted-http';

const at = (iso: string): number => Date.parse(iso);

type Listed = Readonly<Record<string, unknown>>;

/** It runs by the calendar month since January, and was made then. */
const subscription = (changes: Listed = {}): Listed => ({
  external_id: 's1',
  external_customer_id: 'c1',
  plan_code: 'large',
  status: 'active',
  created_at: '2026-01-01T00:00:00Z',
  started_at: '2026-01-01T00:00:00.000Z',
  subscription_at: '2026-01-01T00:00:00Z',
  ending_at: null,
  terminated_at: null,
  current_billing_period_started_at: '2026-03-01T00:00:00Z',
  current_billing_period_ending_at: '2026-03-31T23:59:59Z',
  ...changes,
});
const pending = (changes: Listed): Listed =>
  subscription({
    status: 'pending',
    started_at: null,
    current_billing_period_started_at: null,
    current_billing_period_ending_at: null,
    ...changes,
  });
/** A smaller plan that was asked for in the middle of March. */
const smaller = (changes: Listed = {}): Listed =>
  pending({ plan_code: 'small', created_at: '2026-03-15T10:00:00Z', ...changes });
const april = {
  current_billing_period_started_at: '2026-04-01T00:00:00Z',
  current_billing_period_ending_at: '2026-04-30T23:59:59Z',
};
/** The two after the job of the first of April. */
const CHANGED = [
  subscription({ ...april, status: 'terminated', terminated_at: '2026-04-01T00:10:00Z' }),
  smaller({ ...april, status: 'active', started_at: '2026-04-01T00:10:00.250Z' }),
];

const charged = (code: string): Listed => ({
  billable_metric_code: code,
  charge_model: 'standard',
  properties: { amount: '1' },
});

interface Lago {
  readonly check: EventCheck;
  /** How often the list of customers was read. */
  readonly asked: () => number;
}

/** @param zone of all customers; null if the key may not read them */
function lagoWith(subscriptions: readonly Listed[], zone: string | null, now: string): Lago {
  const clock = new TestClock();
  clock.time = at(now);
  const metrics = [
    { code: 'units', aggregation_type: 'sum_agg', field_name: 'quantity' },
    { code: 'seats', aggregation_type: 'sum_agg', field_name: 'quantity', recurring: true },
  ];
  const plans = ['large', 'small'].map((code) => ({
    code,
    charges: metrics.map((each) => charged(each.code)),
  }));
  const customers = ['c1', 'c2'].map((id) => ({ external_id: id, applicable_timezone: zone }));
  const lists: Readonly<Record<string, readonly unknown[]>> = {
    billable_metrics: metrics,
    plans,
    subscriptions,
    customers,
    invoices: [],
  };
  const http = new ScriptedHttp((path) => {
    const name = path.slice(1);
    if (name === 'customers' && zone === null) return answered(403, {});
    return answered(200, { [name]: lists[name], meta: { total_pages: 1 } });
  });
  const check = catalogReader(requestsTo(http, clock, 1000), clock, noCache).check() as EventCheck;
  return {
    check,
    asked: () => http.paths().filter((path) => path.startsWith('/customers')).length,
  };
}

/** What becomes of usage of a time: the codes of its problems, or where it lies. */
function fateOf({ check }: Lago, time: string, code = 'units'): string {
  const event = usageEvent('t', { code, timestamp: at(time) / 1000 });
  const codes = check.problemsOf(event).map((each) => each.code);
  return codes.length > 0 ? codes.join() : (periodBy(check, event)?.state ?? 'unknown');
}

/** The period of an event, once Lago was asked for the invoices that decide it. */
function periodBy({ periodOf, askUnasked }: EventCheck, event: UsageEvent): Period | undefined {
  const first = periodOf?.(event);
  return first?.state === 'unasked' && askUnasked?.() === true ? periodOf?.(event) : first;
}

const ENDING = [subscription({ ending_at: '2026-03-25T21:30:00Z' })];
const STARTING = [
  pending({ created_at: '2026-03-02T00:00:00Z', subscription_at: '2026-03-25T15:00:00Z' }),
];
const NOW = '2026-03-20T12:00:00Z';

describe('usage', () => {
  test.each<[string, readonly Listed[], string | null, string, string, string]>([
    // what, subscriptions, zone, now, time of the usage, what becomes of it
    ['before the day of an end', ENDING, 'UTC', NOW, '2026-03-24T23:59:59.999Z', 'open'],
    [
      'from the start of that day',
      ENDING,
      'UTC',
      NOW,
      '2026-03-25T00:00:00Z',
      'event.waits-for-end',
    ],
    ['after the end itself', ENDING, 'UTC', NOW, '2026-03-28T00:00:00Z', 'event.waits-for-end'],
    [
      'before that day in the west',
      ENDING,
      'America/New_York',
      NOW,
      '2026-03-25T03:59:59Z',
      'open',
    ],
    [
      'of that day in the west',
      ENDING,
      'America/New_York',
      NOW,
      '2026-03-25T04:00:00Z',
      'event.waits-for-end',
    ],
    [
      'before that day in the east',
      ENDING,
      'Pacific/Auckland',
      NOW,
      '2026-03-25T10:59:59Z',
      'open',
    ],
    [
      'of that day in the east',
      ENDING,
      'Pacific/Auckland',
      NOW,
      '2026-03-25T11:00:00Z',
      'event.waits-for-end',
    ],
    [
      'within a day of the end where no zone is known',
      ENDING,
      null,
      NOW,
      '2026-03-24T22:00:00Z',
      'event.waits-for-end',
    ],
    [
      'more than a day before the end where none is',
      ENDING,
      null,
      NOW,
      '2026-03-24T12:00:00Z',
      'open',
    ],
    [
      'of a day that is over while no job has run',
      ENDING,
      'UTC',
      '2026-03-27T00:00:00Z',
      '2026-03-25T12:00:00Z',
      'event.waits-for-end',
    ],
    [
      'before the real end',
      [
        subscription({
          ending_at: '2026-03-25T21:30:00Z',
          status: 'terminated',
          terminated_at: '2026-03-25T00:05:00Z',
        }),
      ],
      'UTC',
      '2026-03-25T12:00:00Z',
      '2026-03-25T00:04:59Z',
      'invoiced',
    ],
    [
      'after the real end',
      [
        subscription({
          ending_at: '2026-03-25T21:30:00Z',
          status: 'terminated',
          terminated_at: '2026-03-25T00:05:00Z',
        }),
      ],
      'UTC',
      '2026-03-25T12:00:00Z',
      '2026-03-25T00:05:01Z',
      'event.after-end',
    ],
    [
      'of an end on the day of the start, from the start on',
      [
        subscription({
          created_at: '2026-03-20T15:00:00Z',
          started_at: '2026-03-20T15:00:00.000Z',
          ending_at: '2026-03-21T02:00:00Z',
        }),
      ],
      'America/New_York',
      '2026-03-20T15:01:00Z',
      '2026-03-20T15:00:00Z',
      'event.waits-for-end',
    ],
    [
      'of an end on the day of the start, before the start',
      [
        subscription({
          created_at: '2026-03-20T15:00:00Z',
          started_at: '2026-03-20T15:00:00.000Z',
          ending_at: '2026-03-21T02:00:00Z',
        }),
      ],
      'America/New_York',
      '2026-03-20T15:01:00Z',
      '2026-03-20T14:59:00Z',
      'event.before-start',
    ],

    [
      'before the day of a start',
      STARTING,
      'UTC',
      NOW,
      '2026-03-24T23:59:59Z',
      'event.before-start',
    ],
    [
      'from the start of that day',
      STARTING,
      'UTC',
      NOW,
      '2026-03-25T00:00:00Z',
      'event.waits-for-start',
    ],
    [
      'long after a start to come',
      STARTING,
      'UTC',
      NOW,
      '2026-04-10T00:00:00Z',
      'event.waits-for-start',
    ],
    [
      'before that day in the west',
      STARTING,
      'America/New_York',
      NOW,
      '2026-03-25T03:59:59Z',
      'event.before-start',
    ],
    [
      'of that day in the east',
      STARTING,
      'Pacific/Auckland',
      NOW,
      '2026-03-25T11:00:00Z',
      'event.waits-for-start',
    ],
    [
      'of a day that is over while no job has started it',
      STARTING,
      'UTC',
      '2026-03-27T00:00:00Z',
      '2026-03-25T12:00:00Z',
      'event.waits-for-start',
    ],
    [
      'between midnight and the real start',
      [
        subscription({
          created_at: '2026-03-02T00:00:00Z',
          subscription_at: '2026-03-25T15:00:00Z',
          started_at: '2026-03-25T00:00:12.500Z',
        }),
      ],
      'UTC',
      '2026-03-25T01:00:00Z',
      '2026-03-25T00:00:12Z',
      'event.before-start',
    ],
    [
      'from the real start on, though it is earlier than was asked for',
      [
        subscription({
          created_at: '2026-03-02T00:00:00Z',
          subscription_at: '2026-03-25T15:00:00Z',
          started_at: '2026-03-25T00:00:12.500Z',
        }),
      ],
      'UTC',
      '2026-03-25T01:00:00Z',
      '2026-03-25T00:00:12.500Z',
      'open',
    ],
    [
      'before a start, where another subscription of the id ran',
      [...STARTING, subscription({ status: 'terminated', terminated_at: '2026-03-10T08:00:00Z' })],
      'UTC',
      NOW,
      '2026-03-10T07:59:59Z',
      'invoiced',
    ],
    [
      'between the end of one subscription and the start of the next',
      [...STARTING, subscription({ status: 'terminated', terminated_at: '2026-03-10T08:00:00Z' })],
      'UTC',
      NOW,
      '2026-03-11T00:00:00Z',
      'event.before-start',
    ],
    [
      'after the end of one that is still to start',
      [
        pending({
          created_at: '2026-03-02T00:00:00Z',
          subscription_at: '2026-03-25T15:00:00Z',
          ending_at: '2026-03-28T00:00:00Z',
        }),
      ],
      'UTC',
      NOW,
      '2026-04-02T00:00:00Z',
      'event.waits-for-start',
    ],
    [
      'while another customer’s subscription of the id runs',
      [
        pending({ subscription_at: '2026-03-25T15:00:00Z', external_customer_id: 'c2' }),
        subscription(),
      ],
      'UTC',
      NOW,
      '2026-03-24T00:00:00Z',
      'open',
    ],

    [
      'of the period before a smaller plan',
      [subscription(), smaller()],
      'UTC',
      NOW,
      '2026-03-31T23:59:59.500Z',
      'later',
    ],
    [
      'from the end of that period on',
      [subscription(), smaller()],
      'UTC',
      NOW,
      '2026-04-01T00:00:00Z',
      'event.waits-for-plan',
    ],
    [
      'between midnight and the job that changes the plan',
      [subscription(april), smaller()],
      'UTC',
      '2026-04-01T00:08:00Z',
      '2026-04-01T00:05:00Z',
      'event.waits-for-plan',
    ],
    [
      'of a day on which a smaller plan was asked for before the job',
      [subscription(april), smaller({ created_at: '2026-04-01T00:03:00Z' })],
      'UTC',
      '2026-04-01T00:08:00Z',
      '2026-04-01T00:05:00Z',
      'event.waits-for-plan',
    ],
    [
      'of that day, once it is over and nothing has changed the plan',
      [subscription(april), smaller()],
      'UTC',
      '2026-04-02T02:30:00Z',
      '2026-04-01T00:05:00Z',
      'open',
    ],
    [
      'between midnight and the job that changed the plan',
      CHANGED,
      'UTC',
      '2026-04-01T01:00:00Z',
      '2026-04-01T00:09:00Z',
      'between-plans',
    ],
    [
      'of the last moment of the former plan',
      CHANGED,
      'UTC',
      '2026-04-01T01:00:00Z',
      '2026-03-31T23:59:59.999Z',
      'invoiced',
    ],
    [
      'from the real change on',
      CHANGED,
      'UTC',
      '2026-04-01T01:00:00Z',
      '2026-04-01T00:10:00.250Z',
      'open',
    ],
    [
      'before a larger plan, which took its place at once',
      [
        subscription({ status: 'terminated', terminated_at: '2026-03-15T12:00:00Z' }),
        subscription({
          created_at: '2026-03-15T12:00:00Z',
          started_at: '2026-03-15T12:00:00.300Z',
        }),
      ],
      'UTC',
      NOW,
      '2026-03-15T11:00:00Z',
      'invoiced',
    ],
    [
      'where the end comes before the smaller plan',
      [
        subscription({ ending_at: '2026-03-25T21:30:00Z' }),
        smaller({ ending_at: '2026-03-25T21:30:00Z' }),
      ],
      'UTC',
      NOW,
      '2026-04-02T00:00:00Z',
      'event.waits-for-end',
    ],

    [
      'of a month before the one in which its subscription was made',
      [subscription({ created_at: '2026-03-12T09:00:00Z' })],
      'UTC',
      NOW,
      '2026-02-28T23:59:59Z',
      'before-first-invoice',
    ],
    [
      'of the month in which it was made, before that',
      [subscription({ created_at: '2026-03-12T09:00:00Z' })],
      'UTC',
      NOW,
      '2026-03-01T00:00:00Z',
      'open',
    ],
    [
      'before a first invoice of months ago',
      [subscription({ created_at: '2026-02-12T09:00:00Z' })],
      'UTC',
      NOW,
      '2026-01-31T23:59:59Z',
      'before-first-invoice',
    ],
    [
      'of the first invoice of months ago',
      [subscription({ created_at: '2026-02-12T09:00:00Z' })],
      'UTC',
      NOW,
      '2026-02-01T00:00:00Z',
      'invoiced',
    ],
    [
      'before the first invoice of a quarter',
      [
        subscription({
          created_at: '2026-02-12T09:00:00Z',
          started_at: '2025-11-01T00:00:00.000Z',
          current_billing_period_started_at: '2026-07-01T00:00:00Z',
          current_billing_period_ending_at: '2026-09-30T23:59:59Z',
        }),
      ],
      'UTC',
      '2026-08-01T00:00:00Z',
      '2025-12-31T23:59:59Z',
      'before-first-invoice',
    ],
    [
      'of the first quarter that was invoiced, in the month before it was made',
      [
        subscription({
          created_at: '2026-02-12T09:00:00Z',
          started_at: '2025-11-01T00:00:00.000Z',
          current_billing_period_started_at: '2026-07-01T00:00:00Z',
          current_billing_period_ending_at: '2026-09-30T23:59:59Z',
        }),
      ],
      'UTC',
      '2026-08-01T00:00:00Z',
      '2026-01-10T00:00:00Z',
      'invoiced',
    ],
  ])('%s: what becomes of it', (_, subscriptions, zone, now, time, expected) => {
    expect(fateOf(lagoWith(subscriptions, zone, now), time)).toBe(expected);
  });

  test('of what recurs goes at once before a planned start, since it counts from then on, and waits from that day on', () => {
    const lago = lagoWith(STARTING, 'UTC', NOW);
    expect(fateOf(lago, '2026-03-01T00:00:00Z', 'seats')).toBe('unknown');
    expect(fateOf(lago, '2026-03-25T00:00:00Z', 'seats')).toBe('event.waits-for-start');
    expect(fateOf(lagoWith(ENDING, 'UTC', NOW), '2026-03-24T00:00:00Z', 'seats')).toBe('open');
    expect(fateOf(lagoWith(ENDING, 'UTC', NOW), '2026-03-25T00:00:00Z', 'seats')).toBe(
      'event.waits-for-end',
    );
  });

  test('that Lago bills nowhere may be booked into the running period where sums may be', () => {
    const periodAt = (subscriptions: readonly Listed[], time: string) => {
      const { check } = lagoWith(subscriptions, 'UTC', '2026-04-01T01:00:00Z');
      const period = periodBy(check, usageEvent('t', { timestamp: at(time) / 1000 }));
      return isMissed(period) ? [period.current, period.canBook] : undefined;
    };
    expect(periodAt(CHANGED, '2026-04-01T00:09:00Z')).toEqual([
      at('2026-04-01T00:10:00.250Z'),
      true,
    ]);
    expect(
      periodAt(
        [subscription({ ...april, created_at: '2026-04-01T00:30:00Z' })],
        '2026-03-10T00:00:00Z',
      ),
    ).toEqual([at('2026-04-01T00:00:00Z'), true]);
  });
});

describe('customers are asked for their zones', () => {
  test.each<[string, readonly Listed[], string, number]>([
    ['not where nothing is planned', [subscription()], '2026-03-24T12:00:00Z', 0],
    ['not for usage more than a day before a planned end', ENDING, '2026-03-24T12:00:00Z', 0],
    ['not for usage after it', ENDING, '2026-03-26T12:00:00Z', 0],
    ['where usage lies within a day before it', ENDING, '2026-03-25T02:00:00Z', 1],
    ['where usage lies within a day before a planned start', STARTING, '2026-03-24T23:00:00Z', 1],
    [
      'not for a change of plan, which comes with the period',
      [subscription(), smaller()],
      '2026-03-31T22:00:00Z',
      0,
    ],
  ])('%s', (_, subscriptions, time, expected) => {
    const lago = lagoWith(subscriptions, 'Europe/Berlin', NOW);
    fateOf(lago, time);
    expect(lago.asked()).toBe(expected);
  });

  test('for the notice of a planned end only when it comes near', () => {
    const endIn = (now: string) => {
      const lago = lagoWith(ENDING, 'Europe/Berlin', now);
      const end = lago.check.openUntil?.(usageEvent('t'));
      return [end === undefined ? end : new Date(end).toISOString(), lago.asked()];
    };
    expect(endIn('2026-03-20T12:00:00Z')).toEqual(['2026-03-25T21:29:59.999Z', 0]);
    expect(endIn('2026-03-23T12:00:00Z')).toEqual(['2026-03-24T22:59:59.999Z', 1]);
  });
});

test('a period is as long as until the day of a planned end, and no longer', () => {
  const { check } = lagoWith(ENDING, 'Europe/Berlin', '2026-03-23T12:00:00Z');
  const event = usageEvent('t', { timestamp: at('2026-03-10T00:00:00Z') / 1000 });
  const END = at('2026-03-24T22:59:59.999Z');
  expect(check.spanOf?.(event)).toEqual({ from: at('2026-03-01T00:00:00Z'), to: END });
  const late = usageEvent('t', { timestamp: at('2026-03-24T22:00:00Z') / 1000 });
  expect(check.billingOf?.(late)?.until).toBe(END);
  expect(check.runningPeriodOf?.(late)?.to).toBe(END);
  const after = usageEvent('t', { timestamp: at('2026-03-25T00:00:00Z') / 1000 });
  expect([check.openUntil?.(after), check.runningPeriodOf?.(after)]).toEqual([
    undefined,
    undefined,
  ]);
});

test('a row that waits is told for what and until when, and that nobody has to do anything', () => {
  const told = (subscriptions: readonly Listed[], time: string) => {
    const [problem] = lagoWith(subscriptions, 'UTC', NOW).check.problemsOf(
      usageEvent('t', { timestamp: at(time) / 1000 }),
    );
    return problem && `${problem.actor}: ${problem.message} ${problem.remedy}`;
  };
  expect(told(ENDING, '2026-03-25T08:00:00Z')).toBe(
    'wait: The subscription “s1” is planned to end at 2026-03-25 21:30:00 UTC; Lago ends it as that day begins for the customer. Usage of 2026-03-25 08:00:00 UTC waits until then. ' +
      'Nothing: the row is then checked by itself against the real end. To have it billed, plan a later end in Lago, or name the subscription that runs then.',
  );
  expect(told(STARTING, '2026-03-25T08:00:00Z')).toBe(
    'wait: The subscription “s1” is planned to start at 2026-03-25 15:00:00 UTC; Lago starts it at some moment of that day. Usage of 2026-03-25 08:00:00 UTC waits until then. ' +
      'Nothing: the row is then checked by itself against the real start, and sent.',
  );
  expect(told([subscription(), smaller()], '2026-04-02T08:00:00Z')).toBe(
    'wait: The plan of “s1” changes some minutes after its billing period, which ends at 2026-04-01 00:00:00 UTC. Usage of 2026-04-02 08:00:00 UTC waits until then. ' +
      'Nothing: the row is then checked by itself against the new plan, and sent.',
  );
});
