import { callText } from '../page-token';
import { LIMIT, limit } from './limit';
import {
  API_KEY,
  activate,
  connectAccepting,
  createWorld,
  draftOf,
  fireHourly,
  HOUR,
  inLago,
  TAB,
  TEMPLATE,
  usageRows,
  type World,
} from './world';

const ledgerOf = ({ google }: World): string =>
  google.spreadsheet.sheets.find(({ name }) => name.startsWith('Lago ledger'))?.name ?? '';

const hourLater = (world: World): void => {
  world.time.now += HOUR;
  fireHourly(world);
};

const stoppedBy = (world: World): string | undefined =>
  world.ask('open', {}).syncs[0]?.lastRun?.stopped?.code;

const started = (rows = 3): { world: World; id: string } => {
  const world = createWorld({ rows: usageRows(rows) });
  const id = activate(world);
  fireHourly(world);
  return { world, id };
};

const addRow = (world: World, row: number): void =>
  world.google.spreadsheet.paste(TAB, row, 1, [
    [`r${row - 1}`, 'acme', '2026-11-03 10:00', String(row - 1)],
  ]);

describe('the ledger', () => {
  test('is a hidden sheet with one line for each event, in which text stays text', () => {
    const { world } = started();
    const sheet = world.google.spreadsheet.sheets.find(({ name }) => name === ledgerOf(world));
    expect(sheet?.hidden).toBe(true);
    const lines = world.google.spreadsheet.table(ledgerOf(world)).slice(1);
    expect(lines.map((line) => [line[3], line[5]])).toEqual([
      ['accepted', 'r1'],
      ['accepted', 'r2'],
      ['accepted', 'r3'],
    ]);
  });

  test('stops the sync when lines were deleted, and lets it go on when they are back', () => {
    const { world } = started();
    const before = world.google.spreadsheet.table(ledgerOf(world))[2] ?? [];
    world.google.spreadsheet.deleteRows(ledgerOf(world), 3, 1);
    addRow(world, 5);
    hourLater(world);
    expect(stoppedBy(world)).toBe('ledger.vanished');
    expect(inLago(world)).toHaveLength(3);
    world.google.spreadsheet.paste(ledgerOf(world), 4, 1, [before.slice(0, 4)]);
    hourLater(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4']);
  });

  test('stops the sync when the sheet was deleted', () => {
    const { world } = started();
    world.google.spreadsheet.deleteSheet(ledgerOf(world));
    addRow(world, 5);
    hourLater(world);
    expect(stoppedBy(world)).toBe('ledger.missing');
    expect(inLago(world)).toHaveLength(3);
  });

  test('stops the sync when a line was altered', () => {
    const { world } = started();
    world.google.spreadsheet.edit(ledgerOf(world), 3, 2, 'oops');
    addRow(world, 5);
    hourLater(world);
    expect(stoppedBy(world)).toBe('ledger.damaged');
    expect(inLago(world)).toHaveLength(3);
  });

  test('may be sorted and renamed', () => {
    const { world } = started();
    world.google.spreadsheet.sort(ledgerOf(world), 6, 'descending');
    world.google.spreadsheet.renameSheet(ledgerOf(world), 'Lago ledger, do not touch');
    addRow(world, 5);
    hourLater(world);
    expect(stoppedBy(world)).toBeUndefined();
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4']);
  });

  test.each(['postgres', 'clickhouse'] as const)(
    'may be sorted in the middle of a run on %s: what landed on a wrong line is found out again',
    (store) => {
      const world = createWorld({ rows: usageRows(5), store, lago: { duplicateRemoval: false } });
      activate(world);
      world.lago.requests.clear();
      let sorted = false;
      fireHourly(world, {
        onCall: () => {
          if (sorted || world.lago.requests.counts()['POST /api/v1/events/batch'] === undefined)
            return;
          sorted = true;
          world.google.spreadsheet.sort(ledgerOf(world), 6, 'descending');
        },
      });
      expect(sorted).toBe(true);
      hourLater(world);
      hourLater(world);
      expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4', 'r5 = 5']);
      expect(
        world.google.spreadsheet
          .table(ledgerOf(world))
          .slice(1)
          .map((line) => line[3]),
      ).toEqual(Array(5).fill('accepted'));
    },
  );

  test('of another sync is not taken for one’s own because it has its name', () => {
    const { world } = started();
    world.google.spreadsheet.renameSheet(ledgerOf(world), 'my ledger');
    activate(world, { template: TEMPLATE.replace('{{ row.id }}', 'b-{{ row.id }}') });
    hourLater(world);
    addRow(world, 5);
    hourLater(world);
    expect(inLago(world)).toEqual([
      'b-r1 = 1',
      'b-r2 = 2',
      'b-r3 = 3',
      'b-r4 = 4',
      'r1 = 1',
      'r2 = 2',
      'r3 = 3',
      'r4 = 4',
    ]);
  });

  test('of a sync that was deleted is found by the next one of that tab, which asks before it sends', () => {
    const { world, id } = started();
    const [view] = world.ask('open', {}).syncs;
    world.ask('deleteSync', { id, revision: view?.sync.revision ?? 0 });
    const again = activate(world);
    hourLater(world);
    expect(stoppedBy(world)).toBe('ledger.found');
    expect(inLago(world)).toHaveLength(3);
    world.ask('resolveLedger', { id: again, choice: 'adopt' });
    addRow(world, 5);
    hourLater(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4']);
  });
});

describe('a copied spreadsheet', () => {
  test('sends nothing by itself, and asks when it is set up anew', () => {
    const { world } = started();
    const copy = { ...world, google: world.google.copyFile() };
    expect(copy.google.triggers).toEqual([]);
    const call = (
      method: string,
      argument: object,
    ): {
      ok: boolean;
      value: { id: string; revision: number; lastRun?: object };
      problem?: { code: string };
    } => JSON.parse(String(copy.google.rpc('rpc', callText(copy.google, method, argument)).result));
    call('connect', { address: 'https://lago.example', apiKey: API_KEY });
    const saved = call('saveSync', { draft: draftOf(copy) }).value;
    call('activate', {
      id: saved.id,
      revision: saved.revision,
      changed: 'flag',
      removed: 'flag',
      onEdit: false,
    });
    const report = call('runNow', { id: saved.id }).value as unknown as {
      stopped: { code: string };
    };
    expect(report.stopped.code).toBe('ledger.copied');
    expect(inLago(world)).toHaveLength(3);
    call('resolveLedger', { id: saved.id, choice: 'adopt' });
    call('runNow', { id: saved.id });
    expect(inLago(world)).toHaveLength(3);
  });
});

describe('setting up', () => {
  test('asks what happens to changed and to removed rows, without a default', () => {
    const world = createWorld({ rows: usageRows(1) });
    world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
    const { id, revision } = world.ask('saveSync', { draft: draftOf(world) });
    const reply = world.call('activate', { id, revision, onEdit: false });
    expect(reply).toMatchObject({ ok: false, problem: { code: 'settings.incomplete' } });
  });

  test('says where an id shows something else than what is sent', () => {
    const world = createWorld({ rows: [['1,234', 'acme', '2026-11-03 10:00', '1']] });
    world.google.spreadsheet.setNumberFormat(TAB, 2, 1, 1, 1, '#,##0');
    const { problems } = world.ask('preview', { draft: draftOf(world), row: 2 });
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ['key.shown-differently', '“id” shows 1,234, and 1234 is sent.'],
    ]);
  });
});

describe('the guards of a run', () => {
  test('a run without a person stops before it would send far too much, and a person can let it go', () => {
    const world = createWorld({ rows: usageRows(2) });
    const id = activate(world);
    limit(world);
    fireHourly(world);
    world.google.loadCsv('more', 'x');
    world.google.spreadsheet.insertRows(TAB, 4, LIMIT + 1_000);
    world.google.spreadsheet.paste(TAB, 4, 1, usageRows(LIMIT + 4).slice(2));
    hourLater(world);
    expect(stoppedBy(world)).toBe('run.volume');
    expect(inLago(world)).toHaveLength(2);
    const asks = world.ask('runNow', { id }).asks;
    expect(asks).toEqual({ events: LIMIT + 2, removed: 0 });
    world.ask('runNow', { id, approved: { events: LIMIT + 1, removed: 0 } });
    expect(inLago(world)).toHaveLength(2);
    world.ask('runNow', { id, ...(asks === undefined ? {} : { approved: asks }) });
    expect(inLago(world)).toHaveLength(LIMIT + 4);
  });

  test('a test send gives no word for a large run', () => {
    const world = createWorld({ rows: usageRows(2) });
    const id = activate(world);
    fireHourly(world);
    limit(world);
    const rows = usageRows(LIMIT + 4).slice(2);
    world.google.spreadsheet.insertRows(TAB, 4, rows.length);
    world.google.spreadsheet.paste(TAB, 4, 1, rows);
    world.ask('testSend', { id, row: 4 });
    hourLater(world);
    expect(stoppedBy(world)).toBe('run.volume');
    expect(inLago(world)).toHaveLength(3);
  });

  test('an emptied sheet sends nothing and flags what is gone', () => {
    const { world, id } = started();
    world.google.spreadsheet.clear(TAB, 2, 1, 3, 4);
    hourLater(world);
    expect(inLago(world)).toHaveLength(3);
    expect(world.ask('dryRun', { id }).changes).toEqual({
      added: 0,
      changed: 0,
      unchanged: 0,
      removed: 3,
    });
  });

  test('a key of another organization sends nothing', () => {
    const { world } = started();
    world.lago.seed.organization({
      name: 'Other GmbH',
      apiKey: 'another-key-of-another-organization',
      eventsStore: 'postgres',
    });
    connectAccepting(world, 'another-key-of-another-organization');
    addRow(world, 5);
    hourLater(world);
    expect(stoppedBy(world)).toBe('lago.other-organization');
    expect(world.ask('open', {}).syncs[0]?.lastRun?.stopped?.message).toBe(
      'The API key belongs to “Other GmbH”, but this sync has sent 3 rows to another organization.',
    );
    expect(inLago(world)).toHaveLength(3);
    connectAccepting(world, API_KEY);
    hourLater(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4']);
  });

  test('an unknown event store is treated as one that refuses no duplicates', () => {
    const world = createWorld({ rows: usageRows(3), lago: { omitEventsStore: true } });
    activate(world);
    world.lago.requests.clear();
    world.lago.faults.add({
      method: 'POST',
      path: '/api/v1/events/batch',
      kind: 'hang',
      committed: true,
    });
    fireHourly(world);
    expect(world.lago.requests.counts()['POST /api/v1/events/batch']).toBe(1);
    hourLater(world);
    expect(world.lago.requests.counts()['POST /api/v1/events/batch']).toBe(1);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
  });
});

describe('the mail', () => {
  test('tells the person who activated when the sync stops and when it works again, at most daily, and nothing confidential', () => {
    const { world } = started();
    const day = 24 * HOUR;
    world.time.now += day;
    world.google.spreadsheet.renameSheet(TAB, 'moved');
    world.google.spreadsheet.edit('moved', 1, 4, 'renamed amount');
    hourLater(world);
    hourLater(world);
    expect(world.google.mails.map(({ recipient, subject }) => `${recipient}: ${subject}`)).toEqual([
      'finance@example.com: Lago usage sync stopped',
    ]);
    world.google.spreadsheet.edit('moved', 1, 4, 'amount');
    hourLater(world);
    expect(world.google.mails).toHaveLength(1);
    world.time.now += day;
    hourLater(world);
    expect(world.google.mails.map(({ subject }) => subject)).toEqual([
      'Lago usage sync stopped',
      'Lago usage sync works again',
    ]);
    for (const { subject, body } of world.google.mails)
      expect(`${subject} ${body}`).not.toMatch(/acme|globex|renamed amount|f00dfeed/);
  });
});

describe('a run that does far more than usual', () => {
  const report = (world: World) => world.ask('open', {}).syncs[0]?.lastRun;

  test('holds everything where the tab was cleared and another month pasted in, until the numbers are approved', () => {
    const { world, id } = started(12);
    world.google.spreadsheet.clear(TAB, 2, 1, 12, 4);
    const next = usageRows(12).map(([key = '', ...rest]) => [
      `dec-${key}`,
      ...rest.slice(0, 2),
      '77',
    ]);
    world.google.spreadsheet.paste(TAB, 2, 1, next);
    hourLater(world);
    expect(report(world)).toMatchObject({
      stopped: { code: 'run.removals' },
      asks: { events: 12, removed: 12 },
      delivered: 0,
    });
    expect(world.ask('dryRun', { id }).asks).toEqual({ events: 12, removed: 12 });
    expect(inLago(world)).toHaveLength(12);
    hourLater(world);
    expect(inLago(world)).toHaveLength(12);
    world.ask('runNow', { id, approved: { events: 12, removed: 12 } });
    expect(inLago(world)).toHaveLength(24);
    hourLater(world);
    expect(report(world)).toMatchObject({ rows: { flag: 12, sent: 12 } });
    expect(report(world)?.stopped).toBeUndefined();
  });

  test('goes on by itself where the rows are brought back', () => {
    const { world } = started(12);
    world.google.spreadsheet.clear(TAB, 2, 1, 12, 4);
    hourLater(world);
    expect(report(world)?.stopped?.code).toBe('run.removals');
    world.google.spreadsheet.paste(TAB, 2, 1, usageRows(13));
    hourLater(world);
    expect(report(world)?.stopped).toBeUndefined();
    expect(inLago(world)).toHaveLength(13);
  });

  test('needs no other approval for the rows that the review has shown', () => {
    const world = createWorld({ rows: usageRows(LIMIT + 2) });
    world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
    const { id, revision } = world.ask('saveSync', { draft: draftOf(world) });
    limit(world);
    const { counts } = world.ask('dryRun', { id });
    world.ask('activate', {
      id,
      revision,
      changed: 'flag',
      removed: 'flag',
      onEdit: false,
      reviewed: { events: counts.send, removed: 0 },
    });
    fireHourly(world);
    expect(inLago(world)).toHaveLength(LIMIT + 2);
  });

  test('is told by what is usual for it, from the third day on', () => {
    const { world } = started(3);
    for (const day of [1, 2]) {
      world.google.spreadsheet.paste(TAB, 4 + day, 1, [
        [`day${day}`, 'acme', '2026-11-03 10:00', '1'],
      ]);
      world.time.now += 24 * HOUR;
      fireHourly(world);
    }
    const many = Array.from({ length: 101 }, (_, index) => [
      `many${index}`,
      'acme',
      '2026-11-03 10:00',
      '1',
    ]);
    world.google.spreadsheet.paste(TAB, 7, 1, many);
    hourLater(world);
    expect(report(world)).toMatchObject({
      stopped: { code: 'run.volume' },
      asks: { events: 101, removed: 0 },
    });
    world.google.spreadsheet.deleteRows(TAB, 107, 1);
    hourLater(world);
    expect(inLago(world)).toHaveLength(105);
  });
});

describe('a transaction_id', () => {
  test('that another sync has used is held before it is sent', () => {
    const { world } = started();
    world.google.loadCsv(
      'other',
      '"id","subscription","time","amount"\n"r2","acme","2026-11-04 10:00","9"\n"x","acme","2026-11-04 10:00","8"',
    );
    const tabId = world.google.spreadsheet.sheets.find(({ name }) => name === 'other')?.id ?? -1;
    const draft = {
      ...draftOf(world),
      source: { ...draftOf(world).source, tabId, tabName: 'other' },
    };
    const second = world.ask('saveSync', { draft });
    const review = world.ask('dryRun', { id: second.id });
    expect(review.rows.map(({ key, problems }) => `${key} ${problems[0]?.message}`)).toEqual([
      'r2 The transaction_id “r2” was already used by another sync, for its row “r2”, which is other usage.',
    ]);
    world.ask('activate', {
      id: second.id,
      revision: second.revision,
      changed: 'flag',
      removed: 'flag',
      onEdit: false,
    });
    hourLater(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'x = 8']);
  });
});

describe('a copied spreadsheet whose settings came along', () => {
  const copied = () => {
    const { world, id } = started();
    const google = world.google.copyFile({ documentProperties: 'kept' });
    const ask = <T>(method: string, argument: object): T => {
      const reply = JSON.parse(
        String(google.rpc('rpc', callText(google, method, argument)).result),
      ) as { ok: boolean; value: T };
      return reply.value;
    };
    ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
    google.spreadsheet.paste(TAB, 5, 1, [['r4', 'acme', '2026-11-03 10:00', '4']]);
    return { world, id, google, ask };
  };
  type View = { sync: { state: string; revision: number } };

  test('starts paused and sends nothing, also when somebody presses “Run now”', () => {
    const { world, id, ask } = copied();
    expect(ask<{ isCopy: boolean; syncs: View[] }>('open', {})).toMatchObject({
      isCopy: true,
      syncs: [{ sync: { state: 'paused' } }],
    });
    expect(ask<{ stopped: { code: string } }>('runNow', { id }).stopped.code).toBe('ledger.copied');
    expect(inLago(world)).toHaveLength(3);
    expect(world.ask('open', {})).toMatchObject({
      isCopy: false,
      syncs: [{ sync: { state: 'active' } }],
    });
  });

  test('is judged as the paused sync that it is: no next run, and no silence', () => {
    const { world, ask } = copied();
    const view = (): object | undefined => ask<{ syncs: object[] }>('open', {}).syncs[0];
    expect(view()).not.toHaveProperty('nextRun');
    world.time.now += 12 * HOUR;
    expect(view()).toMatchObject({ health: { state: 'healthy' } });
  });

  test('goes on with what was sent where a person says so', () => {
    const { world, id, ask } = copied();
    ask('resolveLedger', { id, choice: 'adopt' });
    const [view] = ask<{ syncs: View[] }>('open', {}).syncs;
    expect(view?.sync.state).toBe('paused');
    ask('activate', {
      id,
      revision: view?.sync.revision ?? 0,
      changed: 'flag',
      removed: 'flag',
      onEdit: false,
    });
    ask('runNow', { id });
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4']);
  });
});
