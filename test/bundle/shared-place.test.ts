import { API_KEY, createWorld, draftOf, fireHourly, HOUR, TAB, type World } from './world';

const SECOND = 'second';

const templateOf = (tab: string): string => `{ "event": {
  "transaction_id": "${tab}-{{ row.id }}", "external_subscription_id": "{{ row.subscription }}", "code": "seats",
  "timestamp": {{ row.time | unix }}, "properties": { "amount": {{ row.amount }} } } }`;

/** Two tabs with a sync each, which both bill seats of one customer, once both have sent their rows. */
function sent(aggregation: string): { world: World; ids: readonly string[] } {
  const world = createWorld({
    rows: [
      ['a', 'acme', '2026-11-03 10:00', '5'],
      ['b', 'acme', '2026-11-07 10:00', '6'],
    ],
    metrics: [
      { name: 'Seats', code: 'seats', aggregation_type: aggregation, field_name: 'amount' },
    ],
  });
  world.google.loadCsv(
    SECOND,
    '"id","subscription","time","amount"\n"c","acme","2026-11-05 10:00","6"',
  );
  world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
  const ids = [TAB, SECOND].map((tab) => {
    const draft = draftOf(world, undefined, templateOf(tab));
    const tabId = world.google.spreadsheet.sheets.find(({ name }) => name === tab)?.id ?? -1;
    const source = { ...draft.source, tabId, tabName: tab };
    const { id, revision } = world.ask('saveSync', { draft: { ...draft, name: tab, source } });
    world.ask('activate', { id, revision, changed: 'correct', removed: 'correct', onEdit: false });
    return id;
  });
  hourLater(world);
  return { world, ids };
}

function hourLater(world: World): void {
  fireHourly(world);
  world.time.now += HOUR;
}

/** Units of seats that Lago bills now. */
function billed({ lago }: World): string | undefined {
  const charges = lago.usage('c-acme', 'acme')['charges_usage'] as {
    units: string;
    billable_metric: { code: string };
  }[];
  return charges.find(({ billable_metric: { code } }) => code === 'seats')?.units;
}

const shown = (world: World, ids: readonly string[]): string[] =>
  ids.flatMap((id) =>
    world
      .ask('dryRun', { id })
      .rows.flatMap(({ key, problems }) => problems.map(({ message }) => `${key}: ${message}`)),
  );

test.each([
  ['unique_count_agg', '2.0'],
  ['latest_agg', '6.0'],
])(
  'of a %s no value is put in the place of another where a second sync of the file may have one there: the row is flagged',
  (aggregation, units) => {
    const { world, ids } = sent(aggregation);
    expect(billed(world)).toBe(units);
    world.google.spreadsheet.deleteRows(TAB, 3, 1);
    hourLater(world);
    expect(billed(world)).toBe(units);
    expect(shown(world, ids)).toEqual([
      expect.stringMatching(/^b: .*another sync of this file sends the same metric/),
    ]);
  },
);

test('a newest value is corrected beside a second sync, because none of its values lies in between', () => {
  const { world, ids } = sent('latest_agg');
  world.google.spreadsheet.edit(TAB, 3, 4, '9');
  hourLater(world);
  expect([billed(world), ...shown(world, ids)]).toEqual(['9.0']);
});
