import { isProblem } from '../problem/problem';
import { contentOf, contentText } from '../sync/rows/content';
import { isTicked, type Row, readModel } from '../sync/rows/model';
import { forget, isTracked, restingRule, touch } from '../sync/rows/resting';
import { decidingHeaders, prepare, type ReadySync, type Sync } from '../sync/sync';
import { MINUTE_MS } from '../value/duration';
import { attempted } from './alert';
import type { EditEvent, Sheet } from './runtime';
import { fileZone, readColumns } from './sheet-source';
import { type Execution, isBusy, runSync, withRunLock } from './sync-runner';

interface RowContent {
  readonly key: string;
  readonly content: string;
}

const contentsOf = (rows: readonly Row[], { template }: ReadySync): RowContent[] =>
  rows.flatMap(({ key, cells }) =>
    key === undefined ? [] : [{ key, content: contentText(contentOf(cells, template.reads)) }],
  );

/**
 * Looks at the rows of an edit. With a ready column, a row that is ticked is sent at once. Without
 * one, an edit starts the row's rest and sends the rows that have rested. Google queues two edits
 * at most; the hourly run finds the rows of edits that it forgot.
 */
export function runAfterEdit(execution: Execution, { range }: EditEvent): void {
  const sheet = range.getSheet();
  const tab = sheet.getSheetId();
  const syncs = execution.settings
    .syncs()
    .filter(({ state, source }) => state === 'active' && source.tabId === tab);
  if (syncs.length === 0) return;
  const zone = fileZone(execution.runtime.SpreadsheetApp.getActiveSpreadsheet());
  if (isProblem(zone)) return;
  const edit = { sheet, zone, first: range.getRow(), last: range.getLastRow() };
  // A sync that fails must not keep the others of the tab from their rows.
  for (const sync of syncs)
    attempted(() => {
      runTouched(execution, sync, edit);
      return true;
    });
}

/** The rows (1-based) of an edit, in a file of this zone. */
interface Edit {
  readonly sheet: Sheet;
  readonly zone: string;
  readonly first: number;
  readonly last: number;
}

function runTouched(execution: Execution, sync: Sync, { sheet, zone, first, last }: Edit): void {
  const { clock, settings } = execution;
  const ready = prepare(sync);
  if ('problems' in ready) return;
  const read = readModel(sync, readColumns(sheet, sync.source, decidingHeaders(ready), zone));
  if ('problems' in read) return;
  const edited = read.model.rows.filter(({ number }) => number >= first && number <= last);
  const now = clock.now();
  settings.refresh();
  const before = settings.touched(sync.id);
  const touched =
    sync.ready === undefined ? touch(before, contentsOf(edited, ready), now, true) : before;
  if (sync.ready === undefined) settings.putTouched(sync.id, touched);
  const resting = restingRule(touched, sync.restMinutes * MINUTE_MS, now);
  const tracked = isTracked(touched);
  const due =
    sync.ready === undefined
      ? contentsOf(read.model.rows, ready).filter(
          (row) => tracked(row.key, row.content) && !resting(row.key, row.content),
        )
      : contentsOf(
          edited.filter((row) => isTicked(row, sync)),
          ready,
        );
  if (due.length === 0) return;
  const keys = new Set(due.map(({ key }) => key));
  try {
    withRunLock(execution, 0, () => {
      const newest = settings.syncs().find(({ id }) => id === sync.id);
      // Paused, deleted or changed while the sheet was read: the next run uses the new settings.
      if (newest?.state !== 'active' || newest.revision !== sync.revision) return;
      const { plan } = runSync(execution, newest, {
        trigger: 'edit',
        only: (key) => keys.has(key),
        resting,
      });
      // Held and flagged rows are done too: their next edit or the hourly run looks at them again.
      const seen = (plan?.rows ?? []).flatMap((row) =>
        keys.has(row.key ?? '') &&
        !row.problems.some(({ code }) => code === 'row.resting') &&
        row.key !== undefined &&
        row.content !== undefined
          ? [{ key: row.key, content: row.content }]
          : [],
      );
      if (sync.ready === undefined)
        settings.putTouched(sync.id, forget(settings.touched(sync.id), seen));
    });
  } catch (error) {
    if (!isBusy(error)) throw error;
  }
}
