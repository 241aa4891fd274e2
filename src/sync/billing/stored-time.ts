import type { EventStore } from '../event-store';

/** In µs: the precision of times in Postgres. */
const MILLISECOND = 1_000;
const SECOND = 1_000_000;
const HALF_MILLISECOND = 500;

const micros = (seconds: number): number => Math.round(seconds * SECOND);

/**
 * The times (µs) between which an event store may have put an event. Postgres keeps microseconds.
 * ClickHouse keeps the whole millisecond, and of one that is sent as such perhaps the one before;
 * whole seconds, and what is sent half a millisecond later, arrive as meant (lago:
 * clickhouse.milliseconds).
 */
function storedBetween(seconds: number, store: EventStore): { first: number; last: number } {
  const sent = micros(seconds);
  if (store === 'postgres') return { first: sent, last: sent };
  const last = Math.floor(sent / MILLISECOND) * MILLISECOND;
  const mayBeCut = sent === last && sent % SECOND !== 0;
  return { first: mayBeCut ? last - MILLISECOND : last, last };
}

/** Half a millisecond more keeps a moment from being cut to the one before. */
const sentAt = (millisecond: number, store: EventStore): number =>
  (millisecond * MILLISECOND + (store === 'postgres' ? 0 : HALF_MILLISECOND)) / SECOND;

/**
 * Whether an event counts later than another one wherever the store puts the two.
 * @param later Unix seconds, as sent
 * @param earlier Unix seconds, as sent
 */
export const isStoredAfter = (later: number, earlier: number, store: EventStore): boolean =>
  storedBetween(later, store).first > storedBetween(earlier, store).last;

/** Whether a store may have two events (Unix seconds, as sent) at one time, or in any order. */
export const mayTie = (one: number, other: number, store: EventStore): boolean =>
  !isStoredAfter(one, other, store) && !isStoredAfter(other, one, store);

/** The next moment (Unix seconds) that a store keeps apart from this one. */
export const justAfter = (seconds: number, store: EventStore): number =>
  sentAt(Math.floor(storedBetween(seconds, store).last / MILLISECOND) + 1, store);

/** The last moment (Unix seconds) before this one that a store keeps apart from it. */
export const justBefore = (seconds: number, store: EventStore): number =>
  sentAt(Math.ceil(storedBetween(seconds, store).first / MILLISECOND) - 1, store);
