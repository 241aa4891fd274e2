import type { ProblemCode } from '../../problem/catalogue';
import { type Problem, problem } from '../../problem/problem';
import { countedBy } from '../../value/aggregation';
import { count } from '../../value/count';
import { CLOSING_NOTICE_MS } from '../../value/duration';
import type { Json } from '../../value/json';
import { localText } from '../../value/time';
import { placeName, type UsageEvent } from '../../value/usage-event';
import { countedValue } from '../billing/correction';
import {
  type Outcome,
  type PricedTotal,
  type Pricing,
  pricedTotals,
  totalWords,
} from '../billing/priced-total';
import { weighed } from '../billing/weighed';
import { isUndone, type Ledger } from '../ledger/entries';
import { isHanded, type LedgerEntry } from '../ledger/entry';
import type { EventCheck } from '../ports';
import { type Plan, type PlannedRow, unitOf } from './planned-row';
import { groupOfRows, type ProblemGroup } from './problem-group';

/** A total of a running period that Lago does not bill as it is. */
export interface TotalBelowZero extends PricedTotal {
  /** When its period ends (ms). */
  readonly until: number;
}

/** Whether Lago has the event of a line, or will have it. */
const isExpected = (entry: LedgerEntry): boolean =>
  isHanded(entry) && entry.outcome.state !== 'stuck';

/** What Lago has of a sync, and what it is still to be sent. */
export function expectedEvents({ rows }: Plan, { entries, byId }: Ledger): UsageEvent[] {
  const planned = rows.flatMap(unitOf).filter(({ index }) => !byId.has(index.id));
  return [...entries.filter(isExpected), ...planned].map(({ event }) => event);
}

/** Whether a number is below zero, as a number or as text. */
const isNegative = (value: Json | undefined): boolean =>
  typeof value === 'number' ? value < 0 : typeof value === 'string' && value.startsWith('-');

/** Whether an event counts, or costs, less than nothing. */
const lowers = (event: UsageEvent, { countingOf }: Pricing): boolean =>
  isNegative(countedValue(event, countingOf(event.code)?.field)) ||
  isNegative(event.precise_total_amount_cents);

/** The events of some places that count in running periods, and when the period of each ends. */
export interface RunningEvents {
  /** In the order of time; those of a sum over time with what they add to it. */
  readonly events: readonly UsageEvent[];
  /** By the name of the place (ms). */
  readonly ends: ReadonlyMap<string, number>;
}

/** The events of places (see `placeName`) that count in running periods. */
export function runningEvents(
  all: readonly UsageEvent[],
  places: ReadonlySet<string>,
  { pricing, runningPeriodOf }: Pick<EventCheck, 'pricing' | 'runningPeriodOf'>,
): RunningEvents {
  const ends = new Map<string, number>();
  const events = all.flatMap((event) => {
    const place = placeName(event);
    const period = places.has(place) ? runningPeriodOf?.(event) : undefined;
    if (period === undefined) return [];
    ends.set(place, period.to);
    const counting = pricing?.countingOf(event.code);
    return counting !== undefined && countedBy(counting.aggregation) === 'sum over time'
      ? weighed(event, counting, period)
      : event;
  });
  events.sort((left, right) => left.timestamp - right.timestamp);
  return { events, ends };
}

/**
 * The places whose totals may be billed as something else than they are: those with a value below
 * zero, and those with amounts that a dynamic charge bills.
 */
function doubtfulPlaces(all: readonly UsageEvent[], pricing: Pricing): ReadonlySet<string> {
  const doubtful = new Set<string>();
  /** Whether a dynamic charge bills a place, as far as it was asked. */
  const dynamic = new Map<string, boolean>();
  const isDynamic = (event: UsageEvent, place: string): boolean => {
    const known =
      dynamic.get(place) ??
      pricing.pricesOf(event)?.some(({ model }) => model === 'dynamic') === true;
    dynamic.set(place, known);
    return known;
  };
  for (const event of all) {
    const isLow = lowers(event, pricing);
    if (!isLow && event.precise_total_amount_cents === undefined) continue;
    const place = placeName(event);
    if (isLow || isDynamic(event, place)) doubtful.add(place);
  }
  return doubtful;
}

/**
 * The totals of running periods that Lago bills as something else than they are: by subscription,
 * metric and price, of what it has of the sync and what it is still to be sent.
 */
export function totalsBelowZero(plan: Plan, ledger: Ledger, check: EventCheck): TotalBelowZero[] {
  const { pricing } = check;
  if (pricing === undefined || check.runningPeriodOf === undefined) return [];
  const all = expectedEvents(plan, ledger);
  const doubtful = doubtfulPlaces(all, pricing);
  if (doubtful.size === 0) return [];
  const { events, ends } = runningEvents(all, doubtful, check);
  return pricedTotals(events, pricing)
    .filter(({ outcome }) => outcome !== 'billed')
    .map((total) => ({ ...total, until: ends.get(total.place) ?? 0 }));
}

/** Totals that a sentence names, and the characters that it gives each. */
const NAMED = 3;
const NAME_CHARACTERS = 60;

/** How each outcome is reported, the gravest first. */
const REPORTED: readonly {
  readonly outcome: Outcome;
  readonly code: ProblemCode;
}[] = [
  { outcome: 'no-invoice', code: 'total.no-invoice' },
  { outcome: 'nothing', code: 'total.below-zero' },
  { outcome: 'no-refund', code: 'total.no-refund' },
  { outcome: 'no-units', code: 'total.no-units' },
  { outcome: 'cut', code: 'total.cut' },
];

/** Outcomes that come from amounts; any row with one may have brought them about. */
const BY_AMOUNT: ReadonlySet<Outcome> = new Set(['no-units', 'cut']);

const shortened = (text: string): string =>
  text.length > NAME_CHARACTERS ? `${text.slice(0, NAME_CHARACTERS - 1)}…` : text;

/** The first of some totals in words, and how many more there are. */
export function namesOf(totals: readonly PricedTotal[]): string {
  const names = totals.slice(0, NAMED).map((total) => shortened(totalWords(total)));
  const more = totals.length - names.length;
  return [...names, ...(more > 0 ? [`and ${count(more)} more`] : [])].join('; ');
}

/**
 * One problem for all totals of an outcome, however many there are.
 * @param period in words: `the running period`
 */
function reported<Total extends PricedTotal>(
  totals: readonly Total[],
  period: string,
): { readonly found: Problem; readonly concerned: readonly Total[] }[] {
  return REPORTED.flatMap(({ outcome, code }) => {
    const concerned = totals.filter((total) => total.outcome === outcome);
    if (concerned.length === 0) return [];
    const named = namesOf(concerned);
    return [{ found: problem(code, { period, totals: concerned.length, named }), concerned }];
  });
}

/**
 * What is said of totals that Lago does not bill as they are.
 * @param period in words: `the month`
 */
export const totalProblems = (totals: readonly PricedTotal[], period: string): Problem[] =>
  reported(totals, period).map(({ found }) => found);

/** What a row counts with: its new event, or all of its own that Lago has and keeps. */
const countedOf = (ledger: Ledger, { key = '', entry }: PlannedRow): LedgerEntry[] =>
  entry !== undefined
    ? [entry]
    : (ledger.byKey.get(key) ?? []).filter(
        (line) => line.index.kind !== 'reversal' && isExpected(line) && !isUndone(ledger, line),
      );

/** Finds the rows that lower totals, or that have the amounts of others: those to look at. */
function loweringRows(
  { rows }: Plan,
  ledger: Ledger,
  totals: readonly PricedTotal[],
  { pricing, runningPeriodOf }: EventCheck,
): PlannedRow[] {
  const nameOf = (place: string, price: string): string => JSON.stringify([place, price]);
  const outcomes = new Map(
    totals.map(({ place, price: { name }, outcome }) => [nameOf(place, name), outcome]),
  );
  const isLowering = ({ event }: LedgerEntry): boolean => {
    const isLow = pricing !== undefined && lowers(event, pricing);
    if (!isLow && event.precise_total_amount_cents === undefined) return false;
    if (runningPeriodOf?.(event) === undefined) return false;
    return (pricing?.pricesOf(event) ?? []).some(({ name }) => {
      const outcome = outcomes.get(nameOf(placeName(event), name));
      return outcome !== undefined && (isLow || BY_AMOUNT.has(outcome));
    });
  };
  return rows.filter((row) => countedOf(ledger, row).some(isLowering));
}

/**
 * Reports totals of running periods that Lago does not bill as they are, one group for each
 * outcome, with the rows that lower them. Nothing is held for it: later usage may outweigh them.
 * Shortly before a period ends, one more group announces that, without saying whose it is.
 * @param plan as the rows stand after the run
 * @param zone IANA zone in which the end is shown
 * @param now in ms
 */
export function reportBelowZero(
  plan: Plan,
  ledger: Ledger,
  check: EventCheck,
  { zone, now }: { readonly zone: string; readonly now: number },
): ProblemGroup[] {
  const totals = totalsBelowZero(plan, ledger, check);
  if (totals.length === 0) return [];
  const groupOf = (found: Problem, concerned: readonly PricedTotal[]): ProblemGroup =>
    groupOfRows('sent', found, loweringRows(plan, ledger, concerned, check));
  // What is cut is no more than a unit of the currency of each.
  const closing = totals.filter(
    ({ until, outcome }) => outcome !== 'cut' && until >= now && until <= now + CLOSING_NOTICE_MS,
  );
  const end = closing.reduce(
    (first, { until }) => Math.min(first, until),
    Number.POSITIVE_INFINITY,
  );
  const announced =
    closing.length === 0
      ? []
      : [
          problem('period.below-zero', {
            end: `${localText(end, zone)} (${zone})`,
            totals: closing.length,
          }),
        ];
  return [
    ...announced.map((found) => groupOf(found, closing)),
    ...reported(totals, 'the running period').map(({ found, concerned }) =>
      groupOf(found, concerned),
    ),
  ];
}
