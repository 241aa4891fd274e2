import { played } from './long';
import { API_KEY, activate, createWorld, fireHourly, HEADERS, inLago, type World } from './world';

type Store = 'postgres' | 'clickhouse';
type Fields = Readonly<Record<string, unknown>>;
type Deed = (world: World) => void;

/**
 * A situation at a Lago whose jobs run by the clock, with a tab of rows and a run at each of some
 * moments. All times are UTC. Usage costs 1 EUR a unit.
 */
interface Situation {
  readonly title: string;
  /** Monthly by the calendar unless given. */
  readonly plan?: Fields;
  readonly customer?: Fields;
  /** Of the customer `c`, as `s` on the plan since September unless given. */
  readonly subscriptions?: readonly Fields[];
  /** What people do in Lago, before a run of the same moment. */
  readonly deeds?: readonly (readonly [moment: string, deed: Deed])[];
  readonly runs: readonly string[];
  /**
   * Each row by its time and units, and what the runs made of it: `sent` or the problem that holds
   * it, with the moment of the run where that changed. The subscription stands in front where it is
   * not `s`.
   */
  readonly rows: readonly string[];
  /** Every invoice of the customer that has an amount in the end: cents, and the time of its charges. */
  readonly invoices: readonly string[];
  readonly end: string;
  readonly late?: 'book';
}

const at = (moment: string): number => Date.parse(`${moment}Z`);
const SINCE_SEPTEMBER = '2026-09-01T00:00:00Z';

function request(world: World, method: string, path: string, body: Fields = {}): void {
  const { status } = world.lago.handle({
    method,
    url: `/api/v1/${path}`,
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(status).toBe(200);
}

const subscribe =
  (plan_code: string, changes: Fields = {}): Deed =>
  (world) =>
    request(world, 'POST', 'subscriptions', {
      subscription: { external_customer_id: 'c', external_id: 's', plan_code, ...changes },
    });

const terminate: Deed = (world) => request(world, 'DELETE', 'subscriptions/s');

const planOf = (code: string, changes: Fields = {}) => ({
  name: code,
  code,
  interval: 'monthly',
  amount_cents: 0,
  amount_currency: 'EUR',
  pay_in_advance: false,
  charges: [
    { billable_metric_code: 'calls', charge_model: 'standard', properties: { amount: '1' } },
  ],
  ...changes,
});

/** What usage of the plan `middle` costs is told from that of the two others by its price. */
const AT_TWO = [
  { billable_metric_code: 'calls', charge_model: 'standard', properties: { amount: '2' } },
];

/** A row of a situation as a row of the tab. */
function cellsOf(row: string, index: number): string[] {
  const [usage = ''] = row.split(': ');
  const [amount = '', time = '', subscription = 's'] = usage.split(' ').reverse();
  return [`r${index + 1}`, subscription, time.replace('T', ' '), amount];
}

/** What a dry run has to say of rows, by their number in the tab (1-based, with a header). */
const standing = (world: World, id: string): ReadonlyMap<number, string> =>
  new Map(
    world
      .ask('dryRun', { id })
      .rows.map(({ row, action, problems }) => [
        row ?? 0,
        problems.length === 0 ? action : problems.map(({ code }) => code.slice(6)).join(' '),
      ]),
  );

/** Plays a situation; what became of each row and the invoices that there are in the end. */
function outcomeOf(store: Store, situation: Situation): Pick<Situation, 'rows' | 'invoices'> {
  const { plan, customer, subscriptions = [{}], deeds = [], runs, rows, end, late } = situation;
  const world = createWorld({
    store,
    headers: HEADERS,
    rows: rows.map(cellsOf),
    textColumns: HEADERS,
  });
  world.lago.seed.catalog({
    metrics: [],
    plans: [
      planOf('plan', { amount_cents: 500, ...plan }),
      planOf('smaller', { charges: AT_TWO }),
      planOf('larger', { amount_cents: 900, charges: AT_TWO }),
    ],
    customers: [{ external_id: 'c', currency: 'EUR', timezone: 'UTC', ...customer }],
    subscriptions: subscriptions.map((each) => ({
      external_customer_id: 'c',
      external_id: 's',
      plan_code: 'plan',
      subscription_at: SINCE_SEPTEMBER,
      created_at: SINCE_SEPTEMBER,
      ...each,
    })),
  });
  const id = activate(world, late === undefined ? {} : { late });
  const fates = rows.map((): string[] => []);
  const moments = [...new Set([...deeds.map(([moment]) => moment), ...runs])].sort();
  for (const moment of moments) {
    expect(at(moment)).toBeGreaterThan(world.time.now);
    world.time.now = at(moment);
    for (const [when, deed] of deeds) if (when === moment) deed(world);
    if (!runs.includes(moment)) continue;
    fireHourly(world);
    const states = standing(world, id);
    const sent = inLago(world).map((event) => event.split(' = ')[0]);
    for (const [index, fate] of fates.entries()) {
      const state = states.get(index + 2) ?? (sent.includes(`r${index + 1}`) ? 'sent' : 'lost');
      if (fate.at(-1)?.endsWith(` ${state}`) !== true) fate.push(`${moment.slice(5)} ${state}`);
    }
  }
  world.time.now = at(end);
  return {
    rows: rows.map((row, index) => `${row.split(': ')[0]}: ${fates[index]?.join(', ')}`),
    invoices: world.lago
      .invoices()
      .filter((each) => (each.customer as Fields)['external_id'] === 'c')
      .map(({ fees_amount_cents, billing_periods }) => {
        const [period] = billing_periods as Fields[];
        const [from, to] = ['from', 'to'].map((which) =>
          String(period?.[`charges_${which}_datetime`]).slice(0, 19),
        );
        return `${period?.['external_subscription_id']} ${fees_amount_cents}: ${from} to ${to}`;
      })
      .filter((each) => !/^\S+ 0:/.test(each)),
  };
}

const DECEMBER = '2026-12-01T00:00:00 to 2026-12-31T23:59:59';
const JANUARY = '2027-01-01T00:00:00 to 2027-01-31T23:59:59';

/** What is planned for a subscription, and when periods end. */
const SITUATIONS: readonly Situation[] = [
  {
    title: 'a month by the calendar',
    runs: ['2026-12-05T12:30', '2026-12-31T23:30', '2027-01-05T12:30'],
    rows: [
      '2026-11-30T23:59:59 1: 12-05T12:30 late',
      '2026-12-01T00:00:00 20: 12-05T12:30 sent',
      '2026-12-31T23:59:59 300: 12-05T12:30 sent',
      '2027-01-01T00:00:00 4000: 12-05T12:30 sent',
    ],
    invoices: [`s 32000: ${DECEMBER}`, `s 400000: ${JANUARY}`],
    end: '2027-02-02T00:00',
  },
  {
    title: 'a yearly plan that bills its charges monthly',
    plan: { interval: 'yearly', bill_charges_monthly: true },
    runs: ['2026-12-05T12:30', '2027-01-05T12:30'],
    rows: [
      '2026-11-30T23:59:59 1: 12-05T12:30 late',
      '2026-12-01T00:00:00 20: 12-05T12:30 sent',
      '2027-01-01T00:00:00 300: 12-05T12:30 sent',
    ],
    invoices: [`s 2000: ${DECEMBER}`, `s 30000: ${JANUARY}`],
    end: '2027-02-02T00:00',
  },
  {
    title: 'a yearly plan that does not',
    plan: { interval: 'yearly' },
    runs: ['2026-12-05T12:30', '2027-01-05T12:30'],
    rows: [
      '2026-09-01T00:00:00 1: 12-05T12:30 sent',
      '2026-12-31T23:59:59 20: 12-05T12:30 sent',
      '2027-01-01T00:00:00 300: 12-05T12:30 sent',
    ],
    invoices: ['s 2100: 2026-09-01T00:00:00 to 2026-12-31T23:59:59'],
    end: '2027-02-02T00:00',
  },
  {
    title: 'a half-yearly plan that bills its charges monthly',
    plan: { interval: 'semiannual', bill_charges_monthly: true },
    runs: ['2026-12-05T12:30'],
    rows: ['2026-11-30T23:59:59 1: 12-05T12:30 late', '2026-12-01T00:00:00 20: 12-05T12:30 sent'],
    invoices: [`s 2000: ${DECEMBER}`],
    end: '2027-01-02T00:00',
  },
  {
    title: 'a quarter',
    plan: { interval: 'quarterly' },
    runs: ['2026-12-05T12:30', '2027-01-05T12:30'],
    rows: [
      '2026-09-30T23:59:59 1: 12-05T12:30 late',
      '2026-10-01T00:00:00 20: 12-05T12:30 sent',
      '2026-12-31T23:59:59 300: 12-05T12:30 sent',
    ],
    invoices: ['s 32000: 2026-10-01T00:00:00 to 2026-12-31T23:59:59'],
    end: '2027-01-02T00:00',
  },
  {
    title: 'a week, in the east',
    plan: { interval: 'weekly' },
    customer: { timezone: 'Pacific/Auckland' },
    runs: ['2026-12-03T12:30', '2026-12-08T12:30'],
    rows: [
      '2026-11-29T10:59:59 1: 12-03T12:30 late',
      '2026-11-29T11:00:00 20: 12-03T12:30 sent',
      '2026-12-06T10:59:59 300: 12-03T12:30 sent',
      '2026-12-06T11:00:00 4000: 12-03T12:30 sent',
    ],
    invoices: [
      's 32000: 2026-11-29T11:00:00 to 2026-12-06T10:59:59',
      's 400000: 2026-12-06T11:00:00 to 2026-12-13T10:59:59',
    ],
    end: '2026-12-15T00:00',
  },
  {
    title: 'months from the anniversary on the 31st',
    subscriptions: [
      {
        billing_time: 'anniversary',
        subscription_at: '2026-08-31T10:00:00Z',
        created_at: '2026-08-31T10:00:00Z',
      },
    ],
    runs: ['2026-12-05T12:30', '2027-02-05T12:30', '2027-03-05T12:30'],
    rows: [
      '2026-11-29T23:59:59 1: 12-05T12:30 late',
      '2026-11-30T00:00:00 20: 12-05T12:30 sent',
      '2026-12-30T23:59:59 300: 12-05T12:30 sent',
      '2027-02-27T23:59:59 4000: 12-05T12:30 far-future, 02-05T12:30 sent',
      '2027-02-28T00:00:00 5: 12-05T12:30 far-future, 02-05T12:30 sent',
    ],
    invoices: [
      's 32000: 2026-11-30T00:00:00 to 2026-12-30T23:59:59',
      's 400000: 2027-01-31T00:00:00 to 2027-02-27T23:59:59',
      's 500: 2027-02-28T00:00:00 to 2027-03-30T23:59:59',
    ],
    end: '2027-04-02T00:00',
  },
  {
    title: 'months from the anniversary on the 29th',
    subscriptions: [
      {
        billing_time: 'anniversary',
        subscription_at: '2026-08-29T10:00:00Z',
        created_at: '2026-08-29T10:00:00Z',
      },
    ],
    runs: ['2026-12-05T12:30'],
    rows: [
      '2026-11-28T23:59:59 1: 12-05T12:30 late',
      '2026-11-29T00:00:00 20: 12-05T12:30 sent',
      '2026-12-28T23:59:59 300: 12-05T12:30 sent',
    ],
    invoices: ['s 32000: 2026-11-29T00:00:00 to 2026-12-28T23:59:59'],
    end: '2027-01-02T00:00',
  },
  {
    title: 'a trial: only the plan’s own amount is free',
    plan: { trial_period: 30 },
    subscriptions: [
      { subscription_at: '2026-11-25T00:00:00Z', created_at: '2026-11-25T00:00:00Z' },
    ],
    runs: ['2026-11-26T12:30'],
    rows: ['2026-11-25T12:00:00 1: 11-26T12:30 sent'],
    invoices: ['s 100: 2026-11-25T00:00:00 to 2026-11-30T23:59:59'],
    end: '2026-12-02T00:00',
  },
  {
    title: 'several subscriptions of a customer, one of which is planned to end',
    subscriptions: [{}, { external_id: 'other', ending_at: '2026-12-10T15:00:00Z' }],
    runs: ['2026-12-05T12:30', '2026-12-10T00:30'],
    rows: [
      'other 2026-12-09T23:59:59 1: 12-05T12:30 sent',
      'other 2026-12-10T12:00:00 20: 12-05T12:30 waits-for-end, 12-10T00:30 after-end',
      '2026-12-10T12:00:00 300: 12-05T12:30 sent',
    ],
    invoices: ['other 100: 2026-12-01T00:00:00 to 2026-12-10T00:05:00', `s 30000: ${DECEMBER}`],
    end: '2027-01-02T00:00',
  },
  {
    title: 'a planned end in the west, late in its day',
    customer: { timezone: 'America/New_York' },
    subscriptions: [{ ending_at: '2026-12-11T04:00:00Z' }],
    runs: ['2026-12-05T12:30', '2026-12-10T05:02', '2026-12-10T05:30'],
    rows: [
      '2026-12-10T04:59:59 1: 12-05T12:30 sent',
      '2026-12-10T05:01:00 20: 12-05T12:30 waits-for-end, 12-10T05:30 late',
      '2026-12-10T05:05:01 300: 12-05T12:30 waits-for-end, 12-10T05:30 after-end',
      '2026-12-11T12:00:00 4000: 12-05T12:30 waits-for-end, 12-10T05:30 after-end',
    ],
    invoices: ['s 100: 2026-12-01T05:00:00 to 2026-12-10T05:05:00'],
    end: '2027-01-02T00:00',
  },
  {
    title: 'a planned end whose job is left out waits on',
    subscriptions: [{ ending_at: '2026-12-10T23:59:59Z' }],
    deeds: [
      ['2026-12-09T12:00', ({ lago }) => lago.leaveOut('end')],
      ['2026-12-12T10:00', ({ lago }) => lago.bringBack('end')],
    ],
    runs: ['2026-12-05T12:30', '2026-12-11T12:30', '2026-12-12T10:30'],
    rows: [
      '2026-12-09T23:59:59 1: 12-05T12:30 sent',
      '2026-12-10T12:00:00 20: 12-05T12:30 waits-for-end, 12-12T10:30 late',
      '2026-12-13T12:00:00 300: 12-05T12:30 waits-for-end, 12-12T10:30 after-end',
    ],
    invoices: ['s 100: 2026-12-01T00:00:00 to 2026-12-12T10:05:00'],
    end: '2027-01-02T00:00',
  },
  {
    title: 'a planned start in the east, late in its day',
    customer: { timezone: 'Pacific/Auckland' },
    subscriptions: [
      { subscription_at: '2026-12-10T08:00:00Z', created_at: '2026-11-20T00:00:00Z' },
    ],
    runs: ['2026-12-05T12:30', '2026-12-09T11:02', '2026-12-09T12:30'],
    rows: [
      '2026-12-09T10:59:59 1: 12-05T12:30 before-start',
      '2026-12-09T11:00:00 20: 12-05T12:30 waits-for-start, 12-09T11:02 sent',
      '2026-12-10T07:00:00 300: 12-05T12:30 waits-for-start, 12-09T11:02 sent',
      '2026-12-10T09:00:00 4000: 12-05T12:30 waits-for-start, 12-09T11:02 sent',
    ],
    invoices: ['s 432000: 2026-12-09T11:00:00 to 2026-12-31T10:59:59'],
    end: '2027-01-02T00:00',
  },
  {
    title: 'a planned start whose job is left out for a while',
    subscriptions: [
      { subscription_at: '2026-12-10T15:00:00Z', created_at: '2026-11-20T00:00:00Z' },
    ],
    deeds: [
      ['2026-12-09T12:00', ({ lago }) => lago.leaveOut('start')],
      ['2026-12-10T16:00', ({ lago }) => lago.bringBack('start')],
    ],
    runs: ['2026-12-05T12:30', '2026-12-10T15:30', '2026-12-10T16:30'],
    rows: [
      '2026-12-10T15:59:59 1: 12-05T12:30 waits-for-start, 12-10T16:30 before-start',
      '2026-12-10T16:00:00 20: 12-05T12:30 waits-for-start, 12-10T16:30 sent',
    ],
    invoices: ['s 2000: 2026-12-10T16:00:00 to 2026-12-31T23:59:59'],
    end: '2027-01-02T00:00',
  },
  {
    title: 'a planned start under an id that another subscription had before',
    subscriptions: [
      { terminated_at: '2026-11-10T08:00:00Z' },
      { subscription_at: '2026-12-10T00:00:00Z', created_at: '2026-11-15T00:00:00Z' },
    ],
    runs: ['2026-12-05T12:30', '2026-12-10T00:30'],
    rows: [
      '2026-11-09T00:00:00 1: 12-05T12:30 late',
      '2026-12-01T00:00:00 20: 12-05T12:30 before-start',
      '2026-12-10T12:00:00 300: 12-05T12:30 waits-for-start, 12-10T00:30 sent',
    ],
    invoices: ['s 30000: 2026-12-10T00:00:00 to 2026-12-31T23:59:59'],
    end: '2027-01-02T00:00',
  },
  {
    title: 'a restart under the same id on the same day',
    deeds: [
      ['2026-12-10T10:00', terminate],
      ['2026-12-10T11:00', subscribe('plan')],
    ],
    runs: ['2026-12-05T12:30', '2026-12-10T12:30'],
    rows: [
      '2026-12-10T09:00:00 1: 12-05T12:30 sent',
      '2026-12-10T12:00:00 300: 12-05T12:30 sent',
      '2026-12-31T12:00:00 4000: 12-05T12:30 sent',
    ],
    invoices: [
      's 100: 2026-12-01T00:00:00 to 2026-12-10T10:00:00',
      's 430000: 2026-12-10T11:00:00 to 2026-12-31T23:59:59',
    ],
    end: '2027-01-02T00:00',
  },
  {
    title: 'a larger plan takes the place of the old one at once',
    deeds: [['2026-12-10T10:00', subscribe('larger')]],
    runs: ['2026-12-09T12:30', '2026-12-10T12:30'],
    rows: [
      '2026-12-10T09:59:59 1: 12-09T12:30 sent',
      '2026-12-10T10:00:01 20: 12-09T12:30 sent',
      '2026-11-30T00:00:00 300: 12-09T12:30 late',
    ],
    invoices: [
      's 100: 2026-12-01T00:00:00 to 2026-12-10T10:00:00',
      's 4000: 2026-12-10T10:00:00 to 2026-12-31T23:59:59',
    ],
    end: '2027-01-02T00:00',
  },
  {
    title: 'a smaller plan begins with the job that makes the invoice',
    deeds: [['2026-12-10T10:00', subscribe('smaller')]],
    runs: ['2026-12-12T12:30', '2027-01-01T00:02', '2027-01-01T00:30'],
    rows: [
      '2026-12-31T23:59:59 1: 12-12T12:30 sent',
      '2027-01-01T00:00:00 20: 12-12T12:30 waits-for-plan, 01-01T00:30 between-plans',
      '2027-01-01T00:09:59 300: 12-12T12:30 waits-for-plan, 01-01T00:30 between-plans',
      '2027-01-01T00:10:00 4000: 12-12T12:30 waits-for-plan, 01-01T00:30 sent',
    ],
    invoices: [`s 100: ${DECEMBER}`, 's 800000: 2027-01-01T00:10:00 to 2027-01-31T23:59:59'],
    end: '2027-02-02T00:00',
  },
  {
    title: 'a smaller plan that is asked for between midnight and the job',
    deeds: [['2027-01-01T00:03', subscribe('smaller')]],
    runs: ['2026-12-20T12:30', '2027-01-01T00:07', '2027-01-01T00:30'],
    rows: [
      '2026-12-31T23:59:59 1: 12-20T12:30 sent',
      '2027-01-25T00:00:00 20: 12-20T12:30 far-future, 01-01T00:07 waits-for-plan, 01-01T00:30 sent',
    ],
    invoices: [`s 100: ${DECEMBER}`, 's 4000: 2027-01-01T00:10:00 to 2027-01-31T23:59:59'],
    end: '2027-02-02T00:00',
  },
  {
    title: 'a smaller plan, where late usage is booked',
    late: 'book',
    deeds: [['2026-12-10T10:00', subscribe('smaller')]],
    runs: ['2026-12-12T12:30', '2027-01-01T00:02', '2027-01-01T00:30'],
    rows: ['2027-01-01T00:05:00 20: 12-12T12:30 waits-for-plan, 01-01T00:30 sent'],
    invoices: ['s 4000: 2027-01-01T00:10:00 to 2027-01-31T23:59:59'],
    end: '2027-02-02T00:00',
  },
  {
    title: 'a smaller plan after a year whose charges are billed monthly',
    plan: { interval: 'yearly', bill_charges_monthly: true },
    subscriptions: [{ subscription_at: '2026-01-01T00:00:00Z' }],
    deeds: [['2026-11-25T10:00', subscribe('smaller')]],
    runs: [
      '2026-11-26T12:30',
      '2026-12-01T00:02',
      '2026-12-01T01:30',
      '2026-12-02T03:30',
      '2027-01-01T00:30',
    ],
    rows: [
      '2026-11-30T23:59:59 1: 11-26T12:30 sent',
      '2026-12-01T00:05:00 20: 11-26T12:30 waits-for-plan, 12-02T03:30 sent',
      '2026-12-26T00:00:00 300: 11-26T12:30 waits-for-plan, 12-02T03:30 sent',
    ],
    invoices: ['s 100: 2026-11-01T00:00:00 to 2026-11-30T23:59:59', `s 32000: ${DECEMBER}`],
    end: '2027-02-02T00:00',
  },
  {
    title: 'a planned end before a smaller plan',
    subscriptions: [{ ending_at: '2026-12-20T12:00:00Z' }],
    deeds: [['2026-12-10T10:00', subscribe('smaller')]],
    runs: ['2026-12-12T12:30', '2026-12-20T00:30'],
    rows: [
      '2026-12-19T00:00:00 1: 12-12T12:30 sent',
      '2026-12-20T06:00:00 20: 12-12T12:30 waits-for-end, 12-20T00:30 after-end',
      '2027-01-02T00:00:00 300: 12-12T12:30 waits-for-end, 12-20T00:30 after-end',
    ],
    invoices: ['s 100: 2026-12-01T00:00:00 to 2026-12-20T00:05:00'],
    end: '2027-02-02T00:00',
  },
  {
    title: 'a start in the past',
    subscriptions: [
      { subscription_at: '2026-09-10T00:00:00Z', created_at: '2026-11-18T09:00:00Z' },
    ],
    runs: ['2026-11-25T12:30', '2026-12-05T12:30'],
    rows: [
      '2026-09-09T00:00:00 1: 11-25T12:30 before-start',
      '2026-09-10T00:00:00 20: 11-25T12:30 before-first-invoice',
      '2026-10-31T23:59:59 300: 11-25T12:30 before-first-invoice',
      '2026-11-01T00:00:00 4000: 11-25T12:30 sent',
    ],
    invoices: ['s 400000: 2026-11-01T00:00:00 to 2026-11-30T23:59:59'],
    end: '2027-01-02T00:00',
  },
  {
    title: 'a start in the past, where late usage is booked',
    late: 'book',
    subscriptions: [
      { subscription_at: '2026-09-10T00:00:00Z', created_at: '2026-11-18T09:00:00Z' },
    ],
    runs: ['2026-11-25T12:30'],
    rows: [
      '2026-10-31T23:59:59 300: 11-25T12:30 sent',
      '2026-11-01T00:00:00 4000: 11-25T12:30 sent',
    ],
    invoices: ['s 430000: 2026-11-01T00:00:00 to 2026-11-30T23:59:59'],
    end: '2027-01-02T00:00',
  },
];

/** Rows of a period that has ended while Lago's job has not made its invoice yet, and after it. */
const BORDERS: readonly Situation[] = [];

const STORES = ['postgres', 'clickhouse'] as const;
const TITLED = [...SITUATIONS, ...BORDERS].map((each) => [each.title, each] as const);

/** A short run has each situation on one of the two. */
describe.each(STORES)('in a situation on %s', (store) => {
  test.each(played(TITLED, 2, STORES.indexOf(store)))(
    'rows are sent, wait or are held as Lago bills them: %s',
    (_, situation) => {
      const { rows, invoices } = situation;
      expect(outcomeOf(store, situation)).toEqual({ rows, invoices });
    },
  );
});
