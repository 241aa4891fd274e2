import fc from 'fast-check';
import { DateTime } from 'luxon';
import type { CellValue } from '../../src/value/cell';
import {
  dayOf,
  instantOf,
  isoText,
  localText,
  monthOf,
  type TimeRule,
  toMilliseconds,
  toUnixSeconds,
  yearOf,
} from '../../src/value/time';
import {
  berlin,
  cellsOf,
  eventOf,
  instant,
  propertiesOf,
  refusalOf,
  withField,
  withProperties,
} from '../template/fixture';

const rule = (
  sheetZone: string,
  periodZone = sheetZone,
  dateOnly: TimeRule['dateOnly'] = 'noon',
): TimeRule => ({
  sheetZone,
  periodZone,
  dateOnly,
});
const read = (value: CellValue, by: TimeRule): string | undefined => {
  const ms = toMilliseconds(value, by);
  return ms === undefined ? undefined : isoText(ms);
};

describe('a text is read as a time', () => {
  it.each([
    ['2026-11-30 14:05', '2026-11-30T13:05:00.000Z'],
    ['2026-11-30 9:05', '2026-11-30T08:05:00.000Z'],
    ['2026-11-30T14:05:30', '2026-11-30T13:05:30.000Z'],
    ['2026-11-30T14:05:30.25', '2026-11-30T13:05:30.250Z'],
    ['2026-11-30T14:05Z', '2026-11-30T14:05:00.000Z'],
    ['2026-11-30T14:05:00+02:00', '2026-11-30T12:05:00.000Z'],
    ['2026-11-30T14:05:00-0530', '2026-11-30T19:35:00.000Z'],
    ['2026-11-30 14:05 +02:00', '2026-11-30T12:05:00.000Z'],
    [' 2026-11-30 ', '2026-11-30T11:00:00.000Z'],
    ['2024-02-29', '2024-02-29T11:00:00.000Z'],
  ])('%j', (text, expected) => {
    expect(read(text, berlin)).toBe(expected);
  });

  it.each([
    '30.11.2026',
    '11/30/2026',
    '2026-02-29',
    '2026-13-01',
    '2026-11-31',
    '2026-11-30 25:00',
    '2026-11-30 14:60',
    '2026-11',
    '2026',
    '20261130',
    'yesterday',
    '',
    '1764504000',
    '2026-11-30 14',
    '2026-11-30 14:05 CET',
    '12026-11-30',
    '2026-11-30x',
  ])('but %j is none', (text) => {
    expect(toMilliseconds(text, berlin)).toBeUndefined();
  });

  it.each([true, false])('and %j is none', (value) => {
    expect(toMilliseconds(value, berlin)).toBeUndefined();
  });
});

describe('a number is read as a time', () => {
  it.each([
    ['Unix seconds', 1_772_442_000, '2026-03-02T09:00:00.000Z'],
    ['Unix seconds with a fraction', 1_772_442_000.25, '2026-03-02T09:00:00.250Z'],
    ['milliseconds', 1_772_442_000_000, '2026-03-02T09:00:00.000Z'],
    ['the last number of seconds', 99_999_999_999, '5138-11-16T09:46:39.000Z'],
    ['the first number of milliseconds', 100_000_000_000, '1973-03-03T09:46:40.000Z'],
  ])('%s', (_, value, expected) => {
    expect(read(value, berlin)).toBe(expected);
  });
});

describe('an hour that a clock change skips is read as the hour after it', () => {
  it.each([
    ['Europe/Berlin', '2026-03-29 02:30', '2026-03-29T01:30:00.000Z'],
    ['Europe/Berlin', '2026-03-29 01:59:59', '2026-03-29T00:59:59.000Z'],
    ['Europe/Berlin', '2026-03-29 03:00', '2026-03-29T01:00:00.000Z'],
    ['America/New_York', '2026-03-08 02:30', '2026-03-08T07:30:00.000Z'],
    ['Australia/Lord_Howe', '2026-10-04 02:15', '2026-10-03T15:45:00.000Z'],
    ['Asia/Kolkata', '2026-03-29 02:30', '2026-03-28T21:00:00.000Z'],
  ])('in %s: %s', (zone, text, expected) => {
    expect(read(text, rule(zone))).toBe(expected);
  });
});

describe('around a repeated hour', () => {
  it.each([
    ['2026-10-25 01:59:59', '2026-10-24T23:59:59.000Z'],
    ['2026-10-25 03:00', '2026-10-25T02:00:00.000Z'],
    ['2026-10-25T02:30+02:00', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25T02:30+01:00', '2026-10-25T01:30:00.000Z'],
  ])('%s is plain', (text, expected) => {
    expect(read(text, berlin)).toBe(expected);
  });

  it.each(['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'])(
    'an instant (%s) is never moved',
    (iso) => {
      expect(toMilliseconds(instant(iso), berlin)).toBe(Date.parse(iso));
    },
  );
});

describe('a date without a time', () => {
  it.each([
    [
      'noon in the customer’s zone',
      rule('Europe/Berlin', 'America/New_York', 'noon'),
      '2026-03-02T17:00:00.000Z',
    ],
    [
      'the start of the day there',
      rule('Europe/Berlin', 'America/New_York', 'start-of-day'),
      '2026-03-02T05:00:00.000Z',
    ],
    ['noon in the sheet’s zone where both are one', berlin, '2026-03-02T11:00:00.000Z'],
    [
      'noon on the other side of the date line',
      rule('Pacific/Auckland', 'Pacific/Honolulu', 'noon'),
      '2026-03-02T22:00:00.000Z',
    ],
  ])('is %s', (_, by, expected) => {
    const midnight =
      { 'Europe/Berlin': '2026-03-01T23:00:00Z', 'Pacific/Auckland': '2026-03-01T11:00:00Z' }[
        by.sheetZone
      ] ?? '';
    expect(read(instant(midnight, true), by)).toBe(expected);
    expect(read('2026-03-02', by)).toBe(expected);
  });

  it('is the same day when the cell comes back some ms early', () => {
    expect(read(instant('2026-03-01T22:59:59.999Z', true), berlin)).toBe(
      '2026-03-02T11:00:00.000Z',
    );
  });

  it('is noon on the days of the clock changes too', () => {
    expect(read('2026-03-29', berlin)).toBe('2026-03-29T10:00:00.000Z');
    expect(read('2026-10-25', berlin)).toBe('2026-10-25T11:00:00.000Z');
  });
});

describe('a cell’s instant', () => {
  it.each([
    ['2026-03-01T23:00:00.000Z', '2026-03-02', true],
    ['2026-03-01T22:59:59.999Z', '02.03.2026', true],
    ['2026-03-01T23:00:00.400Z', '2 March', true],
    ['2026-03-01T23:00:00.000Z', '2026-03-02 0:00', false],
    ['2026-03-01T23:00:01.000Z', '2026-03-02', false],
    ['2026-03-02T09:00:00.000Z', '2026-03-02', false],
  ])('%s shown as %j: without a time is %j', (iso, shown, dateOnly) => {
    expect(instantOf(Date.parse(iso), shown, 'Europe/Berlin').dateOnly).toBe(dateOnly);
  });

  it.each([
    ['2026-03-02T09:59:59.999Z', '2026-03-02T10:00:00.000Z', '2026-03-02 11:00:00'],
    ['2026-03-02T10:00:00.001Z', '2026-03-02T10:00:00.000Z', '2026-03-02 11:00:00'],
    ['2026-03-02T09:59:59.998Z', '2026-03-02T09:59:59.998Z', '2026-03-02 10:59:59.998'],
    ['2026-03-02T09:59:59.700Z', '2026-03-02T09:59:59.700Z', '2026-03-02 10:59:59.700'],
  ])('%s, within a millisecond of a whole second, is that: %s', (iso, meant, wall) => {
    const instant = instantOf(Date.parse(iso), ':', 'Europe/Berlin');
    expect(instant).toMatchObject({ ms: Date.parse(meant), wall });
    expect(eventOf(withProperties('{}'), cellsOf({ at: instant })).timestamp).toBe(
      toUnixSeconds(Date.parse(meant)),
    );
  });
});

describe('a text', () => {
  it.each([
    ['2026-11-01 00:30:00 UTC', '2026-11-01T00:30:00.000Z'],
    ['2026-11-01 00:30:00 utc', '2026-11-01T00:30:00.000Z'],
    ['2026-11-01 00:30 GMT', '2026-11-01T00:30:00.000Z'],
    ['2026-11-01 00:30:00Z', '2026-11-01T00:30:00.000Z'],
    ['2026-11-01T00:30:00 Z', '2026-11-01T00:30:00.000Z'],
    ['2026-11-01 00:30:00 +00', '2026-11-01T00:30:00.000Z'],
    ['2026-11-01 00:30:00+0000', '2026-11-01T00:30:00.000Z'],
    ['2026-11-01T00:30:00+02', '2026-10-31T22:30:00.000Z'],
    ['2026-10-31 23:59:59.700 UTC', '2026-10-31T23:59:59.700Z'],
    ['2026-10-31 23:59:59.7', '2026-10-31T22:59:59.700Z'],
  ])('%s is %s, to the millisecond', (text, iso) => {
    const { timestamp } = eventOf(withProperties('{}'), cellsOf({ at: text }));
    expect(timestamp).toBe(Date.parse(iso) / 1000);
  });

  it.each(['2026-11-01 00:30 CET', '2026-11-01 UTC', '2026-11-01 00:30 +2'])(
    '%s is no time',
    (text) => {
      expect(refusalOf(withProperties('{}'), cellsOf({ at: text }))).toEqual(['row.not-a-time']);
    },
  );
});

describe('months and texts', () => {
  it.each([
    ['2026-02-28T23:30:00Z', 'UTC', '2026-02'],
    ['2026-02-28T23:30:00Z', 'Europe/Berlin', '2026-03'],
    ['2026-03-01T04:30:00Z', 'America/New_York', '2026-02'],
  ])('%s in %s is in %s', (iso, zone, month) => {
    expect(monthOf(Date.parse(iso) / 1000, zone)).toBe(month);
  });

  it('are written in the zone that is asked for', () => {
    expect(localText(Date.parse('2026-03-02T09:05:00Z'), 'Europe/Berlin')).toBe('2026-03-02 10:05');
    expect(isoText(0)).toBe('1970-01-01T00:00:00.000Z');
    expect(yearOf(Date.parse('2026-12-31T23:59:59Z') / 1000)).toBe(2026);
  });
});

test('date refuses a zone that does not exist', () => {
  const template = withProperties('{ "a": "{{ row.at | date: \'%H\', \'Berlin\' }}" }');
  expect(refusalOf(template)).toEqual(['row.not-a-zone']);
});

test('date never rounds into the next month', () => {
  const template = '{ "a": "{{ row.at | date: \'%Y-%m\' }}" }';
  expect(propertiesOf(template, cellsOf({ at: '2026-10-31 23:59:59.700' }))).toEqual({
    a: '2026-10',
  });
});

describe('the time filters', () => {
  const at = instant('2026-03-02T09:05:07Z');

  it.each([
    ['unix', '{{ row.at | unix }}', 1_772_442_307],
    ['unix in a text', '"{{ row.at | unix }}"', '1772442307'],
    ['date: %s', "{{ row.at | date: '%s' }}", 1_772_442_307],
    [
      'date in the sheet’s zone',
      '"{{ row.at | date: \'%Y-%m-%d %H:%M:%S\' }}"',
      '2026-03-02 10:05:07',
    ],
    ['date with a month', '"{{ row.at | date: \'%B %d, %Y\' }}"', 'March 02, 2026'],
    ['date in another zone', "\"{{ row.at | date: '%H:%M', 'Asia/Tokyo' }}\"", '18:05'],
    ['unix and a sum', '{{ row.at | unix | plus: 1 }}', 1_772_442_308],
  ])('%s', (_, output, expected) => {
    expect(propertiesOf(`{ "a": ${output} }`, cellsOf({ at }))).toEqual({ a: expected });
  });

  it.each(['not a date', '30.11.2026', '2026-02-30'])(
    'refuse %j with the words of the cell',
    (at) => {
      expect(refusalOf(withProperties('{}'), cellsOf({ at }))).toEqual(['row.not-a-time']);
      expect(
        refusalOf(withField('timestamp', "{{ row.at | date: '%s' }}"), cellsOf({ at })),
      ).toEqual(['row.not-a-time']);
    },
  );

  it('read milliseconds and seconds as they are', () => {
    expect(eventOf(withProperties('{}'), cellsOf({ at: 1_772_442_307_499 })).timestamp).toBe(
      1_772_442_307.499,
    );
    expect(eventOf(withProperties('{}'), cellsOf({ at: 1_772_442_307 })).timestamp).toBe(
      1_772_442_307,
    );
  });

  it('read texts with an offset', () => {
    expect(
      eventOf(withProperties('{}'), cellsOf({ at: '2026-03-02T10:05:07+01:00' })).timestamp,
    ).toBe(1_772_442_307);
    expect(
      propertiesOf('{ "t": {{ row.note | unix }} }', cellsOf({ note: '2026-03-02T09:05:07Z' })),
    ).toEqual({ t: 1_772_442_307 });
  });
});

test.each([
  [
    'America/St_Johns',
    '2006-04-02T03:30:30Z',
    '2006-04-02 00:00',
    '2006-04-02T03:31:00Z',
    '2006-04-02 01:01',
  ],
  [
    'Antarctica/Casey',
    '2020-10-03T16:00:30Z',
    '2020-10-04 00:00',
    '2020-10-03T16:01:00Z',
    '2020-10-04 03:01',
  ],
])(
  'in %s a clock changes a minute after midnight, whatever was asked first',
  (zone, ...moments) => {
    const [before = '', shownBefore, after = '', shownAfter] = moments;
    const shown = (iso: string): string => localText(Date.parse(iso), zone);
    expect([shown(before), shown(after), shown(before)]).toEqual([
      shownBefore,
      shownAfter,
      shownBefore,
    ]);
  },
);

describe('what is remembered of a zone', () => {
  /** Zones with clock changes at midnight, by half an hour, twice in a month, by a whole day, and with offsets of minutes. */
  const ZONES = [
    'Europe/Berlin',
    'America/Sao_Paulo',
    'Asia/Beirut',
    'Africa/Cairo',
    'Africa/Casablanca',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Pacific/Apia',
    'Africa/Monrovia',
    'America/St_Johns',
    'Antarctica/Casey',
    'Etc/UTC',
  ];
  const changes = ZONES.flatMap((zone) => {
    const offsetAt = (ms: number): number => DateTime.fromMillis(ms, { zone }).offset;
    const days = Array.from({ length: 366 }, (_, day) => Date.UTC(2018, 0, 1) + day * 86_400_000);
    return days
      .filter((ms) => offsetAt(ms) !== offsetAt(ms + 86_400_000))
      .map((ms) => ({ zone, ms }));
  });

  it('gives the very times that luxon gives, around each clock change and anywhere else', () => {
    expect(changes.length).toBeGreaterThan(10);
    const nearAChange = fc
      .tuple(fc.constantFrom(...changes), fc.integer({ min: 0, max: 86_400 }))
      .map(([{ zone, ms }, seconds]) => ({
        zone,
        ms: ms + seconds * 1000,
      }));
    const anywhere = fc.record({
      zone: fc.constantFrom(...ZONES),
      ms: fc
        .integer({ min: Date.UTC(1899, 11, 30) / 1000, max: Date.UTC(2100, 0, 1) / 1000 })
        .map((seconds) => seconds * 1000),
    });
    const midnight = fc.record({
      zone: fc.constantFrom(...ZONES),
      ms: fc
        .integer({ min: Date.UTC(1990, 0, 1) / 900_000, max: Date.UTC(2030, 0, 1) / 900_000 })
        .map((quarter) => quarter * 900_000),
    });
    fc.assert(
      fc.property(fc.oneof(nearAChange, anywhere, midnight), ({ zone, ms }) => {
        const time = DateTime.fromMillis(ms, { zone });
        const isMidnight = +time === +time.startOf('day');
        expect(instantOf(ms, '', zone)).toEqual({
          ms,
          dateOnly: isMidnight,
          wall: time.toFormat(isMidnight ? 'yyyy-MM-dd' : 'yyyy-MM-dd HH:mm:ss'),
        });
        expect(localText(ms, zone)).toBe(time.toFormat('yyyy-MM-dd HH:mm'));
        expect(dayOf(ms / 1000, zone)).toBe(time.toFormat('yyyy-MM-dd'));
        expect(monthOf(ms / 1000, zone)).toBe(time.toFormat('yyyy-MM'));
      }),
      { numRuns: 1_000 },
    );
  });
});
