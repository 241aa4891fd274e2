import { applyEdits } from '../../../value/text-edit';
import { exampleOptions } from '../../draft/event';
import { Choice, type Option } from '../../parts/field';
import { Section } from '../../parts/section';
import { inWords } from '../../words/lists';
import { MetricSection } from './event-metric';
import { unchosenPart } from './event-obstacle';
import { EventPreview } from './event-preview';
import { useExampleMetric, useOnlyMetric } from './example-metric';
import { useRowPreview } from './row-preview';
import { rowsObstacle } from './rows-obstacle';
import { SeveralMetrics } from './several';
import { StepButtons } from './step-buttons';
import type { EventStepProps } from './step-props';
import { TemplateSection } from './template';
import { useTemplateCheck } from './template-check';

/** What each row becomes: its metric, the template, and the event of a row as it would be sent. */
export function EventStep(props: EventStepProps) {
  const { setup, draft, tab, edit, goTo, vocabulary } = props;
  const metrics = vocabulary.value?.metrics;
  const check = useTemplateCheck(draft, tab, metrics);
  const preview = useRowPreview(draft);
  // Found by writing the example with all choices until one fits, so only once.
  const options = exampleOptions(draft, tab);
  useOnlyMetric({ ...props, options });
  const unchosen = unchosenPart(draft, tab, options);
  const exampleMetric = useExampleMetric(draft, tab, metrics);
  const missing =
    rowsObstacle(draft, tab) ??
    unchosen ??
    ((check.problems?.length ?? 0) > 0 ? 'Put the template right first.' : undefined);

  return (
    <>
      {setup.siblings.length > 0 && <Siblings setup={setup} draft={draft} />}
      <MetricSection {...props} options={options} />
      {metrics !== undefined &&
        metrics.length > 1 &&
        setup.savesItself &&
        options?.codeInId !== true && (
          <SeveralMetrics {...props} options={options} metrics={metrics} />
        )}
      <TemplateSection
        draft={draft}
        tab={tab}
        check={check}
        metrics={metrics}
        isComplete={unchosen === undefined}
        isByHand={options === undefined}
        exampleMetric={exampleMetric}
        filters={vocabulary.value?.filters ?? []}
        onChange={(template) => edit({ ...draft, template })}
      />
      <DateOnly draft={draft} edit={edit} />
      <Section title="What Lago gets">
        <EventPreview
          preview={preview}
          onFix={(fix) => edit({ ...draft, template: applyEdits(draft.template, fix.edits) })}
        />
      </Section>
      <StepButtons
        {...props}
        missing={missing}
        next="Next: test a row"
        onNext={() => goTo('test')}
      />
    </>
  );
}

/** The syncs that were made together with this one, and still have to be set up. */
function Siblings({ setup: { siblings }, draft }: Pick<EventStepProps, 'setup' | 'draft'>) {
  return (
    <div class="card" role="status">
      <p class="message">{siblings.length + 1} syncs are made, one for each metric.</p>
      <p>
        You set up <bdi>{draft.name}</bdi> now. <bdi>{inWords(siblings)}</bdi>{' '}
        {siblings.length === 1 ? 'waits' : 'wait'} on the start screen.
      </p>
    </div>
  );
}

const DATE_ONLY: readonly Option<EventStepProps['draft']['dateOnly']>[] = [
  { value: 'noon', label: 'At noon', hint: 'Stays on its day in every time zone near yours.' },
  {
    value: 'start-of-day',
    label: 'At the start of the day',
    hint: 'In the time zone in which Lago\u2019s billing period ends.',
  },
];

/** At what time a date counts that has none. */
function DateOnly({ draft, edit }: Pick<EventStepProps, 'draft' | 'edit'>) {
  return (
    <details>
      <summary>A date without a time</summary>
      <Choice
        name="date-only"
        legend="It counts"
        value={draft.dateOnly}
        options={DATE_ONLY}
        onChange={(dateOnly) => edit({ ...draft, dateOnly })}
      />
    </details>
  );
}
