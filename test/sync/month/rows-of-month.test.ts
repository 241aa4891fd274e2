import { problem } from '../../../src/problem/problem';
import { rowsNow } from '../../../src/sync/month/rows-of-month';
import type { PlannedRow } from '../../../src/sync/plan/planned-row';
import type { UsageEvent } from '../../../src/value/usage-event';

const planned = (key: string, row: number): PlannedRow => ({
  key,
  row,
  change: 'added',
  action: 'hold',
  problems: [],
  entry: undefined,
  latest: undefined,
  content: undefined,
});

const event = (id: string): UsageEvent => ({
  transaction_id: id,
  external_subscription_id: 'acme',
  code: 'units',
  timestamp: 1,
  properties: {},
});

/** Rows with the keys `k2`, `k3` … that make events of these ids; undefined if they make none. */
function now(ids: readonly (string | undefined)[]) {
  const rows = ids.map((_, index) => planned(`k${index + 2}`, index + 2));
  return rowsNow({ rows }, { rows: [], keysComplete: true }, (row) => {
    const id = ids[row - 2];
    return id === undefined ? undefined : event(id);
  });
}

test('an id that two rows make belongs to none of them, and is not nobody’s', () => {
  const { byId, doubtAbout } = now(['same', 'same', 'other']);
  expect([...byId.keys()]).toEqual(['other']);
  expect(doubtAbout('same')).toEqual(problem('event.id-twice', { id: 'same', rows: '2, 3' }));
  expect(doubtAbout('stray')).toBeUndefined();
});

test('an id with the key of a row that makes no event may be that row’s', () => {
  const { doubtAbout } = now(['a', undefined]);
  expect(doubtAbout('usage-k3')).toEqual(problem('row.eventless', { row: 3 }));
  expect(doubtAbout('usage-k2')).toBeUndefined();
});
