import { useEffect, useRef } from 'preact/hooks';
import type { MetricView, SyncDraft, TabView } from '../../../rpc/contract';
import { SUM } from '../../../value/aggregation';
import { guessableColumns } from '../../draft/columns';
import { codeOf, withMetric } from '../../draft/event';
import { guessColumn, type MetricShape } from './example';
import type { WrittenEventProps } from './step-props';

/** A metric of which only the code is known: it most likely adds up. */
export const metricOfCode = (code: string, field: string | undefined): MetricShape => ({
  code,
  aggregation: SUM,
  field,
});

/**
 * The metric for which the example is written when a person starts from it again: the one that is
 * or was chosen, or the only one. Undefined if it has to be chosen first.
 */
export function useExampleMetric(
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
  return metricOfCode(code, guessColumn(guessableColumns(draft, tab), draft.key, undefined));
}

/** Chooses the metric if Lago has exactly one, as long as none is chosen. */
export function useOnlyMetric(props: WrittenEventProps): void {
  const { draft, tab, edit, vocabulary, setup, options } = props;
  const metrics = vocabulary.value?.metrics;
  useEffect(() => {
    const only = metrics?.length === 1 ? metrics[0] : undefined;
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
