import { dateOrder, readDate } from '../../src/template/written-date';
import { cellsOf, codesOf, eventOf, instant, refusalOf, withField } from './fixture';

describe('a date that is written', () => {
  it.each([
    ['01.11.2026', 'dmy', '2026-11-01'],
    ['1.11.2026', 'dmy', '2026-11-01'],
    ['01/11/2026', 'mdy', '2026-01-11'],
    ['11/01/2026', 'mdy', '2026-11-01'],
    ['2026/11/01', 'ymd', '2026-11-01'],
    ['2026.11.1', 'ymd', '2026-11-01'],
    ['01.11.26', 'dmy', '2026-11-01'],
    ['5 Nov 2026', 'dmy', '2026-11-05'],
    ['5. November 2026', 'dmy', '2026-11-05'],
    ['5-Dez-26', 'dmy', '2026-12-05'],
    ['3 März 2026', 'dmy', '2026-03-03'],
    ['Nov 5, 2026', 'mdy', '2026-11-05'],
    ['Nov 5, 2026', 'dmy', '2026-11-05'],
    ['01.11.2026 14:05', 'dmy', '2026-11-01 14:05'],
    ['01.11.2026, 9:05:07', 'dmy', '2026-11-01 09:05:07'],
    ['11/1/2026 3:04 PM', 'mdy', '2026-11-01 15:04'],
    ['11/1/2026 12:04 AM', 'mdy', '2026-11-01 00:04'],
  ] as const)('as %s in the order %s is %s', (text, order, date) => {
    expect(readDate(text, order)).toBe(date);
  });

  it.each([
    ['31.11.2026', 'dmy'],
    ['13/13/2026', 'mdy'],
    ['2026-11-01', 'dmy'],
    ['01.11', 'dmy'],
    ['01.11.126', 'dmy'],
    ['5 Foo 2026', 'dmy'],
    ['01.11.2026 25:00', 'dmy'],
    ['soon', 'dmy'],
    ['', 'dmy'],
  ] as const)('as %s in the order %s is none', (text, order) => {
    expect(readDate(text, order)).toBeUndefined();
  });

  it.each([
    ['de_DE', 'dmy'],
    ['en_US', 'mdy'],
    ['en_GB', 'dmy'],
    ['ja_JP', 'ymd'],
    ['fr_FR', 'dmy'],
  ])('is ordered in %s as %s', (locale, order) => {
    expect(dateOrder(locale)).toBe(order);
  });
});

describe('the filter parse_date', () => {
  const text = withField('timestamp', '{{ row.at | parse_date: "dmy" | unix }}');

  it('makes a date of a text, in the time zone of the sheet', () => {
    expect(eventOf(text, cellsOf({ at: '01.11.2026 14:05' })).timestamp).toBe(
      Date.parse('2026-11-01T14:05:00+01:00') / 1000,
    );
  });

  it('leaves a date cell as it is', () => {
    expect(eventOf(text, cellsOf({ at: instant('2026-11-01T13:05:00Z') })).timestamp).toBe(
      Date.parse('2026-11-01T13:05:00Z') / 1000,
    );
  });

  it('holds a row whose text is no date in this order', () => {
    expect(refusalOf(text, cellsOf({ at: '11/31/2026' }))).toEqual(['row.not-a-written-date']);
  });

  it.each(['parse_date', 'parse_date: "xyz"', 'parse_date: row.note'])(
    'written as %s does not say the order',
    (filter) => {
      expect(codesOf(withField('timestamp', `{{ row.at | ${filter} | unix }}`))).toEqual([
        'template.date-order',
      ]);
    },
  );
});
