/** So many bars are wide enough, in a chart of 300 px, for a label each; and so many labels have room below narrower ones. */
const LABELLED_BARS = 6;

const MOST_TICKS = 4;

/** Which bars (0-based) get a label: all of a few, else some at equal distances and always the last one. */
export function chartTicks(bars: number): ReadonlySet<number> {
  const step = bars <= LABELLED_BARS ? 1 : Math.ceil(bars / MOST_TICKS);
  return new Set(
    Array.from({ length: bars }, (_, index) => index).filter(
      (index) => (bars - 1 - index) % step === 0,
    ),
  );
}
