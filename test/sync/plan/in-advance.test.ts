import { sayInAdvance } from '../../../src/sync/plan/in-advance';
import type { PlannedRow } from '../../../src/sync/plan/planned-row';
import type { UsageEvent } from '../../../src/value/usage-event';

/** Codes of metrics that are paid in advance. */
const inAdvance = ({ code }: UsageEvent) =>
  code === 'paid' ? 'all' : code === 'both' ? 'some' : undefined;

const row = (number: number, code: string | undefined): PlannedRow =>
  ({
    key: `k${number}`,
    row: number,
    change: 'added',
    action: code === undefined ? 'hold' : 'send',
    problems: [],
    entry: code === undefined ? undefined : { event: { code } },
  }) as unknown as PlannedRow;

test('rows that would be sent are said to be paid in advance, all or in part; held ones are not', () => {
  const rows = [row(2, 'paid'), row(3, 'other'), row(4, 'both'), row(5, undefined)];
  expect(sayInAdvance({ rows }, { inAdvance })).toMatchObject([
    { action: 'send', problem: { code: 'event.in-advance' }, count: 2, rows: [2, 4] },
  ]);
});

test('nothing is said where no row is, or nobody knows', () => {
  expect(sayInAdvance({ rows: [row(2, 'other')] }, { inAdvance })).toEqual([]);
  expect(sayInAdvance({ rows: [row(2, 'paid')] }, {})).toEqual([]);
});
