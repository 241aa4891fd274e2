import { type Problem, problem } from '../../problem/problem';
import { billedOf, isUndone, type Ledger, latestOf } from '../ledger/entries';
import { contentOf, GoneContents } from '../rows/content';
import type { ReadySync } from '../sync';
import { type Draft, hold } from './draft';
import type { PlanInput } from './plan-input';
import type { Action, PlannedRow } from './planned-row';
import { waitingFor } from './standing';

/** Whether Lago bills something for a row. What was billed elsewhere is on no invoice of Lago's. */
export function isBilledByUs(ledger: Ledger, key: string): boolean {
  const billed = billedOf(ledger, key);
  return billed !== undefined && billed.index.kind !== 'baseline';
}

/** Plans a row that was removed from the tab; empty if there is nothing to do or report. */
export function planRemoved({ sync }: ReadySync, ledger: Ledger, key: string): PlannedRow[] {
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
  if (!isBilledByUs(ledger, key)) return [];
  if (sync.removed === 'correct') return planned('send', []);
  return sync.removed === 'ignore'
    ? planned('sent', [])
    : planned('flag', [problem('row.removed', { key })]);
}

/** The rows of the tab, with renamed ones held, and the keys that those had before. */
export interface Renamed {
  /** All rows of the tab, in its order; those that look renamed are held. */
  readonly rows: readonly Draft[];
  /** The old keys. */
  readonly renamed: ReadonlySet<string>;
}

/**
 * Holds new rows that equal a missing row in everything but the key: they are that row under
 * another key, and would be billed again. This is done even while some key is unreadable and no row
 * counts as removed.
 * @param gone keys of the ledger that are not in the tab
 * @param drafts one for each row of the model, in its order
 */
export function holdRenamed(
  { ready: { sync }, ledger, model }: PlanInput,
  gone: readonly string[],
  drafts: readonly Draft[],
): Renamed {
  const renamed = new Set<string>();
  if (gone.length === 0) return { rows: drafts, renamed };
  const compared = new Set(
    sync.source.columns.filter(({ name }) => name !== sync.key).map(({ header }) => header),
  );
  const contents = new GoneContents(goneContents(ledger, gone), compared);
  const rows = drafts.map((draft, place) => {
    const isAdded = draft.action === 'send' && draft.change === 'added';
    const cells = isAdded ? model.rows[place]?.cells : undefined;
    const old = cells && contents.take(contentOf(cells, sync.source.columns));
    if (old === undefined) return draft;
    renamed.add(old);
    return hold(draft, problem('key.renamed', { key: old }));
  });
  return { rows, renamed };
}

/** What the gone rows said, if Lago has an event of them, whether or not it bills it. */
const goneContents = (
  ledger: Ledger,
  gone: readonly string[],
): ConstructorParameters<typeof GoneContents>[0] =>
  gone.flatMap((key) => {
    const entry = billedOf(ledger, key) ?? latestOf(ledger, key);
    const isUnknownToLago =
      entry === undefined || entry.outcome.state === 'rejected' || isUndone(ledger, entry);
    return isUnknownToLago ? [] : [{ key, content: entry.index.content }];
  });
