import { callText } from '../page-token';
import { played } from './long';
import {
  API_KEY,
  activate,
  billedUnits,
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

const STORES = ['postgres', 'clickhouse'] as const;
/** How long ClickHouse may need to show an event. */
const VISIBLE = 10 * 60_000;

/** Units of calls that Lago bills now; ClickHouse writes 4 as 4.0. */
const billed = (world: World): string[] =>
  billedUnits(world).map((units) => units.replace(/\.0$/, ''));

const tabOf = ({ google }: World): number =>
  google.spreadsheet.sheets.find(({ name }) => name === TAB)?.id ?? -1;

const later = (world: World): void => {
  world.time.now += HOUR;
  fireHourly(world);
};

const remove = (world: World, id: string): void => {
  const view = world.ask('open', {}).syncs.find(({ sync }) => sync.id === id);
  world.ask('deleteSync', { id, revision: view?.sync.revision ?? 0 });
};

const formerOf = (world: World, sync = '') =>
  world.ask('describeTab', { tabId: tabOf(world), sync }).former;

const sentencesOf = (world: World, sync = ''): string[] | undefined =>
  formerOf(world, sync)?.map(({ problem }) => problem.message);

/** Makes the choice that the first step offers for the first ledger of the tab. */
function choose(world: World, sync: string, choice: 'adopt' | 'empty'): void {
  const [former] = formerOf(world, sync) ?? [];
  if (former === undefined) throw new Error('No ledger is offered.');
  const { former: left } = world.ask('resolveFormer', {
    tabId: tabOf(world),
    headerRow: 1,
    sync,
    former: former.sync,
    choice,
  });
  expect(left?.map((each) => each.sync)).not.toContain(former.sync);
}

/** Saves and activates a sync under an id that the page has made. */
function make(world: World, id: string, changes: { name?: string; template?: string } = {}): void {
  const draft = { ...draftOf(world), ...changes, id };
  const { revision } = world.ask('saveSync', { draft });
  world.ask('activate', { id, revision, changed: 'flag', removed: 'flag', onEdit: false });
}

const OTHER_IDS = TEMPLATE.replace('{{ row.id }}', 'new-{{ row.id }}');

const viewOf = (world: World, id: string) =>
  world.ask('open', {}).syncs.find(({ sync }) => sync.id === id);

describe.each(played(STORES, 2, 1))('on %s, a sync that is deleted and made anew', (store) => {
  const deleted = (): World => {
    const world = createWorld({ store, rows: usageRows(3) });
    const id = activate(world);
    fireHourly(world);
    world.time.now += VISIBLE;
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
    remove(world, id);
    return world;
  };
  const bill = ['acme 4', 'globex 2'];

  test('is offered what it has sent when its tab is chosen', () => {
    const world = deleted();
    expect(sentencesOf(world)).toEqual([
      'This tab was sent before by “Usage”, a sync that was deleted: 3 rows for “calls”, known by “id”.',
    ]);
    expect(formerOf(world)?.[0]?.key).toBe('id');
  });

  test.each([
    ['the same template', TEMPLATE],
    ['a template that makes other ids', OTHER_IDS],
  ])('goes on with it and bills nothing twice, with %s', (_, template) => {
    const world = deleted();
    choose(world, 'again', 'adopt');
    expect(formerOf(world, 'again')).toEqual([]);
    make(world, 'again', { template });
    later(world);
    expect(viewOf(world, 'again')?.lastRun).toMatchObject({ delivered: 0 });
    expect(viewOf(world, 'again')?.lastRun?.stopped).toBeUndefined();
    expect(billed(world)).toEqual(bill);
    world.google.spreadsheet.paste(TAB, 5, 1, [['r4', 'acme', '2026-11-03 10:00', '10']]);
    later(world);
    expect(billed(world)).toEqual(['acme 14', 'globex 2']);
  });

  test('sends nothing before somebody has chosen, and asks again where it would send', () => {
    const world = deleted();
    make(world, 'again', { template: OTHER_IDS });
    later(world);
    expect(viewOf(world, 'again')?.lastRun?.stopped).toMatchObject({
      code: 'ledger.found',
      message: sentencesOf(world, 'again')?.[0],
    });
    expect(world.call('dryRun', { id: 'again' })).toMatchObject({
      ok: false,
      problem: { code: 'ledger.found' },
    });
    expect(world.call('testSend', { id: 'again', row: 2 })).toMatchObject({
      ok: false,
      problem: { code: 'ledger.found' },
    });
    expect(billed(world)).toEqual(bill);
  });

  test('is offered it again after the tab and the ledger were renamed', () => {
    const world = deleted();
    world.google.spreadsheet.renameSheet('Lago ledger Usage', 'do not touch');
    const tab = tabOf(world);
    world.google.spreadsheet.renameSheet(TAB, 'usage 2026');
    const { former } = world.ask('describeTab', { tabId: tab, sync: '' });
    expect(former?.map(({ problem }) => problem.message)).toEqual([
      'This tab was sent before by “do not touch”, a sync that was deleted: 3 rows for “calls”, known by “id”.',
    ]);
  });

  test('is asked about it once more if another script has lost its record', () => {
    const world = deleted();
    for (const name of Object.keys(world.google.documentProperties.all()))
      if (name.startsWith('ledger.')) world.google.documentProperties.delete(name);
    expect(sentencesOf(world)).toHaveLength(1);
  });

  test('that starts empty accepts what Lago already has under the same ids', () => {
    const world = deleted();
    choose(world, 'again', 'empty');
    make(world, 'again');
    later(world);
    later(world);
    expect(billed(world)).toEqual(bill);
    expect(viewOf(world, 'again')?.lastRun?.rows).toMatchObject({ sent: 3 });
  });

  test('without an answer is never billed under another id by following what is advised', () => {
    const world = deleted();
    // Another sync of the same file sends the same rows for the same metric.
    choose(world, 'first', 'adopt');
    make(world, 'first');
    make(world, 'second');
    later(world);
    const [group] = viewOf(world, 'second')?.lastRun?.problems ?? [];
    expect(group).toMatchObject({ action: 'hold', count: 3 });
    expect(group?.problem.code).toBe('event.sent-elsewhere');
    expect(group?.problem.remedy).not.toMatch(/transaction_id|another id|different/);
    expect(billed(world)).toEqual(bill);
  });

  test('whose keys come from another column holds the same rows, and says under which key they went', () => {
    const world = createWorld({
      store,
      headers: [...HEADERS, 'number'],
      rows: usageRows(3).map((row, index) => [...row, `n${index + 1}`]),
    });
    const id = activate(world, { headers: [...HEADERS, 'number'] });
    fireHourly(world);
    world.time.now += VISIBLE;
    remove(world, id);
    choose(world, 'again', 'adopt');
    const draft = { ...draftOf(world, [...HEADERS, 'number']), id: 'again', key: 'number' };
    const { revision } = world.ask('saveSync', { draft });
    world.ask('activate', {
      id: 'again',
      revision,
      changed: 'flag',
      removed: 'flag',
      onEdit: false,
    });
    later(world);
    const problems = viewOf(world, 'again')?.lastRun?.problems ?? [];
    expect(problems.map(({ problem }) => problem.code)).toContain('key.renamed');
    expect(problems.map(({ problem }) => problem.code)).not.toContain('event.id-used');
    expect(billed(world)).toEqual(['acme 4', 'globex 2']);
  });
});

describe('of several syncs of a tab, one for each metric, all deleted', () => {
  const SEATS = TEMPLATE.replace('"calls"', '"seats"').replace('{{ row.id }}', 's-{{ row.id }}');

  const deleted = (): World => {
    const world = createWorld({
      rows: usageRows(3),
      metrics: [
        { name: 'Seats', code: 'seats', aggregation_type: 'sum_agg', field_name: 'amount' },
        { name: 'Disks', code: 'disks', aggregation_type: 'sum_agg', field_name: 'amount' },
      ],
    });
    world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
    make(world, 'a', { name: 'Calls' });
    make(world, 'b', { name: 'Seats', template: SEATS });
    later(world);
    remove(world, 'a');
    remove(world, 'b');
    return world;
  };

  test('each is offered, by its name and metric', () => {
    expect(sentencesOf(deleted())).toEqual([
      'This tab was sent before by “Calls”, a sync that was deleted: 3 rows for “calls”, known by “id”.',
      'This tab was sent before by “Seats”, a sync that was deleted: 3 rows for “seats”, known by “id”.',
    ]);
  });

  test.each([
    ['calls', TEMPLATE, 'Calls'],
    ['seats', SEATS, 'Seats'],
  ])('a run asks about the one that sent the same metric: %s', (_, template, name) => {
    const world = deleted();
    make(world, 'again', { name: 'Anything', template });
    later(world);
    expect(viewOf(world, 'again')?.lastRun?.stopped?.message).toContain(`“${name}”`);
    world.ask('resolveLedger', { id: 'again', choice: 'adopt' });
    later(world);
    expect(viewOf(world, 'again')?.lastRun).toMatchObject({ delivered: 0, rows: { sent: 3 } });
    expect(inLago(world)).toHaveLength(6);
  });

  test.each(STORES)(
    'rows of the one that nobody went on with are held under any id, on %s',
    (store) => {
      const headers = [...HEADERS, 'eu', 'us'];
      const rows = usageRows(4).map((row, index) =>
        index % 2 === 0 ? [...row, 'TRUE', 'FALSE'] : [...row, 'FALSE', 'TRUE'],
      );
      const world = createWorld({ store, headers, rows });
      world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
      const begin = (id: string, template: string, ready?: string): void => {
        const draft = { ...draftOf(world, headers, template), id, name: id, ready };
        const { revision } = world.ask('saveSync', { draft });
        world.ask('activate', { id, revision, changed: 'flag', removed: 'flag', onEdit: false });
      };
      begin('EU', TEMPLATE, 'eu');
      begin('US', TEMPLATE, 'us');
      later(world);
      const sent = ['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4'];
      expect(inLago(world)).toEqual(sent);
      remove(world, 'EU');
      remove(world, 'US');
      begin('All', OTHER_IDS);
      later(world);
      world.ask('resolveLedger', { id: 'All', choice: 'adopt' });
      later(world);
      expect(inLago(world)).toEqual(sent);
      const view = viewOf(world, 'All');
      expect(view?.lastRun?.rows).toMatchObject({ sent: 2, hold: 2 });
      expect(view?.lastRun?.problems[0]).toMatchObject({
        problem: {
          code: 'event.sent-elsewhere',
          message: expect.stringMatching(/as “r[1-4]” for/),
        },
        count: 2,
      });
      expect(view?.health.state).toBe('needs-you');
    },
  );

  test('another metric of the tab starts empty, and theirs are still offered', () => {
    const world = deleted();
    const template = TEMPLATE.replace('"calls"', '"disks"').replace(
      '{{ row.id }}',
      'd-{{ row.id }}',
    );
    make(world, 'disks', { name: 'Disks', template });
    later(world);
    expect(viewOf(world, 'disks')?.lastRun).toMatchObject({ delivered: 3 });
    expect(sentencesOf(world)).toHaveLength(2);
  });

  test('starting empty puts one of them aside, not the other', () => {
    const world = deleted();
    choose(world, 'again', 'empty');
    expect(sentencesOf(world)).toEqual([
      'This tab was sent before by “Seats”, a sync that was deleted: 3 rows for “seats”, known by “id”.',
    ]);
  });
});

describe.each(played(STORES, 2, 1))(
  'on %s, a sync that goes on with what was sent for another metric',
  (store) => {
    const disks = {
      name: 'Disks',
      code: 'disks',
      aggregation_type: 'sum_agg',
      field_name: 'amount',
    };
    const DISKS = TEMPLATE.replace('"calls"', '"disks"').replace('{{ row.id }}', 'd-{{ row.id }}');

    const goingOn = (): World => {
      const world = createWorld({ store, rows: usageRows(3), metrics: [disks] });
      const id = activate(world);
      fireHourly(world);
      world.time.now += VISIBLE;
      remove(world, id);
      choose(world, 'again', 'adopt');
      make(world, 'again', { template: DISKS });
      later(world);
      return world;
    };

    test('is not healthy with rows that count as sent, but asks', () => {
      const world = goingOn();
      const view = viewOf(world, 'again');
      expect(view?.lastRun?.stopped).toMatchObject({
        code: 'ledger.other-metric',
        message: expect.stringContaining('3 rows for “calls”, known by “id”'),
      });
      expect(view?.health.state).not.toBe('healthy');
      expect(world.call('dryRun', { id: 'again' })).toMatchObject({
        ok: false,
        problem: { code: 'ledger.other-metric' },
      });
      expect(inLago(world)).toHaveLength(3);
    });

    test('starts empty and sends them, and leaves the ledger to the next sync of its metric', () => {
      const world = goingOn();
      world.ask('resolveLedger', { id: 'again', choice: 'empty' });
      later(world);
      expect(viewOf(world, 'again')?.lastRun).toMatchObject({ delivered: 3, rows: { sent: 3 } });
      expect(sentencesOf(world)).toEqual([
        'This tab was sent before by “Usage”, a sync that was deleted: 3 rows for “calls”, known by “id”.',
      ]);
      make(world, 'calls', { template: OTHER_IDS });
      later(world);
      expect(viewOf(world, 'calls')?.lastRun?.stopped?.code).toBe('ledger.found');
      world.ask('resolveLedger', { id: 'calls', choice: 'adopt' });
      later(world);
      expect(viewOf(world, 'calls')?.lastRun).toMatchObject({ delivered: 0, rows: { sent: 3 } });
      expect(billed(world)).toEqual(['acme 4', 'globex 2']);
    });

    test('counts them as billed once somebody says so, and asks no more', () => {
      const world = goingOn();
      world.ask('resolveLedger', { id: 'again', choice: 'adopt' });
      later(world);
      const view = viewOf(world, 'again');
      expect(view?.lastRun).toMatchObject({ delivered: 0, rows: { sent: 3 } });
      expect(view?.lastRun?.stopped).toBeUndefined();
      expect(inLago(world)).toHaveLength(3);
    });

    test('goes on without a question once its template names that metric again', () => {
      const world = goingOn();
      const { sync } = viewOf(world, 'again') ?? {};
      if (sync === undefined) throw new Error('The sync is gone.');
      const { revision } = sync;
      world.ask('saveSync', { draft: { ...draftOf(world), id: 'again', revision } });
      later(world);
      expect(viewOf(world, 'again')?.lastRun?.stopped).toBeUndefined();
      expect(billed(world)).toEqual(['acme 4', 'globex 2']);
    });
  },
);

test.each([
  ['a cell ends', '"calls_{{ row.subscription }}"'],
  ['a cell gives', '{{ row.code | json }}'],
])('a new sync whose code %s is asked about what a deleted one has sent', (_, code) => {
  const headers = [...HEADERS, 'code'];
  const world = createWorld({
    store: 'clickhouse',
    headers,
    rows: usageRows(3).map((row) => [...row, `calls_${row[1]}`]),
    metrics: ['acme', 'globex'].map((name) => ({
      name,
      code: `calls_${name}`,
      aggregation_type: 'sum_agg',
      field_name: 'amount',
    })),
  });
  const template = TEMPLATE.replace('"calls"', code).replace('"amount"', '"code": "x", "amount"');
  const id = activate(world, { headers, template });
  fireHourly(world);
  world.time.now += VISIBLE;
  remove(world, id);
  const other = template.replace('{{ row.id }}', 'new-{{ row.id }}');
  const draft = { ...draftOf(world, headers, other), id: 'again' };
  const { revision } = world.ask('saveSync', { draft });
  world.ask('activate', { id: 'again', revision, changed: 'flag', removed: 'flag', onEdit: false });
  later(world);
  expect(viewOf(world, 'again')?.lastRun?.stopped?.code).toBe('ledger.found');
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
});

test('a ledger of its own that is gone is not replaced by what a deleted sync has left', () => {
  const world = createWorld({ rows: usageRows(3) });
  const first = activate(world);
  fireHourly(world);
  make(world, 'second', {
    name: 'Second',
    template: TEMPLATE.replace('{{ row.id }}', 's-{{ row.id }}'),
  });
  later(world);
  remove(world, first);
  world.google.spreadsheet.deleteSheet('Lago ledger Second');
  later(world);
  expect(viewOf(world, 'second')?.lastRun?.stopped?.code).toBe('ledger.missing');
  const records = (): string[] =>
    Object.keys(world.google.documentProperties.all()).filter((name) => name.startsWith('ledger.'));
  expect(records()).toHaveLength(2);
  // Whoever gives it up keeps what the other one is known by.
  world.ask('resolveLedger', { id: 'second', choice: 'empty' });
  expect(records()).toEqual([expect.stringContaining(first)]);
});

test('nothing is offered for a tab that was never sent, nor to a sync that has a ledger', () => {
  const world = createWorld({ rows: usageRows(3) });
  world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
  expect(formerOf(world)).toEqual([]);
  const id = activate(world);
  fireHourly(world);
  expect(formerOf(world, id)).toEqual([]);
  expect(world.ask('describeTab', { tabId: tabOf(world) }).former).toBeUndefined();
});

test('a copy of a file is told how many rows were sent from the original', () => {
  const world = createWorld({ rows: usageRows(3) });
  const id = activate(world);
  fireHourly(world);
  const google = world.google.copyFile({ documentProperties: 'kept' });
  const ask = (method: string, argument: object) =>
    JSON.parse(String(google.rpc('rpc', callText(google, method, argument)).result));
  ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
  expect(ask('runNow', { id }).value.stopped).toMatchObject({
    code: 'ledger.copied',
    message: expect.stringContaining('3 rows were sent'),
  });
});
