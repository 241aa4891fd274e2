import type { SyncDraft, TabView } from '../../../src/rpc/contract';
import { newDraft } from '../../../src/sidebar/draft/draft';
import { tab } from '../fixture';

export const draft = newDraft(tab, 'a');
export const hours = {
  code: 'hours',
  name: 'Hours',
  aggregation: 'sum_agg',
  field: 'hours',
  hasExpression: false,
};
export const calls = {
  code: 'calls',
  name: '',
  aggregation: 'count_agg',
  field: undefined,
  hasExpression: false,
};
export const namesOf = ({ source }: SyncDraft): string[] => source.columns.map(({ name }) => name);
export const columnOf = (header: string, of: TabView = tab) => {
  const found = of.columns.find((each) => each.header === header);
  if (found === undefined) throw new Error(header);
  return found;
};
export const withColumns = (columns: TabView['columns']): TabView => ({ ...tab, columns });
