import { keyCaution, keyObstacle, oddRows, typeWords } from '../../../src/sidebar/words/columns';
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

test('of a key whose values differ only so far it is said', () => {
  const differ = { unique: true, repeated: [] };
  expect(keyCaution(column('Day', 'date', differ))).toContain('same date');
  expect(keyCaution(column('Hours', 'number', differ))).toContain('same number');
  expect(keyCaution(column('Nr.', 'number', differ))).toBeUndefined();
  expect(keyCaution(column('Day', 'date'))).toBeUndefined();
});
