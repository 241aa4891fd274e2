import { SUM } from '../../value/aggregation';
import type { UsageEvent } from '../../value/usage-event';
import {
  type BillingTerms,
  bookedNegation,
  difference,
  isPricedAlike,
  negationOf,
  ruleFor,
} from '../billing/correction';
import type { Ledger } from '../ledger/entries';
import type { LedgerEntry } from '../ledger/entry';
import { CoveredRows } from './covered-rows';
import { heldBack, inOrder } from './ordering';
import type { PlanInput } from './plan-input';
import type { PlannedRow } from './planned-row';
import {
  isReplaced,
  lastLeavingOf,
  leavingOf,
  reversalId,
  type Undoing,
  uncorrected,
  withReversals,
} from './reversal';

const CLOSED = 'its period is closed';
const NOT_BEGUN = 'its period has not begun yet';
/** A reason as the sentence of `row.uncorrected` takes it. */
export const UNKNOWN = 'it is not known how Lago bills it';
const ONLY_MORE = `${CLOSED}, and the running one can only take more of the same`;

/**
 * Takes back what Lago bills for changed and removed rows, if the sync's policies say so, and puts
 * unique and latest values in the order in which Lago has to see them. A row whose event cannot be
 * taken back keeps it and sends nothing.
 */
export function takeBack(input: PlanInput, rows: readonly PlannedRow[]): PlannedRow[] {
  const { changed, removed } = input.ready.sync;
  const isAsked = input.rebill !== undefined || input.undo !== undefined;
  const corrects = changed === 'correct' || removed === 'correct' || isAsked;
  // What was taken back before decides when a value counts that comes back.
  if (!corrects && input.ledger.reversals.size === 0) return [...rows];
  const standing = heldBack(input, rows);
  const covered = new CoveredRows(input, standing);
  return inOrder(
    input,
    standing.map((row) => {
      const billed =
        row.key !== undefined && isReplaced(input, row) ? lastLeavingOf(input, row.key) : undefined;
      return billed === undefined ? row : takenBack(input, covered, row, billed);
    }),
  );
}

function takenBack(
  input: PlanInput,
  covered: CoveredRows,
  row: PlannedRow,
  billed: LedgerEntry,
): PlannedRow {
  const terms = input.check.billingOf?.(billed.event);
  if (terms === undefined || terms.period === 'unknown') return uncorrected(row, UNKNOWN);
  const rule = ruleFor(terms);
  if ('because' in rule) return covered.has(row) ? row : uncorrected(row, rule.because);
  if (rule.by === 'negation') return negated(input, row, billed, terms);
  // Unique and latest values depend on those of other rows, so `inOrder` corrects them.
  if (terms.until !== undefined || covered.has(row)) return row;
  const isAhead = billed.event.timestamp * 1000 >= (terms.current ?? Number.POSITIVE_INFINITY);
  return uncorrected(row, isAhead ? NOT_BEGUN : CLOSED);
}

function negated(
  input: PlanInput,
  row: PlannedRow,
  billed: LedgerEntry,
  terms: BillingTerms,
): PlannedRow {
  const { ledger, ready, now } = input;
  const all = leavingOf(input, row.key ?? '');
  const over = bookedOver(ledger, billed);
  if (over !== undefined && !isMoreOfTheSame(over.event, row.entry?.event, terms))
    return uncorrected(row, ONLY_MORE);
  const taken =
    terms.period === 'open'
      ? negating(input, all)
      : ready.sync.late === 'book' && all.length === 1
        ? booking(ledger, billed, row.entry, terms)
        : CLOSED;
  return typeof taken === 'string' ? uncorrected(row, taken) : withReversals(row, taken, now);
}

/**
 * The negatives of all that Lago bills for a row, or why it has none. Further events that were
 * added to the first have terms of their own.
 */
function negating(
  { ledger, check }: PlanInput,
  all: readonly LedgerEntry[],
): readonly Undoing[] | string {
  const undoings: Undoing[] = [];
  for (const undoes of all) {
    const terms = check.billingOf?.(undoes.event);
    if (terms === undefined) return UNKNOWN;
    const rule = ruleFor(terms);
    if ('because' in rule) return rule.because;
    // An earlier event of the row that counts as a unique or latest value is no part of its sum:
    // `inOrder` deals with it.
    if (rule.by !== 'negation') continue;
    if (terms.period !== 'open') return CLOSED;
    const event = negationOf(undoes.event, terms, reversalId(ledger, undoes));
    if (event === undefined) return 'its value is none that can be taken back';
    undoings.push({ event, undoes });
  }
  return undoings;
}

/**
 * The difference of a closed period, counted in the running one: only more can be billed there,
 * since Lago gives nothing back (lago: counting.clamped).
 */
function booking(
  ledger: Ledger,
  undoes: LedgerEntry,
  entry: LedgerEntry | undefined,
  terms: BillingTerms,
): readonly Undoing[] | string {
  const { current, aggregation, recurring } = terms;
  if (entry === undefined || current === undefined || aggregation !== SUM || recurring)
    return CLOSED;
  const { event } = undoes;
  if (!isMoreOfTheSame(event, entry.event, terms)) return ONLY_MORE;
  const negation = bookedNegation(event, terms, current, reversalId(ledger, undoes));
  return negation === undefined ? CLOSED : [{ event: negation, undoes }];
}

/** Whether an event counts at least as much as an invoiced one, at the same price. */
function isMoreOfTheSame(
  invoiced: UsageEvent,
  event: UsageEvent | undefined,
  terms: Pick<BillingTerms, 'field' | 'store' | 'charges'>,
): boolean {
  if (
    event === undefined ||
    event.external_subscription_id !== invoiced.external_subscription_id ||
    event.code !== invoiced.code
  )
    return false;
  const more = difference(invoiced, event, terms);
  return more !== undefined && !more.lt(0) && isPricedAlike(event, invoiced, terms);
}

/**
 * The invoiced event that another one corrects by a booking, directly or through further
 * corrections. In the running period these must never add up to less than zero.
 */
function bookedOver(ledger: Ledger, { index }: LedgerEntry): LedgerEntry | undefined {
  const reversal =
    index.unit === undefined
      ? undefined
      : ledger.byKey
          .get(index.key)
          ?.find((entry) => entry.index.kind === 'reversal' && entry.index.unit === index.unit);
  const undone =
    reversal?.index.undoes === undefined ? undefined : ledger.byId.get(reversal.index.undoes);
  if (reversal === undefined || undone === undefined) return undefined;
  return reversal.event.timestamp === undone.event.timestamp ? bookedOver(ledger, undone) : undone;
}
