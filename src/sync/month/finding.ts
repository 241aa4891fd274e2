import { localText } from '../../value/time';
import type { Place } from './totals';

/**
 * What is not as it should be. `missing`: the ledger says that Lago accepted it, and Lago does not
 * have it. `different`: Lago has another content under the id. `unrecorded`: Lago has the event of
 * a row, and the ledger does not know it. `gone`: Lago has what was sent for a row that is not in
 * the sheet, or cannot be found there while some key is damaged. `foreign`: Lago has an event of
 * which neither the ledger nor a row knows. `twice`: Lago has it more than once. `open`: not
 * settled yet. `unsent`: a row that Lago does not have, for a reason. `changed`: a row that no
 * longer says what Lago has. `booked`: late usage, which Lago counts in another month.
 * `elsewhere`: a row that was marked as billed elsewhere.
 */
export type FindingKind =
  | 'missing'
  | 'different'
  | 'unrecorded'
  | 'gone'
  | 'foreign'
  | 'twice'
  | 'changed'
  | 'unsent'
  | 'open'
  | 'booked'
  | 'elsewhere';

/** In the order in which people should look at them. */
export const FINDING_KINDS: readonly FindingKind[] = [
  'missing',
  'different',
  'unrecorded',
  'gone',
  'foreign',
  'twice',
  'changed',
  'unsent',
  'open',
  'booked',
  'elsewhere',
];

/** What can be done about a finding by one button. */
export type FindingFix = 'send' | 'adopt' | 'take-back';

/**
 * How a finding without such a button is put right: by a run, by the rule for changed and removed
 * rows, or at the row itself.
 */
export type FindingWay = 'run' | 'rule' | 'row';

/**
 * One difference between the sheet and Lago, as a line of the result sheet. The differences of all
 * findings of a place add up to the sheet's total less Lago's. The place is empty if it is unknown.
 */
export interface Finding extends Place {
  /** What is wrong. */
  readonly kind: FindingKind;
  /** transaction_id; empty for a row that makes no event. */
  readonly id: string;
  /** Key of the row; undefined if no row is known. */
  readonly key: string | undefined;
  /** Row number (1-based) at the moment of reading. */
  readonly row: number | undefined;
  /** When the usage counts (ms); undefined if the row does not say. */
  readonly time: number | undefined;
  /** What the ledger or the sheet says, in a few words. */
  readonly ours: string;
  /** What Lago says, in a few words. */
  readonly theirs: string;
  /** How much more the sheet has of it than Lago (decimal text; negative: how much less). */
  readonly difference: string;
  /** What to do, or why nothing can be done here. */
  readonly advice: string;
  /** The button, or how else it is put right; undefined if neither is possible here. */
  readonly fix: FindingFix | FindingWay | undefined;
}

/** Zero of every kind. */
export const NO_FINDINGS: Readonly<Record<FindingKind, number>> = {
  missing: 0,
  different: 0,
  unrecorded: 0,
  gone: 0,
  foreign: 0,
  twice: 0,
  changed: 0,
  unsent: 0,
  open: 0,
  booked: 0,
  elsewhere: 0,
};

/** Counts findings by kind, on top of the counts of earlier parts. */
export function countFindings(
  findings: readonly Finding[],
  before: Readonly<Record<FindingKind, number>> = NO_FINDINGS,
): Record<FindingKind, number> {
  const counts = { ...before };
  for (const { kind } of findings) counts[kind]++;
  return counts;
}

/** Each kind in words for people. */
export const KIND_WORDS: Readonly<Record<FindingKind, string>> = {
  missing: 'Missing in Lago',
  different: 'Different in Lago',
  unrecorded: 'In Lago, not in the ledger',
  gone: 'In Lago, not in the sheet',
  foreign: 'Only in Lago',
  twice: 'Twice in Lago',
  changed: 'Changed since it was sent',
  unsent: 'Not sent',
  open: 'Not settled yet',
  booked: 'Counted in another month',
  elsewhere: 'Billed elsewhere',
};

/** A finding as a line of the result sheet, but for its difference; times in the zone. */
export const findingCells = (finding: Finding, zone: string): string[] => [
  KIND_WORDS[finding.kind],
  finding.subscription,
  finding.code,
  finding.id,
  finding.key ?? '',
  finding.row === undefined ? '' : String(finding.row),
  finding.time === undefined ? '' : localText(finding.time, zone),
  finding.ours,
  finding.theirs,
];

/** Headers of the result sheet: `findingCells`, and what follows them. */
export const FINDING_COLUMNS: readonly string[] = [
  'Finding',
  'Subscription',
  'Metric',
  'Transaction id',
  'Row key',
  'Row',
  'Time',
  'In the sheet',
  'In Lago',
  'Difference',
  'What to do',
];
