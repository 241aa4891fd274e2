import { SECOND_MS } from '../value/duration';

/**
 * Most requests in one fetchAll; more bring “Service invoked too many times”
 * (google: execution.service-fails).
 */
const PARALLEL_REQUESTS = 20;

/** The highest rate that can be set. */
export const MOST_A_SECOND = 50;

/** How many requests may leave together at a rate. @param perSecond requests allowed per second */
export const widestAt = (perSecond: number): number =>
  Math.max(1, Math.min(PARALLEL_REQUESTS, Math.floor(perSecond)));

/** Keeps requests below a rate: in no second, whenever it begins, do more leave. */
export class Pace {
  /** When the last requests left (ms), the oldest first; as many as one second may have. */
  private left: readonly number[] = [];
  private closedUntil = 0;

  /**
   * How long (ms) to wait before `count` more may leave.
   * @param count at most as many as may leave in a second
   * @param now in ms
   */
  waitMs(count: number, now: number, perSecond: number): number {
    const most = Math.max(1, Math.floor(perSecond));
    const before = this.left[this.left.length - 1 - (most - count)] ?? Number.NEGATIVE_INFINITY;
    return Math.ceil(Math.max(0, this.closedUntil - now, before + SECOND_MS - now));
  }

  /** Notes that so many leave. @param now in ms */
  leave(count: number, now: number): void {
    const leaving = Array.from({ length: count }, () => now);
    this.left = [...this.left, ...leaving].slice(-MOST_A_SECOND);
  }

  /** Lets none leave before a moment (ms). */
  close(until: number): void {
    this.closedUntil = Math.max(this.closedUntil, until);
  }
}
