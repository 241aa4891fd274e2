import type { ProblemCode } from '../../problem/catalogue';
import { problem } from '../../problem/problem';
import type { UsageEvent } from '../../value/usage-event';
import { endToProve } from '../billing/period';
import { allBilledOf, billedOf, type Ledger } from '../ledger/entries';
import { type LedgerEntry, newEntry } from '../ledger/entry';
import { isAltered } from '../ledger/line';
import type { EventCheck } from '../ports';
import type { PlanInput } from './plan-input';
import { type Change, isCorrected, type PlannedRow } from './planned-row';
import { isSentBy } from './undo';

/**
 * The id of the event that takes another one back; each try has its own, since an id that Lago
 * refused is never used again.
 */
export function reversalId({ byId }: Pick<Ledger, 'byId'>, { index }: LedgerEntry): string {
  let tries = 1;
  while (byId.has(`${index.id}~x${tries}`)) tries++;
  return `${index.id}~x${tries}`;
}

/** The id under which an event is taken back first. */
export const firstReversalId = (id: string): string => `${id}~x1`;

/**
 * The id of the event that an event with this id takes back; undefined if it is not of the form
 * that `reversalId` makes.
 */
export const undoneId = (id: string): string | undefined => /^(.+)~x\d+$/.exec(id)?.[1];

/** An event that takes another one back, before it is written down. */
export interface Undoing {
  /** The event that takes back. */
  readonly event: UsageEvent;
  /** The line of the event that is taken back; the new line gets its key and revision. */
  readonly undoes: LedgerEntry;
  /**
   * Events of further rows that had added the same unique value: one removal takes them all back.
   */
  readonly too?: readonly LedgerEntry[] | undefined;
  /** Whether the undone event still counts as what Lago bills for its row. */
  readonly keeps?: boolean | undefined;
}

const ALTERED =
  'the line of what was sent was altered in the ledger, so it is not known what Lago bills';

/** Whether somebody has altered the event of a line. What this run has sent has no digest yet. */
const isAlteredLine = ({ index, frozen }: LedgerEntry): boolean =>
  index.digest !== undefined && isAltered(index, frozen);

/**
 * Adds events that take back others to a row, all in one unit with the row's new event, if it has
 * one. The unit is named after one of these events, so that a row that is removed, comes back and
 * is removed again has two units. A row of which a line was altered keeps what Lago bills: what
 * the line says now would be taken back, not what was sent.
 */
export function withReversals(
  row: PlannedRow,
  undoings: readonly Undoing[],
  now: number,
): PlannedRow {
  if (undoings.some(({ undoes, too = [] }) => [undoes, ...too].some(isAlteredLine)))
    return uncorrected(row, ALTERED);
  const before = row.reversals ?? [];
  const unit =
    row.entry?.index.id ?? before[0]?.index.unit ?? undoings[0]?.event.transaction_id ?? '';
  const added = undoings.map(({ event, undoes, too = [], keeps = false }) => {
    const { kind: _kind, id: _id, undoes: _undoes, undoesToo: _too, ...kept } = undoes.index;
    const { periodEnd: _end, digest: _digest, ...index } = kept;
    const taken = {
      ...(keeps ? {} : { undoes: undoes.index.id }),
      ...(too.length === 0 ? {} : { undoesToo: too.map((entry) => entry.index.id) }),
    };
    return newEntry({ ...index, kind: 'reversal', ...taken, unit, at: now }, event);
  });
  const entry = row.entry && { ...row.entry, index: { ...row.entry.index, unit } };
  return { ...row, action: 'send', entry, reversals: [...before, ...added] };
}

const UNCORRECTED: Readonly<Record<Change, ProblemCode>> = {
  added: 'row.uncorrected',
  changed: 'row.changed-uncorrected',
  unchanged: 'row.uncorrected',
  removed: 'row.removed-uncorrected',
  undone: 'row.not-undone',
};

/** A row that keeps what Lago bills for it, since no event can take that back. */
export function uncorrected(row: PlannedRow, because: string): PlannedRow {
  const found = problem(UNCORRECTED[row.change], { key: row.key ?? '', because }, { row: row.row });
  return {
    ...row,
    action: 'flag',
    entry: undefined,
    reversals: [],
    problems: [found],
  };
}

/**
 * Whether a row is billed again with the newer template: a person wants it, and what Lago bills was
 * made by an older one.
 */
export const isBilledAgain = (
  { rebill, ready: { sync } }: Pick<PlanInput, 'rebill' | 'ready'>,
  billed: LedgerEntry | undefined,
): boolean =>
  billed !== undefined &&
  billed.index.kind !== 'baseline' &&
  billed.index.templateRevision < sync.templateRevision &&
  rebill?.(billed.index.key) === true;

/** Whether what Lago bills for a row is to be replaced by its new event, or by nothing. */
export const isReplaced = (input: PlanInput, { key, change, action }: PlannedRow): boolean => {
  if (action !== 'send' || change === 'added') return false;
  if (change === 'removed' || change === 'undone') return true;
  if (input.ready.sync.changed !== 'add') return true;
  return isBilledAgain(input, billedOf(input.ledger, key ?? ''));
};

/** What Lago bills for a row and is to lose: all of it, or only what an undone run sent. */
export const leavingOf = (
  { ledger, undo }: Pick<PlanInput, 'ledger' | 'undo'>,
  key: string,
): LedgerEntry[] =>
  allBilledOf(ledger, key).filter((entry) => undo === undefined || isSentBy(undo, entry));

/** The last of what Lago bills for a row and is to lose. */
export const lastLeavingOf = (
  input: Pick<PlanInput, 'ledger' | 'undo'>,
  key: string,
): LedgerEntry | undefined => {
  const leaving = leavingOf(input, key);
  return leaving[leaving.length - 1];
};

/**
 * Rows whose events that take back, and what replaces them, say the end of their period if it has
 * to be proved that its invoice has them.
 */
export const withEnds = (
  { periodOf }: Pick<EventCheck, 'periodOf'>,
  rows: readonly PlannedRow[],
): PlannedRow[] =>
  rows.map((row) => {
    if (!isCorrected(row)) return row;
    const marked = (entry: LedgerEntry): LedgerEntry => {
      const periodEnd = endToProve(periodOf?.(entry.event));
      return periodEnd === undefined ? entry : { ...entry, index: { ...entry.index, periodEnd } };
    };
    return { ...row, entry: row.entry && marked(row.entry), reversals: row.reversals?.map(marked) };
  });
