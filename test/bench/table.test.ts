import { costOf, isCounted } from '../../bench/cost-model';
import { growthTable, tableOf } from '../../bench/table';

const linesOf = (table: string): string[] =>
  table.split('\n').map((line) => line.replace(/ +/g, ' '));

test('a figure stands beside its target, with whether it is met and what scripts come to', () => {
  const table = tableOf(
    {
      firstDelivery: { numbers: [7, 70] },
      wave: { numbers: [4], beside: '2,000 events' },
      idleFiring: { numbers: [2] },
    },
    ['tutorial script'],
    { firstDelivery: ['4,000 / 40,000'] },
  );
  expect(linesOf(table)).toEqual([
    '| what | today | target | met | tutorial script |',
    expect.stringMatching(/^[|-]+$/),
    '| first delivery, model seconds: 10,000 / 100,000 rows | 7 / 70 | ≤ 8 / ≤ 62 | no | 4,000 / 40,000 |',
    '| service calls per wave beside answers and getRange; events of a wave | 4; 2,000 events | ≤ 4; 2,000 | yes | |',
    '| firing of the clock, no run due: calls | 2 | – | | |',
  ]);
});

test('a way is linear up to an exponent of 1.1, if 20,000 rows take three seconds at most', () => {
  const way = {
    points: [
      [10, 1],
      [40, 4],
    ],
    requestsPerRow: 0.01,
  } as const;
  const [, , ...rows] = linesOf(
    growthTable([
      { ...way, way: 'linear', exponent: 1, at20000: 2 },
      { ...way, way: 'slow', exponent: 1, at20000: 4 },
      { ...way, way: 'quadratic', exponent: 2, at20000: 2 },
    ]),
  );
  expect(rows.map((row) => row.split(' | ').at(-1))).toEqual(['yes |', 'no |', 'no |']);
});

test.each([
  ['Range.getValues', 100],
  ['Spreadsheet.getSheets', 100],
  ['SpreadsheetApp.flush', 200],
  ['Properties.setProperty', 40],
  ['PropertiesService.getDocumentProperties', 0],
  ['Cache.get', 30],
  ['Lock.tryLock', 100],
  ['Sheet.getRange', 0],
  ['HTTPResponse.getContentText', 0],
])('in the model %s costs %d ms, beside its cells', (call, ms) => {
  expect(costOf(call)).toBe(ms);
});

test('handles and answers that are there already are no calls that somebody waits for', () => {
  expect(['Sheet.getRange', 'HTTPResponse.getResponseCode'].filter(isCounted)).toEqual([]);
  expect(isCounted('Sheet.getLastRow')).toBe(true);
});
