import type { Problem } from '../../problem/problem';
import { NO_ANSWER } from './server';

const LOST_TRIES = 3;
const LOST_PAUSE_MS = 3_000;
/**
 * Enough to outlast another run: each try waits ten seconds at the server, and no run lasts more
 * than six minutes.
 */
const BUSY_TRIES = 40;
const BUSY_PAUSE_MS = 5_000;

/** What comes before a call is made again. */
export interface Retry {
  /** Whether the answer was lost, or the run of somebody else has to end first. */
  readonly doing: 'again' | 'other-run';
  readonly pauseMs: number;
}

/**
 * Counts how often in a row a call was made again. What got no answer may have been done all the
 * same, and is safe to ask for again.
 */
export class Retries {
  #lost = 0;
  #busy = 0;

  /** Undefined if another try would not help. */
  next(problem: Problem): Retry | undefined {
    if (problem === NO_ANSWER && this.#lost++ < LOST_TRIES)
      return { doing: 'again', pauseMs: LOST_PAUSE_MS };
    if (problem.code === 'run.busy' && this.#busy++ < BUSY_TRIES)
      return { doing: 'other-run', pauseMs: BUSY_PAUSE_MS };
    return undefined;
  }
}
