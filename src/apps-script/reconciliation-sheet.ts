import type { ReconcileNext, TotalView } from '../rpc/contract';
import type { Outcome, PricedTotal } from '../sync/billing/priced-total';
import {
  FINDING_COLUMNS,
  FINDING_KINDS,
  type Finding,
  findingCells,
  KIND_WORDS,
} from '../sync/month/finding';
import { isDifferent } from '../sync/month/totals';
import { decimalCell, newReport, type ReportSheet, textCells } from './report-sheet';
import type { Runtime, SheetValue } from './runtime';

/** Most lines of a result sheet; nobody reads more. */
const MOST_LINES = 50_000;

const TOTAL_COLUMNS = [
  'Subscription',
  'Events in the ledger',
  'Events in Lago',
  'Sum in the ledger',
  'Sum in Lago',
  'Lago’s current usage',
  'Equal',
];

/** A new sheet for the findings of a month (`2026-11`). */
export const newReconciliation = (runtime: Runtime, month: string): ReportSheet =>
  newReport(runtime, `Lago reconciliation ${month}`, FINDING_COLUMNS);

/**
 * Writes findings, with times in a zone, from a row on (1-based), as far as there is room.
 * @returns the next free row
 */
export function writeFindings(
  report: ReportSheet,
  row: number,
  findings: readonly Finding[],
  zone: string,
): number {
  const room = Math.max(0, MOST_LINES - row);
  return report.write(
    row,
    findings.slice(0, room).map((finding) => textCells(findingCells(finding, zone))),
  );
}

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
    .map(({ subscription, code, price: { words }, total, cents, billed, outcome }) => [
      ...textCells([subscription, code, words]),
      ...[cents === undefined ? total : `${cents} cents`, billed].map(decimalCell),
      ...textCells([OUTCOMES[outcome]]),
    ]);
  return report.write(row + 1, [textCells(BELOW_ZERO_COLUMNS), ...lines]);
}

/** Writes the totals below the findings, and a chart beside them. */
export function writeTotals(
  report: ReportSheet,
  { row, counts, codes }: Pick<ReconcileNext, 'row' | 'counts' | 'codes'>,
  totals: readonly TotalView[],
): void {
  const start = report.write(row + 1, summaryLines(counts)) + 1;
  const lines = totals.slice(0, MOST_LINES).map((total) => totalLine(total, codes.length > 1));
  report.write(start, [textCells(TOTAL_COLUMNS), ...lines]);
  if (lines.length > 0)
    report.chart(
      'Events in the ledger and in Lago',
      { row: start, rows: lines.length, columns: 3 },
      { row: 2, column: FINDING_COLUMNS.length + 2 },
    );
}

function summaryLines(counts: ReconcileNext['counts']): SheetValue[][] {
  const kinds = FINDING_KINDS.filter((kind) => counts[kind] > 0);
  return [
    textCells(['Findings', 'Number']),
    ...kinds.map((kind): SheetValue[] => [...textCells([KIND_WORDS[kind]]), counts[kind]]),
    ...(kinds.length === 0 ? [textCells(['None: the ledger and Lago agree.'])] : []),
  ];
}

const totalLine = (total: TotalView, namesCode: boolean): SheetValue[] => [
  ...textCells([namesCode ? `${total.subscription}, ${total.code}` : total.subscription]),
  total.ledger.events,
  total.lago.events,
  ...(total.isSum ? [decimalCell(total.ledger.sum), decimalCell(total.lago.sum)] : ['', '']),
  total.current === undefined ? '' : decimalCell(total.current),
  ...textCells([isDifferent(total) ? 'no' : 'yes']),
];
