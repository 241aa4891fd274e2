import { writeFindings } from '../../src/apps-script/reconciliation-sheet';
import type { ReportSheet } from '../../src/apps-script/report-sheet';
import { finding } from '../browser/canned-backend';

/** A result sheet that keeps what is written, by row. */
class Report implements ReportSheet {
  readonly token = '1~';
  readonly name = 'result';
  readonly lines = new Map<number, string>();

  write(row: number, lines: Parameters<ReportSheet['write']>[1]): number {
    lines.forEach((line, index) => {
      // The apostrophe makes a text of it for Google.
      this.lines.set(row + index, String(line[0]).replace(/^'/, ''));
    });
    return row + lines.length;
  }

  chart(): void {
    throw new Error('There is no chart among findings.');
  }
}

const LAST = 199_999;
const CUT = 'This list ends here, after 200,000 lines. The numbers below count all.';
const findings = (count: number) =>
  Array.from({ length: count }, (_, index) => finding('missing', `u${index}`));

test('a result sheet lists all findings that it has room for', () => {
  const report = new Report();
  expect(writeFindings(report, LAST - 1, findings(2), 'UTC')).toBe(LAST + 1);
  expect([...report.lines]).toEqual([
    [LAST - 1, 'Missing in Lago'],
    [LAST, 'Missing in Lago'],
  ]);
});

test('a result sheet that is full says so once, in its last line', () => {
  const report = new Report();
  let row = writeFindings(report, LAST - 1, findings(5), 'UTC');
  row = writeFindings(report, row, findings(3), 'UTC');
  expect([...report.lines]).toEqual([
    [LAST - 1, 'Missing in Lago'],
    [LAST, 'Missing in Lago'],
    [LAST + 1, CUT],
  ]);
  expect(row).toBe(LAST + 2);
});
