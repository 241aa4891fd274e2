import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type {
  MetricView,
  SyncDraft,
  TabView,
  TemplateProblem,
  Vocabulary,
} from '../../../rpc/contract';
import { headerOf } from '../../draft/columns';
import { exampleOptions, withMetric } from '../../draft/event';
import { applyFix, carryProblems } from '../../editor/fix';
import { TemplateEditor, type TemplateEditorHandle } from '../../editor/template-editor';
import { Button } from '../../parts/button';
import { Confirmation } from '../../parts/confirmation';
import { ProblemCard } from '../../parts/problem-card';
import { type Request, useRequest } from '../../server/request';
import { placeWords } from '../../words/problems';
import type { MetricShape } from './example';

/** How long the typing has to rest before the server is asked. */
const REST_MS = 600;

/** What is wrong with the template, as far as it is known. */
export interface TemplateCheck {
  readonly request: Request<'checkTemplate'>;
  /** What was found in `checked`. */
  readonly found: readonly TemplateProblem[];
  readonly checked: string;
  /** What of it still holds for the text that stands there; undefined before the first answer. */
  readonly problems: readonly TemplateProblem[] | undefined;
}

/** Checks the template after each pause in typing. */
export function useTemplateCheck(
  draft: SyncDraft,
  tab: TabView,
  metrics: readonly MetricView[] | undefined,
): TemplateCheck {
  const { source, template } = draft;
  const sent = useRef('');
  const [answer, setAnswer] = useState<
    { readonly checked: string; readonly found: readonly TemplateProblem[] } | undefined
  >(undefined);
  const request = useRequest('checkTemplate', ({ problems }) =>
    setAnswer({ checked: sent.current, found: problems }),
  );
  const columns = JSON.stringify([source.columns, draft.key]);
  const isFirst = useRef(true);
  useEffect(() => {
    const timer = setTimeout(
      () => {
        sent.current = template;
        request.send({
          source,
          template,
          // What was chosen to identify rows does so in the template too, also where a slip in the sheet makes it double.
          columns: tab.columns.map(({ header, type, unique }) => ({
            header,
            type,
            unique: unique || header === headerOf(draft, draft.key),
          })),
          ...(metrics === undefined ? {} : { metrics }),
        });
      },
      isFirst.current ? 0 : REST_MS,
    );
    isFirst.current = false;
    return () => clearTimeout(timer);
  }, [template, columns, metrics]);
  const problems = useMemo(
    () =>
      answer === undefined ? undefined : carryProblems(answer.found, answer.checked, template),
    [answer, template],
  );
  return { request, found: answer?.found ?? NOTHING, checked: answer?.checked ?? '', problems };
}

const NOTHING: readonly TemplateProblem[] = [];

interface TemplateSectionProps {
  readonly draft: SyncDraft;
  readonly tab: TabView;
  readonly check: TemplateCheck;
  readonly metrics: readonly MetricView[] | undefined;
  /** Whether everything that is chosen above is chosen: before, what is wrong with the example is no mistake of a person's. */
  readonly isComplete: boolean;
  /** For which the example is written anew; undefined where it has to be chosen first. */
  readonly exampleMetric: MetricShape | undefined;
  readonly filters: Vocabulary['filters'];
  readonly onChange: (template: string) => void;
}

/** The event as JSON with Liquid, with what is wrong with it beneath. */
export function TemplateSection({
  draft,
  tab,
  check,
  metrics,
  isComplete,
  exampleMetric,
  filters,
  onChange,
}: TemplateSectionProps) {
  const editor = useRef<TemplateEditorHandle>(null);
  const [restarting, setRestarting] = useState(false);
  const { template, source } = draft;
  const columns = source.columns.map(({ name, header }) => ({
    name,
    header,
    samples: tab.columns.find((column) => column.header === header)?.samples ?? [],
  }));
  const [choosesFirst, setChoosesFirst] = useState(false);
  const needsMetric = exampleMetric === undefined && (metrics?.length ?? 0) > 0;
  const isByHand = exampleOptions(draft, tab) === undefined;
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
          problems={isComplete ? check.found : NOTHING}
          checked={check.checked}
          handle={editor}
        />
        <p class="hint" id="template-hint">
          Cells are written as {'{{ row.name }}'}; | unix makes a date the time that Lago needs.
          Ctrl+Space lists what can be written.
        </p>
      </div>
      <div aria-live="polite" class="check">
        <TemplateProblems
          isComplete={isComplete}
          isChecked={check.checked === template && !check.request.busy}
          problems={check.problems}
          onShow={({ from, to }) => editor.current?.select(from, to)}
          onFix={(fix) => onChange(applyFix(template, fix))}
        />
      </div>
      {check.request.problem !== undefined && (
        <ProblemCard problem={check.request.problem} onRepeat={check.request.repeat} />
      )}
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
  readonly isComplete: boolean;
  /** Whether what is found is about the text that stands there now. */
  readonly isChecked: boolean;
  readonly problems: readonly TemplateProblem[] | undefined;
  readonly onShow: (problem: TemplateProblem) => void;
  readonly onFix: (fix: TemplateProblem['fixes'][number]) => void;
}

function TemplateProblems({
  isComplete,
  isChecked,
  problems,
  onShow,
  onFix,
}: TemplateProblemsProps) {
  if (problems === undefined || (!isChecked && problems.length === 0))
    return <p class="hint">Checking the template{'\u2026'}</p>;
  if (problems.length === 0) return <p class="good">The template is in order.</p>;
  if (!isComplete)
    return <p class="hint">The template is checked when everything above is chosen.</p>;
  return (
    <ul class="problems">
      {problems.map((problem) => (
        <li key={`${problem.code} ${problem.message} ${problem.from}`} class="bad">
          <button type="button" class="place" onClick={() => onShow(problem)}>
            {placeWords(problem.actor, problem.place)}
          </button>
          <p class="message">{problem.message}</p>
          <p>{problem.remedy}</p>
          {problem.fixes.length > 0 && (
            <div class="buttons">
              {problem.fixes.map((fix) => (
                <Button key={fix.label} onClick={() => onFix(fix)}>
                  {fix.label}
                </Button>
              ))}
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
