import {
  activate,
  createWorld,
  fireHourly,
  HOUR,
  inLago,
  TAB,
  usageRows,
  type World,
} from './world';

const HEADERS = ['id', 'subscription', 'time', 'amount', 'took', 'billable'];

/** An event whose amount is computed from a row, and whose other properties show its cells. */
const TEMPLATE = `{ "event": {
  "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.subscription }}", "code": "calls",
  "timestamp": {{ row.time | unix }},
  "properties": {
    "amount": {{ row.amount | times: 100 }},
    "hours": {{ row.took | hours | default: 0 }},
    "large": {% if row.amount > 9 %}true{% else %}false{% endif %},
    "billable": {{ row.billable | default: true }}
  } } }`;

const ROWS = [
  ['r1', 'acme', '2026-11-03 10:00', '1.15', '26:30', 'FALSE'],
  ['r2', 'acme', "'2026-11-03 10:00:00.500 UTC", '=1.1+2.2', '0:45', 'TRUE'],
  ['r3', 'globex', '2026-11-03 10:00', "'10", '', ''],
  ['r4', 'globex', '2026-11-03 10:00', "'1,000", '1:00', 'TRUE'],
];

const STORES = ['postgres', 'clickhouse'] as const;

function sent(store: (typeof STORES)[number]): { world: World; id: string } {
  const world = createWorld({ store, headers: HEADERS, rows: [] });
  world.google.spreadsheet.paste(TAB, 2, 1, ROWS);
  const id = activate(world, { headers: HEADERS, template: TEMPLATE, changed: 'correct' });
  fireHourly(world);
  return { world, id };
}

describe.each(STORES)('on %s, a cell', (store) => {
  test('is billed as what it means, computed exactly', () => {
    const { world, id } = sent(store);
    const written = (value: unknown) => (store === 'clickhouse' ? String(value) : value);
    const event = (id: string, at: string, ...values: readonly unknown[]) => [
      id,
      `2026-11-03T${at}Z`,
      ...values.map(written),
    ];
    const names = ['amount', 'hours', 'large', 'billable'];
    expect(
      world.lago
        .events()
        .map(({ transactionId, timestampMs, properties }) => [
          transactionId,
          new Date(timestampMs).toISOString(),
          ...names.map((name) => properties[name]),
        ]),
    ).toEqual([
      event('r1', '10:00:00.000', 115, 26.5, false, false),
      event('r2', '10:00:00.500', 330, 0.75, false, true),
      event('r3', '10:00:00.000', 1000, 0, true, true),
    ]);
    expect(
      world
        .ask('dryRun', { id })
        .rows.map(({ key, problems }) => [
          key,
          problems.map(({ code, place }) => `${code} in ${place.column}`).join(),
        ]),
    ).toEqual([['r4', 'row.not-a-number in amount']]);
  });

  test('is the same after its formula gave another last bit', () => {
    const { world } = sent(store);
    world.google.spreadsheet.edit(TAB, 3, 4, '3.3');
    world.time.now += HOUR;
    fireHourly(world);
    expect(world.lago.events()).toHaveLength(3);
  });
});

describe.each(['[$CHF] 0.00', '[Red]0.00', '[$€-407]#,##0.00'])(
  'an amount shown as %s',
  (format) => {
    test('is sent as its number', () => {
      const world = createWorld({ rows: usageRows(2) });
      world.google.spreadsheet.setNumberFormat(TAB, 2, 4, 2, 1, format);
      activate(world);
      fireHourly(world);
      expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
    });
  },
);

test('a time of day where a moment is asked for holds its row', () => {
  const world = createWorld({ rows: usageRows(2) });
  world.google.spreadsheet.edit(TAB, 2, 3, '10:30');
  expect(world.google.spreadsheet.cell(TAB, 2, 3).value).toBeCloseTo(10.5 / 24);
  activate(world);
  fireHourly(world);
  expect(inLago(world)).toEqual(['r2 = 2']);
  expect(JSON.stringify(world.lago.events())).not.toContain('1899');
});
