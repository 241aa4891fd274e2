import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  bySubscriptionId,
  type Catalog,
  type Metric,
  readMetric,
  readPlan,
  readSubscription,
  type Subscription,
} from '../../src/lago/catalog';
import { checkEvent } from '../../src/lago/check';
import { readable } from '../../src/lago/field';
import { openUntil, periodOf, runningPeriodOf } from '../../src/lago/periods';
import type { EventStore } from '../../src/sync/event-store';
import type { UsageEvent } from '../../src/value/usage-event';
import { usageEvent } from './scripted-http';

/** A catalog in Lago's own JSON; a part that is left out is one that the key may not read. */
interface Listings {
  readonly metrics?: readonly unknown[];
  readonly plans?: readonly unknown[];
  readonly subscriptions?: readonly unknown[];
}

interface Case {
  readonly name: string;
  /** What differs from the usual event of the 2nd of March 2026. */
  readonly event?: Partial<UsageEvent>;
  /** ISO 8601, in place of `event.timestamp`. */
  readonly time?: string;
  /** Draft invoices and the time that they take usage of. */
  readonly drafts?: readonly {
    readonly subscription: string;
    readonly from: string;
    readonly to: string;
  }[];
  readonly expect: readonly string[];
  /** Where the event lies, where that is what the file is about; `current` as ISO 8601. */
  readonly period?:
    | 'unknown'
    | { readonly state: string; readonly current?: string | null; readonly canBook?: boolean };
}

interface CheckFile {
  /** What is checked, and the fact that it rests on. */
  readonly check: string;
  readonly catalog: Listings;
  readonly cases: readonly Case[];
}

const FOLDER = join(__dirname, 'check');
const files = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map(
    (name) =>
      [
        name.replace('.json', ''),
        JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as CheckFile,
      ] as const,
  );

const catalogOf = ({ metrics, plans, subscriptions }: Listings): Catalog => ({
  metrics: metrics && new Map(readable(metrics, readMetric).map((metric) => [metric.code, metric])),
  plans: plans && new Map(readable(plans, readPlan).map((plan) => [plan.code, plan])),
  subscriptions: subscriptions && bySubscriptionId(readable(subscriptions, readSubscription)),
});

const eventOf = ({ event = {}, time }: Case): UsageEvent =>
  usageEvent('t', {
    ...event,
    ...(time === undefined ? {} : { timestamp: Date.parse(time) / 1000 }),
  });

const periodIn = (catalog: Catalog, each: Case): unknown => {
  const found = periodOf(catalog, eventOf(each), (subscription, ms) => {
    const isDraft = (each.drafts ?? []).some(
      (draft) =>
        draft.subscription === subscription &&
        Date.parse(draft.from) <= ms &&
        ms <= Date.parse(draft.to),
    );
    return { state: isDraft ? 'draft' : 'invoiced' };
  });
  if (found?.state !== 'invoiced') return found ?? 'unknown';
  return {
    ...found,
    current:
      found.current === undefined
        ? null
        : new Date(found.current).toISOString().replace('.000Z', 'Z'),
  };
};

describe.each(files)('%s', (_, { catalog, cases }) => {
  const known = catalogOf(catalog);

  it.each(cases.map((each) => [each.name, each] as const))('%s', (_name, each) => {
    expect(checkEvent(known, eventOf(each)).map(({ code }) => code)).toEqual(each.expect);
    if (each.period !== undefined) expect(periodIn(known, each)).toEqual(each.period);
  });
});

test('the files of checks have cases with and without a problem, at least eight each, with names that differ', () => {
  expect(files.length).toBeGreaterThanOrEqual(10);
  for (const [name, { cases }] of files) {
    expect({ name, enough: cases.length >= 8 }).toEqual({ name, enough: true });
    expect(new Set(cases.map((each) => each.name)).size).toBe(cases.length);
    const good = cases.filter(
      ({ expect: codes, period }) =>
        codes.length === 0 && !(typeof period === 'object' && period.state === 'invoiced'),
    );
    expect({ name, good: good.length > 0, bad: good.length < cases.length }).toEqual({
      name,
      good: true,
      bad: true,
    });
  }
});

const metric = (changes: Partial<Metric> = {}): Metric => ({
  code: 'units',
  name: 'Units',
  aggregation: 'sum_agg',
  field: 'quantity',
  expression: undefined,
  recurring: false,
  filters: new Map(),
  ...changes,
});

describe('a text that only ClickHouse counts', () => {
  const metrics = new Map([['units', metric()]]);
  const codes = (quantity: string, store: EventStore): string[] =>
    checkEvent(
      { metrics, subscriptions: undefined, plans: undefined },
      usageEvent('t', { code: 'units', properties: { quantity } }),
      store,
    ).map(({ code }) => code);

  it.each(['+5', '.5', '5.', '1e3', '1E-7', '-.5e+2'])('such as %s is held elsewhere', (text) => {
    expect(codes(text, 'clickhouse')).toEqual([]);
    expect(codes(text, 'postgres')).toEqual(['event.not-a-number']);
    expect(codes(text, 'unknown')).toEqual(['event.not-a-number']);
  });

  it.each(['1,234', '$12', ' 5', '5 ', '.', '+', 'e3', '--5', '1_000', '0x10'])(
    'is not %j',
    (text) => {
      expect(codes(text, 'clickhouse')).toEqual(['event.not-a-number']);
    },
  );

  it('is held where it does not fit the column', () => {
    expect(codes('1e12', 'clickhouse')).toEqual(['event.too-large']);
  });
});

/** Unless told otherwise it runs since 1970 and does not end. */
const running = (changes: Partial<Subscription> = {}): Subscription => ({
  customer: 'c1',
  plan: 'basic',
  createdAt: undefined,
  startedAt: 0,
  startsAt: 0,
  endedAt: undefined,
  endsAt: undefined,
  isOver: false,
  periodFrom: undefined,
  periodTo: undefined,
  ...changes,
});

const catalog = (
  metrics: readonly Metric[] | undefined,
  subscriptions: readonly string[] | null = ['s1'],
): Catalog => ({
  metrics: metrics && new Map(metrics.map((each) => [each.code, each])),
  subscriptions:
    subscriptions === null ? undefined : new Map(subscriptions.map((id) => [id, [running()]])),
  plans: undefined,
});
const codesOf = (known: Catalog, changes = {}): string[] =>
  checkEvent(known, usageEvent('t', changes)).map(({ code }) => code);

describe('an event', () => {
  it('is told what was probably meant', () => {
    const [code, subscription] = checkEvent(
      catalog([metric()], ['sub_acme']),
      usageEvent('t', { code: 'Unit', external_subscription_id: 'sub-acme' }),
    );
    expect(code?.remedy).toBe('Did you mean “units”? Capital letters and spaces count.');
    expect(subscription?.remedy).toBe('Did you mean “sub_acme”? Capital letters and spaces count.');
    expect(checkEvent(catalog([]), usageEvent('t'))[0]?.remedy).toBe(
      'Create the metric in Lago, or correct the code.',
    );
  });

  it('is not compared with thousands of names again and again: the first wrong ones are told what was meant, the others that they are unknown', () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `subscription-${index}`);
    let looked = 0;
    const known = catalog([metric()], names);
    const subscriptions = new Map(known.subscriptions);
    const keys = subscriptions.keys.bind(subscriptions);
    subscriptions.keys = () => {
      looked++;
      return keys();
    };
    const problemOf = (index: number) =>
      checkEvent(
        { ...known, subscriptions },
        usageEvent('t', { external_subscription_id: `subscriptoin-${index}` }),
      )[0];
    const remedies = Array.from({ length: 10_000 }, (_, index) => problemOf(index)?.remedy);
    expect(remedies[7]).toBe('Did you mean “subscription-7”? Capital letters and spaces count.');
    expect(remedies[9_999]).toBe('Create the subscription in Lago, or correct the id.');
    expect(problemOf(7)?.remedy).toBe(remedies[7]);
    expect(looked).toBe(40);
  });

  it('is not checked against what the key may not read', () => {
    expect(codesOf(catalog(undefined, null), { code: 'x', external_subscription_id: 'x' })).toEqual(
      [],
    );
    expect(codesOf(catalog(undefined), { code: 'x', external_subscription_id: 'x' })).toEqual([
      'event.unknown-subscription',
    ]);
    const empty = new Map([['basic', { code: 'basic', name: 'Basic', charges: new Map() }]]);
    expect(codesOf({ ...catalog(undefined), plans: empty })).toEqual(['event.not-charged']);
    expect(codesOf({ ...catalog([metric()]), plans: undefined })).toEqual([]);
    expect(codesOf({ ...catalog([metric()], null), plans: empty })).toEqual([]);
  });
});

describe('a reason', () => {
  const [first] = [catalog([metric()])];
  const messageOf = (known: Catalog, changes: Partial<UsageEvent>) =>
    checkEvent(known, usageEvent('t', changes))[0];

  it('tells a value that is no number', () => {
    expect(messageOf(first, { properties: { quantity: '1,234' } })?.message).toBe(
      'The metric “units” counts “quantity”, and “1,234” is not a number for Lago: it would count as nothing.',
    );
  });

  it('names the moment of the start and that of the usage', () => {
    const START = Date.UTC(2026, 10, 3, 10);
    const known = {
      ...first,
      subscriptions: new Map([['s1', [running({ startedAt: START, startsAt: START })]]]),
    };
    expect(messageOf(known, { timestamp: START / 1000 - 1 })?.message).toBe(
      'The subscription “s1” starts at 2026-11-03 10:00:00 UTC; Lago would not bill usage of 2026-11-03 09:59:59 UTC.',
    );
  });

  it('names the plan that does not charge, and the property and value that has no price', () => {
    const filters = [{ values: new Map([['region', ['eu-west']]]), groups: [] }];
    const charges = new Map([
      [
        'units',
        [
          {
            model: 'standard',
            filters,
            isFreeOtherwise: true,
            payInAdvance: false,
            prorated: false,
            byEvent: false,
            groups: [],
          },
        ],
      ],
    ]);
    const plans = new Map([['basic', { code: 'basic', name: 'Basic', charges }]]);
    const priced = messageOf(
      { ...first, plans },
      { properties: { quantity: 1, region: 'eu-wst' } },
    );
    expect(priced?.message).toBe(
      'The plan “basic” prices “units” for certain values only, and “region” is “eu-wst”: Lago would bill it at 0.',
    );
    expect(priced?.remedy).toBe('Did you mean “eu-west”? Capital letters and spaces count.');
    expect(messageOf({ ...first, plans }, { properties: { quantity: 1 } })?.message).toContain(
      '“region” is missing',
    );
    const empty = new Map([['basic', { code: 'basic', name: 'Basic', charges: new Map() }]]);
    expect(messageOf({ ...first, plans: empty }, {})?.message).toBe(
      'The plan “basic” of the subscription “s1” has no charge for “units”; Lago would not bill it.',
    );
  });

  it('names the way in which Lago writes a value', () => {
    const filters = [{ values: new Map([['region', ['eu']]]), groups: [] }];
    const charge = {
      model: 'standard',
      filters,
      isFreeOtherwise: false,
      payInAdvance: false,
      prorated: false,
      byEvent: false,
      groups: [],
    };
    const plans = new Map([
      ['basic', { code: 'basic', name: 'Basic', charges: new Map([['units', [charge]]]) }],
    ]);
    const known = { ...catalog([metric({ filters: new Map([['region', ['eu']]]) })]), plans };
    expect(messageOf(known, { properties: { quantity: 1, region: 'EU' } })?.remedy).toContain(
      'Write “eu”',
    );
  });
});

describe('the end of the period that counts an event', () => {
  const FROM = Date.UTC(2026, 2, 1);
  const TO = Date.UTC(2026, 3, 1) - 1000;
  const known = (changes: Partial<Subscription> = {}, recurring = false): Catalog => ({
    ...catalog([metric({ recurring })]),
    subscriptions: new Map([
      ['s1', [running({ isOver: true }), running({ periodFrom: FROM, periodTo: TO, ...changes })]],
    ]),
  });
  const endOf = (of: Catalog, ms: number) =>
    openUntil(of, usageEvent('t', { timestamp: ms / 1000 }));

  it.each<[string, Catalog, number, number | undefined]>([
    ['its first moment', known(), FROM, TO],
    ['its last moment', known(), TO, TO],
    ['the moment before it', known(), FROM - 1, undefined],
    ['the moment after it', known(), TO + 1, undefined],
    ['any moment, where the metric recurs', known({}, true), FROM - 1, TO],
    ['a subscription that is over', known({ isOver: true }), FROM, undefined],
    ['a subscription that has not started', known({ startedAt: undefined }), FROM, undefined],
    [
      'a subscription of which Lago tells no period',
      known({ periodTo: undefined }),
      FROM,
      undefined,
    ],
  ])('is known for %s, or not', (_, of, ms, expected) => {
    expect(endOf(of, ms)).toBe(expected);
  });

  it.each<[string, Catalog, number, boolean]>([
    ['its first moment', known(), FROM, true],
    ['its last moment', known(), TO, true],
    ['the moment before it', known(), FROM - 1, false],
    ['the moment after it', known(), TO + 1, false],
    ['any moment before it, if the metric recurs', known({}, true), 0, true],
    ['the moment after it, if the metric recurs', known({}, true), TO + 1, false],
    ['a subscription that is over', known({ isOver: true }), FROM, false],
  ])('and the invoice of the running period counts %s, or not', (_, of, ms, expected) => {
    expect(runningPeriodOf(of, usageEvent('t', { timestamp: ms / 1000 }))).toEqual(
      expected ? { from: FROM, to: TO } : undefined,
    );
  });
});
