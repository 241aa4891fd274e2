import { isDocumented, type Node, treeOf, walk } from './syntax';

/** What is counted in one file. */
export interface FileFigures {
  readonly name: string;
  readonly lines: number;
  /** Lines of each function that has a name or is the value of something that has one. */
  readonly functions: readonly number[];
  /** Parameters of every function. */
  readonly parameters: readonly number[];
  /** Of each exported declaration: whether it has a doc comment. */
  readonly exports: readonly boolean[];
  /**
   * Of each member of an exported interface, object type or class: whether it has a doc comment.
   */
  readonly members: readonly boolean[];
  readonly casts: number;
  readonly anys: number;
  readonly lineLengths: readonly number[];
  /** Relative addresses of what it imports, types included. */
  readonly imports: readonly string[];
}

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'ClassPrivateMethod',
  'ObjectMethod',
]);
const NAMING = new Set(['VariableDeclarator', 'ObjectProperty', 'ClassProperty']);
const METHODS = /Declaration$|Method$/;
const MEMBERS = new Set(['TSPropertySignature', 'TSMethodSignature']);
const CLASS_MEMBERS = new Set(['ClassMethod', 'ClassProperty', 'ClassAccessorProperty']);

const linesOf = ({ loc }: Node): number => loc.end.line - loc.start.line + 1;

const isNamed = (node: Node, parent: Node | undefined): boolean =>
  METHODS.test(node.type) || NAMING.has(parent?.type ?? '');

const isConstAssertion = ({ typeAnnotation }: Node): boolean =>
  JSON.stringify(typeAnnotation).includes('"name":"const"');

const isPublic = ({ type, accessibility, kind }: Node): boolean =>
  CLASS_MEMBERS.has(type) && accessibility !== 'private' && kind !== 'constructor';

const BODIES = new Set(['TSInterfaceBody', 'TSTypeLiteral', 'ClassBody']);

/** The body of an exported interface, class or object type; not those of types inside of it. */
function bodyOf(declaration: Node): Node | undefined {
  const { body, typeAnnotation } = declaration as { body?: Node; typeAnnotation?: Node };
  return [body, typeAnnotation].find((node) => node !== undefined && BODIES.has(node.type));
}

function membersOf(declaration: Node): boolean[] {
  const body = bodyOf(declaration);
  const found: boolean[] = [];
  if (body === undefined) return found;
  walk(body, (node, parent) => {
    if (parent === body && (MEMBERS.has(node.type) || isPublic(node)))
      found.push(isDocumented(node));
  });
  return found;
}

/** Counts what is in the text of a file. */
export function figuresOf(name: string, text: string): FileFigures {
  const functions: number[] = [];
  const parameters: number[] = [];
  const exports: boolean[] = [];
  const members: boolean[] = [];
  const imports: string[] = [];
  let casts = 0;
  let anys = 0;
  walk(treeOf(name, text), (node, parent) => {
    if (FUNCTIONS.has(node.type)) {
      parameters.push((node['params'] as readonly unknown[]).length);
      if (isNamed(node, parent)) functions.push(linesOf(node));
    }
    if (node.type === 'TSAsExpression' && !isConstAssertion(node)) casts++;
    if (node.type === 'TSAnyKeyword') anys++;
    const source = node['source'] as { readonly value?: unknown } | null | undefined;
    if (typeof source?.value === 'string' && source.value.startsWith('.'))
      imports.push(source.value);
    const declaration = node['declaration'] as Node | null | undefined;
    if (node.type !== 'ExportNamedDeclaration' || !declaration) return;
    exports.push(isDocumented(node));
    if (/^TS|^Class/.test(declaration.type)) members.push(...membersOf(declaration));
  });
  const lines = text.replace(/\n$/, '').split('\n');
  return {
    name,
    lines: lines.length,
    functions,
    parameters,
    exports,
    members,
    casts,
    anys,
    lineLengths: lines.map(({ length }) => length),
    imports,
  };
}
