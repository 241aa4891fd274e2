import { type Problem, problem } from '../../problem/problem';
import { readEvent } from '../../template/read-event';
import { isEmpty } from '../../value/cell';
import { DAY_MS } from '../../value/duration';
import { dayOf, monthOf } from '../../value/time';
import type { UsageEvent } from '../../value/usage-event';
import type { BillingTerms } from '../billing/correction';
import { isBilledAlike, isTimeless } from '../billing/no-effect';
import { endToProve, isInSpan } from '../billing/period';
import { type LedgerEntry, newEntry, ownTime } from '../ledger/entry';
import { type Content, contentText } from '../rows/content';
import { headerOf, isTicked, keyText, type Row } from '../rows/model';
import { renderRow } from '../rows/rendering';
import { placeInPeriod } from './placing';
import type { PlanInput } from './plan-input';
import { isBilledAgain } from './reversal';

/** The id of a row's later revision: the template's own id, and the revision's number. */
export const derivedId = (id: string, revision: number): string => `${id}~r${revision}`;

/** Longest event that a ledger line takes, in characters; a cell of Sheets takes 50,000. */
const LONGEST_EVENT = 45_000;

/**
 * Usage further ahead than this is a mistyped date: Lago would bill it in the year that it names.
 */
const FURTHEST_AHEAD_DAYS = 31;
/** The same in ms. Up to this long after a rebuild, an event may still have been sent before it. */
export const FURTHEST_AHEAD_MS = FURTHEST_AHEAD_DAYS * DAY_MS;

const isTooFarAhead = ({ timestamp }: UsageEvent, now: number): boolean =>
  timestamp * 1000 - now > FURTHEST_AHEAD_MS;

/**
 * Whether the line of a row has an event that no row makes: somebody has altered the line. What
 * takes an event of another tool back is as that tool has made it.
 * @param now in ms
 */
export const isOfNoRow = ({ index, event, frozen }: LedgerEntry, now: number): boolean =>
  index.kind === 'usage' &&
  (frozen.length > LONGEST_EVENT || isTooFarAhead(event, now) || 'problems' in readEvent(event));

/** A row that may be sent, with what the ledger has of it. */
export interface SendableRow {
  /** The row as it was read. */
  readonly row: Row;
  /** What it says in the columns that the template reads. */
  readonly content: Content;
  /** What Lago was last sent for it. */
  readonly latest: LedgerEntry | undefined;
  /** What Lago bills for it. */
  readonly billed: LedgerEntry | undefined;
}

/**
 * What becomes of a row: an entry to send, why it is held, or `alike` if Lago would bill nothing
 * else than it does now. `endsAt` is when the period that counts it ends (ms).
 */
export type NextEntry = (
  | { readonly entry: LedgerEntry }
  | { readonly problems: readonly Problem[] }
  | { readonly alike: true }
) & { readonly endsAt?: number | undefined };

/** An event with the zone in which its row's dates are meant. */
interface Rendered {
  readonly event: UsageEvent;
  readonly zone: string;
}

/** Makes the next entry of a row. */
export function nextEntry(input: PlanInput, sendable: SendableRow): NextEntry {
  const { row, billed } = sendable;
  const unready = notReady(input, row);
  if (unready !== undefined) return { problems: [unready] };
  const { template } = input.ready;
  const zoneOf = input.check.zoneOf ?? (() => undefined);
  const rendered = renderRow(template, row.cells, input.rule, zoneOf);
  if ('problems' in rendered) return rendered;
  if (billed !== undefined) {
    const against = againstBilled(input, billed, rendered);
    if (against !== undefined) return against;
  }
  const farAhead = tooFarAhead(input, rendered);
  return farAhead === undefined ? placedEntry(input, sendable, rendered) : { problems: [farAhead] };
}

function notReady({ ready: { sync } }: PlanInput, row: Row): Problem | undefined {
  if (sync.ready === undefined || isTicked(row, sync)) return undefined;
  const column = headerOf(sync, sync.ready);
  const value = row.cells.get(sync.ready)?.value ?? '';
  const isBox = row.ticked !== undefined || typeof value === 'boolean' || isEmpty(value);
  return isBox
    ? problem('row.not-ready', { column })
    : problem('row.no-tick-box', { column, value: keyText(value) }, { column });
}

/**
 * What becomes of a row for which Lago already bills an event; undefined if a new one may be sent.
 */
function againstBilled(
  input: PlanInput,
  billed: LedgerEntry,
  rendered: Rendered,
): NextEntry | undefined {
  const { sync } = input.ready;
  const { event } = rendered;
  // Compared by the time of its usage, not by the time at which it was booked.
  const former = { ...billed.event, timestamp: ownTime(billed) };
  const addsUp = sync.changed === 'add' && !isBilledAgain(input, billed);
  const terms = addsUp ? undefined : input.check.billingOf?.(billed.event);
  if (terms !== undefined && isBilledAlike(former, event, terms)) return { alike: true };
  const reused = reusedKey(billed, rendered);
  if (reused === undefined) {
    const isKept = terms !== undefined && isMovedForNothing(input, billed, event, terms);
    return isKept ? { alike: true } : undefined;
  }
  const isMoved = sync.changed === 'correct' && isSameButTime(former, event);
  return isMoved ? undefined : { problems: [reused] };
}

/**
 * Whether only the time of a billed event has changed, within its period, where neither the bill
 * depends on it nor an event can correct it. Lago keeps the former time. In another month the key
 * might name further usage.
 */
function isMovedForNothing(
  { check }: PlanInput,
  { event: billed }: LedgerEntry,
  event: UsageEvent,
  terms: BillingTerms,
): boolean {
  const moved = { ...billed, timestamp: event.timestamp };
  if (!isTimeless(terms) || !isBilledAlike(moved, event, terms)) return false;
  const span = check.spanOf?.(billed);
  return span !== undefined && isInSpan(span, event.timestamp);
}

function tooFarAhead({ now }: PlanInput, { event, zone }: Rendered): Problem | undefined {
  if (!isTooFarAhead(event, now)) return undefined;
  return problem('event.far-future', {
    date: dayOf(event.timestamp, zone),
    days: FURTHEST_AHEAD_DAYS,
  });
}

/** The entry as Lago will bill it, after the checks, unless the row still rests. */
function placedEntry(
  input: PlanInput,
  { row, content, latest }: SendableRow,
  rendered: Rendered,
): NextEntry {
  const { sync } = input.ready;
  const key = row.key ?? '';
  const isWanted = input.again.has(key) && latest?.outcome.bill === 'not-billed';
  const placed = placeInPeriod(input, rendered.event, rendered.zone, isWanted);
  const { period } = placed;
  const endsAt = period?.state === 'unbilled' ? period.until : input.check.closesAt?.(placed.event);
  if (placed.problems.length > 0) return { problems: placed.problems, endsAt };
  if (sync.ready === undefined && input.resting(key, contentText(content), endsAt))
    return { problems: [problem('row.resting', { minutes: sync.restMinutes })], endsAt };
  const revision = (latest?.index.revision ?? 0) + 1;
  const { event } = placed;
  const usedAt = rendered.event.timestamp;
  const entry = newEntry(
    {
      key,
      kind: 'usage',
      revision,
      content,
      templateRevision: sync.templateRevision,
      at: input.now,
      usedAt: event.timestamp === usedAt ? undefined : usedAt,
      periodEnd: endToProve(period),
    },
    revision === 1
      ? event
      : { ...event, transaction_id: derivedId(event.transaction_id, revision) },
  );
  const characters = entry.frozen.length;
  return characters > LONGEST_EVENT
    ? { problems: [problem('event.too-long', { characters, limit: LONGEST_EVENT })], endsAt }
    : { entry, endsAt };
}

/** Whether two events differ only in id and time: the row's date was changed. */
const isSameButTime = (one: UsageEvent, other: UsageEvent): boolean =>
  timelessText(one) === timelessText(other);

const timelessText = ({ transaction_id: _id, timestamp: _time, ...rest }: UsageEvent): string =>
  contentText(rest);

/** A key that was billed for one month and now names usage of another. */
function reusedKey(billed: LedgerEntry, { event, zone }: Rendered): Problem | undefined {
  const period = monthOf(ownTime(billed), zone);
  return period === monthOf(event.timestamp, zone)
    ? undefined
    : problem('key.reused', { key: billed.index.key, period });
}
