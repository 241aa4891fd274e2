import { ProblemError, problem } from '../../problem/problem';
import type { Argument, FormerLedgerView, Value } from '../../rpc/contract';
import { checkLedger } from '../../sync/open-ledger';
import { isEmpty } from '../../value/cell';
import { ID_HEADER } from '../../value/id-header';
import { readConnection, requireConnection } from '../connection';
import { LedgerSheets } from '../ledger/ledger-sheet';
import type { Sheet } from '../runtime';
import { addColumn, asText, neighbours } from '../sheet-cells';
import { readSheet, requireTab } from '../sheet-source';
import type { Execution } from '../sync-runner';
import { describeTab, findHeaderRow } from '../tab-view';
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
  const whole = readSheet(sheet, 1, spreadsheet.getSpreadsheetTimeZone());
  const row = headerRow ?? findHeaderRow(whole.shown);
  const reading = {
    firstRow: row,
    values: whole.values.slice(row - 1),
    shown: whole.shown.slice(row - 1),
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

/**
 * Fills in ids for rows that have none. Writes to empty cells only: if an id were written back,
 * Sheets would read 007 as 7. The caller holds the lock.
 */
export function fillIds(
  execution: Execution,
  { tabId, headerRow, header = ID_HEADER, sync }: Argument<'fillIds'>,
): Value<'fillIds'> {
  const { runtime, settings } = execution;
  const sheet = chosenTab(execution, tabId);
  const zone = runtime.SpreadsheetApp.getActiveSpreadsheet().getSpreadsheetTimeZone();
  const { values, shown } = readSheet(sheet, headerRow, zone);
  const headers = (shown[0] ?? []).map((text) => text.trim());
  const found = headers.indexOf(header);
  if (found >= 0 && headers.includes(header, found + 1))
    throw new ProblemError(problem('sheet.header-twice', { name: header }));
  const column = found < 0 ? addColumn(sheet, headerRow, header) : found + 1;
  // What stands in a column that the sync does not read makes no row of it.
  const read = settings.find(sync)?.source.columns.map((picked) => picked.header) ?? headers;
  const rows = values.flatMap((cells, index) => {
    const isFilled = cells.some(
      (value, place) =>
        place !== found &&
        read.includes(headers[place] ?? '') &&
        !isEmpty(value) &&
        value !== false,
    );
    return index > 0 && isFilled && isEmpty(cells[found] ?? '') ? [headerRow + index] : [];
  });
  // One UUID for all rows, because each costs a service call and a tab may have thousands of rows.
  const common = runtime.Utilities.getUuid();
  let filled = 0;
  for (const run of neighbours(rows, (row) => row))
    sheet
      .getRange(run[0] ?? 0, column, run.length, 1)
      .setValues(run.map(() => [asText(`${common}-${++filled}`)]));
  runtime.SpreadsheetApp.flush();
  return { tab: describe(execution, { tabId, headerRow }), header, filled };
}
