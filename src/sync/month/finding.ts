import { localText } from '../../value/time';
/**
 * What is not as it should be. `missing`: the ledger says that Lago accepted it, and Lago does not
 * have it. `different`: Lago has another content under the id. `unrecorded`: Lago has the event of
 * a row, and the ledger does not know it. `foreign`: Lago has an event that no row makes. `twice`:
 * Lago has it more than once. `open`: not settled yet. `unsent`: a row that Lago does not have, for
 * a reason. `changed`: a row that no longer says what Lago has.
 */
export type FindingKind =
  | 'missing'
  | 'different'
  | 'unrecorded'
  | 'foreign'
  | 'twice'
  | 'open'
  | 'unsent'
  | 'changed';

/** In the order in which people should look at them. */
export const FINDING_KINDS: readonly FindingKind[] = [
  'missing',
  'different',
  'unrecorded',
  'foreign',
  'twice',
  'changed',
  'unsent',
  'open',
];

/** What can be done about a finding by one button. */
export type FindingFix = 'send' | 'adopt' | 'take-back';

/**
 * How a finding without such a button is put right: by a run, by the rule for changed and removed
 * rows, or at the row itself.
 */
export type FindingWay = 'run' | 'rule' | 'row';

/** One difference between Lago and the ledger or the tab, as a line of the result sheet. */
export interface Finding {
  /** What is wrong. */
  readonly kind: FindingKind;
  /** External id; empty if unknown. */
  readonly subscription: string;
  /** Code of the metric; empty if unknown. */
  readonly code: string;
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
  foreign: 0,
  twice: 0,
  open: 0,
  unsent: 0,
  changed: 0,
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
  foreign: 'Only in Lago',
  twice: 'Twice in Lago',
  open: 'Not settled yet',
  unsent: 'Not sent',
  changed: 'Changed since it was sent',
};

/** A finding as a line of the result sheet; times in the zone. */
export const findingCells = (finding: Finding, zone: string): string[] => [
  KIND_WORDS[finding.kind],
  finding.subscription,
  finding.code,
  finding.id,
  finding.key ?? '',
  finding.time === undefined ? '' : localText(finding.time, zone),
  finding.ours,
  finding.theirs,
  finding.advice,
];

/** Headers of the result sheet, in the order of `findingCells`. */
export const FINDING_COLUMNS: readonly string[] = [
  'Finding',
  'Subscription',
  'Metric',
  'Transaction id',
  'Row key',
  'Time',
  'In the sheet',
  'In Lago',
  'What to do',
];
