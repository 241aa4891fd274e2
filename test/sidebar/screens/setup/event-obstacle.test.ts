import { newDraft } from '../../../../src/sidebar/draft/draft';
import { exampleOptions, withMetric } from '../../../../src/sidebar/draft/event';
import { unchosenPart as unchosenOf } from '../../../../src/sidebar/screens/setup/event-obstacle';
import { column, tab } from '../../fixture';

const hours = { code: 'hours', aggregation: 'sum_agg', field: 'hours' };
const events = { code: 'calls', aggregation: 'count_agg', field: undefined };
const draftIn = (of: typeof tab, metric = hours as typeof hours | typeof events) =>
  withMetric(newDraft(of, 'a'), of, metric);
const unchosenPart = (draft: ReturnType<typeof draftIn>, of: typeof tab) =>
  unchosenOf(draft, of, exampleOptions(draft, of));
const only = (...columns: (typeof tab)['columns'][number][]) => ({ ...tab, columns });
const id = column('Usage ID', 'text', { unique: true, repeated: [] });
const day = column('Day', 'date');

test('the metric is chosen first, then the column that it reads, the subscription and the date', () => {
  expect(unchosenPart(newDraft(tab, 'a'), tab)).toBe('Choose what the rows count for.');
  expect(unchosenPart(draftIn(tab), tab)).toBeUndefined();
  const noDate = only(id, column('Subscription', 'text'));
  expect(unchosenPart(draftIn(noDate), noDate)).toBe('Choose the column that the metric reads.');
  expect(unchosenPart(draftIn(noDate, events), noDate)).toBe('Choose the column with the date.');
  const noSubscription = only(id, day);
  expect(unchosenPart(draftIn(noSubscription, events), noSubscription)).toBe(
    'Choose the column with the subscription.',
  );
});

test('nothing is to be chosen of a template that a person wrote', () => {
  expect(unchosenPart({ ...newDraft(tab, 'a'), template: '{ "code": "x" }' }, tab)).toBeUndefined();
});
