import type { Runtime, Sheet } from '../../src/apps-script/runtime';
import { newGoogle, refusal } from './google';

const active = (runtime: Runtime): Sheet =>
  runtime.SpreadsheetApp.getActiveSpreadsheet().getActiveSheet();

describe('a chart', () => {
  test('lies on its sheet and shows what its ranges hold now', () => {
    const google = newGoogle();
    google.run((runtime) => {
      const sheet = active(runtime);
      sheet.getRange(1, 1, 2, 2).setValues([
        ['Customer', 'Events'],
        ['acme', 3],
      ]);
      const chart = sheet
        .newChart()
        .asColumnChart()
        .setTitle('Totals')
        .addRange(sheet.getRange(1, 1, 2, 2))
        .setNumHeaders(1);
      sheet.insertChart(chart.setPosition(2, 4, 0, 0).build());
    });
    google.spreadsheet.edit('Sheet1', 2, 2, '4');
    expect(google.spreadsheet.charts('Sheet1')).toEqual([
      {
        type: 'COLUMN',
        title: 'Totals',
        headers: 1,
        row: 2,
        column: 4,
        ranges: [
          [
            ['Customer', 'Events'],
            ['acme', '4'],
          ],
        ],
      },
    ]);
  });

  test.each<[string, (sheet: Sheet) => unknown, string]>([
    [
      'that is not built',
      (sheet) => sheet.insertChart(sheet.newChart() as never),
      "don't match the method signature for SpreadsheetApp.Sheet.insertChart",
    ],
    [
      'without a type',
      (sheet) =>
        sheet.insertChart(
          sheet
            .newChart()
            .addRange(sheet.getRange(1, 1, 1, 1))
            .setPosition(1, 1, 0, 0)
            .build(),
        ),
      'type',
    ],
    [
      'without data',
      (sheet) => {
        const builder = sheet.newChart();
        builder.asColumnChart();
        sheet.insertChart(builder.setPosition(1, 1, 0, 0).build());
      },
      'range',
    ],
    [
      'without a place',
      (sheet) =>
        sheet.insertChart(
          sheet
            .newChart()
            .asColumnChart()
            .addRange(sheet.getRange(1, 1, 1, 1))
            .build(),
        ),
      'out of bounds',
    ],
    [
      'beyond the last column',
      (sheet) =>
        sheet.insertChart(
          sheet
            .newChart()
            .asColumnChart()
            .addRange(sheet.getRange(1, 1, 1, 1))
            .setPosition(1, 27, 0, 0)
            .build(),
        ),
      'columns are out of bounds',
    ],
    [
      'of no range',
      (sheet) => sheet.newChart().addRange('A1' as never),
      "don't match the method signature for SpreadsheetApp.EmbeddedChartBuilder.addRange",
    ],
  ])('%s is refused', (_, work, text) => {
    expect(refusal(newGoogle(), (runtime) => work(active(runtime)))).toContain(text);
  });
});
