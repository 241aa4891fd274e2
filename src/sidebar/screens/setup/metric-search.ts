import type { MetricView } from '../../../rpc/contract';

/**
 * The metric that a typed text most likely means: the one with this code or name, or the only one
 * that contains the text. Undefined if none or several do.
 */
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
