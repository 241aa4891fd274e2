import { useState } from 'preact/hooks';
import type { MetricView } from '../../../rpc/contract';
import { choosableColumns, guessableColumns } from '../../draft/columns';
import { codeOf, type Role, readColumns, withMetric, withRole } from '../../draft/event';
import { Button } from '../../parts/button';
import { Confirmation } from '../../parts/confirmation';
import { Field } from '../../parts/field';
import { ProblemCard } from '../../parts/problem-card';
import { Busy } from '../../parts/status';
import { quoted } from '../../words/lists';
import { nameOfMetric } from '../../words/metrics';
import { type ExampleOptions, guessColumn, type MetricShape, readsOne } from './example';
import { metricOfCode } from './example-metric';
import { ColumnField, MetricField } from './metric';
import type { WrittenEventProps } from './step-props';

/** The metric that the rows count for, and the columns of the event while nobody wrote in it. */
export function MetricSection(props: WrittenEventProps) {
  const { home, vocabulary, options } = props;
  const metrics = vocabulary.value?.metrics;
  if (vocabulary.busy && home.connection !== undefined)
    return <Busy words="Reading the metrics that Lago has" />;
  return (
    <>
      {vocabulary.problem !== undefined && (
        <ProblemCard problem={vocabulary.problem} onRepeat={vocabulary.repeat} mild />
      )}
      {metrics !== undefined && metrics.length > 0 ? (
        <KnownMetric {...props} metrics={metrics} />
      ) : (
        <>
          {options !== undefined && <MetricCode {...props} options={options} />}
          {metrics !== undefined && <Button onClick={() => vocabulary.send({})}>Look again</Button>}
        </>
      )}
      {options !== undefined && <RoleFields {...props} options={options} />}
    </>
  );
}

/** One of Lago's metrics. A template that was written by hand is replaced only after a question. */
function KnownMetric({
  draft,
  tab,
  edit,
  options,
  metrics,
}: WrittenEventProps & { readonly metrics: readonly MetricView[] }) {
  const [asked, setAsked] = useState<MetricView | undefined>(undefined);
  const isByHand = options === undefined;
  return (
    <>
      <MetricField
        id="metric"
        label="What the rows count for"
        metrics={metrics}
        code={codeOf(draft.template)}
        onChoose={(metric) => (isByHand ? setAsked(metric) : edit(withMetric(draft, tab, metric)))}
      />
      {asked !== undefined && (
        <Confirmation
          question={
            'You have changed the template by hand. ' +
            `Write it anew for ${quoted(nameOfMetric(asked))}?`
          }
          yes="Write it anew"
          no="Keep mine"
          onYes={() => {
            edit(withMetric(draft, tab, asked));
            setAsked(undefined);
          }}
          onNo={() => setAsked(undefined)}
        />
      )}
    </>
  );
}

interface ExampleProps extends WrittenEventProps {
  readonly options: ExampleOptions;
}

/** The code of the metric to type, if none of Lago's metrics can be chosen. */
function MetricCode({ home, draft, tab, edit, vocabulary, options }: ExampleProps) {
  return (
    <Field
      id="metric"
      label="Code of the billable metric"
      hint={
        home.connection === undefined
          ? 'Connect to Lago to choose from its metrics.'
          : vocabulary.value?.metrics === undefined
            ? 'Lago\u2019s metrics cannot be read with this API key; ' +
              'you find the code in Lago under Billable metrics.'
            : 'Lago has no billable metric yet. ' +
              'Create one there under Billable metrics, then look again.'
      }
    >
      <input
        id="metric"
        type="text"
        autocomplete="off"
        spellcheck={false}
        value={codeOf(draft.template) ?? ''}
        aria-describedby="metric-hint"
        onInput={(event) => {
          const code = event.currentTarget.value.replace(/["\\{}]/g, '').trim();
          const field =
            options.metric?.field ??
            guessColumn(guessableColumns(draft, tab), draft.key, undefined);
          const metric = code === '' ? undefined : metricOfCode(code, field);
          edit(withMetric(draft, tab, metric, options.column));
        }}
      />
    </Field>
  );
}

/** The metric of the template: as Lago has it, or as far as the template tells. */
function chosenMetric({ draft, vocabulary, options }: ExampleProps): MetricShape | undefined {
  const code = codeOf(draft.template);
  return vocabulary.value?.metrics?.find((metric) => metric.code === code) ?? options.metric;
}

/** The columns that the event is made of, for those who do not write the template. */
function RoleFields(props: ExampleProps) {
  const { draft, tab, edit, options } = props;
  const chosen = chosenMetric(props);
  const columns = choosableColumns(draft, tab);
  const read = readColumns(draft, tab, { ...options, metric: chosen });
  const fieldOf = (id: string, role: Role, label: string) => (
    <ColumnField
      key={role}
      id={id}
      label={label}
      columns={columns}
      column={read[role]}
      onChoose={(name) => edit(withRole(draft, tab, { role, name, metric: chosen }))}
    />
  );
  return (
    <>
      {chosen !== undefined &&
        readsOne(chosen) &&
        fieldOf('quantity', 'column', 'Column that it reads')}
      {fieldOf('subscription', 'subscription', 'Column with the subscription')}
      {fieldOf('time', 'time', 'Column with the date')}
    </>
  );
}
