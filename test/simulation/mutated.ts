import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';

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

/** Google finds callable functions by their top-level statements. */
function entryPoints(): string {
  const names = [...readFileSync(MAIN, 'utf8').matchAll(/^export function (\w+)/gm)].map(
    ([, name]) => name,
  );
  return names
    .map((name) => `function ${name}() { return ${NAME}.${name}.apply(this, arguments); }`)
    .join('\n');
}

const CHANGEABLE = /[\\/]src[\\/].*\.ts$/;

/** The text of a Code.js as the build makes it, of changed sources; without making it small. */
export async function codeOf(changes: readonly Change[]): Promise<string> {
  const byFile = new Map<string, Change[]>();
  for (const change of changes)
    byFile.set(resolve(change.file), [...(byFile.get(resolve(change.file)) ?? []), change]);
  const built = await build({
    entryPoints: [MAIN],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: NAME,
    target: 'es2020',
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'silent',
    footer: { js: entryPoints() },
    plugins: [
      {
        name: 'changes',
        setup({ onLoad, onEnd }) {
          const open = new Set(byFile.keys());
          onLoad({ filter: CHANGEABLE }, ({ path }) => {
            const wanted = byFile.get(path);
            if (wanted === undefined) return undefined;
            open.delete(path);
            return { contents: changed(path, wanted), loader: 'ts' };
          });
          onEnd(() =>
            open.size === 0
              ? undefined
              : { errors: [...open].map((path) => ({ text: `${path} is no part of Code.js` })) },
          );
        },
      },
    ],
  });
  const [file] = built.outputFiles;
  if (file === undefined) throw new Error('Nothing was built.');
  return file.text;
}
