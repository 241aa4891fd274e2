/**
 * Keeps requests below a rate: how long to wait before `count` more may leave, and the moment up to which they fill the rate.
 * @param busyUntil moment (ms) up to which the requests so far fill the rate
 * @param perSecond requests allowed per second
 */
export function pace(
  busyUntil: number,
  now: number,
  count: number,
  perSecond: number,
): { readonly waitMs: number; readonly busyUntil: number } {
  const start = Math.max(now, busyUntil);
  return { waitMs: Math.ceil(start - now), busyUntil: start + (count * 1000) / perSecond };
}
