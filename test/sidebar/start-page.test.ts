import { existsSync, readdirSync, readFileSync } from 'node:fs';

const page = readFileSync('docs/start.md', 'utf8');
/** What Google itself shows. */
const OF_GOOGLE = ['Extensions'];

const textOf = (path: string): string =>
  readFileSync(path, 'utf8')
    .replace(/\{'\\u2019'\}|\\u2019/g, "'")
    .replace(/\s+/g, ' ');

/** Everything that the sidebar and the menu can say. */
const sources = [
  textOf('src/apps-script/main.ts'),
  ...readdirSync('src/sidebar', { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => textOf(`src/sidebar/${name}`)),
].join('\n');

describe('docs/start.md', () => {
  const named = [...page.matchAll(/\*\*(.+?)\*\*/g)].map(([, name = '']) =>
    name.replace(/\.$/, ''),
  );
  test.each([...new Set(named)].filter((name) => name !== 'bold' && !OF_GOOGLE.includes(name)))(
    'names “%s” as the screen does',
    (name) => {
      expect(sources).toContain(name);
    },
  );

  const links = [...page.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, path = '']) => path);
  test.each([...new Set(links)])('leads to %s, which is there', (path) => {
    expect(existsSync(`docs/${path}`)).toBe(true);
  });
});
