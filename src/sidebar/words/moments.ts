import type { Preview } from '../../rpc/contract';

/** A moment (ms since 1970) in the zone and language of the browser. */
export const moment = (ms: number): string =>
  new Date(ms).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Hour and minute of a moment, with the day unless that is today's (both ms since 1970). */
export const soon = (ms: number, now: number): string =>
  new Date(ms).toDateString() === new Date(now).toDateString()
    ? new Date(ms).toLocaleTimeString(undefined, { timeStyle: 'short' })
    : moment(ms);

/** A moment (ms since 1970) in an IANA zone, in English whatever the browser's language is. */
export function momentIn(ms: number, zone: string): string {
  const options = { dateStyle: 'medium', timeStyle: 'short' } as const;
  try {
    return new Date(ms).toLocaleString('en-GB', { ...options, timeZone: zone });
  } catch {
    // A browser may not know every zone that Lago knows.
    return `${new Date(ms).toLocaleString('en-GB', { ...options, timeZone: 'UTC' })} UTC`;
  }
}

/** The time of a preview: in UTC, and in the zone of the bill if the clock differs there. */
export function timeWords({ at, zone }: NonNullable<Preview['time']>): readonly string[] {
  const inUtc = momentIn(at, 'UTC');
  const local = momentIn(at, zone);
  return local === inUtc || local === `${inUtc} UTC`
    ? [`${inUtc} UTC`]
    : [`${inUtc} UTC`, `${local} in ${zone}`];
}
