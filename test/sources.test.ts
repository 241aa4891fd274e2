import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** Comments cite facts as `(lago: event.duplicate)` and `(google: lock.waits, lock.free)`. */
const CITATION = /\((lago|google): ([^()]+)\)/g;
const PAGES = { lago: 'docs/lago.md', google: 'docs/platform.md' } as const;
type Page = keyof typeof PAGES;

interface Citation {
  readonly page: Page;
  readonly id: string;
}

/** The text with its comments' line breaks taken out: a citation may go over two lines. */
const unbroken = (text: string): string => text.replace(/\s*\n\s*(?:\*(?!\/)|\/\/)?\s*/g, ' ');

const commentsIn = (text: string): string =>
  [...text.matchAll(/\/\*[\s\S]*?\*\/|\/\/.*(?:\n\s*\/\/.*)*|"check": .*/g)].join('\n\n');

const citationsIn = (text: string): Citation[] =>
  [...unbroken(commentsIn(text)).matchAll(CITATION)].flatMap(([, page, ids = '']) =>
    ids.split(', ').map((id) => ({ page: page as Page, id })),
  );

/** Names of Markdown files in a text, and sections of one. A fact's source may be a file of another project. */
const documentsIn = (text: string): string[] =>
  [...text.matchAll(/(?<![\w./-]|gas-fakes: )[\w./-]*\w\.md\b(?:,? section)?/g)].map(
    ([name]) => name,
  );

const factsOf = (page: Page): Set<string> =>
  new Set(
    [...readFileSync(PAGES[page], 'utf8').matchAll(/\*\*([\w.-]+)\*\* /g)].map(
      ([, id]) => id ?? '',
    ),
  );

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
}).split('\n');
const sources = files.filter((name) =>
  /^(src|sandbox|conform|test|bench|measure)\/.*\.(ts|tsx|mjs|css)$|^test\/lago\/check\/.*\.json$/.test(
    name,
  ),
);
const documents = new Set(
  files.filter((name) => name.endsWith('.md')).map((name) => basename(name)),
);
const texts = sources
  .filter((name) => name !== 'test/sources.test.ts')
  .map((name) => ({ name, text: readFileSync(name, 'utf8') }));

const known = { lago: factsOf('lago'), google: factsOf('google') };

test('every fact that a comment cites stands in docs/lago.md or docs/platform.md', () => {
  const unknown = texts.flatMap(({ name, text }) =>
    citationsIn(text)
      .filter(({ page, id }) => !known[page].has(id))
      .map(({ page, id }) => `${name}: ${page}: ${id}`),
  );
  expect(unknown).toEqual([]);
});

test('the product cites facts of both', () => {
  const cited = texts
    .filter(({ name }) => name.startsWith('src/'))
    .flatMap(({ text }) => citationsIn(text));
  expect(cited.filter(({ page }) => page === 'lago').length).toBeGreaterThan(30);
  expect(cited.filter(({ page }) => page === 'google').length).toBeGreaterThan(10);
});

test('no source and no document names a document that is not in this repository, or a section of one', () => {
  const pages = files
    .filter((name) => name.endsWith('.md'))
    .map((name) => ({ name, text: readFileSync(name, 'utf8') }));
  const missing = [...texts, ...pages].flatMap(({ name, text }) =>
    documentsIn(text)
      .filter((document) => document.endsWith('section') || !documents.has(basename(document)))
      .map((document) => `${name}: ${document}`),
  );
  expect(missing).toEqual([]);
});

describe('the reader of citations', () => {
  test('finds each id, also across a line break', () => {
    expect(
      citationsIn(
        `/** Says why (lago: event.duplicate,\n * batch.size). */\n// Or (google: lock.free)`,
      ),
    ).toEqual([
      { page: 'lago', id: 'event.duplicate' },
      { page: 'lago', id: 'batch.size' },
      { page: 'google', id: 'lock.free' },
    ]);
  });

  test('knows an id that is no fact', () => {
    const [wrong] = citationsIn('(lago: event.of-nothing)');
    expect(known.lago.has(wrong?.id ?? '')).toBe(false);
    expect(known.lago.has('event.duplicate')).toBe(true);
    expect(known.google.has('lock.free')).toBe(true);
  });

  test('sees documents and their sections', () => {
    expect(documentsIn('(see lago.md, section 9) and docs/lago.md')).toEqual([
      'lago.md, section',
      'docs/lago.md',
    ]);
  });
});
