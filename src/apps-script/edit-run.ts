import { isProblem } from '../problem/problem';
import { aheadOfEnd } from '../sync/clock/schedule';
import { contentOf, contentText } from '../sync/rows/content';
import { isTicked, type Row, readModel, type SheetReading } from '../sync/rows/model';
import {
  endsSoon,
  forget,
  hasRested,
  isTracked,
  NONE_RESTS,
  type RestingRule,
  restingRule,
  touch,
} from '../sync/rows/resting';
import { decidingHeaders, prepare, type ReadySync, type Sync } from '../sync/sync';
import { MINUTE_MS } from '../value/duration';
import { attempted } from './attempted';
import type { EditEvent, Runtime, Sheet } from './runtime';
import { fileZone, readColumns, readRows } from './sheet-source';
import { type Execution, runSync, withinHour, withRunLock } from './sync-runner';
import { tickOf } from './triggers';

interface RowContent {
  readonly key: string;
  readonly content: string;
}

const contentsOf = (rows: readonly Row[], { template }: ReadySync): RowContent[] =>
  rows.flatMap(({ key, cells }) =>
    key === undefined ? [] : [{ key, content: contentText(contentOf(cells, template.reads)) }],
  );

/** First and last row (1-based) of an edit, and the tab. */
interface EditedRows {
  readonly sheet: Sheet;
  readonly first: number;
  readonly last: number;
}

/**
 * Looks at the rows of an edit. With a ready column, a row that is ticked is sent at once. Without
 * one, an edit starts the row's rest and sends the rows that have rested; the clock sends the last
 * one. Google queues two edits at most; a run over all rows finds those of edits that it forgot.
 */
export function runAfterEdit(execution: Execution, { range }: EditEvent): void {
  const sheet = range.getSheet();
  const tab = sheet.getSheetId();
  const syncs = execution.settings
    .syncs()
    .filter(({ state, source }) => state === 'active' && source.tabId === tab);
  if (syncs.length === 0) return;
  const edited = { sheet, first: range.getRow(), last: range.getLastRow() };
  // A sync that fails must not keep the others of the tab from their rows.
  for (const sync of syncs)
    attempted(() => {
      const due = rowsOf(execution, sync, edited);
      if (due === undefined) noteUnseen(execution, sync);
      else if (due.rows.length > 0) withRunLock(execution, 0, () => runRows(execution, sync, due));
    });
}

/** The rows that an edit has made due; undefined if they cannot be looked at. */
function rowsOf(execution: Execution, sync: Sync, edited: EditedRows): DueRows | undefined {
  try {
    return lookAtEdit(execution, sync, edited);
  } catch {
    // What Google refuses now is looked at by the clock.
    return undefined;
  }
}

/** Notes an edit whose rows cannot be looked at: the clock looks at all rows once it has rested. */
function noteUnseen({ clock, settings }: Execution, { id, restMinutes }: Sync): void {
  const now = clock.now();
  settings.refresh();
  const againAt = now + restMinutes * MINUTE_MS;
  settings.putTouched(id, { ...settings.touched(id), tabAt: now, againAt });
}

/**
 * Sends the rows that have rested since the last edit. The caller holds the lock.
 * @returns whether they could be looked at; if not, a run over all rows says why
 */
export function runRested(execution: Execution, sync: Sync): boolean {
  let isSeen = false;
  attempted(() => {
    const due = lookForRested(execution, sync);
    if (due !== undefined && due.rows.length > 0) runRows(execution, sync, due);
    isSeen = due !== undefined;
  });
  return isSeen;
}

/** Rows that an edit, or the end of their rest, has made due. */
interface DueRows {
  readonly rows: readonly RowContent[];
  readonly resting: RestingRule;
}

/**
 * Notes the rows of an edit, of which alone it reads something, and finds those that are due: what
 * is ticked, or has rested since. Undefined if that cannot be told now: a run over all rows says
 * why.
 */
function lookAtEdit(execution: Execution, sync: Sync, edited: EditedRows): DueRows | undefined {
  const { clock, settings, runtime } = execution;
  const now = clock.now();
  const ready = prepare(sync);
  const zone = fileZone(runtime.SpreadsheetApp.getActiveSpreadsheet());
  if ('problems' in ready || isProblem(zone)) return undefined;
  const read = readModel(sync, readRows(edited.sheet, sync.source, edited, zone));
  if ('problems' in read) return undefined;
  const { rows } = read.model;
  settings.refresh();
  if (sync.ready !== undefined) {
    const ticked = rows.filter((row) => isTicked(row, sync));
    return { rows: contentsOf(ticked, ready), resting: NONE_RESTS };
  }
  const before = settings.touched(sync.id);
  settings.putTouched(sync.id, touch(before, contentsOf(rows, ready), now, true));
  const isDue =
    hasRested(before, sync.restMinutes * MINUTE_MS, now) || isClosing(execution, sync, now);
  return isDue ? lookForRested(execution, sync) : { rows: [], resting: NONE_RESTS };
}

/** Whether a period is about to end: rows of it have no time left to rest. */
const isClosing = ({ settings }: Execution, { id }: Sync, now: number): boolean =>
  endsSoon(settings.legibleState(id).endsAt, now, aheadOfEnd(tickOf(settings)));

/** Finds the rows that have rested since they were edited; undefined if that cannot be told. */
function lookForRested(execution: Execution, sync: Sync): DueRows | undefined {
  const { clock, settings, runtime } = execution;
  const now = clock.now();
  const ready = prepare(sync);
  const reading = 'problems' in ready ? undefined : readDeciding(runtime, ready);
  settings.refresh();
  if ('problems' in ready || reading === undefined) return undefined;
  const read = readModel(sync, reading);
  if ('problems' in read) return undefined;
  if (sync.ready !== undefined) return { rows: [], resting: NONE_RESTS };
  const touched = settings.touched(sync.id);
  settings.putTouched(sync.id, { ...touched, lookedAt: now });
  const aheadMs = aheadOfEnd(tickOf(settings));
  const resting = restingRule(touched, sync.restMinutes * MINUTE_MS, now, aheadMs);
  const tracked = isTracked(touched);
  // The run decides row by row which period it is that ends.
  const goesAtOnce = isClosing(execution, sync, now);
  const due = contentsOf(read.model.rows, ready).filter(
    ({ key, content }) => tracked(key, content) && (goesAtOnce || !resting(key, content)),
  );
  return { rows: due, resting };
}

/** What decides about the rows of a tab; undefined if it is gone. */
function readDeciding(
  { SpreadsheetApp }: Pick<Runtime, 'SpreadsheetApp'>,
  ready: ReadySync,
): SheetReading | undefined {
  const file = SpreadsheetApp.getActiveSpreadsheet();
  const { source } = ready.sync;
  const sheet = file.getSheetById(source.tabId);
  const zone = fileZone(file);
  return sheet === null || isProblem(zone)
    ? undefined
    : readColumns(sheet, source, decidingHeaders(ready), zone);
}

/** Runs the due rows. The caller holds the lock. */
function runRows(execution: Execution, sync: Sync, { rows, resting }: DueRows): void {
  const { settings } = execution;
  const keys = new Set(rows.map(({ key }) => key));
  const newest = settings.syncs().find(({ id }) => id === sync.id);
  if (newest?.state !== 'active') return;
  // Changed while the sheet was read: the next run uses the new settings.
  if (newest.revision !== sync.revision) {
    noteUnseen(execution, newest);
    return;
  }
  const { plan } = runSync(execution, newest, {
    trigger: 'edit',
    only: (key) => keys.has(key),
    resting,
  });
  // What stopped the run may be mended before the next edit.
  if (plan === undefined) {
    const againAt = withinHour(execution);
    settings.putTouched(sync.id, { ...settings.touched(sync.id), againAt });
    return;
  }
  // Held and flagged rows are done too: their next edit or a run over all rows looks at them again.
  const seen = plan.rows.flatMap((row) =>
    keys.has(row.key ?? '') &&
    !row.problems.some(({ code }) => code === 'row.resting') &&
    row.key !== undefined &&
    row.content !== undefined
      ? [{ key: row.key, content: row.content }]
      : [],
  );
  if (sync.ready === undefined)
    settings.putTouched(sync.id, forget(settings.touched(sync.id), seen));
}
