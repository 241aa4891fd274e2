import type { ColumnView } from '../../../../src/rpc/contract';
import { withKey } from '../../../../src/sidebar/draft/changes';
import { newDraft } from '../../../../src/sidebar/draft/draft';
import { idsOffer, keyColumn } from '../../../../src/sidebar/screens/setup/ids-offer';
import { column, tab } from '../../fixture';

const unique = { unique: true, repeated: [] } as const;
const offerFor = (columns: readonly ColumnView[], key: string) => {
  const of = { ...tab, columns };
  const draft = withKey(
    newDraft(of, 'a'),
    of,
    columns.find(({ header }) => header === key),
  );
  return idsOffer(draft, of);
};
const subscription = column('Subscription', 'text');

test('a column that identifies every row needs no ids', () => {
  expect(offerFor([column('Call', 'text', unique), subscription], 'Call')).toBeUndefined();
});

test('a column of ids is offered if no column is chosen, if values repeat, and if they may come to repeat', () => {
  expect(offerFor([subscription], '')).toBe('add');
  expect(offerFor([subscription], 'Subscription')).toBe('add');
  expect(offerFor([subscription, column('Day', 'date', unique)], 'Day')).toBe('add');
});

test('the column of ids that is there is filled if ids are missing, else used; it is never added twice', () => {
  const ids = column('Usage ID', 'text', unique);
  expect(offerFor([subscription, { ...ids, missing: 2, unique: false }], 'Subscription')).toBe(
    'fill',
  );
  expect(offerFor([subscription, ids], 'Subscription')).toBe('use');
  expect(offerFor([subscription, ids, ids], 'Subscription')).toBeUndefined();
});

test('ids that repeat are put right in the sheet: the column that has them all is not offered again', () => {
  const copied = column('Usage ID', 'text', { repeated: [{ value: 'u1', rows: [2, 3] }] });
  expect(offerFor([subscription, copied], 'Usage ID')).toBeUndefined();
});

test('the column of the key is the one that is chosen, as long as the tab has it', () => {
  expect(keyColumn(newDraft(tab, 'a'), tab)?.header).toBe('Usage ID');
  expect(keyColumn(newDraft(tab, 'a'), { ...tab, columns: [subscription] })).toBeUndefined();
});
