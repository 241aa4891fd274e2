import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type BuildContext, context, type PluginBuild } from 'esbuild';
import { accept } from '../../sandbox/runtime/script';
import { groupBy } from '../../src/value/group';

/** A change of the sources: a text that occurs once in a file, and what stands in its place. */
export interface Change {
  /** From the root of the project. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** Where a text stands in a source, however the formatter has laid out either of them. */
function layoutFree(find: string): RegExp {
  const tokens = find.match(/[\w$]+|[^\w$\s]/g) ?? [];
  const last = /[)\]}]/;
  const parts = tokens.map((token, place) => {
    const escaped = token.replace(/[^\w\s]/g, '\\$&');
    if (token === ',' && last.test(tokens[place + 1] ?? '')) return ',?';
    return last.test(token) && tokens[place - 1] !== ',' ? `(?:,\\s*)?${escaped}` : escaped;
  });
  return new RegExp(parts.join('\\s*'), 'g');
}

/** The text of a file with its changes. @throws where one does not fit exactly once: the source was changed, and its mutant must follow. */
export function changed(file: string, changes: readonly Change[]): string {
  return changes.reduce(
    (text, { find, replace }) => {
      const [place, ...more] = [...text.matchAll(layoutFree(find))];
      if (place === undefined || more.length > 0)
        throw new Error(`This does not occur exactly once in ${file}: ${find}`);
      return text.slice(0, place.index) + replace + text.slice(place.index + place[0].length);
    },
    readFileSync(file, 'utf8'),
  );
}

const MAIN = 'src/apps-script/main.ts';
const NAME = 'LagoUsageSync';

const ENTRY_POINTS = [...readFileSync(MAIN, 'utf8').matchAll(/^export function (\w+)/gm)].map(
  ([, name = '']) => name,
);

/** Google finds callable functions by their top-level statements. */
const FOOTER = ENTRY_POINTS.map(
  (name) => `function ${name}() { return ${NAME}.${name}.apply(this, arguments); }`,
).join('\n');

const CHANGEABLE = /[\\/]src[\\/].*\.ts$/;

/**
 * Builds Code.js of changed sources as the build makes it, without making it small. What was read
 * for one bundle serves the next, so that only what changed is read again.
 */
export class Mutator {
  #byFile: ReadonlyMap<string, readonly Change[]> = new Map();
  #context: BuildContext<{ write: false }> | undefined;

  /** The text with these changes. @throws where one does not fit exactly once, or is no part of it */
  async codeOf(changes: readonly Change[]): Promise<string> {
    this.#byFile = groupBy(changes, ({ file }) => resolve(file));
    this.#context ??= await this.#open();
    const [file] = (await this.#context.rebuild()).outputFiles;
    if (file === undefined) throw new Error('Nothing was built.');
    accept(file.text, ENTRY_POINTS);
    return file.text;
  }

  async close(): Promise<void> {
    await this.#context?.dispose();
  }

  #open(): Promise<BuildContext<{ write: false }>> {
    return context({
      entryPoints: [MAIN],
      bundle: true,
      write: false,
      format: 'iife',
      globalName: NAME,
      target: 'es2020',
      charset: 'ascii',
      legalComments: 'none',
      logLevel: 'silent',
      footer: { js: FOOTER },
      plugins: [{ name: 'changes', setup: (build: PluginBuild) => this.#plant(build) }],
    });
  }

  #plant({ onStart, onLoad, onEnd }: PluginBuild): void {
    const open = new Set<string>();
    onStart(() => {
      for (const path of this.#byFile.keys()) open.add(path);
    });
    onLoad({ filter: CHANGEABLE }, ({ path }) => {
      const wanted = this.#byFile.get(path);
      if (wanted === undefined) return undefined;
      open.delete(path);
      return { contents: changed(path, wanted), loader: 'ts' };
    });
    onEnd(() => {
      const errors = [...open].map((path) => ({ text: `${path} is no part of Code.js` }));
      open.clear();
      return { errors };
    });
  }
}
