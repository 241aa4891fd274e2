import fc from 'fast-check';
import { DateTime } from 'luxon';
import { createFakeLago, type FakeLago } from '../../sandbox/lago';
import type { Catalog } from '../../src/lago/catalog';
import { catalogReader } from '../../src/lago/catalog-reader';
import { noCache } from '../../src/lago/catalog-text';
import type { Http } from '../../src/lago/http';
import { PeriodUsageReader } from '../../src/lago/period-usage';
import { requestsTo } from '../../src/lago/requests';
import { bookedInto, isMissed } from '../../src/sync/billing/period';
import type { PeriodPlace } from '../../src/sync/billing/period-usage';
import { emptyLedger } from '../../src/sync/ledger/entries';
import { newEntry } from '../../src/sync/ledger/entry';
import { VolumeCover } from '../../src/sync/plan/volume-cover';
import type { EventCheck } from '../../src/sync/ports';
import type { UsageEvent } from '../../src/value/usage-event';
import {
  COLUMNS,
  CORPUS_TEMPLATE,
  type CorpusCase,
  type CorpusRow,
  closedAfter,
  corpusCase,
  eventOf,
  type RowEvent,
  seedCase,
} from './corpus-case';
import { IS_LONG } from './long';
import { API_KEY, activate, createWorld, fireHourly, HOUR, MINUTE, type World } from './world';

const STORES = ['clickhouse', 'postgres'] as const;
type Store = (typeof STORES)[number];

const SEED = 20_261_121;
/** `CORPUS=20` runs forty times as many cases. */
const TIMES = Number(process.env['CORPUS'] ?? 0.5);
/** A short run has the store that reads more numbers than the other. */
const PLAYED_STORES = IS_LONG || TIMES > 0.5 ? STORES : STORES.slice(0, 1);
const DAY = 24 * HOUR;
/** A slow machine, and forty times as many cases, take their time. */
const PATIENCE_MS = 240_000 * Math.max(1, TIMES);

/** Reasons that a row is held for because of what Lago would make of it. */
const ABOUT_LAGO: ReadonlySet<string> = new Set([
  'event.unknown-code',
  'event.unknown-subscription',
  'event.before-start',
  'event.after-end',
  'event.not-charged',
  'event.no-price',
  'event.missing-amount',
  'event.missing-property',
  'event.not-a-number',
  'event.missing-variable',
  'event.not-an-operand',
  'event.operation',
  'event.filter-spelling',
  'event.late',
  'event.before-first-invoice',
  'event.between-plans',
  'event.late-level',
]);

interface SeededLago {
  readonly lago: FakeLago;
  readonly time: { now: number };
}

function lagoOf(store: Store, corpus: CorpusCase): SeededLago {
  const time = { now: corpus.now };
  const lago = createFakeLago({ now: () => time.now, eventsStore: store });
  lago.seed.organization({
    name: 'Other Inc.',
    apiKey: API_KEY,
    timezone: 'UTC',
    eventsStore: store,
  });
  seedCase(lago, corpus);
  return { lago, time };
}

const request = (lago: FakeLago, method: string, url: string, body?: string) =>
  lago.handle({
    method,
    url: `/api/v1${url}`,
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: body ?? '',
  });

const post = (lago: FakeLago, event: RowEvent): void => {
  request(lago, 'POST', '/events/batch', JSON.stringify({ events: [event] }));
};

/** What became of events by their id. */
const billingOf = (lago: FakeLago) =>
  new Map(lago.billing().map((each) => [each.transactionId ?? '', each]));

/** Start of the day of a moment where the customer of a subscription is (ms). */
function dayStart({ catalog }: CorpusCase, subscription: string | null, at: number): number {
  const own = catalog.subscriptions.find((each) => each['external_id'] === subscription);
  const customer = catalog.customers.find(
    (each) => each['external_id'] === own?.['external_customer_id'],
  );
  const zone = String(customer?.['timezone'] ?? 'UTC');
  return DateTime.fromMillis(at, { zone }).startOf('day').toMillis();
}

/** The first time, at or after a moment, at which a job of Lago's runs (ms). */
function firstJob(from: number, every: number, minute: number): number {
  const behind = (from - minute * MINUTE) % every;
  return behind === 0 ? from : from + every - behind;
}

/** What a row may wait for, with the fields that plan it and the job that carries it out. */
const WAITS: { readonly [code: string]: { planned: string; every: number; minute: number } } = {
  'event.waits-for-end': { planned: 'ending_at', every: HOUR, minute: 5 },
  'event.waits-for-start': { planned: 'subscription_at', every: 5 * MINUTE, minute: 0 },
};

/** Whether a row waits although nothing is planned that it could wait for, or the job has run. */
const waitsForNothing = (corpus: CorpusCase, { row, codes, at }: Held): boolean =>
  codes.some((code) => {
    const waits = WAITS[code];
    if (waits === undefined) return code.startsWith('event.waits');
    const used = eventOf(row, corpus).timestamp * 1000;
    return !corpus.catalog.subscriptions
      .filter((each) => each['external_id'] === row.subscription && waits.planned in each)
      .some((each) => {
        const day = dayStart(corpus, row.subscription, Date.parse(String(each[waits.planned])));
        const from = Math.max(day, Date.parse(String(each['created_at'])));
        return from <= used && at < firstJob(from, waits.every, waits.minute);
      });
  });

interface Held {
  readonly row: CorpusRow;
  readonly codes: readonly string[];
  /** When it was held. */
  readonly at: number;
}

/** The same Lago with no price but that of filters that name one of these properties. */
function pricedByFilterAlone(corpus: CorpusCase, properties: readonly string[]): CorpusCase {
  const plans = corpus.catalog.plans.map((plan) => ({
    ...plan,
    charges: (
      plan['charges'] as readonly { readonly filters: readonly { readonly values: object }[] }[]
    ).flatMap(({ filters, ...charge }) => {
      const named = filters.filter(({ values }) =>
        properties.some((property) => property in values),
      );
      return named.length === 0
        ? []
        : [
            {
              ...charge,
              charge_model: 'standard',
              properties: { amount: '0' },
              filters: named.map(({ values }) => ({ values, properties: { amount: '1' } })),
            },
          ];
    }),
  }));
  return {
    ...corpus,
    catalog: { ...corpus.catalog, plans: plans as unknown as CorpusCase['catalog']['plans'] },
  };
}

/** Reasons that the plan gives. */
const ABOUT_PLANS: ReadonlySet<string> = new Set([
  'event.not-charged',
  'event.no-price',
  'event.missing-amount',
]);

/**
 * Whether the final draft of a plan that was changed may take the usage although the plan that runs on does not price it: what recurs, and what is dated at
 * the very moment of the change. The checks go by the plan that runs on; drafts are not read for a row that it does not price.
 */
function isInFormerDraft(corpus: CorpusCase, { row, codes }: Held): boolean {
  const { metrics, subscriptions } = corpus.catalog;
  const [former, next] = subscriptions.filter((each) => each['external_id'] === row.subscription);
  if (next === undefined || !codes.some((code) => ABOUT_PLANS.has(code))) return false;
  const isRecurring = metrics.some(
    (each) => each['code'] === row.code && each['recurring'] === true,
  );
  return (
    isRecurring ||
    Date.parse(String(former?.['terminated_at'])) === eventOf(row, corpus).timestamp * 1000
  );
}

/** The rows that were held although Lago would have billed them, with what it made of them. */
function falseHolds(store: Store, corpus: CorpusCase, held: readonly Held[]): string[] {
  const about = held.filter(
    (each) =>
      each.codes.length > 0 &&
      each.codes.every((code) => ABOUT_LAGO.has(code)) &&
      !isInFormerDraft(corpus, each),
  );
  const wrong: string[] = [];
  const tryOut = (which: CorpusCase, chosen: readonly Held[]): void => {
    for (const at of new Set(chosen.map((each) => each.at))) {
      const { lago, time } = lagoOf(store, which);
      time.now = at;
      const now = chosen.filter((each) => each.at === at);
      for (const { row } of now) post(lago, eventOf(row, corpus));
      const first = billingOf(lago);
      time.now = at + closedAfter(corpus);
      const billing = billingOf(lago);
      for (const each of now) {
        const { row, codes } = each;
        // A level that the draft alone has is missing in all months from then on.
        if (codes.includes('event.late-level') && first.get(row.id)?.where === 'draft') continue;
        const found = billing.get(row.id);
        if (found?.billed === true && found.priced)
          wrong.push(
            `${row.id} at ${new Date(at).toISOString()} for ${codes.join()}: ${JSON.stringify(row)} is ${JSON.stringify(found)}`,
          );
      }
    }
  };
  const isSpelling = ({ codes }: Held): boolean =>
    codes.every((code) => code === 'event.filter-spelling');
  tryOut(
    corpus,
    about.filter((each) => !isSpelling(each)),
  );
  tryOut(
    pricedByFilterAlone(corpus, ['region']),
    about.filter((each) => isSpelling(each) && isMisspelt(each.row.region)),
  );
  tryOut(
    pricedByFilterAlone(corpus, ['tier']),
    about.filter((each) => isSpelling(each) && isMisspelt(each.row.tier)),
  );
  return wrong;
}

const isMisspelt = (value: string): boolean => ['EU', 'asia', 'us ', 'TRUE'].includes(value);

interface Outcome {
  readonly sent: number;
  readonly held: readonly Held[];
  readonly unbilled: readonly string[];
}

interface Totals {
  cases: number;
  rows: number;
  sent: number;
  unbilled: number;
  falseHolds: number;
  readonly held: Map<string, number>;
}

/** When a subscription starts: one that was planned, by the first job of its day (ms). */
function startedAt(corpus: CorpusCase, seeded: CorpusCase['catalog']['subscriptions'][number]) {
  const [planned, created] = ['subscription_at', 'created_at'].map((name) =>
    Date.parse(String(seeded[name])),
  ) as [number, number];
  if (planned <= created) return planned;
  const day = dayStart(corpus, String(seeded['external_id']), planned);
  return firstJob(Math.max(day, created), 5 * MINUTE, 0);
}

/** Everything that was sent and is not billed at a price by now. `at`: what was not due then is left out, as it is dated ahead or its subscription has not started. */
const unbilledIn = (
  lago: FakeLago,
  corpus: CorpusCase,
  at = Number.POSITIVE_INFINITY,
): string[] => {
  const times = new Map(lago.events().map((each) => [each.transactionId ?? '', each]));
  const startOf = (id: string | null): number =>
    Math.min(
      ...corpus.catalog.subscriptions
        .filter((each) => each['external_id'] === id)
        .map((each) => startedAt(corpus, each)),
    );
  return lago
    .billing()
    .filter((each) => !(each.billed && each.priced))
    .filter(
      (each) =>
        startOf(each.externalSubscriptionId) <= at &&
        (times.get(each.transactionId ?? '')?.timestampMs ?? 0) <= at,
    )
    .map(
      (each) => `${JSON.stringify(each)} of ${JSON.stringify(times.get(each.transactionId ?? ''))}`,
    );
};

function hold(totals: Totals, corpus: CorpusCase, store: Store, outcome: Outcome): void {
  totals.cases++;
  totals.rows += corpus.rows.length;
  totals.sent += outcome.sent;
  for (const { codes, at } of outcome.held)
    for (const code of codes)
      if (at === corpus.now) totals.held.set(code, (totals.held.get(code) ?? 0) + 1);
  expect(outcome.held.filter((each) => waitsForNothing(corpus, each))).toEqual([]);
  const wronglyHeld = falseHolds(store, corpus, outcome.held);
  totals.unbilled += outcome.unbilled.length;
  totals.falseHolds += wronglyHeld.length;
  expect(outcome.unbilled).toEqual([]);
  expect(wronglyHeld).toEqual([]);
}

const told = (totals: Totals, { test, seed, numRuns }: Played): void => {
  const reasons = [...totals.held]
    .sort(([, left], [, right]) => right - left)
    .map(([code, count]) => `${code} ${count}`);
  process.stdout.write(
    `${test}, seed ${seed}, ${numRuns} cases: ${totals.rows} rows, ${totals.sent} sent, ${totals.unbilled} unbilled, ${totals.falseHolds} false holds; held: ${reasons.join(', ')}\n`,
  );
};

/** What random cases are played through, and how many of them from which seed. */
interface Played {
  readonly test: string;
  readonly seed: number;
  readonly numRuns: number;
}

const newTotals = (): Totals => ({
  cases: 0,
  rows: 0,
  sent: 0,
  unbilled: 0,
  falseHolds: 0,
  held: new Map(),
});

/** The spreadsheet with the built add-on beside the Lago of the case. */
function worldOf(store: Store, corpus: CorpusCase): { readonly world: World; readonly id: string } {
  const world = createWorld({
    store,
    headers: COLUMNS,
    rows: corpus.rows.map((row) => COLUMNS.map((column) => row[column])),
    textColumns: COLUMNS,
  });
  world.time.now = corpus.now;
  seedCase(world.lago, corpus);
  const id = activate(world, { headers: COLUMNS, template: CORPUS_TEMPLATE, late: corpus.late });
  return { world, id };
}

/** The first run, one that finds what Lago knows in the cache, the next hourly one, and one when what was far ahead has come near. */
const RUNS_AFTER = [0, 3 * MINUTE, HOUR, 10 * DAY];

function throughTheBundle(store: Store, corpus: CorpusCase): Outcome {
  const { world, id } = worldOf(store, corpus);
  const held: Held[] = [];
  const unbilled: string[] = [];
  for (const after of RUNS_AFTER) {
    world.time.now = Math.max(world.time.now, corpus.now + after);
    const at = world.time.now;
    fireHourly(world);
    unbilled.push(...unbilledIn(world.lago, corpus, at));
    for (const { row, action, problems } of world.ask('dryRun', { id }).rows) {
      const of = corpus.rows[(row ?? 0) - 2];
      if (action === 'hold' && of !== undefined)
        held.push({
          row: of,
          codes: problems.map(({ code }) => code),
          at: after === 0 ? corpus.now : at,
        });
    }
  }
  const sent = world.lago.events().length;
  world.time.now += closedAfter(corpus);
  unbilled.push(...unbilledIn(world.lago, corpus));
  return { sent, held, unbilled };
}

const INDEX = {
  key: '',
  kind: 'usage',
  revision: 1,
  content: {},
  templateRevision: 1,
  at: 0,
} as const;

const clockOf = ({ time }: SeededLago) => ({
  now: () => time.now,
  sleep: () => undefined,
  random: () => 0,
});

/** The period of an event, once Lago was asked for the invoices that decide it. */
function periodBy({ periodOf, askUnasked }: EventCheck, event: RowEvent) {
  const first = periodOf?.(event);
  return first?.state === 'unasked' && askUnasked?.() === true ? periodOf?.(event) : first;
}

/** The checks alone beside a Lago, without a sheet: faster, and so on many more. */
function throughTheChecks(store: Store, corpus: CorpusCase): Outcome {
  const seeded = lagoOf(store, corpus);
  const { lago, time } = seeded;
  const http: Http = {
    address: 'https://lago.example',
    send: (requests) =>
      requests.map(({ method, path }) => {
        const { status, headers, body } = request(lago, method.toUpperCase(), path);
        return { status, headers, body };
      }),
  };
  const requests = requestsTo(http, clockOf(seeded), 1000);
  const known = catalogReader(requests, clockOf(seeded), noCache, () => store);
  const check = known.check() as EventCheck;
  const metrics = known.metrics() as Catalog['metrics'];
  const source = { requests, storeOf: () => store, metrics: () => metrics, random: () => 0 };
  /** Sends an event, unless it would leave a total under a volume price below zero. */
  const send = (event: UsageEvent): boolean => {
    const unit = [newEntry(INDEX, event)];
    const usageIn = (places: readonly PeriodPlace[]) => new PeriodUsageReader(source).read(places);
    const cover = new VolumeCover({ check, store, now: corpus.now, ledger: emptyLedger, usageIn }, [
      unit,
    ]);
    if (cover.uncovered([unit]).size > 0) return false;
    post(lago, event as RowEvent);
    return true;
  };
  const held: Held[] = [];
  for (const row of corpus.rows) {
    if (
      row.subscription.trim() !== row.subscription ||
      row.code.trim() !== row.code ||
      row.cents.includes(',')
    )
      continue;
    const event = eventOf(row, corpus);
    if (event.timestamp * 1000 - corpus.now > 31 * DAY) continue;
    const codes = check.problemsOf(event).map(({ code }) => code);
    const period = codes.length === 0 ? periodBy(check, event) : undefined;
    if (period?.state === 'passed') {
      held.push({ row, codes: ['event.late-level'], at: corpus.now });
      continue;
    }
    if (!isMissed(period)) {
      if (codes.length > 0) held.push({ row, codes, at: corpus.now });
      else if (!send(event)) held.push({ row, codes: ['row.uncovered'], at: corpus.now });
      continue;
    }
    const booked =
      corpus.late === 'book' &&
      period.canBook &&
      period.current !== undefined &&
      corpus.now >= (period.booksFrom ?? 0)
        ? bookedInto(event, period.current)
        : undefined;
    const again =
      booked === undefined ? ['event.late'] : check.problemsOf(booked).map(({ code }) => code);
    if (booked === undefined || again.length > 0 || !send(booked))
      held.push({
        row,
        codes: again.length > 0 ? again : ['row.uncovered'],
        at: corpus.now,
      });
  }
  const unbilled = unbilledIn(lago, corpus, corpus.now);
  const sent = lago.events().length;
  time.now += closedAfter(corpus);
  unbilled.push(...unbilledIn(lago, corpus));
  return { sent, held, unbilled };
}

/** Plays random cases of so many rows, and holds what comes of each. */
function playAll(
  store: Store,
  rows: number,
  played: Played,
  play: (store: Store, corpus: CorpusCase) => Outcome,
): void {
  const totals = newTotals();
  const { seed, numRuns } = played;
  fc.assert(
    fc.property(corpusCase(rows), (corpus) => hold(totals, corpus, store, play(store, corpus))),
    { seed, numRuns, endOnFailure: true },
  );
  told(totals, played);
  expect(totals.sent).toBeGreaterThan(numRuns);
}

describe.each(PLAYED_STORES)('of random rows, whatever Lago on %s is like', (store) => {
  test(
    'everything that the add-on sends is billed at a price, and nothing is held that would be',
    () => {
      const played: Played = { test: `The add-on on ${store}`, seed: SEED, numRuns: 6 * TIMES };
      playAll(store, 80, played, throughTheBundle);
    },
    PATIENCE_MS,
  );

  test(
    'everything that the checks let through is billed at a price, and nothing is held that would be',
    () => {
      const played: Played = {
        test: `The checks on ${store}`,
        seed: SEED + 1,
        numRuns: 60 * TIMES,
      };
      playAll(store, 60, played, throughTheChecks);
    },
    PATIENCE_MS,
  );
});
