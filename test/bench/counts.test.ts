import {
  drivenByPage,
  firstDelivery,
  ledgerCellsPerEvent,
  ownShare,
  type SentSheet,
  sentSheet,
  waveOf,
} from '../../bench/delivery';
import { idleFiring, idleRun, oneEdit } from '../../bench/idle';
import { askedOfLago } from '../../bench/requests';
import { callsPerWave, total } from '../../bench/scene';

/**
 * What a sheet of this size costs today, as `npm run bench` counts it: upper bounds, to be lowered
 * with each gain. They depend on no machine: the bench's seconds are those of its model.
 */
const ROWS = 1_000;

describe('a sheet of 1,000 rows and 10 columns', () => {
  let sheet: SentSheet;
  beforeAll(() => {
    sheet = sentSheet(ROWS);
  });

  test('is delivered by one execution, in at most so many calls, cells and model seconds', () => {
    const [run, ...others] = sheet.runs;
    expect(others).toEqual([]);
    // Four of the calls, and a cell for each line, make the digest that spares the next hours.
    expect(run?.calls).toBeLessThanOrEqual(144);
    expect(run?.cellsRead).toBeLessThanOrEqual(31_041);
    expect(run?.cellsWritten).toBeLessThanOrEqual(11_034);
    expect(firstDelivery(sheet)).toBeLessThanOrEqual(8.4);
  });

  test('goes out in waves of 500 events or more, with at most 5 calls from one to the next', () => {
    expect(waveOf(sheet).events).toBeGreaterThanOrEqual(500);
    for (const run of sheet.runs)
      for (const calls of callsPerWave(run)) expect(calls).toBeLessThanOrEqual(5);
  });

  test('has at most 8 ledger cells for each event', () => {
    expect(ledgerCellsPerEvent(sheet)).toBeLessThanOrEqual(8);
  });

  test('costs a bounded number of calls and cells while nothing changes', () => {
    const { calls, cellsRead, waves } = idleRun(sheet);
    expect(waves).toEqual([]);
    expect(calls).toBeLessThanOrEqual(49);
    expect(cellsRead).toBeLessThanOrEqual(11_021);
    expect(idleFiring(sheet).calls).toBeLessThanOrEqual(2);
  });

  test('costs a bounded number of calls and cells for an edit of one cell', () => {
    const { calls, cellsRead } = oneEdit(sheet);
    expect(calls).toBeLessThanOrEqual(16);
    expect(cellsRead).toBeLessThanOrEqual(30);
  });

  test('is read at most once for each slice when a page drives its delivery', () => {
    const { slices, ratio } = drivenByPage(ROWS, 1);
    expect(slices).toBe(2);
    expect(ratio).toBeLessThanOrEqual(2.02);
  });

  test('keeps a small self-hosted Lago waiting for a bounded share of its delivery', () => {
    expect(ownShare(ROWS).share).toBeLessThanOrEqual(0.75);
  });
});

describe('a Lago with 300 subscriptions, of which the sheet names two', () => {
  test('is asked a bounded number of times by a set-up, by new rows and by an idle run', () => {
    const { setUp, added, idle } = askedOfLago(ROWS, { metrics: 50, subscriptions: 300 });
    expect(setUp.requests).toBeLessThanOrEqual(18);
    expect(added.requests).toBeLessThanOrEqual(14);
    expect(idle.requests).toBeLessThanOrEqual(1);
    expect(total([setUp, added, idle].map(({ kilobytes }) => kilobytes))).toBeLessThanOrEqual(
      1_445,
    );
  });
});
