import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from './duration';

/** What a calendar and a clock on the wall show. Month and day are 1-based. */
export interface Wall {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

/** A moment as a zone shows it. */
export interface Zoned extends Wall {
  /** The moment, in ms since 1970 UTC. */
  readonly ms: number;
  /** By how many minutes the zone is ahead of UTC then; before about 1900 with a fraction. */
  readonly offset: number;
  readonly zone: string;
}

// The calendar is counted in days, with years that begin in March, so that the leap day is their
// last one; 400 years are an era.
const ERA_DAYS = 146_097;
const YEAR_DAYS = 365;
/** Days from the first of March of the year 0 to 1970. */
const BEFORE_1970 = 719_468;

/** Days since 1970. A day beyond its month runs on into the next ones. */
function daysOf(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / 400);
  const ofEra = marchYear - era * 400;
  const beforeMonth = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5);
  const beforeYear = ofEra * YEAR_DAYS + Math.floor(ofEra / 4) - Math.floor(ofEra / 100);
  return era * ERA_DAYS + beforeYear + beforeMonth + day - 1 - BEFORE_1970;
}

/** Year, month and day of days since 1970. */
function dateOf(days: number): Pick<Wall, 'year' | 'month' | 'day'> {
  const sinceMarch = days + BEFORE_1970;
  const era = Math.floor(sinceMarch / ERA_DAYS);
  const ofEra = sinceMarch - era * ERA_DAYS;
  const leaps = Math.floor(ofEra / 1460) - Math.floor(ofEra / 36_524) + Math.floor(ofEra / 146_096);
  const year = Math.floor((ofEra - leaps) / YEAR_DAYS);
  const ofYear = ofEra - (YEAR_DAYS * year + Math.floor(year / 4) - Math.floor(year / 100));
  const marchMonth = Math.floor((5 * ofYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: year + era * 400 + (month > 2 ? 0 : 1),
    month,
    day: ofYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

/** The ms at which a clock in UTC shows this. */
export const utcOf = ({ year, month, day, hour, minute, second, millisecond }: Wall): number =>
  daysOf(year, month, day) * DAY_MS +
  hour * HOUR_MS +
  minute * MINUTE_MS +
  second * SECOND_MS +
  millisecond;

/** What a clock in UTC shows. @param ms its fraction is left out */
function wallOf(ms: number): Wall {
  const whole = Math.trunc(ms);
  const days = Math.floor(whole / DAY_MS);
  const ofDay = whole - days * DAY_MS;
  return {
    ...dateOf(days),
    hour: Math.floor(ofDay / HOUR_MS),
    minute: Math.floor(ofDay / MINUTE_MS) % 60,
    second: Math.floor(ofDay / SECOND_MS) % 60,
    millisecond: ofDay % SECOND_MS,
  };
}

/** Days of a month. */
export const daysInMonth = (year: number, month: number): number =>
  daysOf(month === 12 ? year + 1 : year, month === 12 ? 1 : month + 1, 1) - daysOf(year, month, 1);

/** Moments farther from 1970 have no date. In ms. */
const LAST_MOMENT = 8.64e15;

const clockOf = (zone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-US', {
    hour12: false,
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    era: 'short',
  });

/** Whether a text names a time zone, such as `Europe/Berlin` or `UTC`. */
export function isZone(name: string): boolean {
  if (name === '') return false;
  try {
    clockOf(name);
    return true;
  } catch {
    return false;
  }
}

/** By how many minutes a zone's clock is ahead of UTC. @param ms a moment */
function offsetBy(clock: Intl.DateTimeFormat, ms: number): number {
  const parts = new Map(clock.formatToParts(ms).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  const year = parts.get('era') === 'BC' ? 1 - part('year') : part('year');
  const shown = utcOf({
    year,
    month: part('month'),
    day: part('day'),
    // Some engines show midnight as 24.
    hour: part('hour') % 24,
    minute: part('minute'),
    second: part('second'),
    millisecond: 0,
  });
  return (shown - Math.floor(Math.trunc(ms) / SECOND_MS) * SECOND_MS) / MINUTE_MS;
}

const QUARTER_HOUR_MS = 15 * MINUTE_MS;
/** Offsets to remember: more than a year and a half of quarters of an hour. */
const MOST_QUARTERS = 60_000;

/**
 * Remembers the offsets at quarters of an hour: asking Intl for one costs as much as all other work
 * on a cell. Between two that are the same, no clock changes; a few change at 00:01, those of
 * Newfoundland until 2011 and of the Antarctic still.
 */
class KnownZone {
  private readonly clock: Intl.DateTimeFormat | undefined;
  private readonly offsets = new Map<number, number>();

  constructor(name: string) {
    this.clock = isZone(name) ? clockOf(name) : undefined;
  }

  offset(ms: number): number {
    const { clock } = this;
    if (clock === undefined || !(Math.abs(ms) <= LAST_MOMENT)) return Number.NaN;
    const quarter = Math.floor(ms / QUARTER_HOUR_MS);
    const before = this.atQuarter(clock, quarter);
    const isSame =
      ms === quarter * QUARTER_HOUR_MS || before === this.atQuarter(clock, quarter + 1);
    return isSame ? before : offsetBy(clock, ms);
  }

  private atQuarter(clock: Intl.DateTimeFormat, quarter: number): number {
    const known = this.offsets.get(quarter);
    if (known !== undefined) return known;
    const ms = Math.min(Math.max(quarter * QUARTER_HOUR_MS, -LAST_MOMENT), LAST_MOMENT);
    const found = offsetBy(clock, ms);
    if (this.offsets.size >= MOST_QUARTERS) this.offsets.clear();
    this.offsets.set(quarter, found);
    return found;
  }
}

/** Needs no Intl. */
export const UTC = 'UTC';

const zones = new Map<string, KnownZone>();

/** By how many minutes a zone is ahead of UTC at a moment (ms); NaN if there is no such zone. */
function offsetAt(zone: string, ms: number): number {
  if (zone === UTC && Math.abs(ms) <= LAST_MOMENT) return 0;
  const known = zones.get(zone) ?? new KnownZone(zone);
  zones.set(zone, known);
  return known.offset(ms);
}

const shownIn = (zone: string, ms: number, offset: number): Zoned => ({
  ...wallOf(ms + offset * MINUTE_MS),
  ms,
  offset,
  zone,
});

/** A moment (ms) in a zone. */
export const inZone = (ms: number, zone: string): Zoned => shownIn(zone, ms, offsetAt(zone, ms));

/**
 * The moment at which a zone's clock shows something. An hour that a clock change skips is the hour
 * after it; one that it repeats is the one with the offset that is tried first.
 * @param shown what it shows, as `utcOf` counts
 * @param tried an offset in minutes that may hold then
 */
function showing(shown: number, tried: number, zone: string): Zoned {
  const first = shown - tried * MINUTE_MS;
  const found = offsetAt(zone, first);
  if (found === tried) return shownIn(zone, first, tried);
  const second = first - (found - tried) * MINUTE_MS;
  const confirmed = offsetAt(zone, second);
  if (confirmed === found) return shownIn(zone, second, found);
  const skipped = shown - Math.min(found, confirmed) * MINUTE_MS;
  return shownIn(zone, skipped, Math.max(found, confirmed));
}

/** The first moment (ms) at which a zone's clock shows something, or the hour after it. */
export function firstShowing(wall: Wall, zone: string): number {
  const { ms, offset } = showing(utcOf(wall), offsetAt(zone, utcOf(wall) - DAY_MS), zone);
  const there = ms + offset * MINUTE_MS;
  const [first, second] = [there - DAY_MS, there + DAY_MS].map(
    (near) => there - offsetAt(zone, there - offsetAt(zone, near) * MINUTE_MS) * MINUTE_MS,
  );
  return first === undefined || second === undefined || first === second
    ? ms
    : Math.min(first, second);
}

/** The same day and clock with other parts, in the same zone. */
const replaced = (time: Zoned, parts: Partial<Wall>): Zoned =>
  showing(utcOf({ ...time, ...parts }), time.offset, time.zone);

export const startOfDayOf = (time: Zoned): Zoned =>
  replaced(time, { hour: 0, minute: 0, second: 0, millisecond: 0 });

/** So many days later, at the same time of day. Fewer than none are earlier. */
export const plusDays = (time: Zoned, days: number): Zoned =>
  replaced(time, { day: time.day + days });

/** So many months later, on the same day, or the last one if a month is shorter. */
export function plusMonths(time: Zoned, months: number): Zoned {
  const counted = time.year * 12 + time.month - 1 + months;
  const year = Math.floor(counted / 12);
  const month = counted - year * 12 + 1;
  return replaced(time, { year, month, day: Math.min(time.day, daysInMonth(year, month)) });
}

const ISO = new RegExp(
  String.raw`^(\d{4}|[+-]\d{6})-(\d{2})-(\d{2})` +
    String.raw`(?:T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,30}))?)?` +
    String.raw`(Z|[+-]\d{2}(?::?\d{2})?)?)?$`,
  'i',
);

/** A date and time as ISO 8601 writes it. */
export interface IsoTime {
  readonly wall: Wall;
  /** By how many minutes it is ahead of UTC; undefined if it does not say. */
  readonly offset: number | undefined;
}

/** By how many minutes a zone as `+01:00` is ahead. */
function minutesAhead(text: string): number {
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(text) ?? [];
  const size = Number(hours) * 60 + Number(minutes);
  return sign === '-' ? -size : size;
}

/** Whether a calendar has the day, and a clock the time; 24:00 is the end of a day. */
function exists({ year, month, day, hour, minute, second, millisecond }: Wall): boolean {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return false;
  const isEnd = hour === 24 && minute + second + millisecond === 0;
  return isEnd || (hour < 24 && minute < 60 && second < 60);
}

/**
 * Reads `2026-11-30`, `2026-11-30T14:05`, with seconds, a fraction and an offset or not; years
 * beyond 9999 have a sign and six digits. Undefined for any other text, and if there is no such
 * day or time.
 */
export function readIso(text: string): IsoTime | undefined {
  const found = ISO.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const millisecond = Math.floor(Number(`0.${found[7] ?? 0}`) * 1000);
  const wall = { year, month, day, hour, minute, second, millisecond };
  const [, , , , , , , , zone] = found;
  if (!exists(wall) || Math.abs(utcOf(wall)) > LAST_MOMENT) return undefined;
  return { wall, offset: zone === undefined ? undefined : minutesAhead(zone) };
}
