import fc from 'fast-check';
import {
  exampleTemplate,
  guessColumn,
  type MetricShape,
  onlyNamesake,
  optionsOf,
  type PickedColumn,
  rolesIn,
} from '../../../../src/sidebar/screens/setup/example';
import { column, tab } from '../../fixture';

const columns: readonly PickedColumn[] = tab.columns;
const metric = (aggregation: string, field: string | undefined, code = 'usage'): MetricShape => ({
  code,
  aggregation,
  field,
});
const read = (text: string): Record<string, unknown> =>
  JSON.parse(text.replace(/\{\{ row\.(\w+) \| unix \}\}/, '"$1 as seconds"')) as Record<
    string,
    unknown
  >;

test('an event is made of what the columns are called and hold', () => {
  expect(
    read(exampleTemplate(columns, 'usage_id', { metric: metric('sum_agg', 'hours') })),
  ).toEqual({
    transaction_id: '{{ row.usage_id }}',
    external_subscription_id: '{{ row.subscription }}',
    code: 'usage',
    timestamp: 'day as seconds',
    properties: { hours: '{{ row.hours }}' },
  });
});

test('a metric that counts events needs no property', () => {
  expect(
    read(exampleTemplate(columns, 'usage_id', { metric: metric('count_agg', undefined) }))[
      'properties'
    ],
  ).toEqual({});
});

test.each([
  ['sum_agg', 'seats', 'seats'],
  ['max_agg', 'Seats', 'seats'],
  ['latest_agg', 'seat', 'seats'],
  ['weighted_sum_agg', 'gigabytes', 'hours'],
  ['unique_count_agg', 'user_id', 'user'],
  ['unique_count_agg', 'member', 'user'],
  ['unique_count_agg', 'done', 'done'],
] as const)('%s of %s reads the column %s', (aggregation, field, expected) => {
  expect(guessColumn(columns, 'usage_id', metric(aggregation, field))).toBe(expected);
});

test('the code of a metric tells its column where the property does not', () => {
  expect(guessColumn(columns, 'usage_id', metric('sum_agg', 'value', 'seats'))).toBe('seats');
});

test('a metric whose property no column fits keeps its name, so that the check points at it', () => {
  const texts = columns.filter(({ type }) => type !== 'number');
  expect(
    read(exampleTemplate(texts, 'usage_id', { metric: metric('sum_agg', 'gigabytes') }))[
      'properties'
    ],
  ).toEqual({
    gigabytes: '{{ row.gigabytes }}',
  });
});

test('of a metric with an expression every number may be a part', () => {
  const computed: MetricShape = { ...metric('sum_agg', 'total'), hasExpression: true };
  expect(read(exampleTemplate(columns, 'usage_id', { metric: computed }))['properties']).toEqual({
    hours: '{{ row.hours }}',
    seats: '{{ row.seats }}',
  });
});

test('the code becomes part of the transaction_id where a row has several metrics', () => {
  expect(
    read(
      exampleTemplate(columns, 'usage_id', { metric: metric('sum_agg', 'hours'), codeInId: true }),
    )['transaction_id'],
  ).toBe('{{ row.usage_id }}-usage');
});

test('a name that Liquid cannot write behind a dot stands in brackets', () => {
  const odd: readonly PickedColumn[] = [{ name: 'menge m\u00b3', header: 'Menge', type: 'number' }];
  expect(exampleTemplate(odd, 'id', { metric: metric('sum_agg', 'menge') })).toContain(
    '"menge": "{{ row[\'menge m\u00b3\'] }}"',
  );
});

describe('subscription and date', () => {
  test('are guessed by name and type, in German too', () => {
    const german = [
      column('Beleg', 'text'),
      column('Kunde', 'text'),
      column('Tag', 'date'),
      column('Stunden', 'number'),
    ];
    expect(rolesIn(german, 'beleg')).toEqual({ subscription: 'kunde', time: 'tag' });
  });

  test('are guessed by the only text that rows share, and never by a duration', () => {
    const unclear = [
      column('Machine', 'text'),
      column('Note', 'text', { missing: 8, filled: 2 }),
      column('Runtime', 'number'),
    ];
    expect(rolesIn(unclear, '')).toEqual({ subscription: 'machine', time: undefined });
    expect(rolesIn([...unclear, column('Place', 'text')], '')).toEqual({
      subscription: undefined,
      time: undefined,
    });
    expect(rolesIn([column('Epoch', 'number')], '').time).toBe('epoch');
  });

  test('that a person chose are read', () => {
    const event = read(
      exampleTemplate(columns, 'usage_id', {
        metric: metric('sum_agg', 'hours'),
        subscription: 'user',
        time: 'seats',
      }),
    );
    expect(event).toMatchObject({
      external_subscription_id: '{{ row.user }}',
      timestamp: 'seats as seconds',
    });
  });
});

test('a column that alone is called like a metric is told, and of two neither', () => {
  const machine = [column('Machine hours', 'number'), column('Seats', 'number')];
  expect(onlyNamesake(machine, metric('sum_agg', 'hours'))?.name).toBe('machine_hours');
  expect(
    onlyNamesake([...machine, column('Idle hours', 'number')], metric('sum_agg', 'hours')),
  ).toBeUndefined();
  expect(onlyNamesake(machine, metric('sum_agg', 'gigabytes'))).toBeUndefined();
});

describe('it is told with which choices an example was written', () => {
  const names = columns.map(({ name }) => name);
  const metrics = fc.record({
    code: fc
      .string({ minLength: 1, maxLength: 12 })
      .filter((code) => !/[{}]/.test(code) && code !== 'metric_code'),
    aggregation: fc.constantFrom(
      'count_agg',
      'sum_agg',
      'max_agg',
      'unique_count_agg',
      'latest_agg',
      'weighted_sum_agg',
    ),
    field: fc.option(
      fc.string({ minLength: 1, maxLength: 12 }).filter((field) => !/[{}]/.test(field)),
      { nil: undefined },
    ),
    hasExpression: fc.boolean(),
  });

  test('whatever the metric and the column', () => {
    fc.assert(
      fc.property(
        fc.option(metrics, { nil: undefined }),
        fc.option(fc.constantFrom(...names), { nil: undefined }),
        fc.option(fc.constantFrom(...names), { nil: undefined }),
        fc.option(fc.constantFrom(...names), { nil: undefined }),
        fc.boolean(),
        (chosen, read, subscription, time, codeInId) => {
          const text = exampleTemplate(columns, 'usage_id', {
            metric: chosen,
            column: read,
            subscription,
            time,
            codeInId,
          });
          const found = optionsOf(text, columns, 'usage_id');
          expect(found).toBeDefined();
          expect(found?.metric?.code).toBe(chosen?.code);
          expect(exampleTemplate(columns, 'usage_id', found)).toBe(text);
        },
      ),
    );
  });

  test('and of a text that a person has changed it is not', () => {
    const text = exampleTemplate(columns, 'usage_id', { metric: metric('sum_agg', 'hours') });
    expect(
      optionsOf(text.replace('row.subscription', 'row.nowhere'), columns, 'usage_id'),
    ).toBeUndefined();
    expect(optionsOf(`${text} `, columns, 'usage_id')).toBeUndefined();
    expect(optionsOf('', columns, 'usage_id')).toBeUndefined();
    expect(optionsOf('{\n  "code": "\\x",\n}', columns, 'usage_id')).toBeUndefined();
  });
});

describe('a column of durations', () => {
  const worked = (name: string): readonly PickedColumn[] => [
    ...columns.filter(({ type }) => type !== 'number'),
    { name, header: name, type: 'duration' },
  ];

  it.each([
    ['hours', 'worked', 'row.worked | hours'],
    ['minutes', 'worked', 'row.worked | minutes'],
    ['units', 'call_seconds', 'row.call_seconds | seconds'],
  ])('is what a metric of %s adds up: %s as %s', (field, name, expression) => {
    const options = { metric: metric('sum_agg', field) };
    const text = exampleTemplate(worked(name), 'usage_id', options);
    expect(read(text)['properties']).toEqual({ [field]: `{{ ${expression} }}` });
    expect(optionsOf(text, worked(name), 'usage_id')).toBeDefined();
  });

  it('is neither a time nor a subscription', () => {
    const durations: readonly PickedColumn[] = [
      { name: 'time', header: 'Time', type: 'duration' },
      { name: 'account', header: 'Account', type: 'duration' },
    ];
    expect(rolesIn(durations, '')).toEqual({});
  });
});
