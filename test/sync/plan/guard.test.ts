import {
  type Approval,
  guard,
  type Usual,
  usualLimit,
  withoutRemoved,
} from '../../../src/sync/plan/guard';
import type { Change, Plan, PlannedRow } from '../../../src/sync/plan/planned-row';
import { syncOf } from '../fixture';

const SYNC = syncOf('| id |');

const row = (change: Change, index: number): PlannedRow => ({
  key: `k${index}`,
  row: change === 'removed' ? undefined : index + 2,
  change,
  action: change === 'added' ? 'send' : change === 'removed' ? 'flag' : 'sent',
  problems: [],
  entry: undefined,
  latest: undefined,
  content: '',
});

const planOf = (counts: Partial<Record<Change, number>>): Plan => ({
  rows: Object.entries(counts).flatMap(([change, count]) =>
    Array.from({ length: count }, (_, index) => row(change as Change, index)),
  ),
});

const days = (...sent: number[]): Usual['days'] =>
  sent.map((each, index) => ({ day: `2026-11-0${index + 1}`, sent: each, refused: 0 }));

const askedFor = (
  counts: Partial<Record<Change, number>>,
  usual: Partial<Usual> = {},
  approved?: Approval,
  changes: Parameters<typeof syncOf>[1] = {},
): string | undefined =>
  guard(planOf(counts), counts.added ?? 0, {
    sync: { ...SYNC, ...changes } as typeof SYNC,
    usual: { days: [], removed: 0, ...usual },
    approved,
  })?.problem.code;

describe('the most that a run may send without an approval', () => {
  it.each<[string, number[], object, number]>([
    ['is the number of the sync while nobody knows what is usual', [], {}, 10_000],
    ['is that also after two days', [5, 5], {}, 10_000],
    ['is five times the second busiest day from the third on', [300, 20, 310], {}, 1_500],
    ['does not grow with one exception that was approved', [50, 50, 2_000], {}, 250],
    ['is never less than a harmless hundred', [1, 2, 3], {}, 100],
    ['is never more than the number of the sync', [9_000, 9_000, 9_000], {}, 10_000],
    ['goes by the multiple of the sync', [300, 300, 300], { unattendedTimes: 2 }, 600],
  ])('%s', (_, sent, changes, expected) => {
    expect(usualLimit({ ...SYNC, ...changes }, days(...sent))).toBe(expected);
  });
});

describe('a run', () => {
  it.each<[string, Parameters<typeof askedFor>, string | undefined]>([
    [
      'of a usual size goes on',
      [{ added: 100, unchanged: 10 }, { days: days(50, 50, 50) }],
      undefined,
    ],
    ['of far more waits', [{ added: 251 }, { days: days(50, 50, 50) }], 'run.volume'],
    [
      'of far more goes on where that number was approved',
      [{ added: 251 }, { days: days(50, 50, 50) }, { events: 251, removed: 0 }],
      undefined,
    ],
    [
      'of one more than approved waits again',
      [{ added: 252 }, { days: days(50, 50, 50) }, { events: 251, removed: 0 }],
      'run.volume',
    ],
    [
      'of a usual size needs no approval, whatever was approved',
      [{ added: 50 }, {}, { events: 1, removed: 0 }],
      undefined,
    ],
    ['that finds a few rows gone goes on', [{ removed: 9, unchanged: 1 }], undefined],
    ['that finds ten of twenty gone waits', [{ removed: 10, unchanged: 10 }], 'run.removals'],
    ['that finds ten of a hundred gone goes on', [{ removed: 10, unchanged: 90 }], undefined],
    [
      'that finds the tab empty waits, however few rows there were',
      [{ removed: 1 }],
      'run.removals',
    ],
    [
      'that finds another month pasted over the former one waits',
      [{ removed: 30, added: 28 }],
      'run.removals',
    ],
    [
      'goes on where the gone rows were approved',
      [{ removed: 30, added: 28 }, {}, { events: 28, removed: 30 }],
      undefined,
    ],
    [
      'waits where more are gone than approved',
      [{ removed: 31 }, {}, { events: 0, removed: 30 }],
      'run.removals',
    ],
    [
      'goes on where they were gone before',
      [{ removed: 30, added: 28 }, { removed: 30 }],
      undefined,
    ],
    [
      'waits where many more are gone than before',
      [{ removed: 60, unchanged: 100 }, { removed: 10 }],
      'run.removals',
    ],
    [
      'goes on where an older version told nothing of gone rows',
      [{ removed: 30 }, { removed: undefined }],
      undefined,
    ],
  ])('%s', (_, of, expected) => {
    expect(askedFor(...of)).toBe(expected);
  });

  it('names both numbers, and what is usual', () => {
    const asked = guard(planOf({ added: 28, removed: 30 }), 28, {
      sync: SYNC,
      usual: { days: [], removed: 0 },
      approved: undefined,
    });
    expect(asked).toMatchObject({ events: 28, removed: 30 });
    expect(asked?.problem.message).toBe(
      '30 rows that were sent are gone from the tab “Usage” at once, and 28 events would be sent; they wait.',
    );
  });
});

test('rows that nobody has said to be removed are left out of a plan', () => {
  expect(
    withoutRemoved(planOf({ added: 1, removed: 2, unchanged: 1 })).rows.map(({ change }) => change),
  ).toEqual(['added', 'unchanged']);
});
