import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * The gates are ES modules that rollup loads; a child process asks them, as rollup does. One asks for
 * all texts, since reading a bundle is slow for as long as the reader is cold.
 * @returns what is wrong with each text
 */
const gate = (
  file: 'code-gate' | 'html-gate',
  name: 'checkCode' | 'checkHtml',
  texts: readonly string[],
): string[][] =>
  JSON.parse(
    execFileSync(
      'node',
      [
        '--input-type=module',
        '--eval',
        `import { ${name} } from './test/bundle/${file}.mjs'; import { readFileSync } from 'node:fs'; console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map((text) => ${name}(text))));`,
      ],
      {
        input: JSON.stringify(texts),
        encoding: 'utf8',
      },
    ),
  ) as string[][];

const code = readFileSync('dist/Code.js', 'utf8');
/** Its gate's figure. */
const LIMIT_BYTES = Number(
  /LIMIT_BYTES = ([\d_]+)/
    .exec(readFileSync('test/bundle/code-gate.mjs', 'utf8'))?.[1]
    ?.replaceAll('_', ''),
);
const page = readFileSync('dist/sidebar.html', 'utf8');

describe('Code.js', () => {
  const additions: [string, string, RegExp][] = [
    ['an import', 'import x from "y";', /no ES2020 script/],
    ['a private field', 'class A { #x = 1 }', /no ES2020 script/],
    ['a static field', 'class A { static x = 1 }', /no ES2020 script/],
    [
      'a service that is touched at load',
      'SpreadsheetApp.getActiveSpreadsheet();',
      /does not load/,
    ],
    ['a browser global that is needed at load', 'var address = new URL("x:");', /does not load/],
    ['a Node global that is needed at load', 'var b = Buffer.from("x");', /does not load/],
    ['a further global function', 'function stray() {}', /adds the global stray/],
    ['more bytes than it may have', `//${'x'.repeat(LIMIT_BYTES)}`, /at most \d+ are allowed/],
  ];
  const [built, lacking, ...added] = gate('code-gate', 'checkCode', [
    code,
    code.replace('function onOpen() { return', 'function onOpened() { return'),
    ...additions.map(([, addition]) => `${code}\n${addition}`),
  ]);

  test('passes its gate', () => expect(built).toEqual([]));

  test('has at most three per cent of room, so that growth is seen', () => {
    expect(Buffer.byteLength(code)).toBeGreaterThan(LIMIT_BYTES * 0.97);
  });

  test.each(additions.map(([what, , reason], index) => [what, reason, index] as const))(
    'with %s is refused',
    (_, reason, index) => expect(added[index]?.join()).toMatch(reason),
  );

  test('without one of its entry points is refused', () => {
    expect(lacking?.join()).toMatch(/lacks the global onOpen/);
  });
});

describe('sidebar.html', () => {
  const additions: [string, string][] = [
    ['a letter that is not ASCII', '<p>\u00e9</p>'],
    ['an HTML comment', '<!-- x -->'],
    ['the beginning of a scriptlet', '<?= x ?>'],
    ['// in a script', '<script>var a = "http://x";</script>'],
    ['/* in a script', '<script>var a = "/*";</script>'],
    ['/* in a style', '<style>a { } /* x */</style>'],
    ['more than 400 KB', '<p></p>'.repeat(60_000)],
  ];
  const [built, ...added] = gate('html-gate', 'checkHtml', [
    page,
    ...additions.map(([, addition]) => page + addition),
  ]);

  test('passes its gate', () => expect(built).toEqual([]));

  test.each(additions.map(([what], index) => [what, index] as const))(
    'with %s is refused',
    (_, index) => expect(added[index]?.length).toBeGreaterThan(0),
  );
});

describe('what clasp would push', () => {
  test('is the bundle, the pages and the manifest, and nothing else', () => {
    const project = mkdtempSync(join(tmpdir(), 'clasp-'));
    cpSync('dist', join(project, 'dist'), { recursive: true });
    writeFileSync(
      join(project, '.clasp.json'),
      JSON.stringify({ scriptId: 'offline', rootDir: 'dist' }),
    );
    const output = execFileSync(
      resolve('node_modules/.bin/clasp'),
      ['show-file-status', '--json'],
      { cwd: project, encoding: 'utf8' },
    );
    const status = JSON.parse(output) as { filesToPush: string[] };
    expect(status.filesToPush.map((file) => file.replace(/^.*dist\//, 'dist/')).sort()).toEqual([
      'dist/Code.js',
      'dist/about.html',
      'dist/appsscript.json',
      'dist/sidebar.html',
    ]);
  });

  test('asks for the scopes that the product explains, and for V8', () => {
    const manifest = JSON.parse(readFileSync('dist/appsscript.json', 'utf8')) as {
      runtimeVersion: string;
      oauthScopes: string[];
    };
    expect(manifest.runtimeVersion).toBe('V8');
    expect(
      manifest.oauthScopes
        .map((scope) => scope.replace('https://www.googleapis.com/auth/', ''))
        .sort(),
    ).toEqual([
      'script.container.ui',
      'script.external_request',
      'script.scriptapp',
      'script.send_mail',
      'spreadsheets.currentonly',
      'userinfo.email',
    ]);
  });
});
