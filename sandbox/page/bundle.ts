import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

export interface PageFiles {
  readonly html: string;
  readonly style: string;
  readonly script: string;
  /** `google.script.run` for the sidebar's frame. */
  readonly scriptRun: string;
}

/**
 * jest runs this file as CommonJS, where `import.meta` does not parse; both run with the project's
 * folder as the working directory.
 */
const FOLDER = join(process.cwd(), 'sandbox', 'page');

const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

async function bundle(entry: string): Promise<string> {
  const result = await build({
    entryPoints: [join(FOLDER, entry)],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfigRaw: '{}',
    logLevel: 'silent',
  });
  return result.outputFiles[0]?.text ?? '';
}

let made: Promise<PageFiles> | undefined;

/**
 * Makes what the browser loads; takes a tenth of a second, so it is done once, when the first
 * server starts.
 */
export function bundlePage(): Promise<PageFiles> {
  made ??= makePage();
  return made;
}

async function makePage(): Promise<PageFiles> {
  const tabulator = join(
    dirname(createRequire(join(FOLDER, 'bundle.ts')).resolve('tabulator-tables')),
    '..',
    'css',
    'tabulator_simple.min.css',
  );
  const [script, scriptRun] = await Promise.all([bundle('main.tsx'), bundle('script-run.ts')]);
  return {
    html: read('page.html'),
    style: `${readFileSync(tabulator, 'utf8')}\n${read('page.css')}`,
    script,
    scriptRun,
  };
}
