import { cellValue } from '../../src/apps-script/sheet-cells';

const ZONE = 'Europe/Berlin';

describe('what a cell means', () => {
  it.each([
    ['=1.15*100', 1.15 * 100, 115],
    ['=0.1+0.2', 0.1 + 0.2, 0.3],
    ['=1.1*1.1', 1.1 * 1.1, 1.21],
    ['=-0.7*10', -0.7 * 10, -7],
    ['a number of 15 digits', 0.123456789012345, 0.123456789012345],
    ['a whole number of 16 digits', 1234567890123456, 1234567890123456],
    ['a small number', 1.453e-7, 1.453e-7],
    ['a large number', 1e300, 1e300],
  ])('of %s is its value at 15 digits', (_, value, meant) => {
    expect(cellValue(value, '', ZONE)).toBe(meant);
  });

  it('of a text, a tick box and an empty cell is themselves', () => {
    expect(['007', true, ''].map((value) => cellValue(value, '', ZONE))).toEqual(['007', true, '']);
  });

  it('of an image in the cell is an error', () => {
    expect(cellValue({ toString: () => 'CellImage' }, '', ZONE)).toBe('#IMAGE!');
  });
});
