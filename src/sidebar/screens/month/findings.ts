import type { Finding, FindingFix, FindingKind } from '../../../rpc/contract';

/** Titles of the kinds, in the order in which people should look at them. */
export const FINDING_KINDS: readonly (readonly [kind: FindingKind, title: string])[] = [
  ['missing', 'Missing in Lago'],
  ['different', 'Different in Lago'],
  ['unrecorded', 'In Lago, not in the ledger'],
  ['gone', 'In Lago, not in the sheet'],
  ['foreign', 'Only in Lago'],
  ['twice', 'Twice in Lago'],
  ['changed', 'Changed since they were sent'],
  ['unsent', 'Not sent'],
  ['open', 'Not settled yet'],
  ['booked', 'Counted in another month'],
  ['elsewhere', 'Billed elsewhere'],
];

/** Words of a fix: on its button, and once it is done. */
export const FIXES: Readonly<
  Record<FindingFix, { readonly verb: string; readonly after: string }>
> = {
  send: { verb: 'Send again', after: 'The next run sends it, once.' },
  adopt: { verb: 'Take into the ledger', after: 'The ledger has it now.' },
  'take-back': { verb: 'Take back', after: 'The next run takes it back.' },
};

/** What the server can do about a finding; undefined if something else helps. */
export const fixOf = ({ fix }: Finding): FindingFix | undefined =>
  fix === 'send' || fix === 'adopt' || fix === 'take-back' ? fix : undefined;

/** What became of the findings that were to be fixed. */
export interface Fixed {
  /** Ids of the events that were fixed. */
  readonly done: ReadonlySet<string>;
  /** Reasons by the ids of the events that were left as they are. */
  readonly left: ReadonlyMap<string, string>;
}

/** Before a person has fixed anything. */
export const NOTHING_FIXED: Fixed = { done: new Set(), left: new Map() };

/** Whether a finding can still be fixed. */
export const isOpen = (finding: Finding, { done, left }: Fixed): boolean =>
  fixOf(finding) !== undefined && !done.has(finding.id) && !left.has(finding.id);

/** The one fix that findings of a kind offer: they only differ in whether it can be done. */
export const fixOfAll = (findings: readonly Finding[]): FindingFix | undefined =>
  findings.map(fixOf).find((fix) => fix !== undefined);

/** Whether the next run does something about these findings. */
export const needsRun = (findings: readonly Finding[], { done }: Fixed): boolean =>
  findings.some(({ fix }) => fix === 'run') || (done.size > 0 && fixOfAll(findings) !== 'adopt');

/** Whether all findings have the same advice, which is shown once then. */
export const isAlike = (findings: readonly Finding[]): boolean =>
  new Set(findings.map(({ advice }) => advice)).size === 1;
