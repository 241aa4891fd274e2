import { ProblemError, problem } from '../../problem/problem';
import type { Argument, LineView, RunView, Value } from '../../rpc/contract';
import { emptyLedger, type Ledger } from '../../sync/ledger/entries';
import type { LedgerEntry } from '../../sync/ledger/entry';
import { readKeyColumn, rowOfKey } from '../key-column';
import { readRuns } from '../run-journal';
import { requireTab } from '../sheet-source';
import type { Execution } from '../sync-runner';
import { openLedger } from './ledger';
import { standingOf } from './row';

const MOST_RUNS = 100;
const EVERY_RUN = Number.POSITIVE_INFINITY;

/**
 * Selects a row in the sheet, by its key if one is given, since it may have moved after it was
 * listed.
 */
export function showRow(
  { runtime, settings }: Execution,
  { id, key, row, column }: Argument<'showRow'>,
): Value<'showRow'> {
  const sync = settings.sync(id);
  const sheet = requireTab(runtime, sync.source);
  const keys = readKeyColumn(runtime, sync, sheet);
  const found = key === undefined ? row : keys === undefined ? undefined : rowOfKey(keys, key, row);
  if (found === undefined)
    throw new ProblemError(problem('row.not-found', { key: key ?? '', name: sync.source.tabName }));
  const place = (keys?.headers ?? []).indexOf(column ?? '');
  sheet.getRange(found, place < 0 ? 1 : place + 1, 1, 1).activate();
  return { row: found };
}

/** The run in whose time a line was written. */
function runOf(runs: readonly RunView[], at: number): LineView['run'] {
  const found = runs.find(({ report }) => report.startedAt <= at && at <= report.endedAt)?.report;
  return found && { startedAt: found.startedAt, trigger: found.trigger };
}

const viewLine = ({ index, event, outcome }: LedgerEntry, runs: readonly RunView[]): LineView => ({
  id: index.id,
  kind: index.kind,
  revision: index.revision,
  state: outcome.state,
  answer: outcome.answer,
  event: index.kind === 'baseline' && event.code === '' ? '' : JSON.stringify(event, null, 2),
  undoes: index.undoes,
  at: index.at,
  answeredAt: outcome.state === 'pending' ? undefined : outcome.at,
  run: runOf(runs, index.at),
});

/** Newest first. */
const entriesOfKey = ({ byKey }: Ledger, key: string): LedgerEntry[] =>
  [...(byKey.get(key) ?? [])].reverse();

export function findRow(execution: Execution, { id, key }: Argument<'findRow'>): Value<'findRow'> {
  const sync = execution.settings.sync(id);
  const keys = readKeyColumn(execution.runtime, sync);
  const { ledger } = openLedger(execution, sync) ?? { ledger: emptyLedger };
  const entries = entriesOfKey(ledger, key);
  const runs = entries.length === 0 ? [] : readRuns(execution.runtime, id, EVERY_RUN);
  const lines = entries.map((entry) => viewLine(entry, runs));
  const row = keys === undefined ? undefined : rowOfKey(keys, key);
  return {
    key,
    row,
    lines,
    standing: row === undefined ? undefined : standingOf(execution, sync, row, ledger),
  };
}

export function showInLedger(
  execution: Execution,
  { id, key }: Argument<'showInLedger'>,
): Value<'showInLedger'> {
  const opened = openLedger(execution, execution.settings.sync(id));
  const line = opened && entriesOfKey(opened.ledger, key)[0]?.line;
  if (opened === undefined || line === undefined)
    throw new ProblemError(problem('ledger.no-line', { key }));
  opened.sheets.show(line);
  return { line };
}

export const activity = (
  { runtime }: Execution,
  { id }: Argument<'activity'>,
): { readonly runs: readonly RunView[] } => ({
  runs: readRuns(runtime, id, MOST_RUNS),
});
