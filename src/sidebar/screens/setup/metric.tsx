import { useState } from 'preact/hooks';
import type { MetricView } from '../../../rpc/contract';
import { count } from '../../../value/count';
import { Field } from '../../parts/field';
import { aggregationWords } from '../../words/metrics';

/** Up to so many metrics fit into a list that is looked through; more are searched by typing. */
const FEW_METRICS = 30;

interface MetricFieldProps {
  readonly id: string;
  readonly label: string;
  readonly metrics: readonly MetricView[];
  /** Code of the metric that is chosen; undefined before. It need not be one that Lago has. */
  readonly code: string | undefined;
  readonly onChoose: (metric: MetricView) => void;
}

export const nameOfMetric = ({ name, code }: MetricView): string =>
  name.trim() === '' ? code : name;

const named = ({ name, code }: MetricView): string =>
  name === '' || name === code ? code : `${name} (${code})`;

/** Chooses one of Lago's metrics: from a list, or by typing a part of its name where there are many. */
export function MetricField({ id, label, metrics, code, onChoose }: MetricFieldProps) {
  const chosen = metrics.find((metric) => metric.code === code);
  const hint =
    chosen === undefined
      ? undefined
      : `Lago ${aggregationWords(chosen.aggregation, chosen.field)}.`;
  return metrics.length <= FEW_METRICS ? (
    <Field id={id} label={label} hint={hint}>
      <select
        id={id}
        value={code ?? ''}
        {...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` })}
        onChange={(event) => {
          const metric = metrics.find((each) => each.code === event.currentTarget.value);
          if (metric !== undefined) onChoose(metric);
        }}
      >
        {code === undefined && <option value="">Choose a metric</option>}
        {code !== undefined && chosen === undefined && (
          <option value={code}>{`${code} (not in Lago)`}</option>
        )}
        {metrics.map((metric) => (
          <option key={metric.code} value={metric.code}>
            {named(metric)}
          </option>
        ))}
      </select>
    </Field>
  ) : (
    <MetricSearch id={id} label={label} metrics={metrics} code={code} onChoose={onChoose} />
  );
}

/** The metric that a typed text most likely means: the one with this code or name, or else the only one that contains it. */
export function metricOf(typed: string, metrics: readonly MetricView[]): MetricView | undefined {
  const text = typed.trim().toLowerCase();
  if (text === '') return undefined;
  const exact = metrics.find(
    ({ code, name }) => code.toLowerCase() === text || name.toLowerCase() === text,
  );
  if (exact !== undefined) return exact;
  const found = metrics.filter(({ code, name }) => `${code} ${name}`.toLowerCase().includes(text));
  return found.length === 1 ? found[0] : undefined;
}

/** The browser's own list of proposals, which is quick with thousands. */
function MetricSearch({ id, label, metrics, code, onChoose }: MetricFieldProps) {
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const text = typed ?? code ?? '';
  const chosen = metrics.find((metric) => metric.code === text);
  return (
    <Field
      id={id}
      label={label}
      hint={
        chosen !== undefined
          ? `${named(chosen)}: Lago ${aggregationWords(chosen.aggregation, chosen.field)}.`
          : text === ''
            ? `Type a part of its name or code; Lago has ${count(metrics.length)}.`
            : metricOf(text, metrics) === undefined
              ? 'Choose one from the list.'
              : 'Press Enter to choose it.'
      }
    >
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
  readonly id: string;
  readonly label: string;
  readonly columns: readonly { readonly name: string; readonly header: string }[];
  /** Name of the chosen column in the template. */
  readonly column: string | undefined;
  readonly onChoose: (column: string) => void;
}

/** Chooses the column that a part of the event is read from. */
export function ColumnField({ id, label, columns, column, onChoose }: ColumnFieldProps) {
  return (
    <Field id={id} label={label}>
      <select
        id={id}
        value={columns.some(({ name }) => name === column) ? column : ''}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {!columns.some(({ name }) => name === column) && <option value="">Choose a column</option>}
        {columns.map(({ name, header }) => (
          <option key={name} value={name}>
            {header}
          </option>
        ))}
      </select>
    </Field>
  );
}
