import { parse } from '@babel/parser';

/** A node of Babel's tree, as far as it is walked here. Lines are 1-based. */
export interface Node {
  readonly type: string;
  readonly loc: {
    readonly start: { readonly line: number };
    readonly end: { readonly line: number };
  };
  readonly leadingComments?: readonly { readonly type: string; readonly value: string }[] | null;
  readonly [member: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'loc' in value;

/** The tree of a TypeScript file. */
export function treeOf(name: string, text: string): Node {
  const file: unknown = parse(text, {
    sourceType: 'module',
    plugins: name.endsWith('x') ? ['typescript', 'jsx'] : ['typescript'],
  }).program;
  if (!isNode(file)) throw new Error(`${name} cannot be read`);
  return file;
}

/** The nodes directly below one, each with the member under which it stands. */
function childrenOf(node: Node): { readonly member: string; readonly child: Node }[] {
  return Object.entries(node).flatMap(([member, value]) =>
    member.endsWith('Comments')
      ? []
      : (Array.isArray(value) ? value : [value]).filter(isNode).map((child) => ({ member, child })),
  );
}

/** Visits a tree from the top, with the parent of each node. */
export function walk(node: Node, visit: (node: Node, parent: Node | undefined) => void): void {
  const below = (at: Node, parent: Node | undefined): void => {
    visit(at, parent);
    for (const { child } of childrenOf(at)) below(child, at);
  };
  below(node, undefined);
}

/** Whether a doc comment stands right before a node. */
export const isDocumented = ({ leadingComments }: Node): boolean =>
  leadingComments?.some(({ type, value }) => type === 'CommentBlock' && value.startsWith('*')) ===
  true;
