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

/** Bytes a row while the first wave leaves, and how many more for each row that was sent by then. */
export interface Held {
  readonly perRow: number;
  readonly perSentRow: number;
}

export function heldWhileSending(count: number): Held {
  const rows = usage(count);
  const scene = new Scene({ rows });
  const [run]: readonly Played[] = scene.deliver(scene.activate(), 1).runs;
  const waves = run?.waves ?? [];
  const [first, last] = [waves[0], waves[waves.length - 1]];
  if (first === undefined || last === undefined || first === last)
    throw new Error('Too few rows for two waves.');
  const early = heldAt(rows, first.call);
  const late = heldAt(rows, last.call);
  const sent = total(waves.slice(0, -1).map(({ events }) => events));
  return { perRow: late / count, perSentRow: (late - early) / sent };
}
