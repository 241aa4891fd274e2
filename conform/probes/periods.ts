import { DateTime } from 'luxon';
import { billed, bills, charged, n } from '../bill';
import { type Check, is, isSo } from '../check';
import { type Json, type JsonObject, listAt, textAt, valueAt } from '../json';
import type { Probe } from '../probe';
import type { Scene } from '../scene';
import { isRefused } from './answers';
import { runningPeriod } from './running-period';

const HOUR_SECONDS = 3_600;
/** So that what was sent before is no longer of the same moment. */
const MOMENT_MS = 2_000;

const INTERVALS = {
  weekly: { weeks: 1 },
  monthly: { months: 1 },
  quarterly: { months: 3 },
  semiannual: { months: 6 },
  yearly: { months: 12 },
} as const;

type Interval = keyof typeof INTERVALS;

function calendarStart(interval: Interval, now: DateTime): DateTime {
  if (interval === 'weekly') return now.startOf('week');
  const { months } = INTERVALS[interval];
  return now.startOf('month').minus({ months: (now.month - 1) % months });
}

function anniversaryStart(interval: Interval, started: DateTime, now: DateTime): DateTime {
  let start = started;
  while (start.plus(INTERVALS[interval]) <= now) start = start.plus(INTERVALS[interval]);
  return start;
}

const iso = (time: DateTime): string => time.toUTC().toFormat("yyyy-MM-dd'T'HH:mm:ss'Z'");

/** The running period of a subscription that began more than a year ago. */
function periodChecks(scene: Scene, interval: Interval, billing_time: string): Check[] {
  const { account, lago } = scene;
  const name = `${interval}-${billing_time}`;
  const zone = textAt(
    lago.get(`/customers/${account.main()}`).body,
    'customer',
    'applicable_timezone',
  );
  const now = DateTime.fromSeconds(scene.now, { zone });
  const started = now.minus({ months: 14 }).set({ day: 10 }).startOf('day');
  const plan = account.plan(name, [], { interval });
  const subscription_at = iso(started);
  const id = account.subscription(name, plan, { billing_time, subscription_at });
  const shown = valueAt(lago.get(`/subscriptions/${id}`).body, 'subscription');
  const start =
    billing_time === 'calendar'
      ? calendarStart(interval, now)
      : anniversaryStart(interval, started, now);
  return [
    is(name, shown, {
      current_billing_period_started_at: iso(start),
      current_billing_period_ending_at: iso(start.plus(INTERVALS[interval]).minus({ seconds: 1 })),
    }),
  ];
}

const running: readonly Probe[] = [
  {
    fact: 'periods.boundaries',
    ask: (scene) => {
      const { account } = scene;
      const id = billed(scene, 'borders', { metric: 'sum', events: [] });
      const { from, to } = runningPeriod(scene, id);
      const code = account.named('sum');
      const moments = [`${from - 1}.999`, `${from}`, `${to}.999`, `${to + 1}`];
      moments.forEach((timestamp, place) => {
        scene.send(`border-${place}`, {
          ...n(10 ** place),
          code,
          timestamp,
          external_subscription_id: id,
        });
      });
      scene.listed(`external_subscription_id=${id}`, moments.length);
      return scene.until(() => [
        is('a millisecond before, first, last, and one behind', charged(scene, id), {
          units: '110.0',
        }),
      ]);
    },
  },
  {
    fact: 'periods.zone',
    without: 'changes of the clocks',
    ask: (scene) => {
      const { account, lago } = scene;
      const customer = account.customer('zone', { timezone: 'Asia/Tokyo' });
      const plan = account.plan('zone', []);
      const id = account.subscription('zone', plan, {
        external_customer_id: customer,
        billing_time: 'calendar',
      });
      const zone = textAt(
        lago.get(`/customers/${customer}`).body,
        'customer',
        'applicable_timezone',
      );
      const end = textAt(
        lago.get(`/subscriptions/${id}`).body,
        'subscription',
        'current_billing_period_ending_at',
      );
      const next = DateTime.fromISO(end, { zone }).plus({ seconds: 1 });
      return [
        is(
          `the first moment after a calendar month in ${zone}`,
          next.toFormat('dd HH:mm:ss'),
          '01 00:00:00',
        ),
      ];
    },
  },
  {
    fact: 'periods.intervals',
    ask: (scene) =>
      (['weekly', 'monthly', 'quarterly', 'semiannual', 'yearly'] as const).flatMap((interval) =>
        ['calendar', 'anniversary'].flatMap((billingTime) =>
          periodChecks(scene, interval, billingTime),
        ),
      ),
  },
  {
    fact: 'periods.future',
    without: 'a later period',
    ask: (scene) =>
      bills(
        scene,
        'future',
        { metric: 'sum', events: [n(1), { ...n(10), timestamp: scene.now + HOUR_SECONDS }] },
        { units: '11.0' },
      ),
  },
];

const usage: readonly Probe[] = [
  {
    fact: 'periods.usage',
    ask: (scene) => {
      const id = billed(scene, 'usage', { metric: 'sum', events: [n(2)] });
      return scene.until(() => [
        is('the usage', valueAt(scene.account.usage(id).body, 'customer_usage'), {
          currency: 'EUR',
          amount_cents: 200,
          charges_usage: [
            {
              units: '2.0',
              amount_cents: 200,
              events_count: 1,
              charge: { charge_model: 'standard' },
              billable_metric: { code: scene.account.named('sum'), aggregation_type: 'sum_agg' },
            },
          ],
        }),
      ]);
    },
  },
  {
    fact: 'periods.usage-inactive',
    without: 'the full usage',
    ask: (scene) => {
      const { account, stage, now } = scene;
      const plan = account.plan('inactive', []);
      const pending = account.subscription('pending', plan, {
        subscription_at: new Date((now + 5 * 24 * HOUR_SECONDS) * 1000).toISOString(),
      });
      const inactive = (what: string, id: string): Check =>
        isRefused(what, account.usage(id), 405, 'no_active_subscription');
      return [
        inactive('one that is missing', account.named('none')),
        inactive('one that has not begun', pending),
        inactive('one that has ended', ended(scene).subscription),
        isRefused(
          'a charge that the plan has not',
          account.usage(stage.first, `&billable_metric_code=${account.named('none')}`),
          404,
          'charge_not_found',
        ),
      ];
    },
  },
  {
    fact: 'periods.usage-unknown-customer',
    ask: ({ lago, account }) => [
      isRefused(
        'the usage of an unknown customer',
        lago.get(`/customers/${account.named('none')}/current_usage`),
        404,
        'resource_not_found',
      ),
    ],
  },
];

/** An ended subscription of its own customer, with one event before its end and one after. */
interface Ended {
  readonly subscription: string;
  readonly customer: string;
  /** Its last invoice; null if there is none. */
  readonly invoice: Json;
}

const known = new WeakMap<Scene, Ended>();

function ended(scene: Scene): Ended {
  const found = known.get(scene);
  if (found !== undefined) return found;
  const { account, lago, clock, now } = scene;
  const customer = account.customer('ended', { currency: 'EUR' });
  const subscription = billed(scene, 'ended', {
    metric: 'sum',
    events: [n(5), { ...n(100), timestamp: now + HOUR_SECONDS }],
    subscription: { external_customer_id: customer },
  });
  clock.wait(MOMENT_MS);
  lago.delete(`/subscriptions/${subscription}`);
  const listed = scene.answer(
    () => lago.get(`/invoices?external_customer_id=${customer}`),
    ({ body }) => listAt(body, 'invoices').length > 0,
  );
  const made = { subscription, customer, invoice: valueAt(listed.body, 'invoices', 0) };
  known.set(scene, made);
  return made;
}

/** The fees for usage, as GET /fees lists them. */
const fees = (scene: Scene, more = ''): Json[] => {
  const of = `fee_type=charge&external_subscription_id=${ended(scene).subscription}`;
  return listAt(scene.lago.get(`/fees?${of}${more}`).body, 'fees');
};

const FEE: JsonObject = { units: '5.0', amount_cents: 500, events_count: 1 };

const over: readonly Probe[] = [
  {
    fact: 'periods.terminated',
    ask: (scene) => {
      const { subscription, invoice } = ended(scene);
      const shown = scene.lago.get(`/invoices/${textAt(invoice, 'lago_id')}`).body;
      return [
        isSo('there is an invoice', invoice !== null),
        is('its period', valueAt(shown, 'invoice', 'billing_periods', 0), {
          external_subscription_id: subscription,
          invoicing_reason: 'subscription_terminating',
        }),
      ];
    },
  },
  {
    fact: 'periods.future-lost',
    ask: (scene) =>
      scene.until(() => [is('the fee without what is dated later', fees(scene), [FEE])]),
  },
  {
    fact: 'periods.invoices',
    ask: (scene) => {
      const { customer, invoice } = ended(scene);
      const status = textAt(invoice, 'status');
      const countOf = (query: string): number =>
        listAt(
          scene.lago.get(`/invoices?external_customer_id=${customer}&${query}`).body,
          'invoices',
        ).length;
      return [
        is('by its own status', countOf(`status=${status}`), 1),
        is('by another one', countOf('status=voided'), 0),
        is('from a later date on', countOf('issuing_date_from=2199-01-01'), 0),
        is('the periods in a list', valueAt(invoice, 'billing_periods'), null),
      ];
    },
  },
  {
    fact: 'periods.fees',
    ask: (scene) =>
      scene.until(() => [
        is('by metric', fees(scene, `&billable_metric_code=${scene.account.named('sum')}`), [FEE]),
        is('by another metric', fees(scene, `&billable_metric_code=${scene.stage.code}`), []),
      ]),
  },
  {
    fact: 'periods.past-usage',
    ask: (scene) => {
      const { customer, subscription } = ended(scene);
      const path = `/customers/${customer}/past_usage?external_subscription_id=${subscription}`;
      return scene.until(() => [
        is('the past usage', listAt(scene.lago.get(path).body, 'usage_periods'), [
          { amount_cents: 500, charges_usage: [{ units: '5.0' }] },
        ]),
      ]);
    },
  },
];

const inAdvance: readonly Probe[] = [
  {
    fact: 'periods.in-advance',
    without: 'what is in later invoices',
    ask: (scene) => {
      const customer = scene.account.customer('in-advance-customer', { currency: 'EUR' });
      billed(scene, 'in-advance', {
        metric: 'sum',
        charge: { pay_in_advance: true },
        subscription: { external_customer_id: customer },
        events: [n(3), n(-1), n(2)],
      });
      const path = `/invoices?external_customer_id=${customer}`;
      return scene.until(() => {
        const invoices = listAt(scene.lago.get(path).body, 'invoices');
        return [
          is(
            'what is billed at once, event by event',
            invoices.map((invoice) => valueAt(invoice, 'fees_amount_cents')).sort(),
            [0, 200, 300],
          ),
        ];
      });
    },
  },
];

export const periods: readonly Probe[] = [...running, ...usage, ...over, ...inAdvance];
