import {
  API_KEY,
  activate,
  createWorld,
  draftOf,
  fireHourly,
  HEADERS,
  HOUR,
  inLago,
  TAB,
  usageRows,
  type World,
} from './world';

const AMOUNT = 4;

const hourLater = (world: World): void => {
  world.time.now += HOUR;
  fireHourly(world);
};

const problemsOf = (world: World, id: string): string[] =>
  world
    .ask('dryRun', { id })
    .rows.map(
      ({ row, key, action, problems }) =>
        `${row ?? '-'} ${key} ${action} ${problems.map(({ code }) => code).join()}`,
    );

describe.each(['postgres', 'clickhouse'] as const)('a sent row on %s', (store) => {
  const sent = (choice: Parameters<typeof activate>[1] = {}): { world: World; id: string } => {
    const world = createWorld({
      rows: usageRows(3),
      store,
      lago: { duplicateRemoval: false, visibilityDelayMs: 60_000 },
    });
    const id = activate(world, choice);
    fireHourly(world);
    return { world, id };
  };

  test('is not sent again when nothing changed', () => {
    const { world } = sent();
    hourLater(world);
    hourLater(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
  });

  test('is flagged when it was changed, and nothing is sent, where that was chosen', () => {
    const { world, id } = sent({ changed: 'flag' });
    world.google.spreadsheet.edit(TAB, 3, AMOUNT, '20');
    hourLater(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
    expect(problemsOf(world, id)).toEqual(['3 r2 flag row.changed']);
  });

  test('is no longer flagged when it was set back', () => {
    const { world, id } = sent({ changed: 'flag' });
    world.google.spreadsheet.edit(TAB, 3, AMOUNT, '20');
    hourLater(world);
    world.google.spreadsheet.edit(TAB, 3, AMOUNT, '2');
    hourLater(world);
    expect(problemsOf(world, id)).toEqual([]);
  });

  test('is sent on top under a derived id, once, where that was chosen', () => {
    const { world } = sent({ changed: 'add' });
    world.google.spreadsheet.edit(TAB, 3, AMOUNT, '20');
    hourLater(world);
    hourLater(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r2~r2 = 20', 'r3 = 3']);
  });

  test('gets the next derived id when it changes again', () => {
    const { world } = sent({ changed: 'add' });
    for (const amount of ['20', '21']) {
      world.google.spreadsheet.edit(TAB, 3, AMOUNT, amount);
      hourLater(world);
    }
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r2~r2 = 20', 'r2~r3 = 21', 'r3 = 3']);
  });

  test('is held when its key now stands for another month', () => {
    const { world, id } = sent({ changed: 'add' });
    world.google.spreadsheet.paste(TAB, 3, 3, [['2026-10-03 10:00', '7']]);
    hourLater(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
    expect(problemsOf(world, id)).toEqual(['3 r2 flag key.reused']);
  });

  test('is flagged when it is gone from the sheet', () => {
    const { world, id } = sent({ removed: 'flag' });
    world.google.spreadsheet.deleteRows(TAB, 3, 1);
    hourLater(world);
    expect(problemsOf(world, id)).toEqual(['- r2 flag row.removed']);
    expect(inLago(world)).toHaveLength(3);
  });

  test('is left alone when it is gone, where that was chosen', () => {
    const { world, id } = sent({ removed: 'ignore' });
    world.google.spreadsheet.deleteRows(TAB, 3, 1);
    hourLater(world);
    expect(problemsOf(world, id)).toEqual([]);
  });

  test('does not count as removed while any key is unreadable', () => {
    const { world, id } = sent({ removed: 'flag' });
    world.google.spreadsheet.edit(TAB, 3, 1, '#N/A');
    hourLater(world);
    expect(problemsOf(world, id)).toEqual(['3 undefined hold key.unreadable']);
  });

  test('is known by its key, wherever it stands', () => {
    const { world, id } = sent();
    world.google.spreadsheet.sort(TAB, AMOUNT, 'descending');
    world.google.spreadsheet.insertColumns(TAB, 1, 1);
    world.google.spreadsheet.insertRows(TAB, 3, 2);
    hourLater(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
    expect(problemsOf(world, id)).toEqual([]);
  });

  test('whose key was changed is held as renamed, and not billed again', () => {
    const { world, id } = sent();
    world.google.spreadsheet.edit(TAB, 3, 1, 'r2-new');
    hourLater(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
    expect(problemsOf(world, id)).toEqual(['3 r2-new hold key.renamed']);
  });

  test('is not sent again when the template changes', () => {
    const { world, id } = sent();
    const { sync } = world.ask('open', {}).syncs.find((each) => each.sync.id === id) ?? {};
    if (sync === undefined) throw new Error('no sync');
    const { name, source, key, dateOnly, changed, removed } = sync;
    const template = sync.template.replace('"properties": {', '"properties": { "source": "sheet",');
    world.ask('saveSync', {
      draft: {
        id,
        revision: sync.revision,
        name,
        source,
        key,
        dateOnly,
        template,
        ...(changed && { changed }),
        ...(removed && { removed }),
      },
    });
    hourLater(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
  });

  test('goes out when a held row was completed', () => {
    const world = createWorld({
      rows: [...usageRows(2), ['r3', 'acme', '2026-11-03 10:00', '']],
      store,
    });
    activate(world);
    fireHourly(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
    world.google.spreadsheet.edit(TAB, 4, AMOUNT, '3');
    hourLater(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
  });
});

describe('several syncs in one spreadsheet', () => {
  test('send each their own events of the same rows', () => {
    const headers = [...HEADERS, 'other'];
    const world = createWorld({ headers, rows: usageRows(2).map((row) => [...row, '9']) });
    activate(world, { headers });
    activate(world, {
      headers,
      template: `{ "transaction_id": "{{ row.id }}-b", "external_subscription_id": "{{ row.subscription }}", "code": "calls", "timestamp": {{ row.time | unix }}, "properties": { "amount": {{ row.other }} } }`,
    });
    fireHourly(world);
    hourLater(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r1-b = 9', 'r2 = 2', 'r2-b = 9']);
    expect(world.google.triggers.filter(({ type }) => type === 'time')).toHaveLength(1);
  });
});

describe('a date without a time', () => {
  test('begins in the zone of the customer, so that it falls into the customer’s own month', () => {
    const world = createWorld({
      rows: [
        ['r1', 'acme', '2026-11-01', '1'],
        ['r2', 'globex', '2026-11-01', '2'],
      ],
    });
    world.lago.seed.customer({ external_id: 'c-acme', timezone: 'America/New_York' });
    world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
    const { id, revision } = world.ask('saveSync', {
      draft: { ...draftOf(world), dateOnly: 'start-of-day' },
    });
    expect(
      world.ask('preview', {
        draft: { ...draftOf(world), id, revision, dateOnly: 'start-of-day' },
        row: 2,
      }).time,
    ).toEqual({
      at: Date.UTC(2026, 10, 1, 4),
      zone: 'America/New_York',
    });
    world.ask('activate', { id, revision, changed: 'flag', removed: 'flag', onEdit: false });
    fireHourly(world);
    const times = world.lago
      .events()
      .map(
        ({ transactionId, timestampMs }) =>
          `${transactionId} ${new Date(timestampMs).toISOString()}`,
      );
    expect(times.sort()).toEqual(['r1 2026-11-01T04:00:00.000Z', 'r2 2026-11-01T00:00:00.000Z']);
  });

  test('whose column gets another number format makes no sent row a changed one', () => {
    const world = createWorld({ rows: [['r1', 'acme', '2026-11-03', '1']] });
    const id = activate(world, { changed: 'add' });
    fireHourly(world);
    world.google.spreadsheet.setNumberFormat(TAB, 2, 3, 1, 1, 'yyyy-mm-dd hh:mm');
    hourLater(world);
    expect(inLago(world)).toEqual(['r1 = 1']);
    expect(problemsOf(world, id)).toEqual([]);
  });
});

describe('a column that the template reads no more', () => {
  test('may be edited without billing its row again', () => {
    const headers = [...HEADERS, 'note'];
    const template = (note: string): string =>
      `{ "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.subscription }}", "code": "calls", "timestamp": {{ row.time | unix }}, "properties": { "amount": {{ row.amount }}${note} } }`;
    const world = createWorld({ headers, rows: usageRows(1).map((row) => [...row, 'a']) });
    activate(world, { headers, changed: 'add', template: template(', "note": "{{ row.note }}"') });
    fireHourly(world);
    const [view] = world.ask('open', {}).syncs;
    if (view === undefined) throw new Error('no sync');
    const { id, revision, name, source, key, dateOnly } = view.sync;
    world.ask('saveSync', {
      draft: {
        id,
        revision,
        name,
        source,
        key,
        dateOnly,
        changed: 'add',
        removed: 'flag',
        template: template(''),
      },
    });
    world.google.spreadsheet.edit(TAB, 2, 5, 'b');
    hourLater(world);
    expect(inLago(world)).toEqual(['r1 = 1']);
  });
});
