import { useRef, useState } from 'preact/hooks';
import type {
  Fix,
  MetricView,
  SyncDraft,
  TabView,
  TemplateProblem,
  Vocabulary,
} from '../../../rpc/contract';
import { applyEdits } from '../../../value/text-edit';
import { withMetric } from '../../draft/event';
import { TemplateEditor, type TemplateEditorHandle } from '../../editor/template-editor';
import { Button } from '../../parts/button';
import { Confirmation } from '../../parts/confirmation';
import { FixButtons } from '../../parts/fix-buttons';
import { Hint } from '../../parts/hint';
import { RequestState } from '../../parts/request-state';
import { placeWords } from '../../words/problems';
import type { MetricShape } from './example';
import { NO_PROBLEMS, type TemplateCheck } from './template-check';

interface TemplateSectionProps {
  readonly draft: SyncDraft;
  readonly tab: TabView;
  /** What is wrong with the template. */
  readonly check: TemplateCheck;
  /** The metrics that Lago has; undefined if they are not known. */
  readonly metrics: readonly MetricView[] | undefined;
  /** Whether everything above is chosen. Before, a problem of the example is nobody's mistake. */
  readonly isComplete: boolean;
  /** Whether a person has changed the template by hand. */
  readonly isByHand: boolean;
  /** For which the example is written again; undefined if it has to be chosen first. */
  readonly exampleMetric: MetricShape | undefined;
  /** The filters that the editor proposes. */
  readonly filters: Vocabulary['filters'];
  /** Gets the new text of the template. */
  readonly onChange: (template: string) => void;
}

/** The event as JSON with Liquid, with what is wrong with it below. */
export function TemplateSection(props: TemplateSectionProps) {
  const { draft, tab, check, metrics, isComplete, filters, onChange } = props;
  const editor = useRef<TemplateEditorHandle>(null);
  const { template, source } = draft;
  const columns = source.columns.map(({ name, header }) => ({
    name,
    header,
    samples: tab.columns.find((column) => column.header === header)?.samples ?? [],
  }));
  return (
    <>
      <div class="field">
        <span class="label" aria-hidden="true">
          Template of the event
        </span>
        <TemplateEditor
          id="template"
          label="Template of the event"
          hintId="template-hint"
          value={template}
          onChange={onChange}
          columns={columns}
          metrics={metrics}
          filters={filters}
          problems={isComplete ? check.found : NO_PROBLEMS}
          checked={check.checked}
          handle={editor}
        />
        <p class="hint" id="template-hint">
          Cells are written as {'{{ row.name }}'}; | unix makes a date the time that Lago needs.
          Ctrl+Space lists what can be written.
        </p>
      </div>
      <div aria-live="polite">
        <TemplateProblems
          isComplete={isComplete}
          isChecked={check.checked === template && !check.request.busy}
          problems={check.problems}
          onShow={({ from, to }) => editor.current?.select(from, to)}
          onFix={(fix) => onChange(applyEdits(template, fix.edits))}
        />
      </div>
      <RequestState request={check.request} />
      <ExampleAgain {...props} />
    </>
  );
}

/** For a template that was written by hand: the way back to the example. */
function ExampleAgain(props: TemplateSectionProps) {
  const { draft, tab, metrics, isByHand, exampleMetric, onChange } = props;
  const [restarting, setRestarting] = useState(false);
  const [choosesFirst, setChoosesFirst] = useState(false);
  const needsMetric = exampleMetric === undefined && (metrics?.length ?? 0) > 0;
  return (
    <>
      {isByHand && !restarting && (
        <Button
          onClick={() => {
            setChoosesFirst(needsMetric);
            setRestarting(!needsMetric);
            if (needsMetric) document.getElementById('metric')?.focus();
          }}
        >
          Start from the example
        </Button>
      )}
      {isByHand && choosesFirst && needsMetric && (
        <p class="obstacle" role="status">
          Choose what the rows count for first: the example is written for it.
        </p>
      )}
      {restarting && (
        <Confirmation
          question="Replace what you wrote by the example?"
          yes="Replace"
          no="Keep mine"
          onYes={() => {
            setRestarting(false);
            onChange(withMetric(draft, tab, exampleMetric).template);
          }}
          onNo={() => setRestarting(false)}
        />
      )}
    </>
  );
}

interface TemplateProblemsProps {
  /** Whether everything above the template is chosen. */
  readonly isComplete: boolean;
  /** Whether the problems are those of the text as it is now. */
  readonly isChecked: boolean;
  /** Undefined before the first answer. */
  readonly problems: readonly TemplateProblem[] | undefined;
  /** Shows a problem in the editor. */
  readonly onShow: (problem: TemplateProblem) => void;
  /** Applies a change to the template. */
  readonly onFix: (fix: Fix) => void;
}

function TemplateProblems({
  isComplete,
  isChecked,
  problems,
  onShow,
  onFix,
}: TemplateProblemsProps) {
  if (problems === undefined || (!isChecked && problems.length === 0))
    return <Hint>Checking the template{'\u2026'}</Hint>;
  if (problems.length === 0) return <p class="good">The template is in order.</p>;
  if (!isComplete) return <Hint>The template is checked when everything above is chosen.</Hint>;
  return (
    <ul class="problems">
      {problems.map((problem) => (
        <li key={`${problem.code} ${problem.message} ${problem.from}`} class="bad">
          <button type="button" class="place" onClick={() => onShow(problem)}>
            {placeWords(problem.actor, problem.place)}
          </button>
          <p class="message">{problem.message}</p>
          <p>{problem.remedy}</p>
          <FixButtons fixes={problem.fixes} onFix={onFix} />
        </li>
      ))}
    </ul>
  );
}
