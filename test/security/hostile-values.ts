/** Values that stand where Lago has a text, a number, a list or an object. The marked texts become what JSON.stringify cannot write. */
export const HOSTILE_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  '',
  ' ',
  'x',
  '__proto__',
  'constructor',
  'toString',
  '-1',
  '1e999',
  'NaN',
  '99999-01-01T00:00:00.000Z',
  '2026-13-45T99:99:99Z',
  '\ud800',
  '<script>alert(1)</script>',
  '=1+1',
  0,
  -1,
  0.5,
  1e9,
  1e21,
  '@infinite@',
  '@deep@',
  '@prototype@',
  '@long@',
  {},
  [],
  [[]],
  [null],
  { toString: 1, valueOf: 1 },
  { toString: null, toJSON: 'x', length: 1e9 },
  { '': [1] },
];

const DEEP = 5_000;
const LONG = 70_000;

/** JSON text of a value in which the marks are replaced: a number that is no finite one, lists 5,000 deep, a key `__proto__`, a text of 70,000 letters. */
export const hostileJson = (value: unknown): string =>
  (JSON.stringify(value) ?? 'null')
    .replaceAll('"@infinite@"', '1e999')
    .replaceAll('"@deep@"', '['.repeat(DEEP) + ']'.repeat(DEEP))
    .replaceAll(
      '"@prototype@"',
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    )
    .replaceAll('"@long@"', `"${'x'.repeat(LONG)}"`);

type Container = Record<string, unknown> | unknown[];

const isContainer = (value: unknown): value is Container =>
  typeof value === 'object' && value !== null;

/** Every place of a JSON value, as its container and the key in it. */
export function placesIn(
  value: unknown,
): { readonly container: Container; readonly key: string }[] {
  if (!isContainer(value)) return [];
  return Object.keys(value).flatMap((key) => [
    { container: value, key },
    ...placesIn((value as Record<string, unknown>)[key]),
  ]);
}

/** Sets what stands at a place; `undefined` takes it away. */
export function setAt(
  { container, key }: { readonly container: Container; readonly key: string },
  value: unknown,
): void {
  if (value !== undefined) Object.assign(container, { [key]: value });
  else if (Array.isArray(container)) container.splice(Number(key), 1);
  else delete container[key];
}
