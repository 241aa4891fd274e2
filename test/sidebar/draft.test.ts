import type { SyncDraft, TabView } from '../../src/rpc/contract';
import {
  codeOf,
  draftsPerMetric,
  exampleOptions,
  freeName,
  guessMetricColumn,
  nameOf,
  newDraft,
  obstacle,
  readColumns,
  sharedColumns,
  withColumn,
  withIdColumn,
  withKey,
  withMetric,
  withName,
  withoutColumn,
  withReady,
  withRole,
  withTab,
} from '../../src/sidebar/draft';
import { column, tab } from './fixture';

const draft = newDraft(tab, 'a');
const hours = {
  code: 'hours',
  name: 'Hours',
  aggregation: 'sum_agg',
  field: 'hours',
  hasExpression: false,
};
const calls = {
  code: 'calls',
  name: '',
  aggregation: 'count_agg',
  field: undefined,
  hasExpression: false,
};
const namesOf = ({ source }: SyncDraft): string[] => source.columns.map(({ name }) => name);
const columnOf = (header: string, of: TabView = tab) => {
  const found = of.columns.find((each) => each.header === header);
  if (found === undefined) throw new Error(header);
  return found;
};
const withColumns = (columns: TabView['columns']): TabView => ({ ...tab, columns });

describe('a new draft', () => {
  test('has the id that the page made, the tab’s name, all of a few columns, and the column that identifies a row', () => {
    expect(draft).toMatchObject({
      id: 'a',
      revision: 0,
      name: 'Usage',
      key: 'usage_id',
      dateOnly: 'noon',
    });
    expect(namesOf(draft)).toHaveLength(7);
    expect(obstacle(draft)).toBeUndefined();
  });

  test('of many columns picks those that the event is made of', () => {
    const many = [
      ...tab.columns,
      ...Array.from({ length: 40 }, (_, index) => column(`Column ${index}`, 'text')),
    ];
    expect(namesOf(newDraft(withColumns(many), 'a'))).toEqual([
      'usage_id',
      'subscription',
      'day',
      'hours',
      'seats',
    ]);
  });

  test('takes a key column with a few slips, but neither dates nor amounts that happen to differ', () => {
    const slips = column('Usage ID', 'text', {
      missing: 1,
      filled: 20,
      repeated: [{ value: 'U-1', rows: [4, 9] }],
    });
    expect(
      newDraft(
        withColumns([
          slips,
          column('Customer ID', 'text', {
            repeated: [1, 2, 3].map((n) => ({ value: `${n}`, rows: [n, 9] })),
          }),
        ]),
        'a',
      ).key,
    ).toBe('usage_id');
    const differ = { unique: true, repeated: [] };
    expect(
      newDraft(
        withColumns([column('Day', 'date', differ), column('Amount', 'number', differ)]),
        'a',
      ).key,
    ).toBe('');
    expect(
      newDraft(
        withColumns([column('Amount', 'number', differ), column('Receipt', 'text', differ)]),
        'a',
      ).key,
    ).toBe('receipt');
  });

  test('leaves columns out whose header stands twice', () => {
    expect(
      namesOf(newDraft(withColumns([...tab.columns, column('Hours', 'number')]), 'a')),
    ).not.toContain('hours');
  });
});

describe('the example follows', () => {
  const chosen = withMetric(draft, tab, hours);

  test('a column that is renamed or left out', () => {
    expect(withName(chosen, tab, 'Hours', 'compute').template).toContain(
      '"hours": "{{ row.compute }}"',
    );
    expect(withoutColumn(chosen, tab, 'Hours').template).toContain('"hours": "{{ row.seats }}"');
  });

  test('the key', () => {
    expect(withKey(draft, tab, columnOf('User')).template).toContain(
      '"transaction_id": "{{ row.user }}"',
    );
    expect(withKey(draft, tab, undefined).key).toBe('');
  });

  test('the column that a person chose for the metric, as long as it is picked', () => {
    const seats = withMetric(draft, tab, hours, 'seats');
    expect(withName(seats, tab, 'Seats', 'places').template).toContain(
      '"hours": "{{ row.places }}"',
    );
    expect(withoutColumn(seats, tab, 'Seats').template).toContain('"hours": "{{ row.hours }}"');
  });

  test('a tab with other columns', () => {
    const other: TabView = {
      ...tab,
      tab: { id: 2, name: 'Other' },
      columns: [column('Key', 'text', { unique: true, repeated: [] })],
    };
    const moved = withTab(chosen, other, 'b', tab);
    expect(moved).toMatchObject({ id: 'a', name: 'Other', key: 'key', source: { tabId: 2 } });
    expect(moved.template).toContain('"code": "hours"');
    expect(moved.template).toContain('"{{ row.key }}"');
  });

  test('no longer once a person has written in it', () => {
    const mine = { ...chosen, template: '{ "mine": 1 }' };
    expect(exampleOptions(mine, tab)).toBeUndefined();
    expect(withName(mine, tab, 'Hours', 'compute').template).toBe('{ "mine": 1 }');
    expect(withTab(mine, { ...tab, tab: { id: 2, name: 'Other' } }, 'b', tab).template).toBe(
      '{ "mine": 1 }',
    );
  });
});

test('the same tab, read again, keeps what was chosen', () => {
  const renamed = withName(draft, tab, 'Hours', 'compute');
  expect(withTab(renamed, { ...tab, tab: { id: 1, name: 'New name' } }, 'b')).toMatchObject({
    source: { tabName: 'New name', columns: renamed.source.columns },
  });
});

test('a column that is left out is neither key nor ready any more', () => {
  const ready = withReady(draft, tab, columnOf('Done'));
  expect(ready.ready).toBe('done');
  expect(withoutColumn(ready, tab, 'Done').ready).toBeUndefined();
  expect(withReady(ready, tab, undefined).ready).toBeUndefined();
  expect(withoutColumn(draft, tab, 'Usage ID').key).toBe('');
  expect(namesOf(withColumn(withoutColumn(draft, tab, 'Day'), tab, columnOf('Day')))).toEqual(
    namesOf(draft),
  );
});

test('a renamed ready or key column stays one', () => {
  const ready = withReady(draft, tab, columnOf('Done'));
  expect(withName(ready, tab, 'Done', 'complete').ready).toBe('complete');
  expect(withName(draft, tab, 'Usage ID', 'no').key).toBe('no');
});

test('a column of ids that was added identifies the rows', () => {
  const before = withColumns(tab.columns.slice(1));
  const without = newDraft(before, 'a');
  expect(without.key).toBe('');
  const after = withIdColumn(without, tab, 'Usage ID');
  expect(after.key).toBe('usage_id');
  expect(nameOf(after, 'Usage ID')).toBe('usage_id');
  expect(after.template).toContain('"transaction_id": "{{ row.usage_id }}"');
});

test('another column for the subscription or the date rewrites the example, and picks it', () => {
  const without = withoutColumn(withMetric(draft, tab, hours), tab, 'User');
  const chosen = withRole(
    withRole(without, tab, 'subscription', 'user', hours),
    tab,
    'time',
    'seats',
    hours,
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
  expect(withRole(mine, tab, 'time', 'day')).toBe(mine);
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

test('the name that a new sync proposes is free', () => {
  expect(newDraft(tab, 'a', ['usage', 'Usage 2']).name).toBe('Usage 3');
  expect(freeName('Hours', ['Usage'])).toBe('Hours');
  const other: TabView = { ...tab, tab: { id: 2, name: 'Other' } };
  expect(withTab(newDraft(tab, 'a', ['Usage']), other, 'b', tab, ['Usage']).name).toBe('Other');
  expect(withTab({ ...draft, name: 'Mine' }, other, 'b', tab, ['Usage']).name).toBe('Mine');
});

describe('a row with several metrics', () => {
  test('proposes for each the column that is called like it, and none twice', () => {
    const picked = tab.columns;
    const seats = { ...hours, code: 'seats', name: 'Seats', field: 'seats' };
    const storage = { ...hours, code: 'storage', name: 'Storage', field: 'gigabytes' };
    expect(
      [hours, seats, storage, calls].map((metric) => guessMetricColumn(picked, metric, [])),
    ).toEqual(['hours', 'seats', undefined, undefined]);
    expect(guessMetricColumn(picked, hours, ['hours'])).toBeUndefined();
  });

  test('says which column would be billed under several of them', () => {
    const twice = [
      { metric: hours, column: 'seats' },
      { metric: { ...hours, code: 'seats' }, column: 'seats' },
    ];
    expect(sharedColumns(twice)).toEqual([
      { column: 'seats', metrics: twice.map(({ metric }) => metric) },
    ]);
    expect(sharedColumns([...twice.slice(1), { metric: calls, column: undefined }])).toEqual([]);
  });

  test('keeps the columns of the subscription and the date that were chosen, and gives each sync a free name', () => {
    const chosen = withRole(withMetric(draft, tab, hours), tab, 'subscription', 'user', hours);
    const made = draftsPerMetric(chosen, tab, [{ metric: hours, column: 'hours' }], [], ['hours']);
    expect(made[0]?.template).toContain('"external_subscription_id": "{{ row.user }}"');
    expect(made[0]?.name).toBe('Hours 2');
  });

  const drafts = draftsPerMetric(
    { ...draft, revision: 4 },
    tab,
    [
      { metric: hours, column: 'seats' },
      { metric: calls, column: undefined },
    ],
    ['b'],
  );

  test('becomes one sync per metric, each named after it', () => {
    expect(drafts.map(({ id, revision, name }) => [id, revision, name])).toEqual([
      ['a', 4, 'Hours'],
      ['b', 0, 'calls'],
    ]);
  });

  test('has the code in each transaction_id, and each metric its column', () => {
    expect(drafts[0]?.template).toContain('{{ row.usage_id }}-hours');
    expect(drafts[0]?.template).toContain('"hours": "{{ row.seats }}"');
    expect(drafts[1]?.template).toContain('{{ row.usage_id }}-calls');
  });

  test('keeps the code in the transaction_id when another metric is chosen later', () => {
    const [first] = drafts;
    if (first === undefined) throw new Error('no drafts');
    expect(withMetric(first, tab, calls).template).toContain('{{ row.usage_id }}-calls');
  });
});

test('the code of a template is told where it is a plain text', () => {
  expect(codeOf(draft.template)).toBeUndefined();
  expect(codeOf(withMetric(draft, tab, hours).template)).toBe('hours');
  expect(codeOf('{ "event": { "code" : "x" } }')).toBe('x');
  expect(codeOf('{ "code": "{{ row.code }}" }')).toBeUndefined();
});

test.each([
  [{ ...draft, source: { ...draft.source, columns: [] } }, 'Choose at least one column.'],
  [withName(draft, tab, 'Hours', ' '), 'Give each chosen column a name for the template.'],
  [withName(draft, tab, 'Hours', 'seats'), 'Two columns have the name'],
  [{ ...draft, key: '' }, 'Choose the column that identifies a row.'],
])('what is missing is said in one sentence', (incomplete, sentence) => {
  expect(obstacle(incomplete)).toContain(sentence);
});
