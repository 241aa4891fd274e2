import * as v from 'valibot';
import { ProblemError, problem } from '../problem/problem';
import type { RunView } from '../rpc/contract';
import { type EntriesOf, valueBy } from '../schema/fit';
import { joinSlices } from '../sync/memory/sync-state';
import type { SentByRun } from '../sync/plan/undo';
import type { RunReport } from '../sync/report';
import type { Sync } from '../sync/sync';
import { parsedJson } from '../value/json';
import { isoText } from '../value/time';
import { newSheet } from './new-sheet';
import type { Runtime, Sheet, SheetValue, Spreadsheet } from './runtime';
import { REPORT } from './schema/report-schema';
import type { Settings } from './settings';
import { asText } from './sheet-cells';

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
  'Report',
];
/** 1-based. Only this column is read back; the others are for people. */
const REPORT_COLUMN = COLUMNS.length;
/** A cell of Sheets takes 50,000 characters. */
const REPORT_CHARACTERS = 45_000;
const GROWTH_ROWS = 1_000;
const HEADER_ROWS = 1;
/** How many lines are searched for the sync's last run: other syncs of the file run in between. */
const LOOKED_AT = 20;

/** A run as text. Groups of problems are left out from the end until it fits into a cell. */
function reportText(run: RunView): string {
  let kept = run.report;
  while (kept.problems.length > 0 && JSON.stringify(kept).length > REPORT_CHARACTERS)
    kept = { ...kept, problems: kept.problems.slice(0, -1) };
  return JSON.stringify({ ...run, report: kept });
}

const RUN = v.object({
  sync: v.string(),
  syncName: v.string(),
  report: REPORT,
} satisfies EntriesOf<RunView>);

/** The run of a line; undefined for a line that somebody has altered. */
const readRun = (text: SheetValue): RunView | undefined =>
  typeof text === 'string' ? valueBy(RUN, parsedJson(text)) : undefined;

const lineOf = (run: RunView): SheetValue[] => {
  const { report, syncName } = run;
  const { rows } = report;
  return [
    asText(isoText(report.startedAt)),
    (report.endedAt - report.startedAt) / 1000,
    asText(syncName),
    report.trigger,
    report.delivered,
    rows.sent,
    rows.hold,
    rows.refused,
    rows.flag,
    rows.wait,
    report.left,
    asText(report.stopped?.message ?? ''),
    reportText(run),
  ];
};

/** Whether a run found and did nothing. Such runs are one line, hour after hour. */
const isQuiet = ({ trigger, delivered, rejected, left, stopped }: RunReport): boolean =>
  trigger === 'clock' && delivered + rejected + left === 0 && stopped === undefined;

const standsAs = ({ rows, problems }: RunReport): string =>
  JSON.stringify([rows, problems.map(({ problem, count }) => [problem.code, count])]);

/** The run of a line and this one as one run, if they belong together. */
function joined(before: RunReport, after: RunReport): RunReport | undefined {
  if (after.run !== undefined && before.run === after.run) return joinSlices(before, after);
  if (!isQuiet(before) || !isQuiet(after) || standsAs(before) !== standsAs(after)) return undefined;
  return { ...after, startedAt: before.startedAt, repeats: (before.repeats ?? 0) + 1 };
}

/** Reads lines of a sheet that is wide enough. */
const readLines = (sheet: Sheet, first: number, count: number): (RunView | undefined)[] =>
  sheet
    .getRange(first, REPORT_COLUMN, count, 1)
    .getValues()
    .map(([text]) => readRun(text ?? ''));

const NUMBERED = new RegExp(`^${SHEET} \\d+$`);

/**
 * The sheet of runs under another name: numbered, because a tab of a person's has its name in
 * another case. Looks through all sheets, at a service call each.
 */
const numberedSheet = (spreadsheet: Spreadsheet): Sheet | undefined =>
  spreadsheet.getSheets().find((sheet) => NUMBERED.test(sheet.getName()));

/** Writes the line of a run below the others, or in place of the one that it goes on from. */
function addRun(sheet: Sheet, run: RunView): void {
  const { report } = run;
  const last = Math.max(HEADER_ROWS, sheet.getLastRow());
  const first = Math.max(HEADER_ROWS + 1, last - LOOKED_AT + 1);
  const columns = sheet.getMaxColumns();
  const lines =
    columns >= REPORT_COLUMN && (isQuiet(report) || report.run !== undefined)
      ? readLines(sheet, first, Math.max(1, last - first + 1))
      : [];
  const place = lines.map((each) => each?.sync).lastIndexOf(run.sync);
  const before = lines[place];
  const together = before === undefined ? undefined : joined(before.report, report);
  const line = lineOf(together === undefined ? run : { ...run, report: together });
  const row = together === undefined ? last + 1 : first + place;
  // Somebody may have deleted columns.
  const missing = COLUMNS.length - columns;
  if (missing > 0) sheet.insertColumnsAfter(columns, missing);
  if (row > sheet.getMaxRows()) sheet.insertRowsAfter(sheet.getMaxRows(), GROWTH_ROWS);
  sheet.getRange(row, 1, 1, COLUMNS.length).setValues([line]);
}

/** The sheet of runs, empty, or the numbered one that there is already. */
function madeSheet(spreadsheet: Spreadsheet): { readonly sheet: Sheet; readonly isNew: boolean } {
  try {
    return { sheet: spreadsheet.insertSheet(SHEET), isNew: true };
  } catch {
    const numbered = numberedSheet(spreadsheet);
    return numbered === undefined
      ? { ...newSheet(spreadsheet, SHEET), isNew: true }
      : { sheet: numbered, isNew: false };
  }
}

/**
 * Writes one line per run into a hidden sheet. Runs that find the same and do nothing share a line.
 * A lost line costs nothing but itself.
 */
export function writeRun({ SpreadsheetApp }: Runtime, { id, name }: Sync, report: RunReport): void {
  const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
  const run: RunView = { sync: id, syncName: name, report };
  const named = spreadsheet.getSheetByName(SHEET);
  if (named !== null) {
    addRun(named, run);
    return;
  }
  const active = spreadsheet.getActiveSheet();
  const { sheet, isNew } = madeSheet(spreadsheet);
  if (!isNew) {
    addRun(sheet, run);
    return;
  }
  sheet.getRange(1, 1, 2, COLUMNS.length).setValues([COLUMNS, lineOf(run)]);
  sheet.setFrozenRows(1);
  spreadsheet.setActiveSheet(active, true);
  sheet.hideSheet();
}

/**
 * Runs of one sync or of all, newest first; lines that somebody has altered are left out. Two
 * service calls and one reading.
 * @param most of them
 */
export function readRuns(
  { SpreadsheetApp }: Runtime,
  sync: string | undefined,
  most: number,
): RunView[] {
  const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
  const sheet = spreadsheet.getSheetByName(SHEET) ?? numberedSheet(spreadsheet);
  const lines = sheet === undefined ? 0 : sheet.getLastRow() - HEADER_ROWS;
  if (sheet === undefined || lines < 1 || sheet.getMaxColumns() < REPORT_COLUMN) return [];
  const runs = readLines(sheet, HEADER_ROWS + 1, lines).filter(
    (run): run is RunView => run !== undefined && (sync === undefined || run.sync === sync),
  );
  return runs.slice(-most).reverse();
}

/** Where runs are kept, and which syncs there are. */
interface Journal {
  readonly runtime: Runtime;
  readonly settings: Settings;
}

/**
 * The runs of a sync, each with the time in which its lines were written, and which are undone. A
 * sync may have taken over the ledger of a deleted one, whose runs are not its own.
 */
function runsOf(
  { runtime, settings }: Journal,
  sync: string,
): { readonly runs: readonly SentByRun[]; readonly undone: ReadonlySet<number> } {
  const all = readRuns(runtime, undefined, Number.POSITIVE_INFINITY);
  const reports = all.filter((run) => run.sync === sync).map(({ report }) => report);
  const sending = reports.filter(({ undone }) => undone === undefined);
  const first = reports[reports.length - 1]?.startedAt ?? 0;
  const kept = new Set(settings.syncs().map(({ id }) => id));
  const deleted = all.find((run) => !kept.has(run.sync) && run.report.endedAt <= first);
  const before = deleted?.report.endedAt ?? Number.NEGATIVE_INFINITY;
  return {
    runs: sending.map(({ startedAt, endedAt }, place) => ({
      startedAt,
      after: sending[place + 1]?.endedAt ?? before,
      endedAt,
    })),
    undone: new Set(reports.flatMap(({ undone }) => undone?.startedAt ?? [])),
  };
}

/**
 * What a run of a sync sent.
 * @param startedAt when it began (ms)
 * @throws ProblemError run.not-listed; an undo is none that could be taken back
 */
export function sentByRun(journal: Journal, sync: string, startedAt: number): SentByRun {
  const found = runsOf(journal, sync).runs.find((run) => run.startedAt === startedAt);
  if (found === undefined) throw new ProblemError(problem('run.not-listed'));
  return found;
}

/** The runs of a sync that were taken back, if only in part. */
export function undoneRuns(journal: Journal, sync: string): readonly SentByRun[] {
  const { runs, undone } = runsOf(journal, sync);
  return runs.filter(({ startedAt }) => undone.has(startedAt));
}
