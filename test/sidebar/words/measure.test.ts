import {
  aggregationWords,
  grouped,
  inWords,
  keyCaution,
  keyObstacle,
  momentIn,
  oddRows,
  periodLabel,
  periodWords,
  timeWords,
  typeWords,
} from '../../../src/sidebar/words/measure';
import { column } from '../fixture';

test('a key column says which rows are at fault', () => {
  expect(keyObstacle(column('A', 'text', { unique: true, repeated: [] }))).toBeUndefined();
  expect(
    keyObstacle(column('A', 'text', { missing: 3, repeated: [{ value: 'U-12', rows: [4, 9] }] })),
  ).toBe('3 rows have no value; \u201cU-12\u201d stands in rows 4 and 9.');
  expect(keyObstacle(column('A', 'text', { missing: 1, repeated: [] }))).toBe(
    '1 row has no value.',
  );
  expect(keyObstacle(column('A', 'text', { filled: 0, missing: 9, repeated: [] }))).toBe(
    'No row has a value here.',
  );
  expect(keyObstacle(column('A', 'text', { repeated: [] }))).toBe('Some rows share a value.');
  const three = ['a', 'b', 'c'].map((value) => ({ value, rows: [2, 3, 1_000] }));
  expect(keyObstacle(column('A', 'text', { repeated: three }))).toBe(
    '\u201ca\u201d stands in rows 2, 3 and 1000; \u201cb\u201d stands in rows 2, 3 and 1000; and others stand in several rows.',
  );
});

test('a column says what it holds, and which rows differ', () => {
  expect(typeWords(column('A', 'number'))).toBe('Number');
  const odd = column('A', 'number', { odd: { count: 2, rows: [7, 9] } });
  expect([typeWords(odd), oddRows(odd)]).toEqual(['Number, 2 rows differ', 'Rows 7 and 9']);
  const one = column('A', 'date', { odd: { count: 1, rows: [7] } });
  expect([typeWords(one), oddRows(one)]).toEqual(['Date, 1 row differs', 'Row 7']);
  expect(oddRows(column('A', 'date', { odd: { count: 1_234, rows: [7, 8] } }))).toBe(
    'Rows 7, 8 and 1,232 more',
  );
  expect(oddRows(column('A', 'date'))).toBeUndefined();
});

test.each([
  ['0', '0'],
  ['1250.75', '1,250.75'],
  ['-1234567', '-1,234,567'],
  ['9007199254740993.000000000000000001', '9,007,199,254,740,993.000000000000000001'],
  ['0.0000001453', '0.0000001453'],
])('%s is written as %s, with all its digits', (decimal, text) => {
  expect(grouped(decimal)).toBe(text);
});

test('days and months are written for reading, and shorter below a bar', () => {
  expect([periodWords('2026-11-03'), periodLabel('2026-11-03')]).toEqual(['3 Nov 2026', '3']);
  expect([periodWords('2026-11'), periodLabel('2026-11')]).toEqual(['Nov 2026', 'Nov']);
  expect(periodWords('soon')).toBe('soon');
});

test('a moment is written in the zone of the bill, and in UTC where the browser does not know it', () => {
  const noon = Date.UTC(2026, 10, 3, 12);
  expect(momentIn(noon, 'Europe/Berlin')).toBe('3 Nov 2026, 13:00');
  expect(momentIn(noon, 'Moon/Tycho')).toBe('3 Nov 2026, 12:00 UTC');
});

test('the time of a preview is said once where the clock is the same in the zone of the bill', () => {
  const at = Date.UTC(2026, 10, 1, 0, 34);
  expect(timeWords({ at, zone: 'UTC' })).toEqual(['1 Nov 2026, 00:34 UTC']);
  expect(timeWords({ at: at - 3_600_000, zone: 'Europe/Berlin' })).toEqual([
    '31 Oct 2026, 23:34 UTC',
    '1 Nov 2026, 00:34 in Europe/Berlin',
  ]);
  expect(timeWords({ at, zone: 'Nowhere/Land' })).toEqual(['1 Nov 2026, 00:34 UTC']);
});

test('of a key whose values differ only so far it is said', () => {
  const differ = { unique: true, repeated: [] };
  expect(keyCaution(column('Day', 'date', differ))).toContain('same date');
  expect(keyCaution(column('Hours', 'number', differ))).toContain('same number');
  expect(keyCaution(column('Nr.', 'number', differ))).toBeUndefined();
  expect(keyCaution(column('Day', 'date'))).toBeUndefined();
});

test('what a metric does is said in words', () => {
  expect(aggregationWords('sum_agg', 'hours')).toBe('adds up hours');
  expect(aggregationWords('count_agg', 'x')).toBe('counts events');
  expect(aggregationWords('custom_agg', 'x')).toBe('computes x');
});

test('texts stand in a sentence', () => {
  expect([inWords([]), inWords(['a']), inWords(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c']);
});
