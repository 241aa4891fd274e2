import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Played } from './scene';
import { Scene, total, usage } from './scene';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that are alive. */
function alive(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

const EVERYTHING = { events: 1e9, removed: 1e9 };

/**
 * What a script holds at a call (bytes): what is alive then, less what is alive once the execution
 * was killed there. The file and Lago are in both.
 */
function heldAt(rows: readonly (readonly string[])[], call: number): number {
  const scene = new Scene({ rows });
  const id = scene.activate();
  let before = 0;
  scene.killed('runNow', { id, approved: EVERYTHING }, call, () => {
    before = alive();
  });
  return before - alive();
}

/** What a script holds while the first and the last wave leave (bytes), and the rows between them. */
function heldInWaves(count: number): { early: number; late: number; sent: number } {
  const rows = usage(count);
  const scene = new Scene({ rows });
  const [run]: readonly Played[] = scene.deliver(scene.activate(), 1).runs;
  const waves = run?.waves ?? [];
  const [first, last] = [waves[0], waves[waves.length - 1]];
  if (first === undefined || last === undefined || first === last)
    throw new Error('Too few rows for two waves.');
  const sent = total(waves.slice(0, -1).map(({ events }) => events));
  return { early: heldAt(rows, first.call), late: heldAt(rows, last.call), sent };
}

/** Bytes that are alive for each row of the sheet, and more for each row that was sent already. */
export interface Held {
  readonly perRow: number;
  readonly perSentRow: number;
}

const SMALLER = 4;

/** Measured as the difference of two sheets, since each execution holds its own code too. */
export function heldWhileSending(count: number): Held {
  const fewer = Math.floor(count / SMALLER);
  // What is compiled at first stays alive with the process.
  heldInWaves(fewer);
  const small = heldInWaves(fewer);
  const large = heldInWaves(count);
  return {
    perRow: (large.late - small.late) / (count - fewer),
    perSentRow: (large.late - large.early) / large.sent,
  };
}
