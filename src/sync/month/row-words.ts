import type { Problem } from '../../problem/problem';
import type { LedgerEntry } from '../ledger/entry';
import type { PlannedRow } from '../plan/planned-row';
import type { Finding } from './finding';

/** What is said of a row that differs from Lago, beside what each of them counts. */
export type RowWords = Pick<Finding, 'kind' | 'advice' | 'fix'> & {
  /** Why it differs, as sentences; empty if there is nothing to say. */
  readonly why: string;
};

/**
 * Problems of rows that are flagged only by the sync's policy; another policy would correct them.
 */
const BY_RULE: ReadonlySet<string> = new Set(['row.changed', 'row.removed']);

/**
 * Problems that a person solves at the row, by deciding whether it is sent again as a new event.
 */
const AT_ROW: ReadonlySet<string> = new Set(['event.rejected', 'event.conflict']);

const LOOK = 'Look at the row.';

/** Why a run would not simply leave a row as it is, and what to do about it. */
function planWords({ action, problems: [first] }: PlannedRow): Omit<RowWords, 'kind'> {
  if (action === 'send') return { why: '', advice: 'The next run sends it.', fix: 'run' };
  if (first === undefined) return { why: '', advice: LOOK, fix: 'row' };
  const { code, message: why, remedy } = first;
  if (BY_RULE.has(code))
    return {
      why,
      advice: `${remedy} Or let the sync correct such rows, where Lago’s billing allows it.`,
      fix: 'rule',
    };
  return {
    why,
    advice: remedy === '' ? LOOK : remedy,
    fix: AT_ROW.has(code) || remedy === '' ? 'row' : undefined,
  };
}

const NO_CHANGE = 'Nothing, if that is right.';

/**
 * What is said of a row of the tab.
 * @param entries what the ledger takes Lago to have of it at the place and in the month
 * @param isBooked whether its usage was booked into the month, or out of it
 */
export function rowWords(
  row: PlannedRow,
  entries: readonly LedgerEntry[],
  isBooked: boolean,
): RowWords {
  const { action, latest } = row;
  if (latest?.index.kind === 'baseline')
    return {
      kind: 'elsewhere',
      why: 'Marked as billed elsewhere, so it is never sent',
      advice: row.problems[0]?.remedy ?? NO_CHANGE,
      fix: undefined,
    };
  const isSent = action === 'sent';
  if (isSent && isBooked)
    return {
      kind: 'booked',
      why: 'It came late, so Lago counts it in another month',
      advice: NO_CHANGE,
      fix: undefined,
    };
  if (isSent && entries.length > 1)
    return {
      kind: 'changed',
      why: 'Each change was sent as a further event, which adds to the first',
      advice: 'If only the last should count, let the sync correct changed rows.',
      fix: 'rule',
    };
  if (isSent && row.change === 'changed')
    return {
      kind: 'changed',
      why: 'It was changed since; the bill stays the same',
      advice: NO_CHANGE,
      fix: undefined,
    };
  if (isSent)
    return {
      kind: 'changed',
      why: 'The template makes another event of it now than the one that was sent',
      advice: 'If the new one is right, bill sent rows again with the new template.',
      fix: undefined,
    };
  return { kind: entries.length === 0 ? 'unsent' : 'changed', ...planWords(row) };
}

const NO_ROW = 'the row is gone';

/**
 * What is said of what Lago has of a row that is not in the tab.
 * @param stands whether Lago still bills it, rather than taking it back in another month
 * @param removed what a run would do about it; undefined if it does not count as removed
 * @param isIgnored whether the sync ignores removed rows
 * @param doubt which rows it may belong to; undefined if every row is known
 */
export function goneWords(
  stands: boolean,
  removed: PlannedRow | undefined,
  isIgnored: boolean,
  doubt: Problem | undefined,
): RowWords {
  if (!stands)
    return {
      kind: 'booked',
      why: `${NO_ROW}, and it was taken back in another month`,
      advice: NO_CHANGE,
      fix: undefined,
    };
  if (removed === undefined) return { kind: 'gone', ...unknownWords(doubt) };
  if (removed.action === 'sent' && isIgnored)
    return {
      kind: 'gone',
      why: NO_ROW,
      advice: 'The sync leaves in Lago what was sent for removed rows.',
      fix: 'rule',
    };
  if (removed.action === 'sent')
    return {
      kind: 'gone',
      why: NO_ROW,
      advice: 'Nothing: the bill does not depend on it.',
      fix: undefined,
    };
  if (removed.action === 'send')
    return { kind: 'gone', why: NO_ROW, advice: 'The next run takes it back.', fix: 'run' };
  const { why: _why, ...words } = planWords(removed);
  return { kind: 'gone', why: NO_ROW, ...words };
}

const unknownWords = (doubt: Problem | undefined): Omit<RowWords, 'kind'> => ({
  why: doubt?.message ?? 'no row has its key any more',
  advice: doubt?.remedy ?? 'If its row has another key now, set it back.',
  fix: undefined,
});
