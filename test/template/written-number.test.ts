import Big from 'big.js';
import fc from 'fast-check';
import {
  type DecimalMark,
  decimalMark,
  numberAdvice,
  readingIn,
  readNumber,
} from '../../src/template/written-number';
import { LAGO_NUMBER } from '../../src/value/decimal';

describe('a number with a decimal mark', () => {
  it.each<[string, DecimalMark, string | undefined]>([
    ['1,234', '.', '1234'],
    ['1,234', ',', '1.234'],
    ['1.234,50', ',', '1234.5'],
    ['1.234.567,89', ',', '1234567.89'],
    ['1,234,567.89', '.', '1234567.89'],
    ['1 234,5', ',', '1234.5'],
    ['1\u00a0234\u00a0567', ',', '1234567'],
    ['1\u202f234,5', ',', '1234.5'],
    ['1\u2009234', '.', '1234'],
    ["1'234.5", '.', '1234.5'],
    ['1\u2019234\u2019567.5', '.', '1234567.5'],
    [' \u00a0 12\u202f', '.', '12'],
    ['+5', '.', '5'],
    ['-5,5', ',', '-5.5'],
    ['\u22125', '.', '-5'],
    ['.5', '.', '0.5'],
    [',5', ',', '0.5'],
    ['5.', '.', '5'],
    ['1e3', ',', '1000'],
    ['1,5E-3', ',', '0.0015'],
    ['1e\u22122', '.', '0.01'],
    ['0005', '.', '5'],
    ['-0', '.', '0'],
    ['12345678901234567.89', '.', '12345678901234567.89'],
    ['1e308', '.', `1${'0'.repeat(308)}`],
    ['1e309', '.', undefined],
    ['1e999999999', '.', undefined],
    ['', '.', undefined],
    ['.', '.', undefined],
    ['-', '.', undefined],
    ['1,23', '.', undefined],
    ['1,2345', '.', undefined],
    ['1234,567', '.', undefined],
    ['0,123', '.', undefined],
    ['1,234 567', '.', undefined],
    ['1.234e3', ',', undefined],
    ['1.5.5', '.', undefined],
    ['1.234.5', ',', undefined],
    ['- 5', '.', undefined],
    ['--5', '.', undefined],
    ['$12', '.', undefined],
    ['12%', '.', undefined],
    ['twelve', '.', undefined],
    ['0x10', '.', undefined],
    ['Infinity', '.', undefined],
    ['\u0661\u0662', '.', undefined],
  ])('%j with the mark %j is %j', (text, mark, expected) => {
    expect(readNumber(text, mark)).toBe(expected);
  });

  const decimals = fc
    .tuple(
      fc.boolean(),
      fc.bigInt({ min: 0n, max: 10n ** 18n }),
      fc.stringMatching(/^[0-9]{0,12}$/),
    )
    .map(([negative, whole, fraction]) => new Big(`${negative ? '-' : ''}${whole}.${fraction}0`))
    .map((number) => (number.eq(0) ? '0' : number.toFixed()));

  it.each([
    'en-US',
    'de-DE',
    'fr-FR',
    'de-CH',
    'sv-SE',
    'es-ES',
    'pl-PL',
    'pt-BR',
    'de-AT',
    'en-ZA',
  ])('is the same after it was written as in %s', (locale) => {
    const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 12 });
    const mark = decimalMark(locale);
    fc.assert(
      fc.property(decimals, (decimal) => {
        // A text is formatted digit by digit; a number would lose its end.
        expect(readNumber(format.format(decimal as unknown as number), mark)).toBe(decimal);
      }),
    );
  });

  it('is one that Lago counts, whatever the text, and takes time in proportion to it', () => {
    const digits = fc.constantFrom(
      '0',
      '1',
      '23',
      '456',
      '.',
      ',',
      ' ',
      '\u00a0',
      "'",
      '-',
      '+',
      '\u2212',
      'e',
      'E',
      '7e1',
      '%',
      '$',
      'x',
    );
    fc.assert(
      fc.property(
        fc.array(digits, { maxLength: 12 }),
        fc.constantFrom<DecimalMark>('.', ','),
        (parts, mark) => {
          const number = readNumber(parts.join(''), mark);
          if (number !== undefined) expect(number).toMatch(LAGO_NUMBER);
        },
      ),
    );
    expect(readNumber(`${'1'.repeat(50_000)}x`, '.')).toBeUndefined();
    expect(readNumber(`1${',234'.repeat(12_000)}x`, '.')).toBeUndefined();
  });
});

describe('the decimal mark of a spreadsheet', () => {
  it.each([
    ['en_US', '.'],
    ['de_DE', ','],
    ['de_CH', '.'],
    ['fr_FR', ','],
    ['pt_BR', ','],
    ['ar_EG', '.'],
    ['en', '.'],
    ['', '.'],
    ['not a locale', '.'],
  ])('of %j is %j', (locale, mark) => {
    expect(decimalMark(locale)).toBe(mark);
  });
});

describe('a text that Lago does not count', () => {
  it.each<[string, DecimalMark, object | undefined]>([
    ['1,234', '.', { mark: '.', removed: undefined, number: '1234' }],
    ['1,234', ',', { mark: ',', removed: undefined, number: '1.234' }],
    ['1,234.5', ',', { mark: '.', removed: undefined, number: '1234.5' }],
    ['$12', ',', { mark: ',', removed: '$', number: '12' }],
    ['US$ 1,200.50', '.', { mark: '.', removed: 'US$', number: '1200.5' }],
    ['-\u20ac12', '.', { mark: '.', removed: '\u20ac', number: '-12' }],
    ['1.200,50 \u20ac', ',', { mark: ',', removed: '\u20ac', number: '1200.5' }],
    ['12 %', '.', { mark: '.', removed: '%', number: '12' }],
    ['1$2', '.', undefined],
    ['$1$', '.', undefined],
    ['$', '.', undefined],
    ['INV001', '.', undefined],
    ['12', '.', undefined],
    ['1.234', ',', undefined],
    [' \u00a0-\u20ac12 ', ',', { mark: ',', removed: '\u20ac', number: '-12' }],
  ])('%j reads in a spreadsheet with %j as %j', (text, mark, expected) => {
    expect(readingIn(text, mark)).toEqual(expected);
  });
});

describe('the advice', () => {
  it.each([
    [`${' '.repeat(25_000)}x${' '.repeat(25_000)}`],
    ['%'.repeat(50_000)],
    ['A$'.repeat(25_000)],
    ['1,234 '.repeat(8_000)],
  ])('comes soon for a cell as long as a cell can be', (value) => {
    expect(numberAdvice(value)).toBe('Enter a plain number such as 1234.5.');
  });

  it.each([
    [
      '1,234',
      'Add | number: "." behind the column in the template if 1234 is meant, or | number: "," if 1.234 is.',
    ],
    ['1.234,5', 'Enter it as 1234.5, or add | number: "," behind the column in the template.'],
    ['1,234.5', 'Enter it as 1234.5, or add | number: "." behind the column in the template.'],
    [
      '$12',
      'Enter it as 12, or add | remove: "$" | number: "." behind the column in the template.',
    ],
    [
      '\u20ac 12',
      'Enter it as 12, or add | remove: "\u20ac" | number: "." behind the column in the template.',
    ],
    [
      '12%',
      'Enter it as 12, or add | remove: "%" | number: "." behind the column in the template. Lago then counts 12; add | divided_by: 100 for 0.12.',
    ],
    ['.5', 'Enter it as 0.5, or add | number: "." behind the column in the template.'],
    ['1e3', 'Enter it as 1000, or add | number: "." behind the column in the template.'],
    ['+5', 'Enter it as 5, or add | number: "." behind the column in the template.'],
    [' 12', 'Enter it as 12, or add | number: "." behind the column in the template.'],
    ['many', 'Enter a plain number such as 1234.5.'],
    ['', 'Enter a plain number such as 1234.5.'],
    ['[5]', 'Enter a plain number such as 1234.5.'],
  ])('for %j is: %s', (value, advice) => {
    expect(numberAdvice(value)).toBe(advice);
  });

  it('fits into the 200 characters that a detail of a problem has, however long the number is', () => {
    for (const value of [
      `+${'1'.repeat(60)}%`,
      `${'123'.padEnd(48, ',123')}%`,
      `USD$ ${'9'.repeat(500)}`,
    ])
      expect(numberAdvice(value).length).toBeLessThanOrEqual(200);
  });
});
