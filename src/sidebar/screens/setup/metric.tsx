import { useState } from 'preact/hooks';
import type { MetricView } from '../../../rpc/contract';
import { count } from '../../../value/count';
import { Field } from '../../parts/field';
import { SelectField } from '../../parts/select-field';
import { aggregationWords } from '../../words/metrics';
import { metricOf } from './metric-search';

/** Up to 30 metrics fit into a list that people look through; more are searched by typing. */
const FEW_METRICS = 30;

interface MetricFieldProps {
  /** Id of the control in the document. */
  readonly id: string;
  readonly label: string;
  /** The metrics that Lago has. */
  readonly metrics: readonly MetricView[];
  /** Code of the chosen metric, which Lago may not have; undefined before one is chosen. */
  readonly code: string | undefined;
  /** Gets one of `metrics`. */
  readonly onChoose: (metric: MetricView) => void;
}

const named = ({ name, code }: MetricView): string =>
  name === '' || name === code ? code : `${name} (${code})`;

/** Chooses one of Lago's metrics: from a list, or of many by typing a part of the name. */
export function MetricField({ id, label, metrics, code, onChoose }: MetricFieldProps) {
  const chosen = metrics.find((metric) => metric.code === code);
  if (metrics.length > FEW_METRICS)
    return <MetricSearch id={id} label={label} metrics={metrics} code={code} onChoose={onChoose} />;
  return (
    <SelectField
      id={id}
      label={label}
      hint={chosen && `Lago ${aggregationWords(chosen.aggregation, chosen.field)}.`}
      value={code ?? ''}
      options={metrics.map((metric) => [metric.code, named(metric)])}
      onChoose={(value) => {
        const metric = metrics.find((each) => each.code === value);
        if (metric !== undefined) onChoose(metric);
      }}
    >
      {code === undefined && <option value="">Choose a metric</option>}
      {code !== undefined && chosen === undefined && (
        <option value={code}>{`${code} (not in Lago)`}</option>
      )}
    </SelectField>
  );
}

/** What the search says about the text in it. */
function searchHint(text: string, metrics: readonly MetricView[]): string {
  const chosen = metrics.find((metric) => metric.code === text);
  if (chosen !== undefined)
    return `${named(chosen)}: Lago ${aggregationWords(chosen.aggregation, chosen.field)}.`;
  if (text === '') return `Type a part of its name or code; Lago has ${count(metrics.length)}.`;
  return metricOf(text, metrics) === undefined
    ? 'Choose one from the list.'
    : 'Press Enter to choose it.';
}

/** Uses the browser's own list of proposals, which stays quick with thousands of metrics. */
function MetricSearch({ id, label, metrics, code, onChoose }: MetricFieldProps) {
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const text = typed ?? code ?? '';
  return (
    <Field id={id} label={label} hint={searchHint(text, metrics)}>
      <input
        id={id}
        type="text"
        list={`${id}-list`}
        autocomplete="off"
        spellcheck={false}
        value={text}
        aria-describedby={`${id}-hint`}
        onInput={(event) => {
          const value = event.currentTarget.value;
          const metric = metrics.find((each) => each.code === value);
          setTyped(metric === undefined ? value : undefined);
          if (metric !== undefined) onChoose(metric);
        }}
        onKeyDown={(event) => {
          const metric =
            event.key === 'Enter' && typed !== undefined ? metricOf(typed, metrics) : undefined;
          if (metric === undefined) return;
          event.preventDefault();
          setTyped(undefined);
          onChoose(metric);
        }}
      />
      <datalist id={`${id}-list`}>
        {metrics.map((metric) => (
          <option key={metric.code} value={metric.code}>
            {metric.name}
          </option>
        ))}
      </datalist>
    </Field>
  );
}

interface ColumnFieldProps {
  /** Id of the list in the document. */
  readonly id: string;
  readonly label: string;
  readonly columns: readonly { readonly name: string; readonly header: string }[];
  /** Name of the chosen column in the template; undefined if none is chosen. */
  readonly column: string | undefined;
  /** Gets the name of the column in the template. */
  readonly onChoose: (column: string) => void;
}

/** Chooses the column that a part of the event is read from. */
export function ColumnField({ id, label, columns, column, onChoose }: ColumnFieldProps) {
  const known = columns.find(({ name }) => name === column);
  return (
    <SelectField
      id={id}
      label={label}
      value={known?.name ?? ''}
      options={columns.map(({ name, header }) => [name, header])}
      onChoose={onChoose}
    >
      {known === undefined && <option value="">Choose a column</option>}
    </SelectField>
  );
}
