/** What one slice of a run did. A page drives a run in slices, one request each. */
export interface Slice {
  /** Events that Lago took or refused in it. */
  readonly handled: number;
  /** Events that were left after it. */
  readonly left: number;
  /** How long the page waited for it. */
  readonly ms: number;
}

/** How far a run has come. */
export interface Progress {
  /** Events that Lago took or refused so far. */
  readonly handled: number;
  /** Those, and the ones that are left. */
  readonly total: number;
  /** 0 to 100, rounded down, so that it is 100 only when nothing is left. */
  readonly percent: number;
  /** Events per second of the last slices; undefined if they handled none. */
  readonly perSecond: number | undefined;
  /** At that pace; undefined without one. */
  readonly secondsLeft: number | undefined;
}

/** Slices that the pace is taken from: Lago's pace changes in a long run. */
const PACE_SLICES = 3;

/** How far a run has come that is done in slices; undefined before the first has ended. */
export function progressOf(slices: readonly Slice[]): Progress | undefined {
  const [first] = slices;
  const last = slices[slices.length - 1];
  if (first === undefined || last === undefined) return undefined;
  const reported = slices.reduce((sum, { handled }) => sum + handled, 0);
  // A slice whose answer was lost shows in what is left after the next one.
  const handled = Math.max(reported, first.handled + first.left - last.left);
  const total = handled + last.left;
  const pace = slices.slice(-PACE_SLICES);
  const paced = pace.reduce((sum, slice) => sum + slice.handled, 0);
  const seconds = pace.reduce((sum, { ms }) => sum + ms, 0) / 1000;
  const perSecond = paced > 0 && seconds > 0 ? paced / seconds : undefined;
  return {
    handled,
    total,
    percent: total === 0 ? 100 : Math.floor((100 * handled) / total),
    perSecond,
    secondsLeft: perSecond === undefined ? undefined : last.left / perSecond,
  };
}
