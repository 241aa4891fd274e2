import type { MetricView } from '../../../rpc/contract';
import { guessMetricColumn, type MetricChoice } from '../../draft/metrics';
import { type PickedColumn, readsOne } from './example';

/** One of several metrics of a row. */
export interface MetricLine {
  /** Tells the lines apart while they come and go; 1 for the first. */
  readonly id: number;
  /** Undefined until a person has chosen the metric. */
  readonly choice: MetricChoice | undefined;
}

/** The lines that one starts with: a row that has one metric needs none of this. */
export const FIRST_LINES: readonly MetricLine[] = [
  { id: 1, choice: undefined },
  { id: 2, choice: undefined },
];

/** The lines with an empty one behind them. */
export const withNewLine = (lines: readonly MetricLine[]): readonly MetricLine[] => [
  ...lines,
  { id: Math.max(...lines.map(({ id }) => id)) + 1, choice: undefined },
];

/** The metrics that are chosen so far. */
export const choicesIn = (lines: readonly MetricLine[]): readonly MetricChoice[] =>
  lines.flatMap(({ choice }) => choice ?? []);

/** A metric with the column that it most likely reads, unless another line reads that. */
export const choiceOf = (
  metric: MetricView,
  columns: readonly PickedColumn[],
  lines: readonly MetricLine[],
): MetricChoice => ({
  metric,
  column: guessMetricColumn(
    columns,
    metric,
    lines.map(({ choice }) => choice?.column),
  ),
});

/** What has to be chosen before the syncs can be made, in one sentence; undefined if nothing. */
export function linesObstacle(lines: readonly MetricLine[]): string | undefined {
  const choices = choicesIn(lines);
  const codes = new Set(choices.map(({ metric }) => metric.code));
  if (choices.length < lines.length) return 'Choose a metric in each line.';
  if (codes.size < choices.length) return 'Choose each metric once.';
  return choices.some(({ metric, column }) => column === undefined && readsOne(metric))
    ? 'Choose the column that each metric reads.'
    : undefined;
}
