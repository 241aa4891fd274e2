import fc from 'fast-check';
import { readEvent } from '../../src/template/read-event';
import { LAGO_NUMBER, plainDecimal } from '../../src/value/decimal';
import type { Json } from '../../src/value/json';

const whole = {
  transaction_id: 't',
  external_subscription_id: 's',
  code: 'c',
  timestamp: 1_772_442_000,
};
const read = (fields: { readonly [name: string]: Json | undefined }) =>
  readEvent(JSON.parse(JSON.stringify({ ...whole, ...fields })) as Json);
const codes = (reading: ReturnType<typeof readEvent>): string[] =>
  'problems' in reading ? reading.problems.map(({ code }) => code) : [];

describe('a rendered object', () => {
  it('is read as the event that Lago takes', () => {
    expect(
      read({
        transaction_id: 5,
        code: true,
        timestamp: '1772442000.5',
        precise_total_amount_cents: 12.5,
        properties: { a: 1 },
      }),
    ).toEqual({
      event: {
        transaction_id: '5',
        external_subscription_id: 's',
        code: 'true',
        timestamp: 1_772_442_000.5,
        precise_total_amount_cents: '12.5',
        properties: { a: 1 },
      },
    });
  });

  it('is read through its outer event', () => {
    expect(readEvent({ event: whole })).toEqual(readEvent(whole));
  });

  it.each([[null], [[whole]], ['x'], [5]])('is no event as %j', (rendered) => {
    expect(codes(readEvent(rendered as Json))).toEqual(['template.not-an-object']);
  });

  it.each<[string, { readonly [name: string]: Json | undefined }, string[]]>([
    ['no id', { transaction_id: undefined }, ['event.blank-field']],
    ['a blank id', { transaction_id: ' \n' }, ['event.blank-field']],
    ['null as id', { transaction_id: null }, ['event.blank-field']],
    ['a padded id', { transaction_id: 't ' }, ['event.padded-field']],
    ['a padded subscription', { external_subscription_id: ' s' }, ['event.padded-field']],
    ['a no-break space behind the code', { code: 'c\u00a0' }, ['event.padded-field']],
    ['a long id', { transaction_id: 'é'.repeat(501) }, ['event.long-id']],
    ['NUL in the id', { transaction_id: 'a\0b' }, ['event.text']],
    ['NUL in the subscription', { external_subscription_id: 's\0' }, ['event.text']],
    ['NUL in the code', { code: '\0c' }, ['event.text']],
    ['NUL in a property', { properties: { n: 'a\0b' } }, ['event.text']],
    ['NUL deep in a property', { properties: { n: [1, { a: 'a\0b' }] } }, ['event.text']],
    ['NUL in the name of a property', { properties: { 'a\0b': 1 } }, ['event.text']],
    ['half of a character in the id', { transaction_id: 'a\uD83D' }, ['event.text']],
    ['half of a character in a property', { properties: { n: '\uDE00x' } }, ['event.text']],
    ['half of a character in a name', { properties: { n: { '\uD83D': 1 } } }, ['event.text']],
    ['no time', { timestamp: undefined }, ['event.timestamp-empty']],
    ['an empty time', { timestamp: '' }, ['event.timestamp-empty']],
    ['null as time', { timestamp: null }, ['event.timestamp-empty']],
    ['an ISO time', { timestamp: '2026-03-02T09:00:00Z' }, ['event.timestamp-text']],
    ['a time with an exponent', { timestamp: '1e9' }, ['event.timestamp-text']],
    ['a padded time', { timestamp: ' 1772442000' }, ['event.timestamp-text']],
    ['true as time', { timestamp: true }, ['event.timestamp-text']],
    ['a time in milliseconds', { timestamp: 1_772_442_000_000 }, ['event.timestamp-milliseconds']],
    ['a text in milliseconds', { timestamp: '1772442000000' }, ['event.timestamp-milliseconds']],
    [
      'a time in microseconds',
      { timestamp: 1_772_442_000_000_000 },
      ['event.timestamp-milliseconds'],
    ],
    ['a time beyond all calendars', { timestamp: 1e300 }, ['event.timestamp-milliseconds']],
    ['the year 1999', { timestamp: 946_684_799 }, ['event.timestamp-implausible']],
    ['zero as time', { timestamp: 0 }, ['event.timestamp-implausible']],
    ['the year 2100', { timestamp: 4_102_444_800 }, ['event.timestamp-implausible']],
    ['a sheet’s own number of a date', { timestamp: 46_083 }, ['event.timestamp-implausible']],
    ['an amount that is no number', { precise_total_amount_cents: '1,5' }, ['event.amount']],
    ['an empty amount', { precise_total_amount_cents: '' }, ['event.amount']],
    ['a list as properties', { properties: [1] }, ['event.properties']],
    ['a text as properties', { properties: 'x' }, ['event.properties']],
    [
      'everything wrong',
      { transaction_id: '', external_subscription_id: '', code: '', timestamp: '', properties: 1 },
      [
        'event.blank-field',
        'event.blank-field',
        'event.blank-field',
        'event.timestamp-empty',
        'event.properties',
      ],
    ],
  ])('with %s is refused', (_, fields, expected) => {
    expect(codes(read(fields))).toEqual(expected);
  });

  it.each([946_684_800, 4_102_444_799, '1772442000', '1772442000.123'])(
    'with the time %j is an event',
    (timestamp) => {
      expect(read({ timestamp })).toMatchObject({ event: { timestamp: Number(timestamp) } });
    },
  );

  it.each([
    ['a whole character of two halves', { properties: { n: '\uD83D\uDE00' } }],
    ['other control characters', { properties: { n: 'a\u0001\u007Fb' } }],
  ])('with %s is an event', (_, fields) => {
    expect(read(fields)).toMatchObject({ event: fields });
  });

  it('names the property that Lago does not take', () => {
    const reading = read({ properties: { a: 'x', note: ['\uD83D'] } });
    expect(reading).toMatchObject({
      problems: [
        {
          message:
            '“note” of the event contains half of a character, such as of an emoji that was cut, which Lago does not take.',
        },
      ],
    });
  });

  it('names the year that Lago would take milliseconds for', () => {
    const reading = read({ timestamp: 1_710_421_740_123 });
    expect(reading).toMatchObject({
      problems: [{ message: expect.stringContaining('in the year 56171 ') }],
    });
  });

  it.each([[undefined], [null], [{}]])('with %j as properties has none', (properties) => {
    expect(read({ properties })).toMatchObject({ event: { properties: {} } });
  });

  it('has numbers with an exponent as plain decimal texts, however deep', () => {
    const small = { a: 0.0000001453, b: [1e21, { c: -1.5e-10 }], d: 5, e: '1e3', f: null };
    expect(read({ properties: small })).toMatchObject({
      event: {
        properties: {
          a: '0.0000001453',
          b: ['1000000000000000000000', { c: '-0.00000000015' }],
          d: 5,
          e: '1e3',
          f: null,
        },
      },
    });
  });

  it('keeps properties with names of prototypes', () => {
    const reading = readEvent(
      JSON.parse(
        JSON.stringify({ ...whole }).replace(
          '}',
          ',"properties":{"__proto__":1,"constructor":"x"}}',
        ),
      ) as Json,
    );
    expect('event' in reading && JSON.stringify(reading.event.properties)).toBe(
      '{"__proto__":1,"constructor":"x"}',
    );
  });

  it('is an event or problems, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.dictionary(
          fc.constantFrom('transaction_id', 'code', 'timestamp', 'properties', 'event'),
          fc.jsonValue(),
        ),
        (any, fields) => {
          for (const rendered of [any, { ...whole, ...fields }]) {
            const reading = readEvent(rendered as Json);
            expect('event' in reading || reading.problems.length > 0).toBe(true);
          }
        },
      ),
    );
  });
});

describe('a number in plain decimals', () => {
  it.each([
    [0.0000001453, '0.0000001453'],
    [1.453e-7, '0.0000001453'],
    [1e21, '1000000000000000000000'],
    [-1e-7, '-0.0000001'],
    [0.1, '0.1'],
    [-0, '0'],
    [1234.5, '1234.5'],
    [123456789012345680000, '123456789012345680000'],
  ])('of %d is %s', (value, expected) => {
    expect(plainDecimal(value)).toBe(expected);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'is not there for %d',
    (value) => {
      expect(() => plainDecimal(value)).toThrow(RangeError);
    },
  );

  it('is the same number, and one that Lago counts', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = plainDecimal(value);
        expect(text).toMatch(LAGO_NUMBER);
        expect(Number(text)).toBe(value === 0 ? 0 : value);
      }),
      { numRuns: 2000 },
    );
  });
});
