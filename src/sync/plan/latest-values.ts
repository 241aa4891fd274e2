import type { UsageEvent } from '../../value/usage-event';
import { countedValue, isSameNumber } from '../billing/correction';
import { billedOf } from '../ledger/entries';
import { type LedgerEntry, ownTime } from '../ledger/entry';
import { isInTime, NO_TIME_LEFT, nextMoment, type OrderedRows, SHARED } from './ordered-rows';
import type { PlanInput } from './plan-input';
import { leavingOf, reversalId, uncorrected, withReversals } from './reversal';
import type { StandingValue, ValueGroup } from './value-groups';

const NONE_INSTEAD = 'no other row of the period has a value that could take its place';

/** The newest of a group's values as its rows say it. */
interface Newest {
  /** What Lago has of the newest moment. */
  readonly lagos: LedgerEntry;
  /** The newest row; undefined if no row has a value. */
  readonly newest: StandingValue | undefined;
}

/** Undefined if Lago has no value of the group. */
function newestIn({ handed, standing }: ValueGroup): Newest | undefined {
  const lagos = handed[handed.length - 1];
  return lagos && { lagos, newest: newestOf(standing) };
}

/** How much later one value counts: by the rows' times, then by what was done about equal ones. */
const laterBy = (one: LedgerEntry, other: LedgerEntry): number =>
  ownTime(one) - ownTime(other) || one.event.timestamp - other.event.timestamp;

/** Of values that Lago has at one time, that of the row that stands last in the sheet. */
const newestOf = (standing: readonly StandingValue[]): StandingValue | undefined =>
  standing.reduce<StandingValue | undefined>((best, each) => {
    if (best === undefined) return each;
    const later = laterBy(each.entry, best.entry);
    return later > 0 || (later === 0 && each.place >= best.place) ? each : best;
  }, undefined);

/** Puts the newest row's value, if it is new, after all that Lago has. */
export function placeLatest(input: PlanInput, rows: OrderedRows, group: ValueGroup): void {
  const { lagos, newest } = newestIn(group) ?? {};
  if (lagos === undefined || !newest?.isNew) return;
  if (isBehind(newest, lagos) && input.isShared?.(lagos.event))
    rows.change(rows.placeOf(lagos, newest.place), (row) => uncorrected(row, SHARED));
  else rows.placeAfter(newest, lagos.event.timestamp, group.terms);
}

/** Whether the newest row is older than Lago's value: one of another sync may lie between them. */
const isBehind = ({ entry }: StandingValue, lagos: LedgerEntry): boolean =>
  ownTime(entry) < ownTime(lagos);

/**
 * Makes Lago's newest value that of the newest row. Older values were never billed, so they need no
 * correction.
 */
export function correctLatest(input: PlanInput, rows: OrderedRows, group: ValueGroup): void {
  const { lagos, newest } = newestIn(group) ?? {};
  if (lagos === undefined) return;
  if (newest === undefined) {
    keepNewest(input, rows, group, lagos);
    return;
  }
  if (newest.isNew) return;
  const isReplaced = !saysTheSame(group, lagos, newest);
  if ((isReplaced || isBehind(newest, lagos)) && input.isShared?.(lagos.event))
    rows.change(rows.placeOf(lagos, newest.place), (row) => uncorrected(row, SHARED));
  else if (isReplaced) replaceNewest(input, rows, group, { lagos, newest });
}

/**
 * No row is left whose value could become the newest, so Lago keeps the one it has, and a row that
 * was to give it up is flagged: the row that Lago's newest event belongs to, or the one whose value
 * it repeats.
 */
function keepNewest(
  { ledger }: PlanInput,
  rows: OrderedRows,
  { terms: { field, store }, leaving }: ValueGroup,
  lagos: LedgerEntry,
): void {
  const isOwn = (place: number): boolean =>
    lagos.index.kind !== 'reversal' && rows.keyAt(place) === lagos.index.key;
  const hasValue = (place: number): boolean => {
    const billed = billedOf(ledger, rows.keyAt(place) ?? '');
    return (
      billed !== undefined &&
      isSameNumber(countedValue(billed.event, field), countedValue(lagos.event, field), store)
    );
  };
  const answering = leaving.find(isOwn) ?? leaving.find(hasValue) ?? leaving[0];
  if (answering !== undefined) rows.change(answering, (row) => uncorrected(row, NONE_INSTEAD));
}

/**
 * Whether every event of Lago's newest moment says what the newest row says. Of several values with
 * the same time it is unknown which one Lago takes (lago: counting.latest-tie).
 */
const saysTheSame = (
  { handed, terms: { field, store } }: ValueGroup,
  lagos: LedgerEntry,
  newest: StandingValue,
): boolean =>
  handed
    .filter(({ event }) => event.timestamp === lagos.event.timestamp)
    .every(({ event }) =>
      isSameNumber(countedValue(event, field), countedValue(newest.entry.event, field), store),
    );

/** Sends the newest row's value again, just after the event that Lago takes for the newest. */
function replaceNewest(
  input: PlanInput,
  rows: OrderedRows,
  { terms, standing, leaving }: ValueGroup,
  {
    lagos,
    newest,
  }: {
    readonly lagos: LedgerEntry;
    readonly newest: StandingValue;
  },
): void {
  const seconds = nextMoment(lagos.event.timestamp, terms);
  const event: UsageEvent = {
    ...newest.entry.event,
    transaction_id: reversalId(input.ledger, lagos),
    timestamp: seconds,
  };
  // Rows with an older value lose nothing on the bill. Of an undone run they are marked as taken
  // back with it, so that they are sent again.
  const too =
    input.undo === undefined
      ? []
      : leaving
          .flatMap((place) => leavingOf(input, rows.keyAt(place) ?? ''))
          .filter((entry) => entry !== lagos);
  // If a row still stands for Lago's newest event, it keeps that event, although another one is
  // newer from now on.
  const keeps = standing.some(({ entry }) => entry.index.id === lagos.index.id);
  rows.change(rows.placeOf(lagos, newest.place), (row) =>
    isInTime(terms, seconds)
      ? withReversals(row, [{ event, undoes: lagos, too, keeps }], input.now)
      : uncorrected(row, NO_TIME_LEFT),
  );
}
