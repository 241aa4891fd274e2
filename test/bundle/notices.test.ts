import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

interface ModuleSize {
  readonly module: string;
  readonly bytes: number;
}

const about = readFileSync('dist/about.html', 'utf8');

/** Modules that ship, as rollup has noted them. */
const modules = ['LagoUsageSync', 'sidebar'].flatMap(
  (file) => JSON.parse(readFileSync(`build/modules-${file}.json`, 'utf8')) as ModuleSize[],
);

/** Packages that ship: the last folder of `node_modules` in a module's path, with its scope. */
const packages = [
  ...new Set(
    modules.flatMap(({ module }) => {
      const [, inside] = module.split(/.*node_modules\//);
      if (inside === undefined) return [];
      return inside
        .split('/')
        .slice(0, inside.startsWith('@') ? 2 : 1)
        .join('/');
    }),
  ),
].sort();

const plain = (html: string): string =>
  html.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));

/** What about.html says, by the name of the package. */
const notices = new Map(
  [...about.matchAll(/<h2>(\S+) (\S+) \(([^)]+)\)<\/h2>\s<pre>([\s\S]*?)<\/pre>/g)].map(
    ([, name = '', version, license, text = '']) => [name, { version, license, text: plain(text) }],
  ),
);

describe('about.html', () => {
  test('names every package of which a module ships, and no other', () => {
    expect([...notices.keys()].sort()).toEqual(packages);
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(packages).toEqual(expect.arrayContaining(Object.keys(dependencies)));
  });

  test.each(packages)('has the copyright and the whole licence of %s', (name) => {
    const { version, license } = JSON.parse(
      readFileSync(`node_modules/${name}/package.json`, 'utf8'),
    ) as { version: string; license: string };
    const notice = notices.get(name);
    expect(notice).toMatchObject({ version, license });
    expect(notice?.text).toMatch(/copyright/i);
    // The last words of the two licences: nothing is cut off.
    expect(notice?.text.replace(/\s+/g, ' ')).toMatch(
      license === 'MIT'
        ? /The above copyright notice and this permission notice shall be included .* DEALINGS IN THE SOFTWARE/i
        : /Redistributions in binary form must reproduce .* POSSIBILITY OF SUCH DAMAGE/,
    );
  });

  test('has our own licence', () => {
    expect(plain(about)).toContain(readFileSync('LICENSE', 'utf8').trim());
  });

  test('is ASCII, and is named in both files that it belongs to', () => {
    expect(about).toMatch(/^[\x09\x0a\x20-\x7e]*$/);
    expect(readFileSync('dist/Code.js', 'utf8').split('\n')[0]).toContain('about.html');
    expect(readFileSync('dist/sidebar.html', 'utf8').slice(0, 200)).toContain('about.html');
  });
});

/** @returns the first line of what it says against it; empty if it may ship */
const refusal = (folder: string): string => {
  try {
    execFileSync(
      'node',
      [
        '--input-type=module',
        '--eval',
        `import { aboutPage } from './test/bundle/notices.mjs'; aboutPage([${JSON.stringify(folder)}]);`,
      ],
      { encoding: 'utf8', stdio: 'pipe' },
    );
    return '';
  } catch (error) {
    return /Error: (.*)/.exec(String((error as { stderr: string }).stderr))?.[1] ?? 'unknown';
  }
};

test('a package of a licence that asks for more than its notice stops the build', () => {
  expect(refusal('node_modules/axe-core')).toBe('axe-core may not ship: its licence is MPL-2.0.');
  expect(refusal('node_modules/preact')).toBe('');
});

test('every package of package-lock.json has its checksum, those of other platforms too', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { integrity?: string }>;
  };
  const others = Object.entries(packages).filter(([path]) => path !== '');
  expect(others.length).toBeGreaterThan(500);
  expect(
    others.filter(([, { integrity = '' }]) => !/^sha512-[\w+/]{86}==$/.test(integrity)),
  ).toEqual([]);
});
