import { newDraft } from '../../../../src/sidebar/draft/draft';
import {
  freeColumns,
  lostCells,
  statusColumn,
} from '../../../../src/sidebar/screens/sync/status-column';
import { column, tab } from '../../fixture';

const notes = column('Notes', 'text', { filled: 4 });

test('statuses can be written to the columns that the sync does not read and whose header is unique', () => {
  const source = newDraft(tab, 'a').source;
  const extra = column('Extra', 'text');
  const of = { ...tab, columns: [...tab.columns, notes, extra, extra] };
  expect(freeColumns({ source }, of)).toEqual([notes]);
  expect(freeColumns({ source }, undefined)).toEqual([]);
});

test('a column that is there has to be chosen, the other answers stand for themselves', () => {
  expect(statusColumn('none', notes)).toBe('none');
  expect(statusColumn('new', undefined)).toBe('new');
  expect(statusColumn('existing', notes)).toEqual({ header: 'Notes' });
  expect(statusColumn('existing', undefined)).toBeUndefined();
});

test('filled cells are lost in another column than the present one', () => {
  expect(lostCells('existing', notes, undefined)).toBe(4);
  expect(lostCells('existing', notes, 'Notes')).toBe(0);
  expect(lostCells('existing', undefined, 'Notes')).toBe(0);
  expect(lostCells('new', notes, undefined)).toBe(0);
});
