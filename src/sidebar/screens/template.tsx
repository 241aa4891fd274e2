import { useEffect, useRef } from 'preact/hooks';
import type { Problem } from '../../problem/problem';
import type { SyncDraft, TabView } from '../../rpc/contract';
import { exampleFor } from '../draft';
import { METRIC_CODE } from '../example';
import { Button } from '../parts/button';
import { ProblemCard } from '../parts/problem-card';
import { Section } from '../parts/section';
import { useRequest } from '../request';
import { placeWords } from '../words';

interface TemplateSectionProps {
  readonly draft: SyncDraft;
  readonly tab: TabView;
  readonly onChange: (draft: SyncDraft) => void;
}

/** How long the typing has to rest before the server is asked. */
const REST_MS = 600;

const offsetOf = (text: string, line: number, character: number): number =>
  text
    .split('\n')
    .slice(0, line - 1)
    .reduce((sum, each) => sum + each.length + 1, character - 1);

/** The event as JSON with Liquid, checked while it is typed. */
export function TemplateSection({ draft, tab, onChange }: TemplateSectionProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const tabLeaves = useRef(false);
  const check = useRequest('checkTemplate');
  const { source, template } = draft;
  const columns = JSON.stringify(source.columns);
  useEffect(() => {
    const timer = setTimeout(() => check.send({ source, template }), REST_MS);
    return () => clearTimeout(timer);
  }, [template, columns]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') tabLeaves.current = true;
    if (event.key !== 'Tab' || event.shiftKey || tabLeaves.current) return;
    event.preventDefault();
    // The only way to insert text that the browser's own undo takes back.
    document.execCommand('insertText', false, '  ');
  };
  const show = ({ place }: Problem): void => {
    const offset = offsetOf(template, place.line ?? 1, place.character ?? 1);
    area.current?.focus();
    area.current?.setSelectionRange(offset, offset);
  };

  const example = exampleFor(draft, tab);
  return (
    <Section title="Event">
      <div class="field">
        <label for="template">Template of the event</label>
        <textarea
          id="template"
          ref={area}
          rows={14}
          spellcheck={false}
          autocomplete="off"
          value={template}
          aria-describedby="template-hint"
          onFocus={() => {
            tabLeaves.current = false;
          }}
          onKeyDown={onKeyDown}
          onInput={(event) => onChange({ ...draft, template: event.currentTarget.value })}
        />
        <p class="hint" id="template-hint">
          Cells are written as {'{{ row.name }}'}; | unix makes a date the time that Lago needs. Esc, then Tab leaves the field.
        </p>
      </div>
      <div aria-live="polite" class="check">
        <TemplateProblems busy={check.busy} problems={check.value?.problems} onShow={show} />
      </div>
      {template.includes(`"${METRIC_CODE}"`) && (
        <p class="obstacle">Replace {METRIC_CODE} with the code of your billable metric in Lago.</p>
      )}
      {check.problem !== undefined && <ProblemCard problem={check.problem} onRepeat={check.repeat} />}
      {template !== example && <Button onClick={() => onChange({ ...draft, template: example })}>Start from the example</Button>}
    </Section>
  );
}

interface TemplateProblemsProps {
  readonly busy: boolean;
  readonly problems: readonly Problem[] | undefined;
  readonly onShow: (problem: Problem) => void;
}

function TemplateProblems({ busy, problems, onShow }: TemplateProblemsProps) {
  if (busy || problems === undefined) return <p class="hint">Checking the template{'\u2026'}</p>;
  if (problems.length === 0) return <p class="good">The template is in order.</p>;
  return (
    <ul class="problems">
      {problems.map((problem) => (
        <li key={`${problem.code} ${problem.message} ${problem.place.line ?? ''}:${problem.place.character ?? ''}`} class="bad">
          <button type="button" class="place" onClick={() => onShow(problem)}>
            {placeWords(problem.actor, problem.place)}
          </button>
          <p class="message">{problem.message}</p>
          <p>{problem.remedy}</p>
        </li>
      ))}
    </ul>
  );
}
