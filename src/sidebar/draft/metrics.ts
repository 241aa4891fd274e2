import type { MetricView, SyncDraft, TabView } from '../../rpc/contract';
import { groupBy } from '../../value/group';
import { onlyNamesake, type PickedColumn, readsOne } from '../screens/setup/example';
import { nameOfMetric } from '../words/metrics';
import { withPicked } from './columns';
import { exampleOptions, readColumns, withExample } from './event';
import { freeName } from './names';

/** One metric of a row that has several. */
export interface MetricChoice {
  readonly metric: MetricView;
  /** Name in the template of the column that it reads; undefined if it counts events. */
  readonly column: string | undefined;
}

/**
 * The one column that is called like a metric's property and that no other metric of the row reads;
 * undefined if a person has to choose it.
 * @param taken names of the columns that the other metrics read
 */
export function guessMetricColumn(
  columns: readonly PickedColumn[],
  metric: MetricView,
  taken: readonly (string | undefined)[],
): string | undefined {
  const name = readsOne(metric) ? onlyNamesake(columns, metric)?.name : undefined;
  return taken.includes(name) ? undefined : name;
}

/**
 * Columns that several metrics read, each with these metrics: its value would be billed under all
 * of them.
 */
export function sharedColumns(
  choices: readonly MetricChoice[],
): readonly { readonly column: string; readonly metrics: readonly MetricView[] }[] {
  const read = choices.filter(({ metric, column }) => column !== undefined && readsOne(metric));
  return [...groupBy(read, ({ column }) => column ?? '')]
    .filter(([, readers]) => readers.length > 1)
    .map(([column, readers]) => ({ column, metrics: readers.map(({ metric }) => metric) }));
}

/** What the further drafts of a row need. */
export interface NewNames {
  /** Ids for the drafts behind the first, made by the page. */
  readonly ids: readonly string[];
  /** Names of the other syncs. */
  readonly taken?: readonly string[] | undefined;
}

/**
 * The drafts of a row with several metrics, one for each. The first is the draft itself, the others
 * are new. Each is named after its metric, whose code becomes part of the transaction_id, so that
 * no two of a row's events are the same.
 */
export function draftsPerMetric(
  draft: SyncDraft,
  tab: TabView,
  choices: readonly MetricChoice[],
  { ids, taken = [] }: NewNames,
): SyncDraft[] {
  const { subscription, time } = readColumns(draft, tab, exampleOptions(draft, tab) ?? {});
  const names = [...taken];
  return choices.map(({ metric, column }, index) => {
    const picked = withPicked(draft, tab, [column]);
    const written = withExample(picked, tab, {
      metric,
      column: readsOne(metric) ? column : undefined,
      subscription,
      time,
      codeInId: true,
    });
    const name = freeName(nameOfMetric(metric), names);
    names.push(name);
    return index === 0
      ? { ...written, name }
      : { ...written, name, id: ids[index - 1] ?? '', revision: 0 };
  });
}
