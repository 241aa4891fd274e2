import { useEffect, useRef, useState } from 'preact/hooks';
import type { MetricView, SyncDraft, TabView } from '../../../rpc/contract';
import { SUM } from '../../../value/aggregation';
import { choosableColumns, pickedColumns } from '../../draft/columns';
import { codeOf, exampleOptions, readColumns, withMetric, withRole } from '../../draft/event';
import { applyFix } from '../../editor/fix';
import { Button } from '../../parts/button';
import { Confirmation } from '../../parts/confirmation';
import { Choice, Field } from '../../parts/field';
import { ProblemCard } from '../../parts/problem-card';
import { Section } from '../../parts/section';
import { Busy } from '../../parts/status';
import { inWords } from '../../words/lists';
import { EventPreview } from './event-preview';
import { type ExampleOptions, guessColumn, type MetricShape, readsOne } from './example';
import { ColumnField, MetricField, nameOfMetric } from './metric';
import { useRowPreview } from './row-preview';
import { rowsObstacle } from './rows-obstacle';
import { SeveralMetrics } from './several';
import { StepButtons } from './step-buttons';
import type { EventStepProps } from './step-props';
import { TemplateSection, useTemplateCheck } from './template';

const DATE_ONLY = [
  { value: 'noon', label: 'At noon', hint: 'Stays on its day in every time zone near yours.' },
  {
    value: 'start-of-day',
    label: 'At the start of the day',
    hint: 'In the time zone in which Lago\u2019s billing period ends.',
  },
] as const;

/** What each row becomes: the metric that it counts for, the template, and the event of a row as it would be sent. */
export function EventStep(props: EventStepProps) {
  const { setup, saving, dispatch, draft, tab, edit, goTo, vocabulary } = props;
  const metrics = vocabulary.value?.metrics;
  const check = useTemplateCheck(draft, tab, metrics);
  const preview = useRowPreview(draft);
  useOnlyMetric(props);
  const unchosen = unchosenPart(draft, tab);
  const exampleMetric = useExampleMetric(draft, tab, metrics);
  const missing =
    rowsObstacle(draft, tab) ??
    unchosen ??
    ((check.problems?.length ?? 0) > 0 ? 'Put the template right first.' : undefined);

  return (
    <>
      {setup.siblings.length > 0 && (
        <div class="card" role="status">
          <p class="message">{setup.siblings.length + 1} syncs are made, one for each metric.</p>
          <p>
            You set up <bdi>{draft.name}</bdi> now. <bdi>{inWords(setup.siblings)}</bdi>{' '}
            {setup.siblings.length === 1 ? 'waits' : 'wait'} on the start screen.
          </p>
        </div>
      )}
      <MetricSection {...props} />
      {metrics !== undefined &&
        metrics.length > 1 &&
        setup.savesItself &&
        exampleOptions(draft, tab)?.codeInId !== true && (
          <SeveralMetrics {...props} metrics={metrics} />
        )}
      <TemplateSection
        draft={draft}
        tab={tab}
        check={check}
        metrics={metrics}
        isComplete={unchosen === undefined}
        exampleMetric={exampleMetric}
        filters={vocabulary.value?.filters ?? []}
        onChange={(template) => edit({ ...draft, template })}
      />
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
      <Section title="What Lago gets">
        <EventPreview
          preview={preview}
          whileEdited
          onFix={(fix) => edit({ ...draft, template: applyFix(draft.template, fix) })}
        />
      </Section>
      <StepButtons
        setup={setup}
        saving={saving}
        dispatch={dispatch}
        missing={missing}
        next="Next: test a row"
        onNext={() => goTo('test')}
      />
    </>
  );
}

/** What has to be chosen before the example is an event, in one sentence; undefined where all is, or where a person has written the template. */
function unchosenPart(draft: SyncDraft, tab: TabView): string | undefined {
  const options = exampleOptions(draft, tab);
  if (options === undefined) return undefined;
  if (options.metric === undefined) return 'Choose what the rows count for.';
  const { subscription, time, column } = readColumns(draft, tab, options);
  if (readsOne(options.metric) && column === undefined)
    return 'Choose the column that the metric reads.';
  if (subscription === undefined) return 'Choose the column with the subscription.';
  return time === undefined ? 'Choose the column with the date.' : undefined;
}

/** The metric for which the example is written when a person starts from it again: the one that is chosen or was last, or the only one. */
function useExampleMetric(
  draft: SyncDraft,
  tab: TabView,
  metrics: readonly MetricView[] | undefined,
): MetricShape | undefined {
  const last = useRef<string | undefined>(undefined);
  const written = codeOf(draft.template);
  const isKnown =
    written !== undefined &&
    (metrics === undefined || metrics.some(({ code }) => code === written));
  if (isKnown) last.current = written;
  const code = last.current;
  const found =
    metrics?.find((metric) => metric.code === code) ??
    (metrics?.length === 1 ? metrics[0] : undefined);
  if (found !== undefined || code === undefined || (metrics?.length ?? 0) > 0) return found;
  return {
    code,
    aggregation: SUM,
    field: guessColumn(pickedColumns(draft, tab), draft.key, undefined),
  };
}

/** Where Lago has exactly one metric nobody has to choose it. */
function useOnlyMetric({ draft, tab, edit, vocabulary, setup }: EventStepProps): void {
  const metrics = vocabulary.value?.metrics;
  useEffect(() => {
    const only = metrics?.length === 1 ? metrics[0] : undefined;
    const options = exampleOptions(draft, tab);
    if (
      only === undefined ||
      !setup.savesItself ||
      options === undefined ||
      options.metric !== undefined
    )
      return;
    edit(withMetric(draft, tab, only, options.column));
  }, [metrics]);
}

/** The metric, and the column that it reads as long as the template is as this screen wrote it. */
function MetricSection({ home, draft, tab, edit, vocabulary }: EventStepProps) {
  const [asked, setAsked] = useState<MetricView | undefined>(undefined);
  const metrics = vocabulary.value?.metrics;
  const options = exampleOptions(draft, tab);
  const code = codeOf(draft.template);
  const chosen = metrics?.find((metric) => metric.code === code) ?? options?.metric;
  const columns = pickedColumns(draft, tab);
  if (vocabulary.busy && home.connection !== undefined)
    return <Busy words="Reading the metrics that Lago has" />;
  return (
    <>
      {vocabulary.problem !== undefined && (
        <ProblemCard problem={vocabulary.problem} onRepeat={vocabulary.repeat} mild />
      )}
      {metrics !== undefined && metrics.length > 0 ? (
        <MetricField
          id="metric"
          label="What the rows count for"
          metrics={metrics}
          code={code}
          onChoose={(metric) =>
            options === undefined ? setAsked(metric) : edit(withMetric(draft, tab, metric))
          }
        />
      ) : (
        options !== undefined && (
          <Field
            id="metric"
            label="Code of the billable metric"
            hint={
              home.connection === undefined
                ? 'Connect to Lago to choose from its metrics.'
                : metrics === undefined
                  ? 'Lago\u2019s metrics cannot be read with this API key; you find the code in Lago under Billable metrics.'
                  : 'Lago has no billable metric yet. Create one there under Billable metrics, then look again.'
            }
          >
            <input
              id="metric"
              type="text"
              autocomplete="off"
              spellcheck={false}
              value={code ?? ''}
              aria-describedby="metric-hint"
              onInput={(event) => {
                const typed = event.currentTarget.value.replace(/["\\{}]/g, '').trim();
                const field = options.metric?.field ?? guessColumn(columns, draft.key, undefined);
                edit(
                  withMetric(
                    draft,
                    tab,
                    typed === '' ? undefined : { code: typed, aggregation: SUM, field },
                    options.column,
                  ),
                );
              }}
            />
          </Field>
        )
      )}
      {metrics?.length === 0 && <Button onClick={() => vocabulary.send({})}>Look again</Button>}
      {asked !== undefined && (
        <Confirmation
          question={`You have changed the template by hand. Write it anew for \u201c${nameOfMetric(asked)}\u201d?`}
          yes="Write it anew"
          no="Keep mine"
          onYes={() => {
            edit(withMetric(draft, tab, asked));
            setAsked(undefined);
          }}
          onNo={() => setAsked(undefined)}
        />
      )}
      {options !== undefined && (
        <RoleFields draft={draft} tab={tab} edit={edit} chosen={chosen} options={options} />
      )}
    </>
  );
}

interface RoleFieldsProps extends Pick<EventStepProps, 'draft' | 'tab' | 'edit'> {
  readonly chosen: MetricShape | undefined;
  readonly options: ExampleOptions;
}

/** The columns that the event is made of, for somebody who does not write the template. */
function RoleFields({ draft, tab, edit, chosen, options }: RoleFieldsProps) {
  const columns = choosableColumns(draft, tab);
  const { column, subscription, time } = readColumns(
    draft,
    tab,
    chosen === undefined ? options : { ...options, metric: chosen },
  );
  return (
    <>
      {chosen !== undefined && readsOne(chosen) && (
        <ColumnField
          id="quantity"
          label="Column that it reads"
          columns={columns}
          column={column}
          onChoose={(name) => edit(withRole(draft, tab, { role: 'column', name, metric: chosen }))}
        />
      )}
      <ColumnField
        id="subscription"
        label="Column with the subscription"
        columns={columns}
        column={subscription}
        onChoose={(name) =>
          edit(withRole(draft, tab, { role: 'subscription', name, metric: chosen }))
        }
      />
      <ColumnField
        id="time"
        label="Column with the date"
        columns={columns}
        column={time}
        onChoose={(name) => edit(withRole(draft, tab, { role: 'time', name, metric: chosen }))}
      />
    </>
  );
}
