import { readdirSync, readFileSync } from 'node:fs';
import { AREAS, READ, RUN, RUN_CLICKHOUSE, RUN_POSTGRES } from './facts/facts';
import { LAGO_PAGE, lagoPage } from './lago-page';

const FOLDER = 'test/lago-fake';

/** A title with what calls it in front, such as `describe(` or the end of a table of `it.each`. */
const TITLED = /(describe(?:\.each\([^()]*\))?)?\(\s*(?:'([^'\n]+)'|"([^"\n]+)"),\s*(?:async )?\(/g;

/** Every test of a file as `file: group > title`. */
function testsOf(file: string): string[] {
  const text = readFileSync(`${FOLDER}/${file}`, 'utf8');
  const tests: string[] = [];
  let group: { title: string; end: number } | undefined;
  for (const { index, 0: matched, 1: opens, 2: plain, 3: quoted } of text.matchAll(TITLED)) {
    const title = plain ?? quoted ?? '';
    if (group !== undefined && index > group.end) group = undefined;
    if (opens !== undefined) group = { title, end: text.indexOf('\n});', index + matched.length) };
    else
      tests.push(
        `${file.replace('.test.ts', '')}: ${group === undefined ? '' : `${group.title} > `}${title}`,
      );
  }
  return tests;
}

const tests = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.test.ts'))
  .flatMap(testsOf);

const facts = AREAS.flatMap((area) => area.facts);

test('every fact about Lago is held by tests that are there', () => {
  const missing = facts.flatMap((fact) =>
    fact.tests.filter((name) => !tests.includes(name)).map((name) => `${fact.id}: ${name}`),
  );
  expect(missing).toEqual([]);
  expect(facts.filter((fact) => fact.tests.length === 0)).toEqual([]);
});

test('every fact says whether somebody ran it, and the page repeats that', () => {
  const page = readFileSync(LAGO_PAGE, 'utf8');
  for (const { id, known } of facts) {
    expect([RUN, RUN_POSTGRES, RUN_CLICKHOUSE, READ]).toContain(known);
    const entry = page.slice(page.indexOf(`- **${id}** `)).split('\n- **')[0];
    expect(entry).toContain(`_${known}; `);
  }
});

test('no two facts have one id, and no two tests one name', () => {
  const repeated = (names: string[]): string[] =>
    names.filter((name, place) => names.indexOf(name) !== place);
  expect(repeated(facts.map(({ id }) => id))).toEqual([]);
  expect(repeated(tests)).toEqual([]);
});

test('docs/lago.md says what the facts say (npm run docs writes it)', () => {
  expect(readFileSync(LAGO_PAGE, 'utf8')).toBe(lagoPage());
});
