import { ledgerOf } from './growth';
import { callsPerWave, type Played, Scene, sent, total, usage } from './scene';

/** A sheet with this many rows, all of which were sent an hour ago, run by run. */
export interface SentSheet {
  readonly rows: number;
  readonly scene: Scene;
  readonly runs: readonly Played[];
}

export const sentSheet = (rows: number): SentSheet => ({
  rows,
  ...sent({ rows: usage(rows) }, { onEdit: true }),
});

/** Model seconds of a first delivery. */
export const firstDelivery = ({ runs }: SentSheet): number =>
  total(runs.map(({ seconds }) => seconds));

/** Service calls from one wave to the next, and the events of a wave: the middle ones. */
export function waveOf({ runs: [run] }: SentSheet): { calls: number; events: number } {
  if (run === undefined) throw new Error('Nothing was sent.');
  const middle = (values: readonly number[]): number =>
    [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
  return {
    calls: middle(callsPerWave(run)),
    events: middle(run.waves.map(({ events }) => events)),
  };
}

/** Cells of the ledger's sheet for each event, its empty columns included. */
export function ledgerCellsPerEvent({ scene, rows }: SentSheet): number {
  const { name, columns } = ledgerOf(scene);
  return (columns * (scene.google.spreadsheet.table(name).length - 1)) / rows;
}

const EVERYTHING = { events: 1e9, removed: 1e9 };

/** How far one execution gets with a sheet that is larger than it can send. */
export function oneExecution(rows: number): { delivered: number; seconds: number; why: string } {
  const scene = new Scene({ rows: usage(rows) });
  const id = scene.activate();
  const { value, played } = scene.ask('runNow', { id, approved: EVERYTHING });
  const { delivered, stopped } = value;
  return { delivered, seconds: played.seconds, why: stopped?.code ?? '' };
}

/** How far a sheet gets, run after run, until all is sent or nothing moves any more. */
export function wholeSheet(rows: number): {
  delivered: number;
  seconds: number;
  executions: number;
  why: string;
} {
  const scene = new Scene({ rows: usage(rows) });
  const id = scene.activate();
  let [delivered, seconds, executions] = [0, 0, 0];
  for (;;) {
    const { value, played } = scene.ask('runNow', { id, approved: EVERYTHING });
    executions += 1;
    seconds += played.seconds;
    // A report may say less than what was sent.
    const before = delivered;
    delivered = scene.world.lago.events().length;
    if (delivered >= rows || delivered === before)
      return { delivered, seconds, executions, why: value.stopped?.code ?? '' };
  }
}

/** As long as the page lets a slice deliver. */
const SLICE_SECONDS = 20;

/** A first delivery that a page drives in slices, and one that it does not. */
export function drivenByPage(
  rows: number,
  seconds = SLICE_SECONDS,
): {
  slices: number;
  cells: number;
  seconds: number;
  ratio: number;
} {
  const scene = new Scene({ rows: usage(rows) });
  const id = scene.activate();
  const slices: Played[] = [];
  let left = rows;
  while (left > 0) {
    const asked = { id, run: 'page', seconds, approved: EVERYTHING };
    const { value, played } = scene.ask('runNow', asked);
    slices.push(played);
    if (value.left >= left) throw new Error(`Nothing moves: ${value.stopped?.message}`);
    left = value.left;
  }
  const cells = total(slices.map(({ cellsRead }) => cellsRead));
  const one = new Scene({ rows: usage(rows) });
  const [run] = one.deliver(one.activate(), 1).runs;
  return {
    slices: slices.length,
    cells,
    seconds: total(slices.map((slice) => slice.seconds)),
    ratio: cells / (run?.cellsRead ?? Number.NaN),
  };
}

/** Beside a small self-hosted Lago: the share of a delivery in which no request is under way. */
export function ownShare(rows: number): { share: number; seconds: number } {
  const scene = new Scene({ rows: usage(rows), lago: 'small' });
  const { runs } = scene.deliver(scene.activate());
  const seconds = total(runs.map((run) => run.seconds));
  return { share: 1 - total(runs.map(({ waited }) => waited)) / seconds, seconds };
}
