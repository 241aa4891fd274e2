import { history, historyKeymap, isolateHistory } from '@codemirror/commands';
import {
  Annotation,
  Compartment,
  EditorSelection,
  EditorState,
  type Extension,
  Prec,
} from '@codemirror/state';
import { type Command, EditorView, keymap, type ViewUpdate } from '@codemirror/view';
import type { Fix, TemplateProblem } from '../../rpc/contract';
import { editBetween } from '../../value/text-edit';
import { attributes, type EditorName } from './aria';
import type { Known, Proposal } from './completion/proposal';
import { listAt, type ProposalList, selectBy } from './completion/proposal-list';
import { carryProblems } from './fix';
import { marks, nextProblem, PROBLEM_CLASS, problemsAt, setProblems, underlined } from './marks';
import { POPOVER_CLASS, type Side, sideOf } from './popover-place';
import { sentTexts } from './sent-texts';
import { edit, pairing, typingKeys } from './typing-keys';

/** What is shown beside a place of the text: what can be written there, or what is wrong there. */
export type Content =
  | { readonly kind: 'proposals'; readonly list: ProposalList }
  | { readonly kind: 'problems'; readonly problems: readonly TemplateProblem[] };

/** What is to be drawn beside the text, and where. */
export interface Popover {
  readonly content: Content;
  /** The side of the line on which there is room. */
  readonly side: Side;
}

/** What an editor begins with, and whom it notifies. */
export interface EditorOptions {
  /** The element around the editor and what is shown beside its text. */
  readonly frame: HTMLElement;
  /** The text that it begins with. */
  readonly text: string;
  readonly name: EditorName;
  /** Asked whenever there could be something to propose. */
  readonly known: () => Known;
  /** Called with each text that a person makes, not with those that come by `setText`. */
  readonly onText: (text: string) => void;
  /** Called with what is to be shown beside the text, undefined for nothing. */
  readonly onPopover: (popover: Popover | undefined) => void;
}

/**
 * CodeMirror's part of the editor: text, cursor, history and marks. The component draws what floats
 * beside the text. Offsets are 0-based characters.
 */
export interface TemplateEditorView {
  /**
   * Takes over a text that the screen brings, as one step that can be undone. A text that the
   * screen only repeats changes nothing.
   */
  setText(text: string): void;
  /** Underlines the problems that were found in the text `checked`, as far as they still hold. */
  setProblems(found: readonly TemplateProblem[], checked: string): void;
  /** Selects these characters, scrolls them into view and focuses the text field. */
  select(from: number, to: number): void;
  /** Writes a proposal. */
  take(proposal: Proposal): void;
  /** Makes the edits of a fix. */
  repair(fix: Fix): void;
  /** Removes the editor from the page. */
  close(): void;
}

/** How long words stay after the pointer has left them, so that it can reach their buttons. */
const LINGER_MS = 300;
/** How many proposals Page Up and Page Down move by. */
const PAGE = 5;

/** Marks changes that the screen has brought itself, so that it is not notified of them. */
const fromScreen = Annotation.define<true>();

interface Shown {
  readonly content: Content;
  /** The place (offset) beside which it stands. */
  readonly at: number;
  /** Whether it is shown for the pointer, and disappears with it; else it is for the cursor. */
  readonly hovered: boolean;
}

const wordsOf = (problems: readonly TemplateProblem[]): string =>
  problems.map(({ message, remedy }) => `${message} ${remedy}`).join(' ');

class Editor implements TemplateEditorView {
  readonly #options: EditorOptions;
  readonly #naming = new Compartment();
  readonly #sent: ReturnType<typeof sentTexts>;
  readonly #view: EditorView;
  #shown: Shown | undefined;
  #leaving: ReturnType<typeof setTimeout> | undefined;
  readonly #listening = new AbortController();

  constructor(parent: HTMLElement, options: EditorOptions) {
    this.#options = options;
    this.#sent = sentTexts(options.text);
    this.#view = new EditorView({
      parent,
      state: EditorState.create({ doc: options.text, extensions: this.#extensions() }),
    });
    this.#listen();
  }

  /** Listens to the editor and to what is shown beside its text. */
  #listen(): void {
    const { frame } = this.#options;
    const { signal } = this.#listening;
    const on = <Type extends keyof HTMLElementEventMap>(
      type: Type,
      listener: (event: HTMLElementEventMap[Type]) => void,
    ): void => frame.addEventListener(type, listener, { signal });
    const inPopover = ({ target }: Event): boolean =>
      target instanceof Element && target.closest(`.${POPOVER_CLASS}`) !== null;
    on('mousemove', (event) =>
      inPopover(event) ? clearTimeout(this.#leaving) : this.#onPointer(event),
    );
    on('mouseleave', () => this.#leaveSoon());
    // The text keeps the focus while something beside it is clicked.
    on('mousedown', (event) => inPopover(event) && event.preventDefault());
    on('focusout', ({ relatedTarget }) => {
      // The words of a problem have buttons: they stay while one of them has the focus.
      if (!(relatedTarget instanceof Node && frame.contains(relatedTarget))) this.#dismiss();
    });
    on('keydown', (event) => {
      if (event.key !== 'Escape' || event.defaultPrevented || !this.#dismiss()) return;
      event.preventDefault();
      this.#view.focus();
    });
  }

  #extensions(): Extension {
    return [
      history(),
      this.#keys(),
      pairing,
      marks,
      EditorView.lineWrapping,
      EditorState.tabSize.of(2),
      this.#naming.of(EditorView.contentAttributes.of(attributes(this.#options.name, undefined))),
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
        const list = this.#list();
        if (list !== undefined) act(list);
        return list !== undefined;
      };
    const step = (steps: number): Command => inList((list) => this.#propose(selectBy(list, steps)));
    const ask: Command = () => {
      this.#propose(this.#listAtCursor(true));
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
        ...typingKeys,
        ...historyKeymap,
      ]),
    ];
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
      const list = this.#list();
      const goesOn = list !== undefined && transactions.some((each) => each.isUserEvent('delete'));
      this.#propose(typed || goesOn ? this.#listAtCursor(list?.asked ?? false) : undefined);
      if (transactions.some((each) => each.annotation(fromScreen) !== true && each.docChanged)) {
        const text = this.#text();
        this.#sent.send(text);
        this.#options.onText(text);
      }
    } else if (selectionSet) this.#tell(head, false);
    else if (transactions.some(({ effects }) => effects.some((effect) => effect.is(setProblems))))
      this.#retell();
  }

  /** The proposals that are shown, if any are. */
  #list(): ProposalList | undefined {
    const content = this.#shown?.content;
    return content?.kind === 'proposals' ? content.list : undefined;
  }

  #listAtCursor(asked: boolean): ProposalList | undefined {
    const at = this.#view.state.selection.main.head;
    return listAt({ text: this.#text(), at, known: this.#options.known(), asked });
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

  /**
   * Problems that were just found take the place of those that are shown, but do not open by
   * themselves.
   */
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
    const before = this.#list();
    this.#shown = shown;
    if (before !== undefined || this.#list() !== undefined) this.#rename();
    this.#draw();
  }

  #draw(): void {
    this.#view.requestMeasure({
      key: this,
      read: () => (this.#shown === undefined ? undefined : sideOf(this.#view, this.#shown.at)),
      write: (side) =>
        this.#options.onPopover(
          this.#shown === undefined || side === undefined
            ? undefined
            : { content: this.#shown.content, side },
        ),
    });
  }

  #rename(): void {
    const named = EditorView.contentAttributes.of(attributes(this.#options.name, this.#list()));
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
    const next = nextProblem(state, direction);
    if (next === undefined) return false;
    const [from, to] = underlined(next, state.doc.length);
    this.select(from, to);
    return true;
  }

  setText(text: string): void {
    const shown = this.#text();
    if (!this.#sent.isNew(text, shown)) return;
    const changes = editBetween(shown, text);
    if (changes === undefined) return;
    this.#view.dispatch({ changes, annotations: [fromScreen.of(true), isolateHistory.of('full')] });
  }

  setProblems(found: readonly TemplateProblem[], checked: string): void {
    this.#view.dispatch({ effects: setProblems.of(carryProblems(found, checked, this.#text())) });
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

  #text(): string {
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

/** Opens an editor in an element of the page. */
export const openEditor = (parent: HTMLElement, options: EditorOptions): TemplateEditorView =>
  new Editor(parent, options);
