import { DateTime, FixedOffsetZone, IANAZone, Settings, type Zone } from 'luxon';
import { type Duration, type Instant, isInstant } from './cell';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from './duration';

/** How times of a sync are read: the rule for a date without a time, and the zones. */
export interface TimeRule {
  /** IANA zone of the spreadsheet: that of its own dates, and of texts without an offset. */
  readonly sheetZone: string;
  /** IANA zone in which billing periods end, and in which a date without a time gets its hour. */
  readonly periodZone: string;
  /** The hour that a date without a time gets: 12:00, or 00:00. */
  readonly dateOnly: 'noon' | 'start-of-day';
}

// Without one, each execution asks Intl for the machine's: half a millisecond, and its own digits.
Settings.defaultLocale = 'en-US';

const QUARTER_HOUR_MS = 15 * MINUTE_MS;
/** Offsets to remember: more than two years of hours. */
const MOST_HOURS = 20_000;

/** Remembers its offsets: asking Intl for one costs as much as all other work on a cell. */
class KnownZone extends IANAZone {
  /** By the hour of UTC; undefined where the clock changes in that hour. */
  readonly #offsets = new Map<number, number | undefined>();

  override offset(ms: number): number {
    const hour = Math.floor(ms / HOUR_MS);
    if (Number.isNaN(hour)) return super.offset(ms);
    if (!this.#offsets.has(hour)) {
      if (this.#offsets.size >= MOST_HOURS) this.#offsets.clear();
      // Clocks have changed at any minute, as a minute after midnight (IANA time zone database).
      const [first, last] = [super.offset(hour * HOUR_MS), super.offset((hour + 1) * HOUR_MS - 1)];
      this.#offsets.set(hour, first === last ? first : undefined);
    }
    return this.#offsets.get(hour) ?? super.offset(ms);
  }
}

const zones = new Map<string, Zone>();
/** Their offset is known without Intl. Most organizations and many scripts have such a zone. */
const NEVER_OFF_UTC: ReadonlySet<string> = new Set(['UTC', 'Etc/UTC', 'GMT', 'Etc/GMT']);

function zoneNamed(name: string): Zone {
  const known =
    zones.get(name) ??
    (NEVER_OFF_UTC.has(name) ? FixedOffsetZone.utcInstance : new KnownZone(name));
  zones.set(name, known);
  return known;
}

/**
 * A full date, with or without a time, and a zone if it names one: `2026-11-30`,
 * `2026-11-30T14:05:00.5+01:00`, `2026-11-30 14:05 UTC`. Nothing else is guessed.
 */
const TIME_TEXT = new RegExp(
  String.raw`^(\d{4}-\d{2}-\d{2})` +
    String.raw`(?:[T ](\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)` +
    String.raw`\s?(Z|UTC|GMT|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?)?$`,
  'i',
);

/** Larger numbers of seconds lie after the year 5138, so they are milliseconds. */
export const FIRST_MILLISECONDS = 1e11;

const digits = (amount: number, length = 2): string => String(amount).padStart(length, '0');

// Luxon parses its formats again for each time, which adds up in a tab of 100,000 dates.

/** `2026-11` */
const monthText = ({ year, month }: DateTime): string => `${digits(year, 4)}-${digits(month)}`;
/** `2026-11-30` */
const dayText = (time: DateTime): string => `${monthText(time)}-${digits(time.day)}`;
/** `2026-11-30 14:05` */
const minuteText = (time: DateTime): string =>
  `${dayText(time)} ${digits(time.hour)}:${digits(time.minute)}`;

/**
 * The first of the instants that a clock time stands for, in ms. An hour that a clock change
 * repeats has two, and luxon would choose one by today's date.
 */
const firstOf = (time: DateTime): number =>
  Math.min(...time.getPossibleOffsets().map((possible) => possible.toMillis()));

/** The moment (ms) of a date without a time: its day, at the hour of the rule. */
const onDay = (day: DateTime, rule: TimeRule): number =>
  firstOf(
    DateTime.fromObject(
      { year: day.year, month: day.month, day: day.day, hour: rule.dateOnly === 'noon' ? 12 : 0 },
      { zone: zoneNamed(rule.periodZone) },
    ),
  );

/** The moment (ms) of a cell that holds a time. */
const ofInstant = ({ ms, dateOnly }: Instant, rule: TimeRule): number =>
  dateOnly ? onDay(DateTime.fromMillis(ms, { zone: zoneNamed(rule.sheetZone) }), rule) : ms;

/** ISO 8601 wants two digits for the hour; people write 9:30. */
const twoDigitHour = (time: string): string => (time.indexOf(':') === 1 ? `0${time}` : time);

/** A zone as ISO 8601 has it. */
const isoZone = (zone = ''): string => zone.toUpperCase().replace(/^(?:UTC|GMT)$/, 'Z');

/** The moment (ms) of a text that is a full date; undefined for all others. */
function ofText(text: string, rule: TimeRule): number | undefined {
  const [, date, time, offset] = TIME_TEXT.exec(text.trim()) ?? [];
  if (date === undefined) return undefined;
  const clock = time === undefined ? '' : `T${twoDigitHour(time)}${isoZone(offset)}`;
  const parsed = DateTime.fromISO(`${date}${clock}`, { zone: zoneNamed(rule.sheetZone) });
  if (!parsed.isValid) return undefined;
  if (time === undefined) return onDay(parsed, rule);
  return offset === undefined ? firstOf(parsed) : parsed.toMillis();
}

/**
 * The clock in the spreadsheet's zone that a text means, for comparison: `2026-11-30 14:05:00`, of
 * a date without a time its beginning. Undefined if the text is no full date.
 */
export function wallOf(text: string, rule: TimeRule): string | undefined {
  const [, date, time, offset] = TIME_TEXT.exec(text.trim()) ?? [];
  if (date === undefined) return undefined;
  const clock = time === undefined ? '00:00' : twoDigitHour(time);
  // Without an offset it is a clock time already, also one that a clock change skips or repeats.
  const zone = offset === undefined ? 'utc' : rule.sheetZone;
  const parsed = DateTime.fromISO(`${date}T${clock}${isoZone(offset)}`, { zone: zoneNamed(zone) });
  return parsed.isValid ? wallText(parsed) : undefined;
}

/**
 * The point in time that a cell's value means, in ms since 1970 UTC; undefined if it means none.
 * An hour that a clock change skips is read as the hour after it, one that it repeats as the first
 * of the two. A number is Unix seconds, or milliseconds from 1e11 on.
 */
export function toMilliseconds(value: unknown, rule: TimeRule): number | undefined {
  if (isInstant(value)) return ofInstant(value, rule);
  if (typeof value === 'number') return Math.abs(value) < FIRST_MILLISECONDS ? value * 1000 : value;
  return typeof value === 'string' ? ofText(value, rule) : undefined;
}

/** Clock changes at midnight let a day begin at 01:00 or 02:00. In hours. */
const LATEST_MIDNIGHT = 4;

/** A cell that shows 10:00:00 may come back as 09:59:59.999 (google: entry.instants). */
const NOISE_MS = 1;

const withoutNoise = (ms: number): number => {
  const whole = Math.round(ms / SECOND_MS) * SECOND_MS;
  return Math.abs(ms - whole) <= NOISE_MS ? whole : ms;
};

/** `2026-11-30 14:05:00`, with its milliseconds if it has any */
const wallText = (time: DateTime): string => {
  const fraction = time.millisecond === 0 ? '' : `.${digits(time.millisecond, 3)}`;
  return `${minuteText(time)}:${digits(time.second)}${fraction}`;
};

/**
 * The instant of a cell. It has no time of day if it begins its day in the sheet's zone (to the
 * second) and the sheet shows no clock time.
 * @param handedOut ms since 1970 UTC; within a millisecond of a whole second it is that second
 * @param shown what the sheet displays
 */
export function instantOf(handedOut: number, shown: string, sheetZone: string): Instant {
  const ms = withoutNoise(handedOut);
  const time = DateTime.fromMillis(ms, { zone: zoneNamed(sheetZone) });
  const second = time.startOf('second');
  const beginsDay = time.hour < LATEST_MIDNIGHT && +second === +time.startOf('day');
  // At midnight, `wall` is the date alone whatever the number format shows. Otherwise formatting a
  // column would change keys and contents.
  return {
    ms,
    dateOnly: beginsDay && !shown.includes(':'),
    wall: beginsDay ? dayText(time) : wallText(time),
  };
}

/** Day 0 of Sheets: a time of day is a moment of it, and a duration of 26 hours one of the next. */
const DAY_0_MS = DateTime.utc(1899, 12, 30).toMillis();
/** Nobody bills usage of these years, and no duration is longer. */
const LAST_DURATION_YEAR = 1950;

/**
 * Whether a cell shows a date: its year, two parts of one, or day and month. Some locales write
 * 10.30 for a time of day, and 1:30.5 has a point as well.
 */
const showsDate = (shown: string, { year, month, day }: DateTime): boolean =>
  new RegExp(`(?<!\\d)${year}(?![\\d:])`).test(shown) ||
  /\d[/-]\d/.test(shown) ||
  new RegExp(`^\\D*0?${day}\\.\\s?0?${month}(?!\\d)`).test(shown);

const CLOCK = /^\s*(-?)(\d+)([:.])(\d{2})(?:\3(\d{2}))?(?!\d)/;
const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3600;
const HALF_DAY_SECONDS = 12 * HOUR_SECONDS;
/** Before zones had standard time their clocks were at most this far from it. In seconds. */
const MOST_LOCAL_MEAN = 2 * HOUR_SECONDS;

/**
 * By how many seconds a cell shows another clock than the one that was computed. Before 1900 many
 * zones had odd offsets, such as nine minutes and 21 seconds, which Google need not know.
 */
function shownBeyond(seconds: number, shown: string): number {
  const [, sign, hours, , minutes, rest] = CLOCK.exec(shown) ?? [];
  if (hours === undefined) return 0;
  const size = Number(hours) * HOUR_SECONDS + Number(minutes) * MINUTE_SECONDS + Number(rest ?? 0);
  // A clock of twelve hours and one of a day's hours differ by whole half days.
  const beyond = ((sign === '-' ? -size : size) - seconds) % HALF_DAY_SECONDS;
  const nearest = beyond - Math.round(beyond / HALF_DAY_SECONDS) * HALF_DAY_SECONDS;
  const isSame = Math.abs(nearest) < (rest === undefined ? MINUTE_SECONDS : 1);
  return isSame || Math.abs(nearest) > MOST_LOCAL_MEAN ? 0 : nearest;
}

const clockText = (seconds: number): string => {
  const size = Math.abs(seconds);
  const whole = Math.floor(size);
  const clock = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
    .map((each) => digits(each))
    .join(':');
  const fraction = Math.round((size - whole) * 1000);
  return `${seconds < 0 ? '-' : ''}${clock}${fraction === 0 ? '' : `.${digits(fraction, 3)}`}`;
};

/** The duration that a text is written as, such as `26:30` or `1:30:00`; undefined if none. */
export function readDuration(text: string): Duration | undefined {
  const found = /^(-?)(\d{1,6}):([0-5]\d)(?::([0-5]\d(?:\.\d{1,3})?))?$/.exec(text.trim());
  if (found === null) return undefined;
  const [, sign, hours, minutes, rest = '0'] = found;
  const ms = Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(rest)) * SECOND_MS);
  const seconds = (sign === '-' ? -ms : ms) / SECOND_MS;
  return { seconds, clock: clockText(seconds) };
}

/** A duration by its clock in the sheet's zone; in a zone of an odd offset by what it shows. */
function durationOf(time: DateTime, shown: string): Duration {
  const ms = withoutNoise(time.setZone('utc', { keepLocalTime: true }).toMillis() - DAY_0_MS);
  const exact = ms / SECOND_MS;
  const isOdd = (time.offset * MINUTE_MS) % QUARTER_HOUR_MS !== 0;
  const seconds = isOdd ? Math.round((exact + shownBeyond(exact, shown)) * 1000) / 1000 : exact;
  return { seconds, clock: clockText(seconds) };
}

/**
 * What a cell means that Sheets hands out as a date: a moment, or, around 1899 and without a date
 * on display, a time of day or a duration.
 * @param ms since 1970 UTC
 * @param shown what the sheet displays
 */
export function timeCell(ms: number, shown: string, sheetZone: string): Instant | Duration {
  const time = DateTime.fromMillis(withoutNoise(ms), { zone: zoneNamed(sheetZone) });
  return time.year < LAST_DURATION_YEAR && !showsDate(shown, time)
    ? durationOf(time, shown)
    : instantOf(ms, shown, sheetZone);
}

/** Whether a cell's value names a day and no time of day. */
export const isDateOnly = (value: unknown): boolean =>
  isInstant(value)
    ? value.dateOnly
    : typeof value === 'string' && TIME_TEXT.test(value.trim()) && !value.includes(':');

/** The Unix seconds of ms, to the millisecond. */
export const toUnixSeconds = (ms: number): number => Math.round(ms) / SECOND_MS;

/** A moment (ms) as ISO 8601 text in UTC, to the millisecond. */
export const isoText = (ms: number): string =>
  DateTime.fromMillis(ms, { zone: 'utc' }).toISO() ?? '';

/** Whether a text is a full date that can be read, with or without a time. */
export const isFullDate = (text: string): boolean => TIME_TEXT.test(text.trim());

/** Whether a text names a time zone, such as `Europe/Berlin` or `UTC`. */
export const isZone = (name: string): boolean => IANAZone.isValidZone(name);

/** The calendar month (`2026-11`) of Unix seconds in a zone. */
export const monthOf = (seconds: number, zone: string): string =>
  monthText(DateTime.fromSeconds(seconds, { zone: zoneNamed(zone) }));

/** Periods are worked out this many before the running one; more than a year of weeks. */
const MOST_PERIODS_BACK = 60;
/** The last day of a month that every other month has too, and not as its own last one. */
const LAST_COMMON_DAY = 27;

/**
 * The weeks or months around a moment (ms), counted back from the local midnight at which later
 * ones began; both ends included. Undefined if that is no midnight in the zone, or a day that some
 * months do not have.
 */
export function lengthBefore(
  began: number,
  { unit, count }: { readonly unit: 'weeks' | 'months'; readonly count: number },
  ms: number,
  zone: string,
): { readonly from: number; readonly to: number } | undefined {
  const start = DateTime.fromMillis(began, { zone: zoneNamed(zone) });
  if (+start !== +start.startOf('day')) return undefined;
  if (unit === 'months' && start.day > LAST_COMMON_DAY) return undefined;
  let end = began;
  for (let back = 1; back <= MOST_PERIODS_BACK; back++) {
    const from = +start.minus({ [unit]: back * count });
    if (from <= ms) return ms < end ? { from, to: end - 1 } : undefined;
    end = from;
  }
  return undefined;
}

/** The first moment (ms) of the day after the one in which a moment (ms) lies. */
export const nextDay = (ms: number, zone: string): number =>
  +DateTime.fromMillis(ms, { zone: zoneNamed(zone) })
    .startOf('day')
    .plus({ days: 1 });

const DAYS_OF_A_WEEK = 7;

/**
 * The first moment (ms) after another one at which an hour (0–23) begins on the clock of a zone.
 * @param counts whether a weekday counts (1 is Monday); at least one of the seven must
 */
export function nextHour(
  ms: number,
  hour: number,
  zone: string,
  counts: (weekday: number) => boolean,
): number {
  const today = DateTime.fromMillis(ms, { zone: zoneNamed(zone) }).startOf('day');
  for (let days = 0; days <= DAYS_OF_A_WEEK; days++) {
    const at = today.plus({ days }).set({ hour });
    if (+at > ms && counts(at.weekday)) return +at;
  }
  // A zone that luxon does not know.
  return ms + DAY_MS;
}

/** The moment (ms) whole weeks or months before another one, on the calendar of a zone. */
export const calendarBefore = (
  ms: number,
  unit: 'weeks' | 'months',
  count: number,
  zone: string,
): number => +DateTime.fromMillis(ms, { zone: zoneNamed(zone) }).minus({ [unit]: count });

/** The day of the month (1-based) on which a moment (ms) lies. */
export const dayOfMonth = (ms: number, zone: string): number =>
  DateTime.fromMillis(ms, { zone: zoneNamed(zone) }).day;

/** The first moment (ms) of the day of a moment (ms) in a zone. */
export const startOfDay = (ms: number, zone: string): number =>
  DateTime.fromMillis(ms, { zone: zoneNamed(zone) })
    .startOf('day')
    .toMillis();

/** The calendar month of Unix seconds in a zone, in words: `November 2026`. */
export const monthInWords = (seconds: number, zone: string): string =>
  DateTime.fromSeconds(seconds, { zone: zoneNamed(zone), locale: 'en-US' }).toFormat('LLLL yyyy');

/** The moment (ms) that an ISO 8601 text names; NaN if it names none. */
export const millisecondsOf = (iso: string): number =>
  DateTime.fromISO(iso, { zone: 'utc' }).toMillis();

/** The day of Unix seconds in a zone, such as `2026-11-21`. */
export const dayOf = (seconds: number, zone: string): string =>
  dayText(DateTime.fromSeconds(seconds, { zone: zoneNamed(zone) }));

/** The year of Unix seconds, in UTC. */
export const yearOf = (seconds: number): number =>
  DateTime.fromSeconds(seconds, { zone: 'utc' }).year;

/** A moment (ms) in a zone, for reading: `2026-11-30 14:05`. */
export const localText = (ms: number, zone: string): string =>
  minuteText(DateTime.fromMillis(ms, { zone: zoneNamed(zone) }));

/**
 * The first moment of a calendar month (`2026-11`) in a zone and that of the next one, in ms;
 * undefined if the text names no month.
 */
export function monthBounds(
  month: string,
  zone: string,
): { readonly from: number; readonly to: number } | undefined {
  const first = /^\d{4}-\d{2}$/.test(month)
    ? DateTime.fromISO(`${month}-01`, { zone: zoneNamed(zone) })
    : undefined;
  return first?.isValid === true
    ? { from: first.toMillis(), to: first.plus({ months: 1 }).toMillis() }
    : undefined;
}

/** The calendar month (`2026-11`) before another one. */
export const monthBefore = (month: string): string =>
  monthText(DateTime.fromISO(`${month}-01`, { zone: 'utc' }).minus({ months: 1 }));
