import fc from 'fast-check';
import { tries } from '../bundle/long';
import { cellsOf, propertiesOf, refusalOf, withProperties } from './fixture';

/** What Lago gets for an expression that reads `row.quantity`. */
const made = (expression: string, quantity: number | string) =>
  propertiesOf(`{ "n": {{ ${expression} }} }`, cellsOf({ quantity }))['n'];

describe('a filter for numbers', () => {
  it.each([
    ['row.quantity | times: 100', 1.15, 115],
    ['row.quantity | times: 3', 0.1, 0.3],
    ['row.quantity | plus: 0.2', 0.1, 0.3],
    ['row.quantity | minus: 0.1', 0.3, 0.2],
    ['row.quantity | times: 100 | ceil', 1.1, 110],
    ['row.quantity | times: 100 | floor', 0.29, 29],
    ['row.quantity | divided_by: 0.1 | ceil', 6, 60],
    ['row.quantity | divided_by: 4', 1, 0.25],
    ['row.quantity | divided_by: 3', 2, '0.66666666666666666667'],
    ['row.quantity | divided_by: 3 | round: 2', 2, 0.67],
    ['row.quantity | divided_by: -3', 2, '-0.66666666666666666667'],
    ['row.quantity | times: 1.23456789012345', 1.23456789012345, '1.5241578753238669120562399025'],
    ['row.quantity | modulo: 0.1', 0.3, 0],
    ['row.quantity | modulo: 3', -7, 2],
    ['row.quantity | modulo: -3', 7, -2],
    ['row.quantity | abs', -4.5, 4.5],
    ['row.quantity | ceil', -1.5, -1],
    ['row.quantity | floor', -1.5, -2],
    ['row.quantity | floor', -2, -2],
    ['row.quantity | round', 2.5, 3],
    ['row.quantity | round', -2.5, -3],
    ['row.quantity | round: 2', 1.005, 1.01],
    ['row.quantity | round: -2', 1250, 1300],
    ['row.quantity | at_least: 0.3', 0.1, 0.3],
    ['row.quantity | at_most: 0.3', 0.1, 0.1],
    ['row.quantity | times: 2', '9007199254740993', '18014398509481986'],
    ['row.quantity | plus: 0', 1e-7, '0.0000001'],
    ['row.quantity | number: "," | times: 3', '0,1', 0.3],
  ])('computes %s of %p exactly: %p', (expression, quantity, result) => {
    expect(made(expression, quantity)).toBe(result);
  });

  it('writes into a text without an exponent', () => {
    expect(
      propertiesOf(
        '{ "n": "{{ row.quantity | times: 0.1 }} and {{ row.quantity | times: 0.1 | append: "!" }}" }',
        cellsOf({ quantity: 1e-7 }),
      ),
    ).toEqual({ n: '0.00000001 and 0.00000001!' });
  });

  it.each([
    ['row.quantity | times: 2', '1,234'],
    ['row.quantity | times: row.note', 5],
  ])(
    'holds the row where %s of %p meets no number, and names its column',
    (expression, quantity) => {
      expect(
        refusalOf(withProperties(`{ "n": {{ ${expression} }} }`), cellsOf({ quantity })),
      ).toEqual(['row.not-a-number']);
    },
  );
});

describe('a number of more digits than anybody counts with', () => {
  const ONES = '1'.repeat(50_000);

  it.each([
    ['row.quantity | times: row.quantity', ONES],
    ['row.quantity | plus: 1', `0.${'0'.repeat(600)}1`],
    [`row.quantity${' | times: 1.23456789'.repeat(100)}`, 1.5],
    ['row.quantity | round: 2.5', 1.5],
  ])('is not calculated with: %s', (expression, quantity) => {
    const text = withProperties(`{ "n": {{ ${expression} }} }`);
    expect(refusalOf(text, cellsOf({ quantity }))).toEqual(['row.render']);
  });

  it('is none that is rounded to more places than it has', () => {
    expect(made('row.quantity | round: 100000', 1.5)).toBe(1.5);
    expect(made('row.quantity | round: -100000', 1.5)).toBe(0);
  });
});

/** A decimal as a whole number of billionths of billionths: independent of how the product computes. */
const SCALE = 18;
function scaled(text: string): bigint {
  const [, sign, whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const magnitude = BigInt(whole + fraction.padEnd(SCALE, '0'));
  return sign === '-' ? -magnitude : magnitude;
}
const UNIT = 10n ** BigInt(SCALE);

type Step = readonly [filter: string, operand: string];

/** Each filter on whole billionths of billionths; `times` by a whole number only, so that nothing is lost. */
const EXPECTED: Readonly<Record<string, (value: bigint, operand: bigint) => bigint>> = {
  plus: (value, operand) => value + operand,
  minus: (value, operand) => value - operand,
  times: (value, operand) => (value * operand) / UNIT,
  at_least: (value, operand) => (value - operand < 0n ? operand : value),
  at_most: (value, operand) => (value - operand > 0n ? operand : value),
  floor: (value) => value - (((value % UNIT) + UNIT) % UNIT),
  ceil: (value) => value + (((-value % UNIT) + UNIT) % UNIT),
  abs: (value) => (value < 0n ? -value : value),
  modulo: (value, operand) => ((value % operand) + operand) % operand,
};

test('random chains of filters give what whole numbers of the smallest unit give', () => {
  const amount = fc
    .tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 0, max: 6 }))
    .map(([digits, places]) => (digits / 10 ** places).toFixed(places));
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.tuple(fc.constantFrom('plus', 'minus', 'at_least', 'at_most'), amount),
    fc.tuple(
      fc.constant('times'),
      fc.integer({ min: -50, max: 50 }).map((each) => String(each)),
    ),
    fc.tuple(
      fc.constant('modulo'),
      fc.integer({ min: 1, max: 99 }).map((each) => (each / 10).toFixed(1)),
    ),
    fc.tuple(fc.constantFrom('floor', 'ceil', 'abs'), fc.constant('')),
  );
  fc.assert(
    fc.property(amount, fc.array(step, { minLength: 1, maxLength: 5 }), (first, steps) => {
      const expression = steps.reduce(
        (text, [filter, operand]) => `${text} | ${filter}${operand === '' ? '' : `: ${operand}`}`,
        'row.quantity',
      );
      const expected = steps.reduce(
        (value, [filter, operand]) =>
          EXPECTED[filter]?.(value, scaled(operand === '' ? '0' : operand)) ?? value,
        scaled(first),
      );
      expect(scaled(String(made(`${expression} | append: ""`, Number(first))))).toBe(expected);
    }),
    { numRuns: tries(1_000), seed: 20_261_129 },
  );
});

describe('json', () => {
  it.each([
    ['{{ row.note | json }}', 'a "b"', 'a "b"'],
    ['{{ row.note | json }}', true, true],
    ['{{ row.note | split: "," | json }}', 'eu,us', ['eu', 'us']],
    ['{% assign tags = row.note | split: "," | json %}{{ tags }}', 'eu', ['eu']],
    ['"{% assign tags = row.note | split: "," | json %}{{ tags }}"', 'eu', '["eu"]'],
  ])('%s of %j is %j', (output, note, expected) => {
    expect(propertiesOf(`{ "n": ${output} }`, cellsOf({ note }))).toEqual({ n: expected });
  });
});
