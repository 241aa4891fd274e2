import { centsPerUnit } from '../../src/lago/currency';

test.each([
  ['EUR', 100],
  ['USD', 100],
  ['JPY', 1],
  ['CLP', 1],
  ['KWD', 1_000],
  ['', 100],
])('a unit of %j has %i of the smallest one', (code, expected) => {
  expect(centsPerUnit(code)).toBe(expected);
});
