import { newDraft } from '../../../../src/sidebar/draft/draft';
import {
  doubleHeaders,
  isAllGuessed,
  listColumns,
} from '../../../../src/sidebar/screens/setup/column-list';
import { column, tab } from '../../fixture';

const wide = {
  ...tab,
  columns: [
    ...tab.columns,
    ...Array.from({ length: 30 }, (_, index) => column(`Extra ${index + 1}`, 'text')),
  ],
};

test('few columns are all listed, and cannot be searched', () => {
  const listing = listColumns(newDraft(tab, 'a'), tab, '');
  expect(listing).toMatchObject({ isMany: false, total: 7, hidden: 0 });
  expect(listing.shown).toEqual(tab.columns);
});

test('of many columns those that are picked are listed, and twenty of the others', () => {
  const draft = newDraft(wide, 'a');
  const picked = draft.source.columns.length;
  const listing = listColumns(draft, wide, '');
  expect(listing).toMatchObject({ isMany: true, total: 37, hidden: 37 - picked - 20 });
  expect(listing.shown).toHaveLength(picked + 20);
});

test('a search looks into headers and names, whatever the capitals', () => {
  const found = listColumns(newDraft(wide, 'a'), wide, ' EXTRA 4 ');
  expect(found.shown.map(({ header }) => header)).toEqual(['Extra 4']);
  expect(found.hidden).toBe(0);
  expect(listColumns(newDraft(wide, 'a'), wide, 'extra_30').shown).toHaveLength(1);
});

test('headers that several columns have are named once', () => {
  const day = column('Day', 'date');
  expect(doubleHeaders({ ...tab, columns: [day, day, column('Hours', 'number'), day] })).toEqual([
    'Day',
  ]);
});

test('nobody has to look at the columns if all is found and no value is odd', () => {
  expect(isAllGuessed(newDraft(tab, 'a'), tab)).toBe(true);
  const odd = {
    ...tab,
    columns: tab.columns.map((each) =>
      each.header === 'Hours' ? { ...each, odd: { count: 1, rows: [3] } } : each,
    ),
  };
  expect(isAllGuessed(newDraft(odd, 'a'), odd)).toBe(false);
  const dateless = { ...tab, columns: tab.columns.filter(({ type }) => type !== 'date') };
  expect(isAllGuessed(newDraft(dateless, 'a'), dateless)).toBe(false);
});
