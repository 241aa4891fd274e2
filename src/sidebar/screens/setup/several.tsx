import { useState } from 'preact/hooks';
import type { MetricView } from '../../../rpc/contract';
import { choosableColumns } from '../../draft/columns';
import { codeOf, readColumns } from '../../draft/event';
import { type MetricChoice, sharedColumns } from '../../draft/metrics';
import { Button } from '../../parts/button';
import { Hint } from '../../parts/hint';
import { Notice } from '../../parts/notice';
import { RequestState } from '../../parts/request-state';
import { inWords, quoted } from '../../words/lists';
import { nameOfMetric } from '../../words/metrics';
import { type PickedColumn, readsOne } from './example';
import { ColumnField, MetricField } from './metric';
import {
  choiceOf,
  choicesIn,
  FIRST_LINES,
  linesObstacle,
  type MetricLine,
  withNewLine,
} from './metric-lines';
import type { WrittenEventProps } from './step-props';
import { useSyncPerMetric } from './sync-per-metric';

interface SeveralMetricsProps extends WrittenEventProps {
  /** The metrics that Lago has. */
  readonly metrics: readonly MetricView[];
}

/**
 * For a row that says several things, such as calls, gigabytes and seats: one sync per metric, made
 * in one step.
 */
export function SeveralMetrics(props: SeveralMetricsProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>A row with several metrics</summary>
      {isOpen && <MetricLines {...props} />}
    </details>
  );
}

/** The lines, of which the first has the metric that is chosen above, until another is chosen. */
function useMetricLines({ draft, tab, options, metrics }: SeveralMetricsProps) {
  const columns = choosableColumns(draft, tab);
  const { subscription, time } = readColumns(draft, tab, options ?? {});
  const rest = columns.filter(
    ({ name }) => name !== draft.key && name !== subscription && name !== time,
  );
  const current = metrics.find(({ code }) => code === codeOf(draft.template));
  const guessed = current === undefined ? undefined : choiceOf(current, rest, []);
  // The column that a person chose for it above stays.
  const first = guessed && { ...guessed, column: options?.column ?? guessed.column };
  const [entered, setLines] = useState(FIRST_LINES);
  const lines = entered.map((line) =>
    line.id === 1 ? { ...line, choice: line.choice ?? first } : line,
  );
  const isByHand = options === undefined;
  return { columns, rest, isByHand, lines, setLines };
}

function MetricLines(props: SeveralMetricsProps) {
  const { metrics } = props;
  const { columns, rest, isByHand, lines, setLines } = useMetricLines(props);
  const choices = choicesIn(lines);
  const { request, waits, begin } = useSyncPerMetric(props, metrics, choices);
  const missing = linesObstacle(lines);
  return (
    <div class="several">
      <Hint>
        Such as calls, gigabytes and seats. Each metric gets a sync of its own, and its code becomes
        part of the transaction_id.
        {isByHand && ' The template that you changed by hand is replaced.'}
      </Hint>
      <ul class="columns">
        {lines.map(({ id, choice }, index) => {
          const others = lines.filter((line) => line.id !== id);
          return (
            <LineItem
              key={id}
              id={id}
              number={index + 1}
              metrics={metrics}
              columns={columns}
              choice={choice}
              onMetric={(metric) => choiceOf(metric, rest, others)}
              onChoose={(chosen) =>
                setLines(lines.map((line) => (line.id === id ? { id, choice: chosen } : line)))
              }
              onRemove={lines.length > 2 ? () => setLines(others) : undefined}
            />
          );
        })}
      </ul>
      <SharedColumns choices={choices} columns={columns} />
      {missing !== undefined && <p class="obstacle">{missing}</p>}
      <RequestState request={request} />
      <div class="buttons">
        <Button
          disabled={lines.length >= metrics.length}
          onClick={() => setLines(withNewLine(lines))}
        >
          Add a metric
        </Button>
        <Button busy={request.busy || waits} disabled={missing !== undefined} onClick={begin}>
          Make {lines.length} syncs
        </Button>
      </div>
    </div>
  );
}

interface LineItemProps extends MetricLine {
  /** Place of the line, 1-based. */
  readonly number: number;
  readonly metrics: readonly MetricView[];
  /** The columns that a metric can read. */
  readonly columns: readonly PickedColumn[];
  /** The choice that a metric becomes, with a guessed column. */
  readonly onMetric: (metric: MetricView) => MetricChoice;
  readonly onChoose: (choice: MetricChoice) => void;
  /** Undefined if the line has to stay. */
  readonly onRemove: (() => void) | undefined;
}

/** A metric, and the column that it reads. */
function LineItem({
  id,
  number,
  metrics,
  columns,
  choice,
  onMetric,
  onChoose,
  onRemove,
}: LineItemProps) {
  return (
    <li>
      <MetricField
        id={`metric-${id}`}
        label={`Metric ${number}`}
        metrics={metrics}
        code={choice?.metric.code}
        onChoose={(metric) => onChoose(onMetric(metric))}
      />
      {choice !== undefined && readsOne(choice.metric) && (
        <ColumnField
          id={`metric-column-${id}`}
          label={`Column of metric ${number}`}
          columns={columns}
          column={choice.column}
          onChoose={(column) => onChoose({ ...choice, column })}
        />
      )}
      {onRemove !== undefined && (
        <Button label={`Remove metric ${number}`} onClick={onRemove}>
          Remove
        </Button>
      )}
    </li>
  );
}

interface SharedColumnsProps {
  /** The metrics that are chosen, with their columns. */
  readonly choices: readonly MetricChoice[];
  readonly columns: readonly PickedColumn[];
}

/** Columns that several metrics read, since what is in them would be billed several times. */
function SharedColumns({ choices, columns }: SharedColumnsProps) {
  return (
    <>
      {sharedColumns(choices).map(({ column, metrics }) => (
        <Notice
          key={column}
          message={
            <>
              <bdi>{quoted(columns.find(({ name }) => name === column)?.header ?? column)}</bdi> is
              chosen for <bdi>{inWords(metrics.map(nameOfMetric))}</bdi>.
            </>
          }
          isNews
        >
          <p>It would be billed under {metrics.length === 2 ? 'both' : 'each of them'}.</p>
        </Notice>
      ))}
    </>
  );
}
