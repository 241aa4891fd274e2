import { history, historyKeymap, isolateHistory } from '@codemirror/commands';
import {
  Annotation,
  Compartment,
  EditorSelection,
  EditorState,
  type Extension,
  Prec,
  type TransactionSpec,
} from '@codemirror/state';
import { type Command, EditorView, keymap, type ViewUpdate } from '@codemirror/view';
import type { Fix, TemplateProblem } from '../../rpc/contract';
import type { Known, Proposal } from './completions';
import { carryProblems, editBetween } from './fix';
import { allProblems, marks, PROBLEM_CLASS, problemsAt, setProblems, underlined } from './marks';
import { listAt, type ProposalList, selectBy } from './proposal-list';
import { sentTexts } from './sent-texts';
import { breakLine, eraseBackward, type Typed, typeCharacter } from './typing';

/** Who the text field is, for a screen reader. `describedBy` are ids of elements, separated by spaces. */
export interface EditorName {
  readonly id: string;
  readonly label: string;
  readonly describedBy: string;
}

/** What is shown beside a place of the text. */
export type Content =
  | { readonly kind: 'proposals'; readonly list: ProposalList }
  | { readonly kind: 'problems'; readonly problems: readonly TemplateProblem[] };

/** Where it is shown: beneath the line, or above it where there is more room; CSS lengths from the edges of the editor. */
export type Side = { readonly top: string } | { readonly bottom: string };

export interface Popover {
  readonly content: Content;
  readonly side: Side;
}

export interface EditorOptions {
  /** The element around the editor and what is shown beside its text. */
  readonly frame: HTMLElement;
  readonly text: string;
  readonly name: EditorName;
  /** Asked whenever there could be something to propose. */
  readonly known: () => Known;
  /** Called with each text that a person makes, not with those that come by `setText`. */
  readonly onText: (text: string) => void;
  /** Called with what is to be shown beside the text, undefined for nothing. */
  readonly onPopover: (popover: Popover | undefined) => void;
}

/** CodeMirror's part of the editor: text, cursor, history and marks. What floats beside the text is drawn by the component. Offsets are 0-based characters. */
export interface TemplateEditorView {
  setName(name: EditorName): void;
  /** Takes over a text of the screen's own, as one step that can be undone. A text that the screen only repeats changes nothing. */
  setText(text: string): void;
  /** Underlines the problems that were found in the text `checked`, as far as they still hold. */
  setProblems(found: readonly TemplateProblem[], checked: string): void;
  /** Puts the cursor around these characters, into view and into focus. */
  select(from: number, to: number): void;
  text(): string;
  take(proposal: Proposal): void;
  repair(fix: Fix): void;
  close(): void;
}

/** Ids of the list of proposals and of its entries, for a screen reader that stays in the text field. */
export const listId = (id: string): string => `${id}-proposals`;
export const entryId = (id: string, index: number): string => `${id}-proposal-${index}`;

/** The class of the element that holds what is shown beside the text. */
export const POPOVER_CLASS = 'template-popover';

/** Below this height (in pixels) the room above the line is taken, if it is larger. */
const ROOM = 200;
/** Between the line and what is shown beside it, in pixels. */
const GAP = 4;
/** How long words stay after the pointer has left them, so that it can reach their buttons. */
const LINGER_MS = 300;
const PAGE = 5;

/** Marks what the screen put in, which it need not be told. */
const fromScreen = Annotation.define<true>();

interface Shown {
  readonly content: Content;
  /** The place (offset) beside which it stands. */
  readonly at: number;
  /** Shown for the pointer, and gone with it; else for the cursor. */
  readonly hovered: boolean;
}

function attributes(
  { id, label, describedBy }: EditorName,
  content: Content | undefined,
): Record<string, string> {
  const fixed = {
    id,
    'aria-label': label,
    'aria-describedby': describedBy,
    'aria-autocomplete': 'list',
    'aria-haspopup': 'listbox',
  };
  return content?.kind === 'proposals'
    ? {
        ...fixed,
        'aria-controls': listId(id),
        'aria-activedescendant': entryId(id, content.list.selected),
      }
    : fixed;
}

const edit = ({ from, to, insert, cursor }: Typed, userEvent: string): TransactionSpec => ({
  changes: { from, to, insert },
  selection: { anchor: cursor },
  scrollIntoView: true,
  userEvent,
});

const wordsOf = (problems: readonly TemplateProblem[]): string =>
  problems.map(({ message, remedy }) => `${message} ${remedy}`).join(' ');

class Editor implements TemplateEditorView {
  readonly #options: EditorOptions;
  readonly #naming = new Compartment();
  readonly #sent: ReturnType<typeof sentTexts>;
  readonly #view: EditorView;
  #name: EditorName;
  #shown: Shown | undefined;
  #leaving: ReturnType<typeof setTimeout> | undefined;
  readonly #listening = new AbortController();

  constructor(parent: HTMLElement, options: EditorOptions) {
    this.#options = options;
    this.#name = options.name;
    this.#sent = sentTexts(options.text);
    this.#view = new EditorView({
      parent,
      state: EditorState.create({ doc: options.text, extensions: this.#extensions() }),
    });
    this.#listen();
  }

  /** What happens in the editor and in what is shown beside its text. */
  #listen(): void {
    const { frame } = this.#options;
    const { signal } = this.#listening;
    const inPopover = ({ target }: Event): boolean =>
      target instanceof Element && target.closest(`.${POPOVER_CLASS}`) !== null;
    frame.addEventListener(
      'mousemove',
      (event) => (inPopover(event) ? clearTimeout(this.#leaving) : this.#onPointer(event)),
      { signal },
    );
    frame.addEventListener('mouseleave', () => this.#leaveSoon(), { signal });
    // The text keeps the focus while something beside it is clicked.
    frame.addEventListener('mousedown', (event) => inPopover(event) && event.preventDefault(), {
      signal,
    });
    frame.addEventListener(
      'focusout',
      ({ relatedTarget }) => {
        // The words of a problem have buttons: they stay while one of them has the focus.
        if (!(relatedTarget instanceof Node && frame.contains(relatedTarget))) this.#dismiss();
      },
      { signal },
    );
    frame.addEventListener(
      'keydown',
      (event) => {
        if (event.key !== 'Escape' || event.defaultPrevented || !this.#dismiss()) return;
        event.preventDefault();
        this.#view.focus();
      },
      { signal },
    );
  }

  #extensions(): Extension {
    return [
      history(),
      this.#keys(),
      EditorView.inputHandler.of((view, from, to, typed) => {
        // A character that is being composed, such as an accent, is not finished yet.
        const single = from === to && !view.composing && !view.compositionStarted;
        const result = single ? typeCharacter(view.state.doc.toString(), from, typed) : undefined;
        if (result === undefined) return false;
        view.dispatch(edit(result, 'input.type'));
        return true;
      }),
      marks,
      EditorView.lineWrapping,
      EditorState.tabSize.of(2),
      this.#naming.of(EditorView.contentAttributes.of(attributes(this.#name, undefined))),
      EditorView.updateListener.of((update) => this.#onUpdate(update)),
      EditorView.domEventHandlers({
        scroll: () => this.#draw(),
      }),
    ];
  }

  #keys(): Extension {
    const inList =
      (act: (list: ProposalList) => void): Command =>
      () => {
        const content = this.#shown?.content;
        if (content?.kind !== 'proposals') return false;
        act(content.list);
        return true;
      };
    const step = (steps: number): Command => inList((list) => this.#propose(selectBy(list, steps)));
    const ask: Command = ({ state }) => {
      this.#propose(
        listAt(state.doc.toString(), state.selection.main.head, this.#options.known(), true),
      );
      return true;
    };
    return [
      Prec.high(
        keymap.of([
          { key: 'ArrowDown', run: step(1) },
          { key: 'ArrowUp', run: step(-1) },
          { key: 'PageDown', run: step(PAGE) },
          { key: 'PageUp', run: step(-PAGE) },
          {
            key: 'Enter',
            run: inList(({ shown, selected }) => {
              const proposal = shown[selected];
              if (proposal !== undefined) this.take(proposal);
            }),
          },
        ]),
      ),
      keymap.of([
        { key: 'Ctrl-Space', run: ask },
        // macOS may keep Control and space for itself.
        { mac: 'Alt-`', run: ask },
        { key: 'Escape', run: () => this.#dismiss() },
        { key: 'F8', run: () => this.#goToProblem(1), shift: () => this.#goToProblem(-1) },
        { key: 'Enter', run: (view) => this.#onEnter(view), shift: (view) => this.#onEnter(view) },
        { key: 'Backspace', run: (view) => this.#onBackspace(view) },
        {
          key: 'Mod-a',
          run: (view) => {
            view.dispatch({
              selection: { anchor: 0, head: view.state.doc.length },
              userEvent: 'select',
            });
            return true;
          },
        },
        ...historyKeymap,
      ]),
    ];
  }

  #onEnter(view: EditorView): boolean {
    const { from, to } = view.state.selection.main;
    view.dispatch(edit(breakLine(view.state.doc.toString(), from, to), 'input'));
    return true;
  }

  #onBackspace(view: EditorView): boolean {
    const { empty, head } = view.state.selection.main;
    const erased = empty ? eraseBackward(view.state.doc.toString(), head) : undefined;
    if (erased === undefined) return false;
    view.dispatch(edit(erased, 'delete.backward'));
    return true;
  }

  #onUpdate({ state, docChanged, selectionSet, transactions, changes }: ViewUpdate): void {
    const { head } = state.selection.main;
    if (docChanged) {
      let longest = 0;
      changes.iterChanges((_from, _to, begin, end) => {
        longest = Math.max(longest, end - begin);
      });
      // A bracket comes with its counterpart; anything longer was pasted or put in.
      const typed = transactions.some((each) => each.isUserEvent('input.type')) && longest <= 2;
      const list = this.#shown?.content.kind === 'proposals' ? this.#shown.content.list : undefined;
      const goesOn = list !== undefined && transactions.some((each) => each.isUserEvent('delete'));
      const text = state.doc.toString();
      this.#propose(
        typed || goesOn
          ? listAt(text, head, this.#options.known(), list?.asked ?? false)
          : undefined,
      );
      if (transactions.some((each) => each.annotation(fromScreen) !== true && each.docChanged)) {
        this.#sent.send(text);
        this.#options.onText(text);
      }
    } else if (selectionSet) this.#tell(head, false);
    else if (transactions.some(({ effects }) => effects.some((effect) => effect.is(setProblems))))
      this.#retell();
  }

  #propose(list: ProposalList | undefined): void {
    this.#show(
      list === undefined
        ? undefined
        : {
            content: { kind: 'proposals', list },
            at: this.#view.state.selection.main.head,
            hovered: false,
          },
    );
  }

  /** Shows the problems at a place, beside the text and to a screen reader. */
  #tell(at: number, hovered: boolean): void {
    const problems = problemsAt(this.#view.state, at);
    this.#show(
      problems.length === 0 ? undefined : { content: { kind: 'problems', problems }, at, hovered },
    );
    if (problems.length > 0 && !hovered)
      this.#view.dispatch({ effects: EditorView.announce.of(wordsOf(problems)) });
  }

  /** Newly found problems take the place of those which are shown; they do not push themselves forward. */
  #retell(): void {
    if (this.#shown?.content.kind !== 'problems') return;
    const problems = problemsAt(this.#view.state, this.#shown.at);
    this.#show(
      problems.length === 0
        ? undefined
        : { ...this.#shown, content: { kind: 'problems', problems } },
    );
  }

  #show(shown: Shown | undefined): void {
    clearTimeout(this.#leaving);
    if (shown === undefined && this.#shown === undefined) return;
    const wasList = this.#shown?.content.kind === 'proposals';
    this.#shown = shown;
    if (wasList || shown?.content.kind === 'proposals') this.#rename();
    this.#draw();
  }

  #draw(): void {
    this.#view.requestMeasure({
      key: this,
      read: () => (this.#shown === undefined ? undefined : this.#sideOf(this.#shown.at)),
      write: (side) =>
        this.#options.onPopover(
          this.#shown === undefined || side === undefined
            ? undefined
            : { content: this.#shown.content, side },
        ),
    });
  }

  #sideOf(at: number): Side | undefined {
    const line = this.#view.coordsAtPos(at);
    if (line === null) return undefined;
    const { top, bottom } = this.#view.dom.getBoundingClientRect();
    const below = window.innerHeight - line.bottom;
    return below >= ROOM || below >= line.top
      ? { top: `${line.bottom - top + GAP}px` }
      : { bottom: `${bottom - line.top + GAP}px` };
  }

  #rename(): void {
    const named = EditorView.contentAttributes.of(attributes(this.#name, this.#shown?.content));
    this.#view.dispatch({ effects: this.#naming.reconfigure(named) });
  }

  #onPointer(event: MouseEvent): void {
    if (this.#shown !== undefined && !this.#shown.hovered) return;
    const onProblem =
      event.target instanceof Element && event.target.closest(`.${PROBLEM_CLASS}`) !== null;
    const at = onProblem ? this.#view.posAtCoords({ x: event.clientX, y: event.clientY }) : null;
    if (at === null) this.#leaveSoon();
    else if (this.#shown === undefined) this.#tell(at, true);
    else clearTimeout(this.#leaving);
  }

  #leaveSoon(): void {
    clearTimeout(this.#leaving);
    if (this.#shown?.hovered === true) this.#leaving = setTimeout(() => this.#dismiss(), LINGER_MS);
  }

  #goToProblem(direction: 1 | -1): boolean {
    const { state } = this.#view;
    const { from: cursor } = state.selection.main;
    const found = allProblems(state);
    const next =
      direction === 1
        ? (found.find(({ from }) => from > cursor) ?? found[0])
        : (found.filter(({ from }) => from < cursor).pop() ?? found[found.length - 1]);
    if (next === undefined) return false;
    const [from, to] = underlined(next, state.doc.length);
    this.select(from, to);
    return true;
  }

  setName(name: EditorName): void {
    this.#name = name;
    this.#rename();
  }

  setText(text: string): void {
    const shown = this.text();
    if (!this.#sent.isNew(text, shown)) return;
    const changes = editBetween(shown, text);
    if (changes === undefined) return;
    this.#view.dispatch({ changes, annotations: [fromScreen.of(true), isolateHistory.of('full')] });
  }

  setProblems(found: readonly TemplateProblem[], checked: string): void {
    this.#view.dispatch({ effects: setProblems.of(carryProblems(found, checked, this.text())) });
  }

  select(from: number, to: number): void {
    const { length } = this.#view.state.doc;
    const [begin, end] = [Math.min(from, length), Math.min(to, length)];
    this.#view.focus();
    // The cursor is at the beginning, beside which the words of a problem are shown.
    this.#view.dispatch({
      selection: EditorSelection.single(end, begin),
      scrollIntoView: true,
      userEvent: 'select',
    });
  }

  text(): string {
    return this.#view.state.doc.toString();
  }

  take({ from, to, insert, cursor = insert.length }: Proposal): void {
    this.#view.dispatch(edit({ from, to, insert, cursor: from + cursor }, 'input.complete'));
    this.#view.focus();
  }

  repair({ edits }: Fix): void {
    const changes = edits.map(({ from, to, insert }) => ({ from, to, insert }));
    this.#view.dispatch({ changes, scrollIntoView: true, userEvent: 'input.fix' });
    this.#view.focus();
  }

  #dismiss(): boolean {
    if (this.#shown === undefined) return false;
    this.#show(undefined);
    return true;
  }

  close(): void {
    clearTimeout(this.#leaving);
    this.#listening.abort();
    this.#view.destroy();
  }
}

export const openEditor = (parent: HTMLElement, options: EditorOptions): TemplateEditorView =>
  new Editor(parent, options);
