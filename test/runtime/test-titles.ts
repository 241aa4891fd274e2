import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';

/** A node of swc's tree, of which only calls are looked at. */
interface Node {
  readonly type?: string;
  readonly [part: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** The name under which a call is made, without `.each(…)`, whose titles stand in a second call. */
function calledName({ callee }: Node): string | undefined {
  if (!isNode(callee)) return undefined;
  if (callee.type === 'Identifier') return String(callee['value']);
  const inner = callee.type === 'CallExpression' ? callee['callee'] : undefined;
  if (!isNode(inner) || inner.type !== 'MemberExpression') return undefined;
  const { object, property } = inner;
  return isNode(object) && isNode(property) && property['value'] === 'each'
    ? String(object['value'])
    : undefined;
}

function argumentsOf({ arguments: list }: Node): (Node | undefined)[] {
  return Array.isArray(list)
    ? list.map(({ expression }: { readonly expression: unknown }) =>
        isNode(expression) ? expression : undefined,
      )
    : [];
}

function titlesIn(node: unknown, groups: readonly string[]): string[] {
  if (Array.isArray(node)) return node.flatMap((each) => titlesIn(each, groups));
  if (!isNode(node)) return [];
  const name = node.type === 'CallExpression' ? calledName(node) : undefined;
  const title = name === undefined ? undefined : argumentsOf(node)[0];
  if (title?.type === 'StringLiteral') {
    const path = [...groups, String(title['value'])];
    if (name === 'test' || name === 'it') return [path.join(' > ')];
    if (name === 'describe') return titlesIn(argumentsOf(node).slice(1), path);
  }
  return Object.values(node).flatMap((each) => titlesIn(each, groups));
}

/** Every test below `folder` that is not switched off, as `runtime/a.test.ts > group > title`; titles of tables as they are written. */
export function testTitles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .flatMap((file) =>
      titlesIn(
        parseSync(readFileSync(join(folder, file), 'utf8'), {
          syntax: 'typescript',
          target: 'es2022',
        }),
        [file],
      ),
    );
}
