import { withName } from '../../../src/sidebar/draft/changes';
import { newDraft, obstacle, withTab } from '../../../src/sidebar/draft/draft';
import { column, tab } from '../fixture';
import { draft, namesOf, withColumns } from './fixture';

describe('a new draft', () => {
  test('has the id that the page made, the tab’s name, all of a few columns, and the column that identifies a row', () => {
    expect(draft).toMatchObject({
      id: 'a',
      revision: 0,
      name: 'Usage',
      key: 'usage_id',
      dateOnly: 'noon',
    });
    expect(namesOf(draft)).toHaveLength(7);
    expect(obstacle(draft)).toBeUndefined();
  });

  test('of many columns picks those that the event is made of', () => {
    const many = [
      ...tab.columns,
      ...Array.from({ length: 40 }, (_, index) => column(`Column ${index}`, 'text')),
    ];
    expect(namesOf(newDraft(withColumns(many), 'a'))).toEqual([
      'usage_id',
      'subscription',
      'day',
      'hours',
      'seats',
    ]);
  });

  test('takes a key column with a few slips, but neither dates nor amounts that happen to differ', () => {
    const slips = column('Usage ID', 'text', {
      missing: 1,
      filled: 20,
      repeated: [{ value: 'U-1', rows: [4, 9] }],
    });
    expect(
      newDraft(
        withColumns([
          slips,
          column('Customer ID', 'text', {
            repeated: [1, 2, 3].map((n) => ({ value: `${n}`, rows: [n, 9] })),
          }),
        ]),
        'a',
      ).key,
    ).toBe('usage_id');
    const differ = { unique: true, repeated: [] };
    expect(
      newDraft(
        withColumns([column('Day', 'date', differ), column('Amount', 'number', differ)]),
        'a',
      ).key,
    ).toBe('');
    expect(
      newDraft(
        withColumns([column('Amount', 'number', differ), column('Receipt', 'text', differ)]),
        'a',
      ).key,
    ).toBe('receipt');
  });

  test('leaves columns out whose header stands twice', () => {
    expect(
      namesOf(newDraft(withColumns([...tab.columns, column('Hours', 'number')]), 'a')),
    ).not.toContain('hours');
  });
});

test('the same tab, read again, keeps what was chosen', () => {
  const renamed = withName(draft, tab, 'Hours', 'compute');
  expect(
    withTab(renamed, { ...tab, tab: { id: 1, name: 'New name' } }, { newId: 'b' }),
  ).toMatchObject({
    source: { tabName: 'New name', columns: renamed.source.columns },
  });
});

test.each([
  [{ ...draft, source: { ...draft.source, columns: [] } }, 'Choose at least one column.'],
  [withName(draft, tab, 'Hours', ' '), 'Give each chosen column a name for the template.'],
  [withName(draft, tab, 'Hours', 'seats'), 'Two columns have the name'],
  [{ ...draft, key: '' }, 'Choose the column that identifies a row.'],
])('what is missing is said in one sentence', (incomplete, sentence) => {
  expect(obstacle(incomplete)).toContain(sentence);
});
