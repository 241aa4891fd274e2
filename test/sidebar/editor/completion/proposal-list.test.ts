import { listAt, selectBy } from '../../../../src/sidebar/editor/completion/proposal-list';
import { known, withCursor } from '../fixture';

const list = (marked: string, asked = false, what = known) => {
  const { text, at } = withCursor(marked);
  return listAt({ text, at, known: what, asked });
};
const labels = (marked: string, asked = false): readonly string[] =>
  list(marked, asked)?.shown.map(({ label }) => label) ?? [];

test('what is typed narrows the list: beginnings first, then what holds it, then headers', () => {
  expect(labels('{{ row.us^ }}')).toEqual(['usage_id']);
  expect(labels('{{ row.a^ }}')).toEqual(['usage_id', 'day', 'Net amount']);
  expect(labels('{{ row.use^ }}')).toEqual(['hours']);
  expect(labels('{{ row.HOU^ }}')).toEqual(['hours']);
});

test('a name that is written out has no list, so that Enter breaks the line', () => {
  expect(list('{{ row.hours^ }}')).toBeUndefined();
  expect(list('{{ row.zzz^ }}')).toBeUndefined();
});

test('whoever asks at a code that is written already sees all of them', () => {
  expect(labels('{ "code": "seats^" }', true)).toEqual(['compute_hours', 'seats', 'cost', 'calls']);
  expect(labels('{ "code": "sea^" }', true)).toEqual(['seats']);
});

test('of 2,000 metrics a hundred are shown, and the others are counted and found by typing', () => {
  const metrics = Array.from({ length: 2000 }, (_, index) => ({
    code: `metric_${index}`,
    name: `Metric ${index}`,
    aggregation: 'sum_agg',
    field: 'units',
    hasExpression: false,
  }));
  const found = list('{ "code": "^" }', false, { ...known, metrics });
  expect(found?.shown).toHaveLength(100);
  expect(found?.more).toBe(1900);
  expect(
    list('{ "code": "1999^" }', false, { ...known, metrics })?.shown.map(({ label }) => label),
  ).toEqual(['metric_1999']);
});

test('selecting goes around', () => {
  const first = list('{{ row.^ }}');
  if (first === undefined) throw new Error('nothing is proposed');
  expect(selectBy(first, -1).selected).toBe(3);
  expect(selectBy(selectBy(first, 3), 1).selected).toBe(0);
  expect(selectBy(first, 5).selected).toBe(1);
});
