import { type Problem, problem } from '../../problem/problem';
import { allBilledOf, billedOf, isUndone, type Ledger, latestOf } from '../ledger/entries';
import { isBaseline } from '../ledger/entry';
import { type Content, contentIn, contentOf, LeftContents, sameContent } from '../rows/content';
import type { ReadySync } from '../sync';
import { type Draft, hold } from './draft';
import type { PlanInput } from './plan-input';
import type { Action, PlannedRow } from './planned-row';
import { provedProblem, untoldOf, waitingFor } from './standing';

/** Whether Lago bills something for a row. What was billed elsewhere is on no invoice of Lago's. */
export function isBilledByUs(ledger: Ledger, key: string): boolean {
  const billed = billedOf(ledger, key);
  return billed !== undefined && !isBaseline(billed);
}

/** Plans a row that was removed from the tab; empty if there is nothing to do or report. */
export function planRemoved(
  { ready: { sync }, ledger, rule }: Pick<PlanInput, 'ready' | 'ledger' | 'rule'>,
  key: string,
): PlannedRow[] {
  const planned = (action: Action, problems: readonly Problem[]): PlannedRow[] => [
    {
      key,
      row: undefined,
      change: 'removed',
      action,
      problems,
      entry: undefined,
      latest: latestOf(ledger, key),
      content: undefined,
    },
  ];
  const waiting = waitingFor(ledger, key);
  if (waiting !== undefined) return planned('wait', [waiting]);
  const untold = untoldOf(ledger, key);
  if (untold !== undefined) return planned('flag', [provedProblem('event.untold', untold, rule)]);
  if (!isBilledByUs(ledger, key)) return [];
  if (sync.removed === 'correct') return planned('send', []);
  return sync.removed === 'ignore'
    ? planned('sent', [])
    : planned('flag', [problem('row.removed', { key })]);
}

/** What Lago bills under a key. */
interface BilledContent {
  readonly key: string;
  readonly content: Content;
}

/** The rows of the tab, with those held whose content is billed under another key. */
export interface Moved {
  /** All rows of the tab, in its order. */
  readonly rows: readonly Draft[];
  /** Keys that are gone from the tab, and whose content stands under another one. */
  readonly renamed: ReadonlySet<string>;
}

/**
 * Holds rows that equal, in everything but the key, what Lago bills under another key whose row is
 * gone or shows something else now: a renamed row, or keys that move with their position. They
 * would be billed again. Nor is anything taken back whose content another row shows. This is done
 * even while some key is unreadable and no row counts as removed.
 * @param gone keys of the ledger that are not in the tab
 * @param drafts one for each row of the model, in its order
 */
export function holdMoved(
  { ready: { sync }, ledger, model }: PlanInput,
  gone: readonly string[],
  drafts: readonly Draft[],
): Moved {
  if (!drafts.some(isOpen)) return { rows: drafts, renamed: new Set() };
  const compared = new Set(
    sync.source.columns.filter(({ name }) => name !== sync.key).map(({ header }) => header),
  );
  const left = [
    ...contentsOfGone(ledger, gone),
    ...drafts.flatMap((each) => formerContents(ledger, each)),
  ];
  const contents = new LeftContents(left, compared);
  const isGone = new Set(gone);
  const moved = new Set<string>();
  const rows = drafts.map((draft, place) => {
    const cells = isOpen(draft) ? model.rows[place]?.cells : undefined;
    const old = cells && contents.take(contentOf(cells, sync.source.columns));
    if (old === undefined) return draft;
    moved.add(old);
    return hold(
      draft,
      isGone.has(old) ? problem('key.renamed', { key: old }) : problem('key.moving'),
    );
  });
  return {
    rows: rows.map((draft) => keptForOthers(draft, moved, sync.changed)),
    renamed: new Set(gone.filter((key) => moved.has(key))),
  };
}

/** What another row shows now is not taken back from under its old key. */
const keptForOthers = (
  draft: Draft,
  moved: ReadonlySet<string>,
  changed: ReadySync['sync']['changed'],
): Draft =>
  draft.action === 'send' && changed !== 'add' && moved.has(draft.key ?? '')
    ? hold(draft, problem('key.moving'))
    : draft;

/** Whether a row shows something that Lago does not bill under its key. */
const isOpen = ({ change, action, problems }: Draft): boolean =>
  action === 'send' || (change === 'changed' && problems[0]?.code === 'row.changed');

/** What the gone rows said, if Lago has an event of them, whether or not it bills it. */
const contentsOfGone = (ledger: Ledger, gone: readonly string[]): BilledContent[] =>
  gone.flatMap((key) => {
    const entry = billedOf(ledger, key) ?? latestOf(ledger, key);
    const isUnknownToLago =
      entry === undefined || entry.outcome.state === 'rejected' || isUndone(ledger, entry);
    return isUnknownToLago ? [] : [{ key, content: entry.index.content }];
  });

/** What Lago bills for a row of the tab that the row does not show any more. */
function formerContents(ledger: Ledger, { key, change, content }: Draft): BilledContent[] {
  if (key === undefined || content === undefined) return [];
  const billed = allBilledOf(ledger, key);
  // Nearly all rows are so, and reading the content of each takes time.
  if (change === 'unchanged' && billed.length === 1) return [];
  const now = contentIn(content);
  return billed.flatMap(({ index }) =>
    sameContent(index.content, now) ? [] : [{ key, content: index.content }],
  );
}
