import type { LedgerRebuild } from '../../../../src/rpc/contract';
import { rebuiltRows, unfinished, withPart } from '../../../../src/sidebar/screens/sync/rebuild';
import { CannedServer } from '../../../browser/canned-backend';

const view = new CannedServer().view('s1');
const part = (more: Partial<LedgerRebuild>): LedgerRebuild => ({
  kept: 10,
  found: 0,
  different: 0,
  absent: 0,
  next: undefined,
  rows: 300,
  view,
  ...more,
});

test('the parts of a rebuilding add up, but for the lines that were kept, which are counted all together', () => {
  const first = withPart(undefined, 's1', part({ found: 60, absent: 40, next: 110 }));
  const last = withPart(first, 's1', part({ found: 100, different: 3, absent: 7 }));
  expect(last).toEqual({
    id: 's1',
    kept: 10,
    found: 160,
    different: 3,
    absent: 47,
    next: undefined,
    rows: 300,
  });
  expect(rebuiltRows(first)).toBe(110);
  expect(rebuiltRows(last)).toBe(300);
});

test('rows that are looked up again since the sheet was changed are not counted twice as missing in Lago', () => {
  const first = withPart(undefined, 's1', part({ found: 60, absent: 40, next: 200 }));
  expect(withPart(first, 's1', part({ found: 1, absent: 30, next: 150 }))).toMatchObject({
    found: 61,
    absent: 30,
    next: 150,
  });
  const through = withPart(first, 's1', part({ found: 50, absent: 5, next: 0 }));
  expect(withPart(through, 's1', part({ found: 1, absent: 44 }))).toMatchObject({
    found: 111,
    absent: 44,
    next: undefined,
  });
});

test('a rebuilding goes on for its own sync alone, and only while something is left', () => {
  const half = withPart(undefined, 's1', part({ next: 100 }));
  expect(unfinished(half, 's1')).toBe(half);
  expect(unfinished(half, 's2')).toBeUndefined();
  expect(unfinished(withPart(half, 's1', part({})), 's1')).toBeUndefined();
  expect(unfinished(undefined, 's1')).toBeUndefined();
});

test('never more rows are done than there are', () => {
  expect(rebuiltRows(withPart(undefined, 's1', part({ next: 900 })))).toBe(300);
  expect(rebuiltRows(withPart(undefined, 's1', part({ found: 5, next: 0 })))).toBe(0);
});
