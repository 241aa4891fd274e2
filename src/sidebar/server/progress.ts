/** What one slice of a run did. */
export interface Slice {
  /** Events that Lago took or refused in it. */
  readonly handled: number;
  /** Events that were left after it. */
  readonly left: number;
  /** How long it took, as the page saw it. */
  readonly ms: number;
}

export interface Progress {
  readonly handled: number;
  readonly total: number;
  /** 0 to 100, rounded down, so that it is 100 only when nothing is left. */
  readonly percent: number;
  /** Events per second of the last slices; undefined where they handled none. */
  readonly perSecond: number | undefined;
  readonly secondsLeft: number | undefined;
}

/** Lago's pace changes in a long run; the newest slices say how it is now. */
const PACE_SLICES = 3;

/** How far a run has come that is done in slices; undefined before the first has ended. */
export function progressOf(slices: readonly Slice[]): Progress | undefined {
  const [first] = slices;
  const last = slices[slices.length - 1];
  if (first === undefined || last === undefined) return undefined;
  const told = slices.reduce((sum, { handled }) => sum + handled, 0);
  // What a slice did whose answer was lost is seen by what is left after the next.
  const handled = Math.max(told, first.handled + first.left - last.left);
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
