import type { SentSheet } from './delivery';
import { AMOUNT, type Played } from './scene';

const HOUR = 3_600_000;
const TEN_MINUTES = 600_000;

/** The clock's run of a sheet in which nothing has changed. */
export function idleRun({ scene }: SentSheet): Played {
  scene.pass(HOUR);
  const played = scene.hourly();
  if (played.cellsRead === 0) throw new Error('No run was due.');
  return played;
}

/** A firing of the clock when no run is due. */
export function idleFiring({ scene }: SentSheet): Played {
  scene.pass(TEN_MINUTES);
  return scene.hourly();
}

/** An edit of one cell of the usage. */
export function oneEdit({ scene, rows }: SentSheet): Played {
  return scene.edit(Math.floor(rows / 2), AMOUNT, '12345');
}
