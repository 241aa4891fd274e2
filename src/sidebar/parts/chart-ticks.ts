/** In a chart of 300 px, up to this many bars are wide enough for a label each. */
const LABELLED_BARS = 6;
/** Labels that have room below narrower bars. */

const MOST_TICKS = 4;

/**
 * Which bars (0-based) get a label: all of a few, else some at equal distances with the last one.
 */
export function chartTicks(bars: number): ReadonlySet<number> {
  const step = bars <= LABELLED_BARS ? 1 : Math.ceil(bars / MOST_TICKS);
  return new Set(
    Array.from({ length: bars }, (_, index) => index).filter(
      (index) => (bars - 1 - index) % step === 0,
    ),
  );
}
