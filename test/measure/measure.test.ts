import { circlesIn } from '../../measure/circles';
import { countDuplicates } from '../../measure/duplicates';
import { figuresOf } from '../../measure/file-figures';

describe('a file', () => {
  const figures = figuresOf(
    'src/sample.ts',
    `import type { Other } from './other';

/** Says why. */
export interface Box {
  /** In cents. */
  readonly amount: number;
  readonly name: string;
}

export function long(a: number, b: number, c: unknown): string {
  const inner = () => a + b;
  return [inner()].map((value) => String(value)).join(c as string);
}

const fixed = { a: 1 } as const;
`,
  );

  test('is as long as its lines', () => {
    expect(figures.lines).toBe(15);
    expect(Math.max(...figures.lineLengths)).toBe(67);
  });

  test('has the lines of its named functions, and the parameters of all', () => {
    expect(figures.functions).toEqual([4, 1]);
    expect(figures.parameters).toEqual([3, 0, 1]);
  });

  test('has documented and undocumented exports and members', () => {
    expect(figures.exports).toEqual([true, false]);
    expect(figures.members).toEqual([true, false]);
  });

  test('has casts, of which `as const` is none', () => {
    expect(figures.casts).toBe(1);
  });

  test('imports types too', () => {
    expect(figures.imports).toEqual(['./other']);
  });
});

test('files that import each other in a loop are one circle, and what hangs on it is none', () => {
  expect(
    circlesIn(
      new Map([
        ['a', ['b']],
        ['b', ['c']],
        ['c', ['a', 'd']],
        ['d', []],
        ['e', ['a']],
      ]),
    ),
  ).toEqual([['a', 'b', 'c']]);
});

describe('duplicates', () => {
  const run = (from: number, length: number): string =>
    Array.from({ length }, (_, index) => `call(${from + index});`).join('\n');

  test('are six equal lines in two places, however long they go on', () => {
    expect(
      countDuplicates(
        new Map([
          ['a', `${run(0, 9)}\nother();`],
          ['b', `first();\n${run(0, 9)}`],
        ]),
      ),
    ).toBe(1);
  });

  test('are not five', () => {
    expect(
      countDuplicates(
        new Map([
          ['a', run(0, 5)],
          ['b', run(0, 5)],
        ]),
      ),
    ).toBe(0);
  });

  test('are no imports, comments and brackets', () => {
    const imports = Array.from({ length: 8 }, (_, index) => `import { a${index} } from './a';`);
    expect(
      countDuplicates(
        new Map([
          ['a', imports.join('\n')],
          ['b', imports.join('\n')],
        ]),
      ),
    ).toBe(0);
  });
});
