import type { CellValue } from '../../src/value/cell';
import { timeCell } from '../../src/value/time';
import { cellsOf, propertiesOf, refusalOf, withProperties } from './fixture';

/** A cell as Sheets hands it out in a file of UTC. */
const cell = (iso: string, shown: string): CellValue => timeCell(Date.parse(iso), shown, 'UTC');
const HALF_PAST_ONE = cell('1899-12-30T01:30:00Z', '1:30');
const TWO_DAYS = cell('1900-01-01T02:00:00Z', '50:00:00');
const BACK = cell('1899-12-29T22:30:00Z', '-1:30:00');

const made = (expression: string, quantity: CellValue) =>
  propertiesOf(`{ "n": {{ ${expression} }} }`, cellsOf({ quantity }))['n'];

describe('a duration', () => {
  it.each([
    ['row.quantity | hours', HALF_PAST_ONE, 1.5],
    ['row.quantity | minutes', HALF_PAST_ONE, 90],
    ['row.quantity | seconds', HALF_PAST_ONE, 5400],
    ['row.quantity | hours', TWO_DAYS, 50],
    ['row.quantity | hours', BACK, -1.5],
    ['row.quantity | hours', cell('1899-12-30T00:20:00Z', '0:20'), '0.33333333333333333333'],
    ['row.quantity | hours | round: 2', cell('1899-12-30T00:20:00Z', '0:20'), 0.33],
    ['row.quantity | seconds', cell('1899-12-30T00:00:01.500Z', '0:00:01'), 1.5],
    ['row.quantity | hours', '26:30', 26.5],
    ['row.quantity | minutes', '1:30:30', 90.5],
    ['row.quantity | hours | default: 0', '', 0],
    ['row.quantity | hours | ceil', cell('1899-12-30T02:00:00Z', '2:00'), 2],
  ])('%s of %j is %j', (expression, value, expected) => {
    expect(made(expression, value)).toBe(expected);
  });

  it.each([
    ['{{ row.quantity }}', HALF_PAST_ONE, 'row.duration'],
    ['"{{ row.quantity }}"', HALF_PAST_ONE, 'row.duration'],
    ['"{{ row.quantity | append: " h" }}"', HALF_PAST_ONE, 'row.duration'],
    ['{{ row.quantity | times: 24 }}', HALF_PAST_ONE, 'row.duration'],
    ['{{ row.quantity | unix }}', HALF_PAST_ONE, 'row.not-a-time'],
    ['"{{ row.quantity | date: \'%H\' }}"', HALF_PAST_ONE, 'row.not-a-time'],
    ['{{ row.quantity | hours }}', 1.5, 'row.not-a-duration'],
    ['{{ row.quantity | hours }}', 'an hour', 'row.not-a-duration'],
    ['{{ row.quantity | hours }}', '1:75', 'row.not-a-duration'],
  ])('%s of %j holds the row: %s', (output, quantity, code) => {
    const text = withProperties(`{ "n": ${output} }`);
    expect(refusalOf(text, cellsOf({ quantity }))).toEqual([code]);
  });

  it('is written as the sheet displays it where the template says so', () => {
    expect(
      propertiesOf(
        '{ "n": "{{ row.quantity | shown }}" }',
        cellsOf({ quantity: HALF_PAST_ONE }, { quantity: '1:30' }),
      ),
    ).toEqual({ n: '1:30' });
  });

  it('is compared with another one, and with nothing else', () => {
    const text = withProperties('{ "n": {% if row.quantity > row.note %}1{% else %}2{% endif %} }');
    expect(refusalOf(text, cellsOf({ quantity: TWO_DAYS, note: HALF_PAST_ONE }))).toEqual([]);
    expect(refusalOf(text, cellsOf({ quantity: TWO_DAYS, note: 5 }))).toEqual([
      'row.not-comparable',
    ]);
    expect(refusalOf(text, cellsOf({ quantity: TWO_DAYS, note: '1:00' }))).toEqual([
      'row.not-comparable',
    ]);
  });
});

describe('what Sheets hands out as a date', () => {
  it.each([
    ['1899-12-30T10:30:00Z', '10:30', 'UTC', { seconds: 37_800, clock: '10:30:00' }],
    ['1899-12-30T10:30:00Z', '10:30 AM', 'UTC', { seconds: 37_800, clock: '10:30:00' }],
    ['1899-12-31T02:30:00Z', '26:30:00', 'UTC', { seconds: 95_400, clock: '26:30:00' }],
    ['1899-12-31T02:30:00Z', '2:30:00', 'UTC', { seconds: 95_400, clock: '26:30:00' }],
    ['1899-12-30T09:30:00Z', '10:30', 'Europe/Berlin', { seconds: 37_800, clock: '10:30:00' }],
    ['1899-12-30T10:29:59.999Z', '10:30', 'UTC', { seconds: 37_800, clock: '10:30:00' }],
    // Paris was nine minutes and 21 seconds ahead of UTC then, which Google need not know.
    ['1899-12-30T10:30:00Z', '10:30:00', 'Europe/Paris', { seconds: 37_800, clock: '10:30:00' }],
    ['1899-12-30T10:30:00Z', '10:30 AM', 'Europe/Paris', { seconds: 37_800, clock: '10:30:00' }],
    ['1899-12-30T22:30:00Z', '10:30 PM', 'Europe/Paris', { seconds: 81_000, clock: '22:30:00' }],
    ['1899-12-31T02:30:00Z', '26:30:00', 'Europe/Paris', { seconds: 95_400, clock: '26:30:00' }],
    ['1899-12-31T02:30:00Z', '2:30', 'Europe/Paris', { seconds: 95_400, clock: '26:30:00' }],
    // Minutes and seconds.
    ['1899-12-30T00:30:15Z', '30:15', 'UTC', { seconds: 1815, clock: '00:30:15' }],
    ['1899-12-30T00:30:15Z', '90:15', 'Europe/Berlin', { seconds: 5415, clock: '01:30:15' }],
    // Finland and Denmark write times of day with points.
    ['1899-12-30T10:30:00Z', '10.30', 'UTC', { seconds: 37_800, clock: '10:30:00' }],
    ['1899-12-30T10:30:00Z', '10.30.00', 'Europe/Helsinki', { seconds: 37_800, clock: '10:30:00' }],
    ['1899-12-30T01:30:00.500Z', '1:30:00.500', 'UTC', { seconds: 5400.5, clock: '01:30:00.500' }],
    ['1900-03-19T04:00:00Z', '1900:00:00', 'UTC', { seconds: 6_840_000, clock: '1900:00:00' }],
    ['1910-01-01T00:00:00Z', '87696:00:00', 'UTC', { seconds: 315_705_600, clock: '87696:00:00' }],
  ])('%s shown as %j in %s is a duration or time of day', (iso, shown, zone, expected) => {
    expect(timeCell(Date.parse(iso), shown, zone)).toEqual(expected);
  });

  it.each([
    ['2026-11-30T10:30:00Z', '10:30'],
    ['1899-12-30T00:00:00Z', '12/30/1899'],
    ['1899-12-30T00:00:00Z', '30.12.99'],
    ['1905-05-05T00:00:00Z', '1905-05-05'],
    ['1900-01-04T00:00:00Z', '04.01.00'],
    ['1900-01-04T00:00:00Z', '4. 1.'],
  ])('%s shown as %j is a date', (iso, shown) => {
    expect(timeCell(Date.parse(iso), shown, 'UTC')).toHaveProperty('wall');
  });
});
