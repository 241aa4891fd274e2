import type { Preview } from '../../rpc/contract';

/** A moment as the browser's own zone and language write it. */
export const moment = (ms: number): string =>
  new Date(ms).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** The hour and minute alone where it is the same day as now (both ms), else with the day. */
export const soon = (ms: number, now: number): string =>
  new Date(ms).toDateString() === new Date(now).toDateString()
    ? new Date(ms).toLocaleTimeString(undefined, { timeStyle: 'short' })
    : moment(ms);

/** A moment in the zone in which the usage is billed. */
export function momentIn(ms: number, zone: string): string {
  const options = { dateStyle: 'medium', timeStyle: 'short' } as const;
  try {
    return new Date(ms).toLocaleString('en-GB', { ...options, timeZone: zone });
  } catch {
    // A browser may not know a zone that Lago knows.
    return `${new Date(ms).toLocaleString('en-GB', { ...options, timeZone: 'UTC' })} UTC`;
  }
}

/** The time of a preview for reading: in UTC, and in the zone of the bill where the clock differs there. */
export function timeWords({ at, zone }: NonNullable<Preview['time']>): readonly string[] {
  const inUtc = momentIn(at, 'UTC');
  const local = momentIn(at, zone);
  return local === inUtc || local === `${inUtc} UTC`
    ? [`${inUtc} UTC`]
    : [`${inUtc} UTC`, `${local} in ${zone}`];
}
