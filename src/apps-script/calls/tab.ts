import { ProblemError, problem, required } from '../../problem/problem';
import type { Argument, FormerLedgerView, Value } from '../../rpc/contract';
import { checkLedger } from '../../sync/open-ledger';
import { isBlank, type TickBox, tickBoxesOf } from '../../sync/rows/model';
import { type CellValue, isEmpty } from '../../value/cell';
import { ID_HEADER } from '../../value/id-header';
import { tickBoxesIn } from '../cell-rules';
import { readConnection, requireConnection } from '../connection';
import { LedgerSheets } from '../ledger/ledger-sheet';
import type { Sheet, SheetValue } from '../runtime';
import { addColumn, asText, headersOf, neighbours } from '../sheet-cells';
import { fileZone, lookAtTab, requireTab } from '../sheet-source';
import type { Execution } from '../sync-runner';
import { describeTab, findHeaderRow } from '../tab-view';
import { writeColumn } from './column-write';
import { settleLedger } from './ledger';

/** A tab whose name is not known. @throws ProblemError if it is gone */
const chosenTab = ({ runtime }: Execution, tabId: number): Sheet =>
  requireTab(runtime, { tabId, tabName: 'that was chosen' });

export function describe(
  execution: Execution,
  { tabId, headerRow, sync }: Argument<'describeTab'>,
): Value<'describeTab'> {
  const spreadsheet = execution.runtime.SpreadsheetApp.getActiveSpreadsheet();
  const sheet = chosenTab(execution, tabId);
  const whole = lookAtTab(sheet, required(fileZone(spreadsheet)));
  const row = headerRow ?? findHeaderRow(whole.shown);
  const reading = {
    firstRow: row,
    values: whole.values.slice(row - 1),
    shown: whole.shown.slice(row - 1),
    tickBoxes: whole.tickBoxes,
  };
  const name = sheet.getName();
  if ((reading.shown[0] ?? []).every((header) => header.trim() === ''))
    throw new ProblemError(problem('sheet.no-header', { headerRow: String(row), name }, { row }));
  const former = sync === undefined ? undefined : formerLedgers(execution, tabId, sync);
  return { ...describeTab({ id: tabId, name }, reading), former };
}

const ledgersOf = ({ runtime, settings }: Execution): LedgerSheets =>
  new LedgerSheets(
    runtime,
    settings.legible().map(({ id }) => id),
  );

/** Without a connection nobody knows which organization the sync will send to. */
function formerLedgers(
  execution: Execution,
  tabId: number,
  sync: string,
): readonly FormerLedgerView[] {
  const organization = readConnection(execution.runtime)?.organizationId;
  if (organization === undefined) return [];
  const ledgers = ledgersOf(execution);
  const owner = { id: sync, template: '' };
  return ledgers.left(sync, organization, tabId).flatMap((left) => {
    const found = left.rows === 0 ? undefined : checkLedger(left.stored, ledgers.file(), owner);
    return found === undefined ? [] : [{ sync: left.sync, key: left.key, problem: found }];
  });
}

/** Does what a person has chosen for a ledger of the tab (see Api). The caller holds the lock. */
export function resolveFormer(
  execution: Execution,
  { tabId, headerRow, sync, former, choice }: Argument<'resolveFormer'>,
): Value<'resolveFormer'> {
  const { organizationId } = requireConnection(execution.runtime);
  const source = { tabId, tabName: '', headerRow, columns: [] };
  const owner = { id: sync, name: '', template: '', source, former };
  settleLedger(ledgersOf(execution), owner, organizationId, choice);
  return describe(execution, { tabId, headerRow, sync });
}

/** Whether something stands in a cell shows by this; dates and images do. */
const contentOf = (value: SheetValue): CellValue =>
  typeof value === 'object' ? String(value) : value;

/**
 * The rows (1-based) of a tab that have something in them but no id.
 * @param id place (0-based) of the column of ids, if there is one
 * @param isRead whether what stands in a column makes a row of it, by its place
 */
function rowsWithoutId(
  sheet: Sheet,
  headerRow: number,
  id: number | undefined,
  isRead: (place: number) => boolean,
): number[] {
  const count = sheet.getLastRow() - headerRow;
  const width = sheet.getLastColumn();
  if (count < 1 || width < 1) return [];
  const rows = sheet.getRange(headerRow + 1, 1, count, width).getValues();
  const lacking = (boxes: ReadonlyMap<number, TickBox>): number[] =>
    rows.flatMap((row, index) => {
      const cells = row.map(contentOf);
      const others = cells.map((value, place) => (place !== id && isRead(place) ? value : ''));
      const hasId = id !== undefined && !isEmpty(cells[id] ?? '');
      return hasId || isBlank(others, (place) => boxes.get(place)) ? [] : [headerRow + 1 + index];
    });
  const asked = lacking(new Map());
  const tickBoxes = (row: number): ReturnType<typeof tickBoxesIn> =>
    tickBoxesIn(sheet, row, 1, width);
  const boxes = tickBoxesOf({ tickBoxes }, asked);
  return boxes.size === 0 ? asked : lacking(boxes);
}

/**
 * Fills in ids for rows that have none. Writes to empty cells only: if an id were written back,
 * Sheets would read 007 as 7. The caller holds the lock.
 * @throws ProblemError if Google refuses to write there
 */
export function fillIds(
  execution: Execution,
  { tabId, headerRow, header = ID_HEADER, sync }: Argument<'fillIds'>,
): Value<'fillIds'> {
  const { settings } = execution;
  const sheet = chosenTab(execution, tabId);
  const headers = headersOf(sheet, headerRow);
  const found = headers.indexOf(header);
  if (found >= 0 && headers.includes(header, found + 1))
    throw new ProblemError(problem('sheet.header-twice', { name: header }));
  // What stands in a column that the sync does not read makes no row of it.
  const read = settings.find(sync)?.source.columns.map((picked) => picked.header) ?? headers;
  const rows = rowsWithoutId(sheet, headerRow, found < 0 ? undefined : found, (place) =>
    read.includes(headers[place] ?? ''),
  );
  // One UUID for all rows, because each costs a service call and a tab may have thousands of rows.
  const common = execution.runtime.Utilities.getUuid();
  let filled = 0;
  writeColumn(execution, sheet, header, () => {
    const column = found < 0 ? addColumn(sheet, headerRow, header) : found + 1;
    for (const run of neighbours(rows, (row) => row))
      sheet
        .getRange(run[0] ?? 0, column, run.length, 1)
        .setValues(run.map(() => [asText(`${common}-${++filled}`)]));
  });
  return { tab: describe(execution, { tabId, headerRow }), header, filled };
}
