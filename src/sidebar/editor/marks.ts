import {
  type EditorState,
  type Extension,
  StateEffect,
  StateField,
  type Text,
} from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';
import type { TemplateProblem } from '../../rpc/contract';
import { moveProblem } from './fix';
import { scan, type TokenKind } from './tokens';
import { bracketPair } from './typing';

/** The class of an underlined problem. styles/editor.css gives all classes of marks their looks. */
export const PROBLEM_CLASS = 'template-problem';

const tokenClass = (kind: TokenKind): string => `token-${kind}`;
const liquidMark = Decoration.mark({ class: 'liquid' });
const bracketMark = Decoration.mark({ class: 'bracket' });
const problemMark = Decoration.mark({ class: PROBLEM_CLASS });

function paint(doc: Text): DecorationSet {
  const { tokens, blocks } = scan(doc.toString());
  return Decoration.set(
    [
      ...blocks.map(({ from, to }) => liquidMark.range(from, to)),
      ...tokens.map(({ from, to, kind }) =>
        Decoration.mark({ class: tokenClass(kind) }).range(from, to),
      ),
    ],
    true,
  );
}

/**
 * The colour of each piece. The whole text is scanned again at every change, because a template has
 * only some thousand characters.
 */
const colours = StateField.define<DecorationSet>({
  create: ({ doc }) => paint(doc),
  update: (painted, { docChanged, newDoc }) => (docChanged ? paint(newDoc) : painted),
  provide: (field) => EditorView.decorations.from(field),
});

const brackets = EditorView.decorations.compute(['doc', 'selection'], ({ doc, selection }) => {
  const pair = selection.main.empty ? bracketPair(doc.toString(), selection.main.head) : undefined;
  return pair === undefined
    ? Decoration.none
    : Decoration.set(pair.map((at) => bracketMark.range(at, at + 1)));
});

/** Replaces the problems; their offsets are those of the text as it stands. */
export const setProblems = StateEffect.define<readonly TemplateProblem[]>();

/**
 * What is underlined for a problem: if it is about a place between two characters, the one beside
 * it.
 */
export function underlined(
  { from, to }: TemplateProblem,
  length: number,
): readonly [number, number] {
  if (from < to) return [from, to];
  return from < length ? [from, from + 1] : [Math.max(0, from - 1), from];
}

/**
 * With each change of the text the problems that it touches go until the next check, and the others
 * move along with their fixes.
 */
const problems = StateField.define<readonly TemplateProblem[]>({
  create: () => [],
  update(known, { docChanged, changes, effects }) {
    const moved = docChanged
      ? known.flatMap((problem) => moveProblem(problem, changes) ?? [])
      : known;
    return effects.reduce(
      (latest, effect) => (effect.is(setProblems) ? effect.value : latest),
      moved,
    );
  },
  provide: (field) =>
    EditorView.decorations.compute([field], (state) =>
      Decoration.set(
        state.field(field).flatMap((problem) => {
          const [from, to] = underlined(problem, state.doc.length);
          return from < to ? [problemMark.range(from, to)] : [];
        }),
        true,
      ),
    ),
});

/** The problems whose underline touches a place, in the order of the text. */
export const problemsAt = (state: EditorState, at: number): readonly TemplateProblem[] =>
  allProblems(state).filter((problem) => {
    const [from, to] = underlined(problem, state.doc.length);
    return from <= at && at <= to;
  });

const allProblems = (state: EditorState): readonly TemplateProblem[] =>
  [...state.field(problems)].sort((left, right) => left.from - right.from || left.to - right.to);

/**
 * The first problem behind the cursor, or before it for -1. The last one is followed by the first.
 */
export function nextProblem(state: EditorState, direction: 1 | -1): TemplateProblem | undefined {
  const cursor = state.selection.main.from;
  const found = allProblems(state);
  return direction === 1
    ? (found.find(({ from }) => from > cursor) ?? found[0])
    : (found.filter(({ from }) => from < cursor).pop() ?? found[found.length - 1]);
}

/** Everything that is marked in the text: colours, the brackets at the cursor, problems. */
export const marks: Extension = [colours, brackets, problems];
