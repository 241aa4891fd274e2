import fc from 'fast-check';
import { applyEdits, editBetween, fixBetween } from '../../src/value/text-edit';

describe('the edits of a fix', () => {
  test('are all made, each in the place that it had in the text', () => {
    const edits = [
      { from: 0, to: 1, insert: 'xyz' },
      { from: 2, to: 2, insert: '-' },
      { from: 3, to: 4, insert: '' },
    ];
    expect(applyEdits('abcd', edits)).toBe('xyzb-c');
  });

  test('of another text change nothing', () => {
    expect(applyEdits('ab', [{ from: 1, to: 3, insert: 'x' }])).toBe('ab');
    expect(
      applyEdits('ab', [
        { from: 0, to: 2, insert: 'x' },
        { from: 1, to: 2, insert: 'y' },
      ]),
    ).toBe('ab');
    expect(applyEdits('ab', [{ from: -1, to: 1, insert: 'x' }])).toBe('ab');
  });
});

test('the edit between two texts turns one into the other', () => {
  expect(editBetween('same', 'same')).toBeUndefined();
  expect(editBetween('row.houers', 'row.hours')).toEqual({ from: 7, to: 8, insert: '' });
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const edit = editBetween(before, after);
      expect(edit === undefined ? before : applyEdits(before, [edit])).toBe(after);
    }),
  );
});

test('a fix between two texts has one edit, or none where they are the same', () => {
  expect(fixBetween('Repair', 'ab', 'axb')).toEqual({
    label: 'Repair',
    edits: [{ from: 1, to: 1, insert: 'x' }],
  });
  expect(fixBetween('Repair', 'ab', 'ab').edits).toEqual([]);
});
