import { problem } from '../../problem/problem';
import { MINUTE_MS } from '../../value/duration';
import type { RunTrigger } from '../report';
import type { Health } from './health';

/** What a run is doing. */
export type Doing = 'reading' | 'sending' | 'statuses';

/**
 * Stands in the state of a sync while a run is at work. A run that is killed cannot take it away,
 * so the next one finds it.
 */
export interface BegunRun {
  /** When it began (ms). */
  readonly at: number;
  /** What began it. */
  readonly trigger: RunTrigger;
  /** What it did last. */
  readonly doing: Doing;
  /** How many runs before it, in a row, never ended. */
  readonly before: number;
}

/** Google ends each execution after six minutes (google: execution.six-minutes). */
const SURELY_OVER_MS = 7 * MINUTE_MS;

/** Whether a run has no time left that it could still be at work. @param now in ms */
export const isSurelyOver = ({ at }: Pick<BegunRun, 'at'>, now: number): boolean =>
  now - at > SURELY_OVER_MS;

/** One run may be killed by chance. */
const KILLED_BEFORE_STOPPED = 2;

const WORDS: Readonly<Record<Doing, string>> = {
  reading: 'reading the sheet and asking Lago',
  sending: 'sending events',
  statuses: 'writing statuses into the sheet',
};

/** The health after runs that never ended: from two in a row on it is stopped. */
function healthKilled(health: Health, { before, doing }: BegunRun): Health {
  const runs = before + 1;
  if (runs < KILLED_BEFORE_STOPPED) return { ...health, failures: Math.max(1, health.failures) };
  return {
    ...health,
    state: 'stopped',
    failures: 0,
    problem: problem('run.killed', { runs, doing: WORDS[doing] }),
  };
}

interface Begun {
  readonly health: Health;
  readonly begun?: BegunRun | undefined;
}

/**
 * The state with a run that begins now. Whoever begins one holds the lock, so that a run that
 * stands there was killed.
 */
export const begin = <State extends Begun>(
  state: State,
  now: number,
  trigger: RunTrigger,
): State => ({
  ...state,
  health: state.begun === undefined ? state.health : healthKilled(state.health, state.begun),
  begun: {
    at: now,
    trigger,
    doing: 'reading',
    before: state.begun === undefined ? 0 : state.begun.before + 1,
  },
});

/** The health for whoever looks (now in ms): a run that began long ago has been killed. */
export const healthSeen = ({ health, begun }: Begun, now: number): Health =>
  begun !== undefined && isSurelyOver(begun, now) ? healthKilled(health, begun) : health;
