/** Batches of the first wave, when nobody knows yet how fast Lago is. */
export const FIRST_WIDTH = 5;

/** Below this a wave is short enough to send twice as many; two fifths of the longest one here. */
const QUICK_MS = 4_000;
/**
 * A busy Lago takes half a minute for twenty batches, and Google abandons a request after a minute
 * (google: fetch.time-out).
 */
const SLOW_MS = 10_000;

/**
 * How many batches the next wave has: twice as many after a quick one, half as many after a slow
 * one.
 * @param width batches of the last wave, at most
 * @param tookMs how long Lago took for it (ms), with the pauses that keep the rate
 * @param widest what may leave together
 */
export function widthAfter(width: number, tookMs: number, widest: number): number {
  if (tookMs > SLOW_MS) return Math.max(1, Math.floor(width / 2));
  return Math.min(widest, tookMs < QUICK_MS ? 2 * width : width);
}
