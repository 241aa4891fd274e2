import fc from 'fast-check';
import { DateTime } from 'luxon';
import { createFakeLago, type EventBilling, type FakeLago } from '../../sandbox/lago';
import { catalogReader } from '../../src/lago/catalog-reader';
import { noCache } from '../../src/lago/catalog-text';
import type { Http } from '../../src/lago/http';
import { requestsTo } from '../../src/lago/requests';
import { bookedInto, isMissed } from '../../src/sync/billing/period';
import type { EventCheck } from '../../src/sync/ports';
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
import { EXPECTED_FAILURES, type FailureKind, type PlayedTest } from './expected-failures';
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

/** What was not as it should be; `kind` if it is expected. */
interface Wrong {
  readonly text: string;
  readonly kind: FailureKind | undefined;
}

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

function kindOfHold(store: Store, { row, codes }: Held): FailureKind | undefined {
  const isPrinted = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(row.amount);
  return store === 'clickhouse' && isPrinted && codes.includes('event.not-a-number')
    ? 'a number for ClickHouse alone'
    : undefined;
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

/** Whether a subscription has a volume charge, and an event that takes something back. */
function mayBreakInvoice(lago: FakeLago, { catalog }: CorpusCase, subscription: string | null) {
  const own = catalog.subscriptions.filter((each) => each['external_id'] === subscription);
  const plans = catalog.plans.filter(({ code }) => own.some((each) => each['plan_code'] === code));
  const isNegative = (value: unknown): boolean => Number(value) < 0;
  return (
    JSON.stringify(plans).includes('"charge_model":"volume"') &&
    lago
      .events()
      .some(
        ({ externalSubscriptionId, properties }) =>
          externalSubscriptionId === subscription && Object.values(properties).some(isNegative),
      )
  );
}

/** Whether an invoice that is final covers a moment of a subscription (ms). */
const isInvoiced = (lago: FakeLago, subscription: string | null, at: number): boolean =>
  lago
    .invoices()
    .filter(({ status }) => status === 'finalized')
    .flatMap(({ billing_periods }) => billing_periods as Readonly<Record<string, string>>[])
    .some(
      ({ external_subscription_id: id, charges_from_datetime: from, charges_to_datetime: to }) =>
        id === subscription && Date.parse(`${from}`) <= at && at < Date.parse(`${to}`) + 1000,
    );

const isRecurringWeighted = ({ catalog }: CorpusCase, code: string | null): boolean =>
  catalog.metrics.some(
    (each) =>
      each['code'] === code &&
      each['recurring'] === true &&
      each['aggregation_type'] === 'weighted_sum_agg',
  );

/** @param at when the usage counts (ms) */
function kindOfUnbilled(
  lago: FakeLago,
  corpus: CorpusCase,
  { externalSubscriptionId: subscription, code }: EventBilling,
  at: number,
): FailureKind | undefined {
  if (isRecurringWeighted(corpus, code)) return 'a weighted sum from before its period';
  if (mayBreakInvoice(lago, corpus, subscription) && !isInvoiced(lago, subscription, at))
    return 'in an invoice that breaks';
  return undefined;
}

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
function falseHolds(store: Store, corpus: CorpusCase, held: readonly Held[]): Wrong[] {
  const about = held.filter(
    (each) =>
      each.codes.length > 0 &&
      each.codes.every((code) => ABOUT_LAGO.has(code)) &&
      !isInFormerDraft(corpus, each),
  );
  const wrong: Wrong[] = [];
  const tryOut = (which: CorpusCase, chosen: readonly Held[]): void => {
    for (const at of new Set(chosen.map((each) => each.at))) {
      const { lago, time } = lagoOf(store, which);
      time.now = at;
      const now = chosen.filter((each) => each.at === at);
      for (const { row } of now) post(lago, eventOf(row, corpus));
      time.now = at + closedAfter(corpus);
      const billing = billingOf(lago);
      for (const each of now) {
        const { row, codes } = each;
        const found = billing.get(row.id);
        if (found?.billed === true && found.priced)
          wrong.push({
            text: `${row.id} at ${new Date(at).toISOString()} for ${codes.join()}: ${JSON.stringify(row)} is ${JSON.stringify(found)}`,
            kind: kindOfHold(store, each),
          });
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
  readonly unbilled: readonly Wrong[];
}

interface Totals {
  cases: number;
  rows: number;
  sent: number;
  unbilled: number;
  falseHolds: number;
  readonly held: Map<string, number>;
  /** What was met of what is expected. */
  readonly kinds: Set<FailureKind>;
}

/** Everything that was sent and is not billed at a price by now. `at`: what was not due then is left out, as it is dated ahead or its subscription has not started. */
const unbilledIn = (lago: FakeLago, corpus: CorpusCase, at = Number.POSITIVE_INFINITY): Wrong[] => {
  const times = new Map(lago.events().map((each) => [each.transactionId ?? '', each]));
  const startOf = (id: string | null): number =>
    Math.min(
      ...corpus.catalog.subscriptions
        .filter((each) => each['external_id'] === id)
        .map((each) => Date.parse(String(each['subscription_at']))),
    );
  return lago
    .billing()
    .filter((each) => !(each.billed && each.priced))
    .filter(
      (each) =>
        startOf(each.externalSubscriptionId) <= at &&
        (times.get(each.transactionId ?? '')?.timestampMs ?? 0) <= at,
    )
    .map((each) => {
      const sent = times.get(each.transactionId ?? '');
      return {
        text: `${JSON.stringify(each)} of ${JSON.stringify(sent)}`,
        kind: kindOfUnbilled(lago, corpus, each, sent?.timestampMs ?? 0),
      };
    });
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
  const unexpected = ({ text, kind }: Wrong): string[] => {
    if (kind !== undefined) totals.kinds.add(kind);
    return kind === undefined ? [text] : [];
  };
  expect(outcome.unbilled.flatMap(unexpected)).toEqual([]);
  expect(wronglyHeld.flatMap(unexpected)).toEqual([]);
}

/** What is expected to fail fails; with more cases more kinds of it may be met. */
function expectFailures(totals: Totals, { test, seed }: Played): void {
  const entries = EXPECTED_FAILURES.filter((each) => each.test === test);
  expect(entries.filter((each) => each.seed !== seed)).toEqual([]);
  const expected = entries.flatMap(({ kinds }) => kinds);
  expect(expected.filter((kind) => !totals.kinds.has(kind))).toEqual([]);
  if (TIMES <= 0.5) expect([...totals.kinds].sort()).toEqual(expected);
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
  readonly test: PlayedTest;
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
  kinds: new Set(),
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
  const unbilled: Wrong[] = [];
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
  const check = catalogReader(
    requestsTo(http, clockOf(seeded), 1000),
    clockOf(seeded),
    noCache,
  ).check() as EventCheck;
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
    if (!isMissed(period)) {
      if (codes.length === 0) post(lago, event);
      else held.push({ row, codes, at: corpus.now });
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
    if (booked !== undefined && again.length === 0) post(lago, booked as RowEvent);
    else held.push({ row, codes: again, at: corpus.now });
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
  expectFailures(totals, played);
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
