import type { TabView } from '../../../src/rpc/contract';
import {
  withColumn,
  withIdColumn,
  withKey,
  withName,
  withoutColumn,
  withReady,
} from '../../../src/sidebar/draft/changes';
import { nameOf } from '../../../src/sidebar/draft/columns';
import { newDraft, withTab } from '../../../src/sidebar/draft/draft';
import { exampleOptions, withMetric } from '../../../src/sidebar/draft/event';
import { column, tab } from '../fixture';
import { columnOf, draft, hours, namesOf, withColumns } from './fixture';

describe('the example follows', () => {
  const chosen = withMetric(draft, tab, hours);

  test('a column that is renamed or left out', () => {
    expect(withName(chosen, tab, 'Hours', 'compute').template).toContain(
      '"hours": "{{ row.compute }}"',
    );
    expect(withoutColumn(chosen, tab, 'Hours').template).toContain('"hours": "{{ row.seats }}"');
  });

  test('the key', () => {
    expect(withKey(draft, tab, columnOf('User')).template).toContain(
      '"transaction_id": "{{ row.user }}"',
    );
    expect(withKey(draft, tab, undefined).key).toBe('');
  });

  test('the column that a person chose for the metric, as long as it is picked', () => {
    const seats = withMetric(draft, tab, hours, 'seats');
    expect(withName(seats, tab, 'Seats', 'places').template).toContain(
      '"hours": "{{ row.places }}"',
    );
    expect(withoutColumn(seats, tab, 'Seats').template).toContain('"hours": "{{ row.hours }}"');
  });

  test('a tab with other columns', () => {
    const other: TabView = {
      ...tab,
      tab: { id: 2, name: 'Other' },
      columns: [column('Key', 'text', { unique: true, repeated: [] })],
    };
    const moved = withTab(chosen, other, { newId: 'b', before: tab });
    expect(moved).toMatchObject({ id: 'a', name: 'Other', key: 'key', source: { tabId: 2 } });
    expect(moved.template).toContain('"code": "hours"');
    expect(moved.template).toContain('"{{ row.key }}"');
  });

  test('no longer once a person has written in it', () => {
    const mine = { ...chosen, template: '{ "mine": 1 }' };
    expect(exampleOptions(mine, tab)).toBeUndefined();
    expect(withName(mine, tab, 'Hours', 'compute').template).toBe('{ "mine": 1 }');
    expect(
      withTab(mine, { ...tab, tab: { id: 2, name: 'Other' } }, { newId: 'b', before: tab })
        .template,
    ).toBe('{ "mine": 1 }');
  });
});

test('a column that is left out is neither key nor ready any more', () => {
  const ready = withReady(draft, tab, columnOf('Done'));
  expect(ready.ready).toBe('done');
  expect(withoutColumn(ready, tab, 'Done').ready).toBeUndefined();
  expect(withReady(ready, tab, undefined).ready).toBeUndefined();
  expect(withoutColumn(draft, tab, 'Usage ID').key).toBe('');
  expect(namesOf(withColumn(withoutColumn(draft, tab, 'Day'), tab, columnOf('Day')))).toEqual(
    namesOf(draft),
  );
});

test('a renamed ready or key column stays one', () => {
  const ready = withReady(draft, tab, columnOf('Done'));
  expect(withName(ready, tab, 'Done', 'complete').ready).toBe('complete');
  expect(withName(draft, tab, 'Usage ID', 'no').key).toBe('no');
});

test('a column of ids that was added identifies the rows', () => {
  const before = withColumns(tab.columns.slice(1));
  const without = newDraft(before, 'a');
  expect(without.key).toBe('');
  const after = withIdColumn(without, tab, 'Usage ID');
  expect(after.key).toBe('usage_id');
  expect(nameOf(after, 'Usage ID')).toBe('usage_id');
  expect(after.template).toContain('"transaction_id": "{{ row.usage_id }}"');
});
