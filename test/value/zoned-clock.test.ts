import fc from 'fast-check';
import { DateTime, IANAZone } from 'luxon';
import { isoText, monthInWords } from '../../src/value/time';
import {
  daysInMonth,
  firstShowing,
  inZone,
  isZone,
  plusDays,
  plusMonths,
  readIso,
  startOfDayOf,
  utcOf,
  type Wall,
} from '../../src/value/zoned-clock';

/**
 * Zones with odd rules: half hours, a change of half an hour, a skipped day, two changes at
 * midnight, none at all, war times, and years with several changes.
 */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Europe/Dublin',
  'America/Sao_Paulo',
  'America/St_Johns',
  'America/Havana',
  'Asia/Kathmandu',
  'Asia/Tehran',
  'Asia/Gaza',
  'Africa/Casablanca',
  'Africa/Monrovia',
  'Antarctica/Casey',
  'Antarctica/Troll',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Kiritimati',
];

const YEAR_MS = 365.25 * 86_400_000;
const zone = fc.constantFrom(...ZONES);
/** Mostly of our time, some from the year 0 to 4000. */
const moment = fc.oneof(
  fc.integer({ min: -70 * YEAR_MS, max: 70 * YEAR_MS }),
  fc.integer({ min: -1_969 * YEAR_MS, max: 2_030 * YEAR_MS }),
);

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** The minutes at which a zone's clock changes, among steps of so many days. */
function changes(name: string, [from, to]: readonly [number, number], days = 10): number[] {
  const known = new IANAZone(name);
  const found: number[] = [];
  for (let ms = from; ms < to; ms += days * DAY_MS) {
    let [low, high] = [ms, ms + days * DAY_MS];
    if (known.offset(low) === known.offset(high)) continue;
    while (high - low > MINUTE_MS) {
      const middle = Math.floor((low + high) / 2 / MINUTE_MS) * MINUTE_MS;
      if (known.offset(middle) === known.offset(ms)) low = middle;
      else high = middle;
    }
    found.push(high);
  }
  return found;
}

/** A rule that holds in these years is tried at each change of the clock; later ones repeat it. */
const TRIED = [Date.UTC(2000, 0), Date.UTC(2024, 0)] as const;

const wallOf = (time: DateTime): Wall => {
  const { year, month, day, hour, minute, second, millisecond } = time;
  return { year, month, day, hour, minute, second, millisecond };
};

/**
 * The first moment at which a clock shows something, by trying all offsets of the days around it.
 * What it skips is as long after the change as it would have been without. Luxon itself begins to
 * search with the offset of the day on which it is asked, and may then miss by an hour where a zone
 * has moved to the other side of the date line since.
 */
function firstByTrying(wall: Wall, name: string): number {
  const known = new IANAZone(name);
  const shown = DateTime.fromObject(wall, { zone: 'utc' }).toMillis();
  const offsets = [-1, 0, 1].map((days) => known.offset(shown + days * DAY_MS));
  const moments = offsets.map((offset) => shown - offset * MINUTE_MS);
  const there = moments.filter((ms, index) => known.offset(ms) === offsets[index]);
  return there.length === 0 ? (moments[0] ?? Number.NaN) : Math.min(...there);
}

/** What luxon says of a moment, in the words of zoned-clock. */
const byLuxon = (ms: number, name: string) => {
  const time = DateTime.fromMillis(ms, { zone: name });
  const wall = wallOf(time);
  return {
    wall,
    offset: time.offset,
    startOfDay: time.startOf('day').toMillis(),
    nextDay: time.startOf('day').plus({ days: 1 }).toMillis(),
    daysBefore: time.minus({ days: 40 }).toMillis(),
    monthBefore: time.minus({ months: 1 }).toMillis(),
    monthsAfter: time.plus({ months: 14 }).toMillis(),
    first: firstByTrying(wall, name),
    iso: time.setZone('utc').toISO(),
    words: time.setLocale('en-US').toFormat('LLLL yyyy'),
  };
};

const byUs = (ms: number, name: string): ReturnType<typeof byLuxon> => {
  const time = inZone(ms, name);
  const { year, month, day, hour, minute, second, millisecond } = time;
  const wall = { year, month, day, hour, minute, second, millisecond };
  return {
    wall,
    offset: time.offset,
    startOfDay: startOfDayOf(time).ms,
    nextDay: plusDays(startOfDayOf(time), 1).ms,
    daysBefore: plusDays(time, -40).ms,
    monthBefore: plusMonths(time, -1).ms,
    monthsAfter: plusMonths(time, 14).ms,
    first: firstShowing(wall, name),
    iso: isoText(ms),
    words: monthInWords(ms / 1000, name),
  };
};

describe('a zone’s clock is that of luxon', () => {
  test('at any moment', () => {
    fc.assert(
      fc.property(moment, zone, (ms, name) => {
        expect(byUs(ms, name)).toEqual(byLuxon(ms, name));
      }),
      { numRuns: 1_000 },
    );
  });

  test.each(ZONES)('around each change of the clock in %s', (name) => {
    const around = changes(name, TRIED).flatMap((ms) =>
      [-DAY_MS, -3_600_000, -1, 0, 1, 1_800_000, 3_600_000, DAY_MS].map((near) => ms + near),
    );
    expect(around.map((ms) => byUs(ms, name))).toEqual(around.map((ms) => byLuxon(ms, name)));
  });

  test.each(ZONES)('for times that it skips in %s', (name) => {
    const shown = changes(name, TRIED).flatMap((ms) =>
      [0, 15, 30, 45, 60, 90].map((minutes) => {
        // What the clock would have shown if it had not changed.
        const { offset } = inZone(ms - 1, name);
        return inZone(ms + (offset + minutes) * 60_000, 'UTC');
      }),
    );
    expect(shown.map((wall) => firstShowing(wall, name))).toEqual(
      shown.map(({ ms }) => firstByTrying(wallOf(DateTime.fromMillis(ms, { zone: 'utc' })), name)),
    );
  });

  test.each([
    ['America/St_Johns', '2006-04-02T03:30Z', -210, '2006-04-02T03:31Z', -150],
    ['Antarctica/Casey', '2020-10-03T16:00Z', 480, '2020-10-03T16:01Z', 660],
  ])('changes a minute after midnight in %s', (name, before, ahead, after, aheadAfter) => {
    const offsets = [before, after].map((iso) => {
      const read = readIso(iso);
      return read === undefined ? undefined : inZone(utcOf(read.wall), name).offset;
    });
    expect(offsets).toEqual([ahead, aheadAfter]);
  });

  test('does not exist for a zone that does not, or a moment without a date', () => {
    for (const [ms, name] of [
      [0, 'Europe/Atlantis'],
      [Number.NaN, 'Europe/Berlin'],
      [8.64e15 + 1, 'UTC'],
    ] as const) {
      expect(inZone(ms, name).offset).toBeNaN();
      expect(DateTime.fromMillis(Math.min(ms, 8.64e15), { zone: name }).isValid).toBe(ms > 8.64e15);
    }
    expect(['Europe/Berlin', 'UTC', 'utc', 'GMT', '', 'Atlantis', '+01:00'].map(isZone)).toEqual(
      ['Europe/Berlin', 'UTC', 'utc', 'GMT', '', 'Atlantis', '+01:00'].map((name) =>
        IANAZone.isValidZone(name),
      ),
    );
  });

  test('has months of as many days', () => {
    for (let year = 0; year < 3_000; year += 1)
      for (let month = 1; month <= 12; month += 1)
        if (daysInMonth(year, month) !== DateTime.utc(year, month).daysInMonth)
          throw new Error(`${year}-${month} has ${daysInMonth(year, month)} days.`);
  });
});

describe('an ISO 8601 text is read as luxon reads it', () => {
  const two = (limit: number) =>
    fc.integer({ min: 0, max: limit }).map((amount) => String(amount).padStart(2, '0'));
  const text = fc
    .tuple(
      fc.integer({ min: 100, max: 9_999 }).map((year) => String(year).padStart(4, '0')),
      two(13),
      two(32),
      two(25),
      two(61),
      fc.oneof(
        fc.constant(''),
        two(61).map((second) => `:${second}`),
      ),
      fc.constantFrom('', '.5', '.123', '.1239', ',25', '.000001'),
      fc.constantFrom('', 'Z', 'z', '+01:00', '-0530', '+14', '-00:00'),
    )
    .map(
      ([year, month, day, hour, minute, second, fraction, offset]) =>
        [
          `${year}-${month}-${day}`,
          `T${hour}:${minute}${second}${second === '' ? '' : fraction}${offset}`,
        ] as const,
    );

  const ours = (iso: string): number | undefined => {
    const read = readIso(iso);
    return read === undefined ? undefined : utcOf(read.wall) - (read.offset ?? 0) * 60_000;
  };
  const theirs = (iso: string): number | undefined => {
    const read = DateTime.fromISO(iso, { zone: 'utc' });
    return read.isValid ? read.toMillis() : undefined;
  };

  test('with any date, time and offset', () => {
    fc.assert(
      fc.property(text, ([date, time]) => {
        expect([ours(date), ours(date + time)]).toEqual([theirs(date), theirs(date + time)]);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    '2026-11-30T24:00',
    '2026-11-30T24:00:00.5',
    '2024-02-29',
    '2026-02-29',
    '+056171-01-17T06:02:03.000Z',
    '-000044-03-15',
    '+290000-01-01T00:00:00.000Z',
    '56171-01-17T06:02:03.000Z',
    '',
    'T10:00',
  ])('%j', (iso) => {
    expect(ours(iso)).toBe(theirs(iso));
  });
});
