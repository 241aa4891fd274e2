import { isEmpty, isError, isImprecise, isInstant } from '../../src/value/cell';

describe('a cell’s value', () => {
  it.each([
    ['', true],
    [' \t\n\u00a0', true],
    ['0', false],
    [0, false],
    [false, false],
    [{ ms: 0, dateOnly: false, wall: '1970-01-01 00:00:00' }, false],
  ])('%j is empty: %j', (value, expected) => {
    expect(isEmpty(value)).toBe(expected);
  });

  it.each([
    ['#N/A', true],
    ['#SPILL!', true],
    ['Loading...', true],
    ['#N/A ', false],
    ['#n/a', false],
    [0, false],
    [true, false],
  ])('%j is an error: %j', (value, expected) => {
    expect(isError(value)).toBe(expected);
  });

  it.each([
    [999_999_999_999_999, false],
    [1_000_000_000_000_000, true],
    [-1_000_000_000_000_000, true],
    [1e300, true],
    ['1000000000000000', false],
    [0.1234567890123456, false],
  ])('%j is imprecise: %j', (value, expected) => {
    expect(isImprecise(value)).toBe(expected);
  });

  it.each([
    [{ ms: 0, dateOnly: true }, true],
    [{ ms: 0 }, false],
    [null, false],
    ['2026-03-02', false],
  ])('%j is an instant: %j', (value, expected) => {
    expect(isInstant(value)).toBe(expected);
  });
});
