import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import commonjs from '@rollup/plugin-commonjs';
import nodeResolve from '@rollup/plugin-node-resolve';
import { minifySync } from '@swc/core';
import { tokenizer } from 'acorn';
import { buildSync } from 'esbuild';
import esbuild from 'rollup-plugin-esbuild';
import { BUNDLE, checkCode, ENTRY_POINTS } from './test/bundle/code-gate.mjs';
import { checkHtml } from './test/bundle/html-gate.mjs';
import { largest, sizesOf } from './test/bundle/module-sizes.mjs';
import { aboutPage, packagesOf } from './test/bundle/notices.mjs';

const refuse = (context, problems) => {
  if (problems.length > 0) context.error(problems.join('\n'));
};

/** Where licences of what a file contains are: they ask for their notice in every copy. */
const NOTICE = '// Contains software of others. Their licences: about.html, or About in the menu.';

/** Packages of the bundles that were made so far. */
const shipped = new Set();

/**
 * Notes what a bundle is made of: in `build/`, for tests and whoever wonders about its size, and for
 * the page with the licences.
 */
function noteModules(chunk, name) {
  const sizes = sizesOf(chunk);
  mkdirSync('build', { recursive: true });
  writeFileSync(`build/modules-${name}.json`, JSON.stringify(sizes));
  for (const folder of packagesOf(sizes.map(({ module }) => module))) shipped.add(folder);
  return sizes;
}

/** Google finds callable functions by their top-level statements, so each export of the bundle gets one. */
const entryPoints = (names, bundleName) => ({
  name: 'entry-points',
  renderChunk(code, chunk) {
    const missing = names.filter((name) => !chunk.exports.includes(name));
    refuse(
      this,
      missing.map((name) => `main.ts does not export ${name}`),
    );
    return {
      code: `${NOTICE}\n${code}\n${chunk.exports.map((name) => `function ${name}() { return ${bundleName}.${name}.apply(this, arguments); }`).join('\n')}\n`,
      map: null,
    };
  },
  generateBundle(_, bundle) {
    const chunk = bundle['Code.js'];
    const sizes = noteModules(chunk, bundleName);
    const problems = checkCode(chunk.code, names, bundleName);
    refuse(this, problems.length > 0 ? [...problems, 'Its largest modules:', largest(sizes)] : []);
    this.emitFile({
      type: 'asset',
      fileName: 'appsscript.json',
      source: readFileSync('appsscript.json', 'utf8'),
    });
  },
});

/** HtmlService takes // inside of a text for a comment: write it so that it does not look like one. */
function maskComments(code) {
  let result = '';
  let end = 0;
  const templates = [];
  for (const token of tokenizer(code, {
    ecmaVersion: 2022,
    sourceType: 'script',
    onComment: () => {},
  })) {
    if (token.type.label === 'string' || token.type.label === 'template') templates.push(token);
  }
  for (const { start, end: stop } of templates) {
    result +=
      code.slice(end, start) +
      code
        .slice(start, stop)
        .replace(/(?<=\/)[/*]/g, '\\$&')
        .replace(/<(?=[/!?])/g, '\\x3c');
    end = stop;
  }
  return result + code.slice(end);
}

/** Puts the sidebar's script and style into its one HTML file. */
const onePage = {
  name: 'one-page',
  generateBundle(_, bundle) {
    // esbuild writes small code; what a second minifier finds is 3 % of the page.
    const { code } = minifySync(bundle['sidebar.js'].code, {
      compress: { passes: 4, hoist_funs: true },
      mangle: true,
      ecma: 2020,
      format: { asciiOnly: true },
    });
    const [style] = buildSync({
      entryPoints: ['src/sidebar/styles/index.css'],
      bundle: true,
      write: false,
      minify: true,
      charset: 'ascii',
    }).outputFiles;
    const page = readFileSync('src/sidebar/sidebar.html', 'utf8')
      .replace('<style></style>', () => `<style>${style.text.trim()}</style>`)
      .replace('<script></script>', () => `<script>${maskComments(code.trim())}</script>`);
    const sizes = noteModules(bundle['sidebar.js'], 'sidebar');
    const problems = checkHtml(page);
    refuse(this, problems.length > 0 ? [...problems, 'Its largest modules:', largest(sizes)] : []);
    delete bundle['sidebar.js'];
    this.emitFile({ type: 'asset', fileName: 'sidebar.html', source: page });
    this.emitFile({ type: 'asset', fileName: 'about.html', source: aboutPage([...shipped]) });
  },
};

const transform = (options) => [
  nodeResolve({ browser: true, extensions: ['.mjs', '.js', '.ts', '.tsx'] }),
  commonjs(),
  esbuild({ charset: 'ascii', legalComments: 'none', ...options }),
];

const SELFTEST_FUNCTIONS = [
  'onOpen',
  'runSelftest',
  'openSelftestPage',
  'selftestTrigger',
  'selftestOrigin',
  'selftestKilled',
  'selftestFailsAfterWriting',
  'selftestTriggered',
  'selftestSteps',
  'selftestPrepare',
  'selftestLook',
  'selftestText',
  'selftestPage',
  'selftestCell',
  'selftestEcho',
  'selftestDate',
  'selftestGaps',
  'selftestFails',
];

/** Asks a real spreadsheet what the product and the fakes take for granted of Google: docs/platform.md. */
const selftest = {
  input: 'test/runtime/facts/main.ts',
  output: {
    file: 'dist-selftest/Code.js',
    format: 'iife',
    name: 'PlatformSelftest',
    extend: false,
  },
  plugins: [
    ...transform({ target: 'es2020', minifySyntax: true }),
    entryPoints(SELFTEST_FUNCTIONS, 'PlatformSelftest'),
    {
      name: 'pages',
      generateBundle() {
        for (const fileName of ['page.html', 'sidebar.html'])
          this.emitFile({
            type: 'asset',
            fileName,
            source: readFileSync(`test/runtime/facts/${fileName}`, 'utf8'),
          });
      },
    },
  ],
};

const product = [
  {
    input: 'src/apps-script/main.ts',
    output: { file: 'dist/Code.js', format: 'iife', name: BUNDLE, extend: false },
    // Of jsonc-parser only its parser is used; its formatter would make 1,200 texts in each execution.
    treeshake: { moduleSideEffects: (id) => !id.includes('/jsonc-parser/') },
    plugins: [
      // Google reads the whole file anew for each execution, so it is small.
      ...transform({ target: 'es2020', minify: true }),
      entryPoints(ENTRY_POINTS, BUNDLE),
    ],
  },
  {
    input: 'src/sidebar/main.tsx',
    output: { file: 'dist/sidebar.js', format: 'iife' },
    // CodeMirror's packages import the parsers of @lezer even where nothing of them is used.
    treeshake: { moduleSideEffects: (id) => !id.includes('/@lezer/') },
    // Browsers, unlike Apps Script, know private members; written for older ones they are a tenth of the editor.
    plugins: [
      ...transform({ target: 'es2022', minify: true, jsx: 'automatic', jsxImportSource: 'preact' }),
      onePage,
    ],
  },
];

/** `--configSelftest` builds the self-test in the place of the product. */
export default ({ configSelftest }) => (configSelftest ? selftest : product);
