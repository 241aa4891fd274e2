import { readFileSync } from 'node:fs';
import type { Unflushed } from '../sandbox/runtime';
import { API_KEY, HOUR, TAB } from '../test/bundle/world';
import { isCounted } from './cost-model';
import { type Played, Scene, total, usage, usageRow } from './scene';

/** A hand-written script of which the product is compared with. */
export interface Script {
  readonly name: string;
  readonly file: string;
}

export const SCRIPTS: readonly Script[] = [
  { name: 'tutorial script', file: 'one-by-one' },
  { name: 'better script', file: 'batches' },
  { name: 'with a ledger', file: 'with-ledger' },
];

/** A sheet that something sends, run by run. */
interface Sender {
  readonly scene: Scene;
  run(options?: { readonly killAtCall?: number; readonly unflushed?: Unflushed }): Played;
}

/** A sheet with a hand-written script, or with the product. */
function senderOf(script: Script | undefined, rows: number): Sender {
  if (script !== undefined) {
    const code = readFileSync(`bench/scripts/${script.file}.gs`, 'utf8');
    const scene = new Scene({ rows: usage(rows), code });
    scene.google.scriptProperties.set('LAGO_API_KEY', API_KEY);
    return { scene, run: (options) => scene.call('sendUsage', options) };
  }
  const scene = new Scene({ rows: usage(rows) });
  scene.activate();
  return {
    scene,
    run: (options) => {
      scene.google.documentProperties.set('wish', '1');
      return scene.hourly(options);
    },
  };
}

/** What it takes to send a sheet. */
export interface Speed {
  readonly rows: number;
  readonly seconds: number;
  readonly executions: number;
  readonly perSecond: number;
  /** Rows that the first execution sent. */
  readonly inOne: number;
}

const MOST_EXECUTIONS = 2_000;
/** Google keeps what is written when an execution is out of time; otherwise nothing ever ends. */
const KEPT = { unflushed: 'applied' } as const;

/** How often Lago has each row: its amount is its number. */
function rowsIn({ world }: Scene): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { properties } of world.lago.events()) {
    const row = String(properties['amount']);
    counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  return counts;
}

/** Sends a sheet, in as many executions as that needs. */
export function speedOf(script: Script | undefined, rows: number): Speed {
  const { scene, run } = senderOf(script, rows);
  const runs: Played[] = [];
  const arrived: number[] = [];
  while ((arrived.at(-1) ?? 0) < rows && runs.length < MOST_EXECUTIONS) {
    runs.push(run(KEPT));
    arrived.push(rowsIn(scene).size);
  }
  if (arrived.at(-1) !== rows) throw new Error(`${arrived.at(-1)} of ${rows} rows arrived.`);
  const seconds = total(runs.map((each) => each.seconds));
  const [inOne = 0] = arrived;
  return { rows, seconds, executions: runs.length, perSecond: rows / seconds, inOne };
}

/** What a kill in the middle costs, at its worst moment. */
export interface Kill {
  /** Rows that Lago bills twice, and rows that never arrive. */
  readonly twice: number;
  readonly never: number;
  readonly moments: number;
}

const KILLED_ROWS = 1_050;
const NEW_ROWS = 30;
const FURTHER_RUNS = 3;

/** Rows of the sheet that came after the kill, before the next run. */
function addRows({ google }: Scene): void {
  const rows = Array.from({ length: NEW_ROWS }, (_, index) =>
    usageRow(KILLED_ROWS + index, KILLED_ROWS + NEW_ROWS),
  );
  google.spreadsheet.insertRows(TAB, KILLED_ROWS + 1, NEW_ROWS);
  google.spreadsheet.paste(TAB, KILLED_ROWS + 2, 1, rows);
}

function killedAt(script: Script | undefined, killAtCall: number, unflushed: Unflushed): Kill {
  const { scene, run } = senderOf(script, KILLED_ROWS);
  run({ killAtCall, unflushed });
  addRows(scene);
  for (let again = 0; again < FURTHER_RUNS; again++) {
    scene.pass(HOUR);
    run(KEPT);
  }
  const counts = rowsIn(scene);
  const twice = [...counts.values()].filter((count) => count > 1).length;
  return { twice, never: KILLED_ROWS + NEW_ROWS - counts.size, moments: 1 };
}

/**
 * Kills an execution at each call from the middle wave to the next one, or to its end, with writes
 * that are not flushed lost or kept: Google does not say (google: execution.unflushed). Then rows
 * are added and it runs again, three times. What PostgreSQL has taken in is billed.
 */
export function worstKill(script: Script | undefined): Kill {
  const { order, waves } = senderOf(script, KILLED_ROWS).run(KEPT);
  const middle = Math.floor((waves.length - 1) / 2);
  const from = waves[middle]?.call ?? 1;
  const to = waves[middle + 1]?.call ?? order.length;
  // At answers and handles nothing differs.
  const moments = Array.from({ length: to - from + 1 }, (_, index) => from + index).filter((call) =>
    isCounted(order[call - 1] ?? ''),
  );
  const kills = moments.flatMap((call) =>
    (['lost', 'applied'] as const).map((unflushed) => killedAt(script, call, unflushed)),
  );
  return {
    twice: Math.max(...kills.map(({ twice }) => twice)),
    never: Math.max(...kills.map(({ never }) => never)),
    moments: kills.length,
  };
}
