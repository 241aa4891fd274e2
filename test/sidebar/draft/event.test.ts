import { withName, withoutColumn } from '../../../src/sidebar/draft/changes';
import { newDraft } from '../../../src/sidebar/draft/draft';
import { codeOf, readColumns, withMetric, withRole } from '../../../src/sidebar/draft/event';
import { column, tab } from '../fixture';
import { calls, draft, hours, namesOf, withColumns } from './fixture';

test('another column for the subscription or the date rewrites the example, and picks it', () => {
  const without = withoutColumn(withMetric(draft, tab, hours), tab, 'User');
  const chosen = withRole(
    withRole(without, tab, { role: 'subscription', name: 'user', metric: hours }),
    tab,
    { role: 'time', name: 'seats', metric: hours },
  );
  expect(namesOf(chosen)).toContain('user');
  expect(chosen.template).toContain('"external_subscription_id": "{{ row.user }}"');
  expect(chosen.template).toContain('"timestamp": {{ row.seats | unix }}');
  expect(chosen.template).toContain('"hours": "{{ row.hours }}"');
  expect(withName(chosen, tab, 'User', 'who').template).toContain(
    '"external_subscription_id": "{{ row.who }}"',
  );
  expect(withMetric(chosen, tab, calls).template).toContain('"timestamp": {{ row.seats | unix }}');
  const mine = { ...draft, template: '{ "mine": 1 }' };
  expect(withRole(mine, tab, { role: 'time', name: 'day' })).toBe(mine);
});

test('where no column fits the subscription or the date none is read', () => {
  const odd = withColumns([
    column('Receipt', 'text', { unique: true, repeated: [] }),
    column('Menge', 'number'),
  ]);
  expect(readColumns(newDraft(odd, 'a'), odd, {})).toEqual({
    subscription: undefined,
    time: undefined,
    column: 'menge',
  });
});

test('two columns of one name are what the event asks for, and no other is read in their place', () => {
  const columns = [
    column('Usage ID', 'text', { unique: true, repeated: [] }),
    column('Customer', 'text'),
    column('Subscription', 'text'),
    column('Subscription', 'text', { name: 'subscription_2' }),
    column('Hours', 'number'),
    column('Hours', 'text', { name: 'hours_2' }),
    column('Date', 'date'),
    column('Date', 'date', { name: 'date_2' }),
    column('Billing date', 'date'),
    column('Seats', 'number'),
  ];
  const doubled = withColumns(columns);
  const { template, source } = withMetric(newDraft(doubled, 'a'), doubled, hours);
  expect(source.columns.map(({ header }) => header)).toEqual([
    'Usage ID',
    'Customer',
    'Billing date',
    'Seats',
  ]);
  expect(template).toContain('"external_subscription_id": "{{ row.subscription }}"');
  expect(template).toContain('"timestamp": {{ row.date | unix }}');
  expect(template).toContain('"hours": "{{ row.hours }}"');
  const keys = withColumns(
    [columns[0], columns[0], column('Nr', 'number', columns[0])].flatMap((each) => each ?? []),
  );
  expect(newDraft(keys, 'a').key).toBe('');
});

test('of many columns the one that is called like the metric is picked, also if it holds texts', () => {
  const many = withColumns([
    ...tab.columns,
    ...Array.from({ length: 20 }, (_, index) => column(`Column ${index}`, 'text')),
    column('Gigabytes', 'text'),
  ]);
  const gigabytes = { code: 'gb', aggregation: 'sum_agg', field: 'gigabytes' };
  const chosen = withMetric(newDraft(many, 'a'), many, gigabytes);
  expect(namesOf(chosen)).toContain('gigabytes');
  expect(chosen.template).toContain('"gigabytes": "{{ row.gigabytes }}"');
});

test('the code of a template is told where it is a plain text', () => {
  expect(codeOf(draft.template)).toBeUndefined();
  expect(codeOf(withMetric(draft, tab, hours).template)).toBe('hours');
  expect(codeOf('{ "event": { "code" : "x" } }')).toBe('x');
  expect(codeOf('{ "code": "{{ row.code }}" }')).toBeUndefined();
});
