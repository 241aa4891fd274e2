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
  TEMPLATE,
  usageRows,
  type World,
} from './world';

const DOUBLED = TEMPLATE.replace('{{ row.amount }}', '{{ row.amount | times: 2 }}');

function changeTemplate(
  world: World,
  id: string,
  template: string,
  changed: 'correct' | 'add' = 'correct',
): void {
  const view = world.ask('open', {}).syncs.find(({ sync }) => sync.id === id);
  world.ask('saveSync', {
    draft: {
      ...draftOf(world, HEADERS, template),
      id,
      revision: view?.sync.revision ?? 0,
      changed,
      removed: 'flag',
    },
  });
}

describe('rows that were sent with an older template', () => {
  const sent = (): { world: World; id: string } => {
    const world = createWorld({ rows: usageRows(2) });
    const id = activate(world, { changed: 'correct' });
    fireHourly(world);
    return { world, id };
  };

  test('stay as they are with a new one', () => {
    const { world, id } = sent();
    changeTemplate(world, id, DOUBLED);
    world.time.now += HOUR;
    fireHourly(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
  });

  test('are billed again with it if a person says so, after a dry run that shows the very events', () => {
    const { world, id } = sent();
    changeTemplate(world, id, DOUBLED);
    const review = world.ask('dryRun', { id, rebill: 'all' });
    expect(
      review.corrections.map(({ key, events }) => [
        key,
        ...events.map((event) => JSON.parse(event).properties.amount),
      ]),
    ).toEqual([
      ['r1', -1, 2],
      ['r2', -2, 4],
    ]);
    expect(review.rules).toEqual([{ code: 'calls', because: undefined }]);
    expect(world.ask('dryRun', { id }).corrections).toEqual([]);
    world.ask('runNow', { id, rebill: 'all' });
    expect(inLago(world)).toEqual([
      'r1 = 1',
      'r1~r2 = 2',
      'r1~x1 = -1',
      'r2 = 2',
      'r2~r2 = 4',
      'r2~x1 = -2',
    ]);
    world.ask('runNow', { id, rebill: 'all' });
    expect(inLago(world)).toHaveLength(6);
  });

  test('stay as they are where the new one changes nothing of the bill', () => {
    const { world, id } = sent();
    changeTemplate(
      world,
      id,
      TEMPLATE.replace('"properties": {', '"properties": { "note": "{{ row.time }}",'),
    );
    expect(world.ask('dryRun', { id, rebill: 'all' })).toMatchObject({
      corrections: [],
      counts: { send: 0, sent: 2 },
    });
  });

  test('are billed again alone where they are named', () => {
    const { world, id } = sent();
    changeTemplate(world, id, DOUBLED);
    world.ask('runNow', { id, rebill: ['r2'] });
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r2~r2 = 4', 'r2~x1 = -2']);
  });

  test('are billed again alone where nothing but corrections is to be sent, whatever else waits, in slices too', () => {
    const { world, id } = sent();
    changeTemplate(world, id, DOUBLED);
    world.google.spreadsheet.paste(TAB, 4, 1, usageRows(3).slice(2));
    expect(world.ask('dryRun', { id, rebill: 'all' })).toMatchObject({
      corrected: 2,
      counts: { send: 3 },
    });
    const again = { id, rebill: 'all', only: 'corrections', run: 'again', seconds: 20 } as const;
    expect(world.ask('runNow', again)).toMatchObject({ trigger: 'person', delivered: 4, left: 0 });
    const twice = ['r1 = 1', 'r1~r2 = 2', 'r1~x1 = -1', 'r2 = 2', 'r2~r2 = 4', 'r2~x1 = -2'];
    expect(inLago(world)).toEqual(twice);
    fireHourly(world);
    expect(inLago(world)).toEqual([...twice, 'r3 = 6']);
  });

  test('are billed once by the new one also where changed rows are added on top', () => {
    const { world, id } = sent();
    changeTemplate(world, id, DOUBLED, 'add');
    expect(world.ask('dryRun', { id, rebill: 'all' }).corrected).toBe(2);
    world.ask('runNow', { id, rebill: 'all', only: 'corrections' });
    expect(inLago(world)).toEqual([
      'r1 = 1',
      'r1~r2 = 2',
      'r1~x1 = -1',
      'r2 = 2',
      'r2~r2 = 4',
      'r2~x1 = -2',
    ]);
  });

  test('tell of each reversal what it takes back', () => {
    const { world, id } = sent();
    changeTemplate(world, id, DOUBLED);
    world.ask('runNow', { id, rebill: 'all' });
    expect(
      world
        .ask('findRow', { id, key: 'r1' })
        .lines.map(({ id: line, kind, undoes }) => [line, kind, undoes]),
    ).toEqual([
      ['r1~r2', 'usage', undefined],
      ['r1~x1', 'reversal', 'r1'],
      ['r1', 'usage', undefined],
    ]);
  });

  test('that were taken as billed elsewhere stay so', () => {
    const world = createWorld({ rows: usageRows(2) });
    world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
    const { id, revision } = world.ask('saveSync', { draft: draftOf(world) });
    world.ask('takeAsBilled', { id, revision, incomplete: [] });
    changeTemplate(world, id, DOUBLED);
    expect(world.ask('dryRun', { id, rebill: 'all' })).toMatchObject({
      corrected: 0,
      problems: [],
      counts: { elsewhere: 2, flag: 0 },
    });
  });
});

test('a row that was tested while the sync was set up is corrected before it goes live', () => {
  const world = createWorld({ rows: usageRows(2) });
  world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
  const { id } = world.ask('saveSync', { draft: draftOf(world) });
  world.ask('testSend', { id, row: 2 });
  const { sync } = world.ask('open', {}).syncs[0] ?? {};
  world.ask('saveSync', {
    draft: { ...draftOf(world, HEADERS, DOUBLED), id, revision: sync?.revision ?? 0 },
  });
  const review = world.ask('dryRun', { id });
  expect(review.testedBefore.map(({ key }) => key)).toEqual(['r1']);
  const tested = review.testedBefore.flatMap(({ key }) => key ?? []);
  expect(world.ask('dryRun', { id, rebill: tested }).corrections.map(({ key }) => key)).toEqual([
    'r1',
  ]);
  const { trigger, delivered } = world.ask('runNow', {
    id,
    rebill: tested,
    only: 'corrections',
    seconds: 20,
  });
  expect({ trigger, delivered }).toEqual({ trigger: 'test', delivered: 2 });
  expect(inLago(world)).toEqual(['r1 = 1', 'r1~r2 = 2', 'r1~x1 = -1']);
});

test('a metric whose events cannot be taken back is named with the reason, before anything is chosen', () => {
  const world = createWorld({
    rows: usageRows(1),
    metrics: [{ name: 'Peak', code: 'peak', aggregation_type: 'max_agg', field_name: 'amount' }],
  });
  world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
  const { id } = world.ask('saveSync', {
    draft: draftOf(world, HEADERS, TEMPLATE.replace('"calls"', '"peak"')),
  });
  expect(world.ask('dryRun', { id }).rules).toEqual([
    { code: 'peak', because: 'a lower value does not replace a maximum' },
  ]);
});
