import type { ReconcileNext, TotalView } from '../rpc/contract';
import type { Outcome, PricedTotal } from '../sync/billing/priced-total';
import {
  FINDING_COLUMNS,
  FINDING_KINDS,
  type Finding,
  findingCells,
  KIND_WORDS,
} from '../sync/month/finding';
import type { MeasuredBy } from '../sync/month/measure';
import { count } from '../value/count';
import { decimalCell, newReport, type ReportSheet, textCells } from './report-sheet';
import type { Runtime, SheetValue } from './runtime';

/**
 * Most findings that a result sheet lists. A spreadsheet holds ten million cells in all, and a run
 * of Google's ends after six minutes.
 */
const MOST_LINES = 200_000;

const TOTAL_COLUMNS = [
  'Subscription',
  'In the sheet',
  'In Lago',
  'Difference',
  'Not explained by the findings',
  'Compared',
  'Lago’s current usage',
];

/** What is compared of a metric, in words for people. */
const MEASURED_WORDS: Readonly<Record<MeasuredBy, string>> = {
  sum: 'Sum',
  events: 'Number of events',
  rows: 'Number of rows',
};

/** A new sheet for the findings of a month (`2026-11`). */
export const newReconciliation = (runtime: Runtime, month: string): ReportSheet =>
  newReport(runtime, `Lago reconciliation ${month}`, FINDING_COLUMNS);

/**
 * Writes findings, with times in a zone, from a row on (1-based), as far as there is room. The last
 * line says so if there is none left.
 * @returns the next free row
 */
export function writeFindings(
  report: ReportSheet,
  row: number,
  findings: readonly Finding[],
  zone: string,
): number {
  const room = MOST_LINES - row;
  if (room < 0 || findings.length === 0) return row;
  const lines = findings.slice(0, room).map((finding) => findingLine(finding, zone));
  return report.write(row, findings.length > room ? [...lines, textCells([CUT])] : lines);
}

const CUT = `This list ends here, after ${count(MOST_LINES)} lines. The numbers below count all.`;

const findingLine = (finding: Finding, zone: string): SheetValue[] => [
  ...textCells(findingCells(finding, zone)),
  decimalCell(finding.difference),
  ...textCells([finding.advice]),
];

const BELOW_ZERO_COLUMNS = [
  'Subscription',
  'Metric',
  'Priced by',
  'Total',
  'Lago bills',
  'What Lago makes of it',
];

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  billed: 'Bills it',
  nothing: 'Below zero: bills nothing and gives nothing back',
  'no-invoice': 'Below zero under a volume charge: makes no invoice for the subscription',
  'no-refund': 'Paid in advance: gives nothing back for events below zero',
  'no-units': 'Units of zero under a dynamic charge: bills none of its amounts',
  cut: 'Cuts amounts in whole cents to whole units of the currency',
};

/**
 * Writes totals that Lago does not bill as they are, from a row on (1-based), if there are any.
 * @returns the next free row
 */
export function writeBelowZero(
  report: ReportSheet,
  row: number,
  totals: readonly PricedTotal[],
): number {
  if (totals.length === 0) return row;
  const lines = totals
    .slice(0, MOST_LINES)
    .map(({ subscription, code, price: { words }, total, cents, ...of }) => [
      ...textCells([subscription, code, words]),
      ...[
        cents === undefined ? total : `${cents} cents`,
        of.billedCents === undefined ? of.billed : `${of.billedCents} cents`,
      ].map(decimalCell),
      ...textCells([OUTCOMES[of.outcome]]),
    ]);
  return report.write(row + 1, [textCells(BELOW_ZERO_COLUMNS), ...lines]);
}

/** Writes the totals below the findings, and a chart beside them. */
export function writeTotals(
  report: ReportSheet,
  next: Pick<ReconcileNext, 'row' | 'counts' | 'codes' | 'rows' | 'eventless'>,
  totals: readonly TotalView[],
): void {
  const start = report.write(next.row + 1, summaryLines(next)) + 1;
  const lines = totals.map((total) => totalLine(total, next.codes.length > 1));
  report.write(start, [textCells(TOTAL_COLUMNS), ...lines]);
  if (lines.length > 0)
    report.chart(
      'In the sheet and in Lago',
      { row: start, rows: lines.length, columns: 3 },
      { row: 2, column: FINDING_COLUMNS.length + 2 },
    );
}

function summaryLines({
  counts,
  rows,
  eventless,
}: Pick<ReconcileNext, 'counts' | 'rows' | 'eventless'>): SheetValue[][] {
  const kinds = FINDING_KINDS.filter((kind) => counts[kind] > 0);
  const line = (name: string, number: number): SheetValue[] => [...textCells([name]), number];
  return [
    line('Rows of the month in the sheet', rows),
    ...(eventless === 0 ? [] : [line('Rows that make no event', eventless)]),
    textCells(['Findings', 'Number']),
    ...kinds.map((kind) => line(KIND_WORDS[kind], counts[kind])),
    ...(kinds.length === 0 ? [textCells(['None: the sheet and Lago agree.'])] : []),
  ];
}

const totalLine = (total: TotalView, namesCode: boolean): SheetValue[] => [
  ...textCells([namesCode ? `${total.subscription}, ${total.code}` : total.subscription]),
  ...[total.sheet, total.lago, total.difference, total.unexplained].map(decimalCell),
  ...textCells([MEASURED_WORDS[total.by]]),
  total.current === undefined ? '' : decimalCell(total.current),
];
