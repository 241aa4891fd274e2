import { Script } from 'node:vm';
import { type AnyNode, parse } from 'acorn';

/** A bundle as Apps Script accepts it, compiled once for all executions. */
export interface Bundle {
  readonly compiled: Script;
  /** What `google.script.run` offers: functions at the top level whose names do not end in `_`. */
  readonly callable: ReadonlySet<string>;
}

const known = new Map<string, Bundle>();

/** Google's parser refuses newer syntax and modules when the file is saved (apps-script.md, section 1). */
export function bundle(code: string): Bundle {
  const loaded = known.get(code);
  if (loaded) return loaded;
  const accepted = { callable: callableFunctions(code), compiled: new Script(code, { filename: 'Code.js' }) };
  known.set(code, accepted);
  return accepted;
}

function callableFunctions(code: string): ReadonlySet<string> {
  const { body } = parse(code, { ecmaVersion: 2020, sourceType: 'script' });
  return new Set(body.flatMap(functionNames).filter((name) => !name.endsWith('_')));
}

function functionNames(node: AnyNode): string[] {
  if (node.type === 'FunctionDeclaration') return node.id ? [node.id.name] : [];
  if (node.type !== 'VariableDeclaration') return [];
  return node.declarations.flatMap(({ id, init }) =>
    id.type === 'Identifier' && (init?.type === 'ArrowFunctionExpression' || init?.type === 'FunctionExpression') ? [id.name] : [],
  );
}
