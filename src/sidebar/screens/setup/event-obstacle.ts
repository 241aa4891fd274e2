import type { SyncDraft, TabView } from '../../../rpc/contract';
import { readColumns } from '../../draft/event';
import { type ExampleOptions, readsOne } from './example';

/**
 * What has to be chosen before the example is an event, in one sentence. Undefined if all is
 * chosen, or if a person has written the template.
 * @param options with which the template was written
 */
export function unchosenPart(
  draft: SyncDraft,
  tab: TabView,
  options: ExampleOptions | undefined,
): string | undefined {
  if (options === undefined) return undefined;
  if (options.metric === undefined) return 'Choose what the rows count for.';
  const { subscription, time, column } = readColumns(draft, tab, options);
  if (readsOne(options.metric) && column === undefined)
    return 'Choose the column that the metric reads.';
  if (subscription === undefined) return 'Choose the column with the subscription.';
  return time === undefined ? 'Choose the column with the date.' : undefined;
}
