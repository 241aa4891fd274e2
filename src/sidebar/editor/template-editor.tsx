import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { MetricView, TemplateProblem, Vocabulary } from '../../rpc/contract';
import type { TemplateColumn } from './completion/proposal';
import { openEditor, type Popover, type TemplateEditorView } from './editor-view';
import { ProblemWords, Proposals } from './popover';
import { POPOVER_CLASS } from './popover-place';

/** What a screen can do with an editor that it shows. Offsets are 0-based characters. */
export interface TemplateEditorHandle {
  /**
   * Selects these characters, focuses the editor, and shows the words of a problem that is there.
   */
  select(from: number, to: number): void;
}

/** What a screen gives to the editor. Id, label and hint stay as they were at first. */
export interface TemplateEditorProps {
  /** Id of the element that is typed into. */
  readonly id: string;
  /** Its name for a screen reader. What people see above it is the screen's own. */
  readonly label: string;
  /** Id of an element that describes it further. */
  readonly hintId: string;
  /** The template. */
  readonly value: string;
  /** Called with each text that a person makes, also by a fix, by undo or by completion. */
  readonly onChange: (text: string) => void;
  /** The columns that the template may read. */
  readonly columns: readonly TemplateColumn[];
  /** Undefined if they could not be read. */
  readonly metrics: readonly MetricView[] | undefined;
  /** Those that the server's Liquid knows. */
  readonly filters: Vocabulary['filters'];
  /** What the server's check has found. */
  readonly problems: readonly TemplateProblem[];
  /** The text in which `problems` were found. */
  readonly checked: string;
  /** Filled while the editor is shown. */
  readonly handle: { current: TemplateEditorHandle | null };
}

/**
 * How to use the editor without a pointer. It never takes Tab, so that nobody is trapped in it
 * (WCAG 2.1.2).
 */
const KEYS =
  'Tab leaves the editor. Control and space list what can be written. ' +
  'F8 goes to the next problem and its fixes.';

/**
 * The template as JSON with Liquid: coloured, with proposals while it is typed and its problems
 * underlined. Everything is done in the page; typing never waits for the server.
 */
export function TemplateEditor(props: TemplateEditorProps) {
  const { id, label, hintId, value, problems, checked, handle } = props;
  const whole = useRef<HTMLDivElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<TemplateEditorView | undefined>(undefined);
  const [popover, setPopover] = useState<Popover | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const keysId = `${id}-keys`;

  useLayoutEffect(() => {
    if (host.current === null || whole.current === null) return undefined;
    const opened = openEditor(host.current, {
      frame: whole.current,
      text: latest.current.value,
      name: { id, label, describedBy: `${hintId} ${keysId}` },
      known: () => latest.current,
      onText: (text) => latest.current.onChange(text),
      onPopover: setPopover,
    });
    editor.current = opened;
    return () => opened.close();
  }, []);
  useLayoutEffect(() => editor.current?.setText(value));
  useEffect(() => editor.current?.setProblems(problems, checked), [problems, checked]);
  useImperativeHandle(
    handle,
    () => ({ select: (from: number, to: number) => editor.current?.select(from, to) }),
    [],
  );

  return (
    <div class="template-editor" ref={whole}>
      <div ref={host} />
      {popover !== undefined && (
        <div class={POPOVER_CLASS} style={popover.side}>
          {popover.content.kind === 'proposals' ? (
            <Proposals
              id={id}
              list={popover.content.list}
              onTake={(proposal) => editor.current?.take(proposal)}
            />
          ) : (
            <ProblemWords
              problems={popover.content.problems}
              onRepair={(fix) => editor.current?.repair(fix)}
            />
          )}
        </div>
      )}
      <span id={keysId} hidden>
        {KEYS}
      </span>
    </div>
  );
}
