import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { type AnyNode, parse } from 'acorn';

/** A bundle as Apps Script accepts it, compiled once for all executions. */
export interface Bundle {
  readonly compiled: Script;
  /** What `google.script.run` offers: functions at the top level whose names do not end in `_`. */
  readonly callable: ReadonlySet<string>;
}

const known = new Map<string, Bundle>();

/**
 * Google's parser refuses newer syntax and modules when the file is saved (google: realm.syntax).
 */
export function bundle(code: string): Bundle {
  return known.get(code) ?? accept(code, readOnce(code));
}

/**
 * Takes a bundle whose functions the caller knows, because it has just built it for this syntax:
 * reading a whole bundle for them takes half a second.
 */
export function accept(code: string, callable: readonly string[]): Bundle {
  const accepted = {
    callable: new Set(callable),
    compiled: new Script(code, { filename: 'Code.js' }),
  };
  known.set(code, accepted);
  return accepted;
}

/**
 * Reading a whole bundle takes half a second, and each process loads it: what was found is kept
 * beside the temporary files, by the code's digest.
 */
const LARGE = 100_000;

function readOnce(code: string): readonly string[] {
  if (code.length < LARGE) return callableFunctions(code);
  const place = join(
    tmpdir(),
    `lago-usage-sync-functions-${createHash('sha256').update(code).digest('hex')}.json`,
  );
  if (existsSync(place)) return JSON.parse(readFileSync(place, 'utf8')) as string[];
  const found = callableFunctions(code);
  // Another process may read it at any moment: it is there wholly or not at all.
  const unfinished = `${place}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify(found));
  renameSync(unfinished, place);
  return found;
}

function callableFunctions(code: string): readonly string[] {
  const { body } = parse(code, { ecmaVersion: 2020, sourceType: 'script' });
  return body.flatMap(functionNames).filter((name) => !name.endsWith('_'));
}

function functionNames(node: AnyNode): string[] {
  if (node.type === 'FunctionDeclaration') return node.id ? [node.id.name] : [];
  if (node.type !== 'VariableDeclaration') return [];
  return node.declarations.flatMap(({ id, init }) =>
    id.type === 'Identifier' &&
    (init?.type === 'ArrowFunctionExpression' || init?.type === 'FunctionExpression')
      ? [id.name]
      : [],
  );
}
