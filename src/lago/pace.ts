/**
 * Keeps requests below a rate: how long to wait (ms) before `count` more may leave, and until when
 * (ms) they use up the rate.
 * @param busyUntil moment (ms) until which the requests so far use up the rate
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
