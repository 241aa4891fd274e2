import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const sourcesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => join(folder, file));

const violations = (folders: readonly string[], pattern: RegExp): string[] =>
  folders.flatMap(sourcesIn).flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
      ),
  );

const PURE = [
  'src/value',
  'src/problem',
  'src/template',
  'src/schema',
  'src/sync',
  'src/lago',
  'src/rpc',
];

test('the pure folders take time and chance as values (add them to the Clock port instead)', () => {
  expect(
    violations(PURE, /Math\.random|\bDate\b\s*[.(]|new Date\b|\.now\(\)(?<!clock\.now\(\))/),
  ).toEqual([]);
});

test('pure code returns its problems; only an EventCheck that has to ask Lago throws one', () => {
  const found = violations(PURE, /\bthrow new ProblemError\b|(?<!function )\brequired\(/);
  expect(found.map((line) => line.replace(/:.*/, '')).sort()).toEqual([
    'src/lago/catalog-reader.ts',
    'src/lago/catalog-reader.ts',
    'src/lago/customer-zones.ts',
    'src/problem/problem.ts',
  ]);
});

test('sandbox and conform share no code with src: they import types, or they would agree with our mistakes', () => {
  expect(
    violations(['sandbox', 'conform'], /^import (?!type\b).*from '\.\.\/(\.\.\/)?src\//),
  ).toEqual([]);
});

test('no line of the product is longer than 100 characters (a comment is broken by hand)', () => {
  expect(violations(['src'], /^.{101,}/)).toEqual([]);
});

test('nothing is suppressed and nothing is left for later', () => {
  const marks = [
    '@ts-' + 'ignore',
    '@ts-' + 'expect-error',
    'biome-' + 'ignore',
    'TO' + 'DO',
    'FIX' + 'ME',
  ];
  expect(
    violations(
      ['src', 'sandbox', 'conform', 'test', 'bench', 'measure'],
      new RegExp(marks.join('|')),
    ),
  ).toEqual([]);
});

test('lock and manifest name no download host', () => {
  expect(readFileSync('package-lock.json', 'utf8')).not.toMatch(/"resolved"/);
});
