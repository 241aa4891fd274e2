import { monthBefore, monthOf } from '../../value/time';

/** The zone in which a month begins first. */
const FIRST_ZONE = 'Etc/GMT-14';

/** The month of a run, and the one that is over since the last run. */
export interface MonthChange {
  /** The month of this run (`2026-11`). */
  readonly month: string;
  /** The month that a person is to be reminded of; undefined if none is over. */
  readonly over: string | undefined;
}

/**
 * Whether another month has begun since the last run of the clock.
 * @param before the month of that run; undefined for the first
 * @param seconds now, in Unix seconds
 * @param zone IANA zone of the organization; asked only if a month has begun somewhere on earth
 */
export function monthToRemind(
  before: string | undefined,
  seconds: number,
  zone: () => string,
): MonthChange {
  if (before !== undefined && before === monthOf(seconds, FIRST_ZONE))
    return { month: before, over: undefined };
  const month = monthOf(seconds, zone());
  const isSame = before === undefined || before === month;
  return { month, over: isSame ? undefined : monthBefore(month) };
}
