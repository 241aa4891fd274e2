import { useEffect, useState } from 'preact/hooks';
import type { MetricView } from '../../../rpc/contract';
import { choosableColumns } from '../../draft/columns';
import { codeOf, exampleOptions, readColumns } from '../../draft/event';
import {
  draftsPerMetric,
  guessMetricColumn,
  type MetricChoice,
  sharedColumns,
} from '../../draft/metrics';
import { otherNames } from '../../draft/names';
import { Button } from '../../parts/button';
import { ProblemCard } from '../../parts/problem-card';
import { useRequest } from '../../server/request';
import { draftToSave } from '../../setup';
import { inWords } from '../../words/lists';
import { readsOne } from './example';
import { ColumnField, MetricField, nameOfMetric } from './metric';
import type { EventStepProps } from './step-props';

interface SeveralMetricsProps extends EventStepProps {
  readonly metrics: readonly MetricView[];
}

/** A line that may not have its metric yet. `id` tells the lines apart while they come and go. */
interface Line {
  readonly id: number;
  readonly choice: MetricChoice | undefined;
}

/** For a row that says several things, such as calls, gigabytes and seats: one sync per metric, made in one step. */
export function SeveralMetrics(props: SeveralMetricsProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>A row with several metrics</summary>
      {isOpen && <MetricLines {...props} />}
    </details>
  );
}

function MetricLines({ home, metrics, draft, tab, setup, saving, dispatch }: SeveralMetricsProps) {
  const columns = choosableColumns(draft, tab);
  const options = exampleOptions(draft, tab);
  const { key } = draft;
  const event = readColumns(draft, tab, options ?? {});
  const rest = columns.filter(
    ({ name }) => name !== key && name !== event.subscription && name !== event.time,
  );
  const choiceOf = (metric: MetricView, taken: readonly (string | undefined)[]): MetricChoice => ({
    metric,
    column: guessMetricColumn(rest, metric, taken),
  });
  const current = metrics.find(({ code }) => code === codeOf(draft.template));
  // The column that a person chose for it above stays.
  const first =
    current === undefined
      ? undefined
      : {
          ...choiceOf(current, []),
          ...(options?.column === undefined ? {} : { column: options.column }),
        };
  const [entered, setLines] = useState<readonly Line[]>([
    { id: 1, choice: undefined },
    { id: 2, choice: undefined },
  ]);
  // The metric that is chosen above is the first one until another is.
  const lines = entered.map((line) =>
    line.id === 1 && line.choice === undefined && first !== undefined
      ? { ...line, choice: first }
      : line,
  );
  const [wanted, setWanted] = useState(false);
  const [ids] = useState<readonly string[]>(() => metrics.map(() => crypto.randomUUID()));
  const make = useRequest('saveSyncs', ({ syncs }) => {
    saving.hold(false);
    dispatch({ type: 'metrics-split', syncs });
  });
  const choices = lines.flatMap(({ choice }) => (choice === undefined ? [] : [choice]));
  const codes = choices.map(({ metric }) => metric.code);
  const missing =
    choices.length < lines.length
      ? 'Choose a metric in each line.'
      : new Set(codes).size < codes.length
        ? 'Choose each metric once.'
        : choices.some(({ metric, column }) => column === undefined && readsOne(metric))
          ? 'Choose the column that each metric reads.'
          : undefined;
  const set = (id: number, choice: MetricChoice): void =>
    setLines(lines.map((line) => (line.id === id ? { id, choice } : line)));

  // The syncs are made from the newest revision: what is being saved comes first, and nothing is saved meanwhile.
  useEffect(() => {
    if (!wanted) return;
    if (saving.problem !== undefined) setWanted(false);
    else if (!saving.saved) {
      if (!saving.busy) saving.save();
    } else {
      const base = draftToSave(setup);
      setWanted(false);
      if (base === undefined) return;
      saving.hold(true);
      make.send({
        drafts: draftsPerMetric(base, tab, choices, {
          ids,
          taken: otherNames(home.syncs, draft),
        }),
      });
    }
  }, [wanted, saving.saved, saving.busy, saving.problem]);

  // Without an answer it is not known which revision is the newest: then only the same call may be made again.
  const isOver = make.problem !== undefined && make.problem.code !== 'run.google';
  useEffect(() => {
    if (isOver) saving.hold(false);
  }, [isOver]);
  useEffect(() => () => saving.hold(false), []);

  return (
    <div class="several">
      <p class="hint">
        Such as calls, gigabytes and seats in three columns. Each metric gets a sync of its own, and
        its code becomes part of the transaction_id.
        {exampleOptions(draft, tab) === undefined &&
          ' The template that you changed by hand is replaced.'}
      </p>
      <ul class="columns">
        {lines.map(({ id, choice }, index) => (
          <li key={id}>
            <MetricField
              id={`metric-${id}`}
              label={`Metric ${index + 1}`}
              metrics={metrics}
              code={choice?.metric.code}
              onChoose={(metric) =>
                set(
                  id,
                  choiceOf(
                    metric,
                    lines.map((line) => (line.id === id ? undefined : line.choice?.column)),
                  ),
                )
              }
            />
            {choice !== undefined && readsOne(choice.metric) && (
              <ColumnField
                id={`metric-column-${id}`}
                label={`Column of metric ${index + 1}`}
                columns={columns}
                column={choice.column}
                onChoose={(column) => set(id, { ...choice, column })}
              />
            )}
            {lines.length > 2 && (
              <Button
                label={`Remove metric ${index + 1}`}
                onClick={() => setLines(lines.filter((line) => line.id !== id))}
              >
                Remove
              </Button>
            )}
          </li>
        ))}
      </ul>
      {sharedColumns(choices).map(({ column, metrics: reading }) => (
        <div class="card warning" role="status" key={column}>
          <p class="message">
            {'\u201c'}
            <bdi>{columns.find(({ name }) => name === column)?.header ?? column}</bdi>
            {'\u201d'} is chosen for <bdi>{inWords(reading.map(nameOfMetric))}</bdi>.
          </p>
          <p>It would be billed under {reading.length === 2 ? 'both' : 'each of them'}.</p>
        </div>
      ))}
      {missing !== undefined && <p class="obstacle">{missing}</p>}
      {make.problem !== undefined && <ProblemCard problem={make.problem} onRepeat={make.repeat} />}
      <div class="buttons">
        <Button
          disabled={lines.length >= metrics.length}
          onClick={() =>
            setLines([
              ...lines,
              { id: Math.max(...lines.map(({ id }) => id)) + 1, choice: undefined },
            ])
          }
        >
          Add a metric
        </Button>
        <Button
          busy={make.busy || wanted}
          disabled={missing !== undefined}
          onClick={() => setWanted(true)}
        >
          Make {lines.length} syncs
        </Button>
      </div>
    </div>
  );
}
