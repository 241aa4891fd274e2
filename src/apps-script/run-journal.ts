import type { RunReport } from '../sync/run';
import { isoText } from '../template/time';
import type { Runtime, SheetValue } from './runtime';

const SHEET = 'Lago runs';
const COLUMNS = [
  'Started (UTC)',
  'Seconds',
  'Sync',
  'Started by',
  'Sent',
  'Already sent',
  'Held',
  'Refused',
  'Changed or removed',
  'Waiting',
  'Left',
  'Stopped because',
];

/** Keeps one line for each run that did something, in a hidden sheet. A line that is lost costs nothing but itself. */
export function writeRun({ SpreadsheetApp }: Runtime, syncName: string, report: RunReport): void {
  const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
  const { rows } = report;
  const line: SheetValue[] = [
    `'${isoText(report.startedAt)}`,
    (report.endedAt - report.startedAt) / 1000,
    `'${syncName}`,
    report.trigger,
    report.delivered,
    rows.sent,
    rows.hold,
    rows.refused,
    rows.flag,
    rows.wait,
    report.left,
    report.stopped === undefined ? '' : `'${report.stopped.message}`,
  ];
  const existing = spreadsheet.getSheetByName(SHEET);
  if (existing !== null) {
    const next = existing.getLastRow() + 1;
    if (next > existing.getMaxRows()) existing.insertRowsAfter(existing.getMaxRows(), 1_000);
    existing.getRange(next, 1, 1, COLUMNS.length).setValues([line]);
    return;
  }
  const active = spreadsheet.getActiveSheet();
  const sheet = spreadsheet.insertSheet(SHEET);
  sheet.getRange(1, 1, 2, COLUMNS.length).setValues([COLUMNS, line]);
  sheet.setFrozenRows(1);
  spreadsheet.setActiveSheet(active);
  sheet.hideSheet();
}
