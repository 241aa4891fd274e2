import type { Extension, TransactionSpec } from '@codemirror/state';
import { EditorView, type KeyBinding } from '@codemirror/view';
import { breakLine, eraseBackward, type Typed, typeCharacter } from './typing';

/** What is typed as a transaction. @param userEvent CodeMirror's name of what the person did */
export const edit = ({ from, to, insert, cursor }: Typed, userEvent: string): TransactionSpec => ({
  changes: { from, to, insert },
  selection: { anchor: cursor },
  scrollIntoView: true,
  userEvent,
});

/** Typed characters bring or step over their counterparts. */
export const pairing: Extension = EditorView.inputHandler.of((view, from, to, typed) => {
  // A character that is being composed, such as an accent, is not finished yet.
  const single = from === to && !view.composing && !view.compositionStarted;
  const result = single ? typeCharacter(view.state.doc.toString(), from, typed) : undefined;
  if (result === undefined) return false;
  view.dispatch(edit(result, 'input.type'));
  return true;
});

function onEnter(view: EditorView): boolean {
  const { from, to } = view.state.selection.main;
  view.dispatch(edit(breakLine(view.state.doc.toString(), from, to), 'input'));
  return true;
}

function onBackspace(view: EditorView): boolean {
  const { empty, head } = view.state.selection.main;
  const erased = empty ? eraseBackward(view.state.doc.toString(), head) : undefined;
  if (erased === undefined) return false;
  view.dispatch(edit(erased, 'delete.backward'));
  return true;
}

function onSelectAll(view: EditorView): boolean {
  view.dispatch({
    selection: { anchor: 0, head: view.state.doc.length },
    userEvent: 'select',
  });
  return true;
}

/** Keys that change the text or what is selected of it, whatever is shown beside it. */
export const typingKeys: readonly KeyBinding[] = [
  { key: 'Enter', run: onEnter, shift: onEnter },
  { key: 'Backspace', run: onBackspace },
  { key: 'Mod-a', run: onSelectAll },
];
