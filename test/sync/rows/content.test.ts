import fc from 'fast-check';
import {
  type Content,
  contentOf,
  contentText,
  digest,
  LeftContents,
  sameContent,
} from '../../../src/sync/rows/content';
import type { Cell, CellValue } from '../../../src/value/cell';
import { instantOf } from '../../../src/value/time';

const columns = [
  { name: 'a', header: 'A' },
  { name: 'b', header: 'B' },
];
const cells = (values: Readonly<Record<string, CellValue>>, shown = 'shown'): Map<string, Cell> =>
  new Map(Object.entries(values).map(([name, value]) => [name, { value, shown }]));
const content = (values: Readonly<Record<string, CellValue>>): Content =>
  contentOf(cells(values), columns);
const at = (iso: string, zone = 'UTC', shown = ':'): CellValue =>
  instantOf(Date.parse(iso), shown, zone);

describe('a digest', () => {
  it('is the beginning of a SHA-256', () => {
    expect(digest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223');
    expect(digest('é😀')).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('a row says the same', () => {
  it.each<[string, Record<string, CellValue>, Record<string, CellValue>, boolean]>([
    ['with the same values', { a: 1, b: 'x' }, { a: 1, b: 'x' }, true],
    [
      'with another value in a column that is not read',
      { a: 1, b: 'x', c: 1 },
      { a: 1, b: 'x', c: 2 },
      true,
    ],
    [
      'with an instant some ms earlier',
      { a: at('2026-03-02T10:00:00Z') },
      { a: at('2026-03-02T09:59:59.999Z') },
      true,
    ],
    [
      'with the same wall clock in another zone',
      { a: at('2026-03-02T10:00:00Z') },
      { a: at('2026-03-02T09:00:00Z', 'Europe/Berlin') },
      true,
    ],
    ['with a missing and an empty cell', { a: 1 }, { a: 1, b: '' }, true],
    ['but not with another value', { a: 1, b: 'x' }, { a: 2, b: 'x' }, false],
    ['but not with a number and the same as text', { a: 1 }, { a: '1' }, false],
    ['but not with values that changed places', { a: 'x', b: 'y' }, { a: 'y', b: 'x' }, false],
    [
      'but not with an instant a second later',
      { a: at('2026-03-02T10:00:00Z') },
      { a: at('2026-03-02T10:00:01Z') },
      false,
    ],
    ['but not with a tick', { a: true }, { a: false }, false],
    ['but not with another long text', { a: 'x'.repeat(99) }, { a: `${'x'.repeat(98)}y` }, false],
    [
      'but not with the digest of its long text',
      { a: 'x'.repeat(99) },
      { a: `#${digest(JSON.stringify('x'.repeat(99)))}` },
      false,
    ],
  ])('%s', (_, before, after, same) => {
    expect(sameContent(content(before), content(after))).toBe(same);
    expect(contentText(content(before)) === contentText(content(after))).toBe(same);
  });

  it('whatever the sheet shows', () => {
    expect(contentOf(cells({ a: 1, b: 2 }, '1.00'), columns)).toEqual(
      contentOf(cells({ b: 2, a: 1 }, '1'), columns),
    );
  });

  it('in the columns that were read then and are picked now', () => {
    expect(sameContent({ A: '1', Gone: '2' }, { A: '1', B: '3' })).toBe(true);
    expect(sameContent({ A: '1', Gone: '2' }, { A: '9', B: '3' })).toBe(false);
  });

  it('only for the same values', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean());
    fc.assert(
      fc.property(value, value, (left, right) => {
        expect(sameContent(content({ a: left }), content({ a: right }))).toBe(
          Object.is(left, right),
        );
      }),
    );
  });
});

describe('gone rows', () => {
  it('are found by all but the key, each once', () => {
    const gone = new LeftContents(
      [
        { key: 'x', content: { Key: '"x"', A: '1' } },
        { key: 'y', content: { Key: '"y"', A: '1' } },
        { key: 'z', content: { Key: '"z"', A: '2' } },
      ],
      new Set(['A', 'B']),
    );
    const equal = { Key: '"new"', A: '1', B: '5' };
    expect([gone.take(equal), gone.take(equal), gone.take(equal)]).toEqual(['x', 'y', undefined]);
    expect(gone.take({ Key: '"new"', A: '3' })).toBeUndefined();
  });

  it('of which nothing but the key was read look like no row', () => {
    expect(
      new LeftContents([{ key: 'x', content: { Key: '"x"' } }], new Set(['A'])).take({
        Key: '"y"',
        A: '1',
      }),
    ).toBeUndefined();
  });
});
