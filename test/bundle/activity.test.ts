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

describe('a run in slices', () => {
  const slices = (world: World, id: string, seconds: number, rows: number): number => {
    for (let slice = 1; slice <= 50; slice++) {
      const report = world.ask('runNow', { id, run: 'run-1', seconds });
      if (report.left === 0) return slice;
      expect(report.stopped?.code).toBe('run.time');
    }
    throw new Error(`${rows} rows are not sent after 50 slices`);
  };

  test('sends each row once, however often it is continued', () => {
    const world = createWorld({ rows: usageRows(1_200) });
    const id = activate(world);
    // Every request takes two seconds, so that a slice of five ends early.
    world.intercept = () => {
      world.time.now += 2_000;
      return undefined;
    };
    expect(slices(world, id, 5, 1_200)).toBeGreaterThan(1);
    expect(inLago(world)).toHaveLength(1_200);
    expect(new Set(inLago(world)).size).toBe(1_200);
  });

  test('is one line in the activity, with what all of its slices sent', () => {
    const world = createWorld({ rows: usageRows(1_200) });
    const id = activate(world);
    world.intercept = () => {
      world.time.now += 2_000;
      return undefined;
    };
    slices(world, id, 5, 1_200);
    const { runs } = world.ask('activity', { id });
    expect(
      runs.map(
        ({ syncName, report }) =>
          `${syncName} ${report.trigger} ${report.delivered} ${report.left}`,
      ),
    ).toEqual(['Usage person 1200 0']);
    expect(world.ask('open', {}).syncs[0]).toMatchObject({
      lastRun: { delivered: 1_200 },
      days: [{ day: '2026-11-20', sent: 1_200 }],
    });
  });

  test('that is never continued is finished by the hourly trigger', () => {
    const world = createWorld({ rows: usageRows(1_200) });
    const id = activate(world);
    world.intercept = () => {
      world.time.now += 2_000;
      return undefined;
    };
    const report = world.ask('runNow', { id, run: 'run-1', seconds: 5 });
    expect(report.left).toBeGreaterThan(0);
    world.intercept = undefined;
    world.time.now += HOUR;
    fireHourly(world);
    expect(inLago(world)).toHaveLength(1_200);
  });

  test('whose answer was lost is continued by asking again', () => {
    const world = createWorld({ rows: usageRows(30) });
    const id = activate(world);
    world.ask('runNow', { id, run: 'run-1', seconds: 20 });
    const again = world.ask('runNow', { id, run: 'run-1', seconds: 20 });
    expect(again).toMatchObject({ delivered: 0, left: 0 });
    expect(inLago(world)).toHaveLength(30);
    expect(world.ask('activity', {}).runs).toMatchObject([{ report: { delivered: 30 } }]);
  });
});

describe('the activity', () => {
  test('lists the runs that did something, the newest first, each with its problems', () => {
    const world = createWorld({
      rows: [...usageRows(2), ['r3', 'nobody', '2026-11-03 10:00', '7']],
    });
    const id = activate(world);
    fireHourly(world);
    world.time.now += HOUR;
    world.ask('runNow', { id });
    const { runs } = world.ask('activity', {});
    expect(runs.map(({ report }) => `${report.trigger} ${report.delivered}`)).toEqual([
      'person 0',
      'clock 2',
    ]);
    expect(
      runs[0]?.report.problems.map(({ problem, rows }) => `${problem.code} ${rows.join()}`),
    ).toEqual(['event.unknown-subscription 4']);
  });

  test('has the hourly runs that found nothing new in one line, for each sync', () => {
    const world = createWorld({ rows: usageRows(2) });
    const id = activate(world);
    const other = world.ask('saveSync', {
      draft: {
        ...draftOf(world),
        name: 'Other',
        template: draftOf(world).template.replace('row.id }}', 'row.id }}-2'),
      },
    });
    world.ask('activate', {
      id: other.id,
      revision: 1,
      changed: 'flag',
      removed: 'flag',
      onEdit: false,
    });
    const inWords = (): string[] =>
      world
        .ask('activity', { id })
        .runs.map(({ report }) => `${report.delivered} sent, ${(report.repeats ?? 0) + 1} runs`);
    for (let hour = 0; hour < 4; hour++) {
      fireHourly(world);
      world.time.now += HOUR;
    }
    expect(inWords()).toEqual(['0 sent, 3 runs', '2 sent, 1 runs']);
    world.google.spreadsheet.paste(TAB, 4, 1, [['r3', 'acme']]);
    for (let hour = 0; hour < 2; hour++) {
      fireHourly(world);
      world.time.now += HOUR;
    }
    expect(inWords()).toEqual(['0 sent, 2 runs', '0 sent, 3 runs', '2 sent, 1 runs']);
    expect(world.ask('activity', { id: other.id }).runs).toHaveLength(3);
  });

  test('has the days on which something was sent or refused', () => {
    const world = createWorld({ rows: usageRows(2) });
    activate(world);
    fireHourly(world);
    world.time.now += 24 * HOUR;
    world.google.spreadsheet.edit(TAB, 4, 1, 'r3');
    world.google.spreadsheet.edit(TAB, 4, 2, 'acme');
    world.google.spreadsheet.edit(TAB, 4, 3, '2026-11-04 10:00');
    world.google.spreadsheet.edit(TAB, 4, 4, '3');
    fireHourly(world);
    expect(world.ask('open', {}).syncs[0]?.days).toEqual([
      { day: '2026-11-20', sent: 2, refused: 0 },
      { day: '2026-11-21', sent: 1, refused: 0 },
    ]);
  });
});

describe('a row', () => {
  const sent = (): { world: World; id: string } => {
    const world = createWorld({ rows: usageRows(3) });
    const id = activate(world, { changed: 'add' });
    fireHourly(world);
    world.google.spreadsheet.edit(TAB, 3, 4, '20');
    world.time.now += HOUR;
    fireHourly(world);
    return { world, id };
  };

  test('is found by its key with everything that was sent for it, the newest first', () => {
    const { world, id } = sent();
    const history = world.ask('findRow', { id, key: 'r2' });
    expect(history.row).toBe(3);
    expect(
      history.lines.map((line) => `${line.id} ${line.kind} ${line.revision} ${line.state}`),
    ).toEqual(['r2~r2 usage 2 accepted', 'r2 usage 1 accepted']);
    for (const { at, answeredAt = 0 } of history.lines)
      expect(answeredAt).toBeGreaterThanOrEqual(at);
    expect(JSON.parse(history.lines[0]?.event ?? '')).toMatchObject({
      transaction_id: 'r2~r2',
      properties: { amount: 20 },
    });
  });

  test('names the run that sent it', () => {
    const { world, id } = sent();
    const { lines } = world.ask('findRow', { id, key: 'r2' });
    const runs = world.ask('activity', { id }).runs.map(({ report }) => report.startedAt);
    expect(lines.map(({ run }) => `${run?.trigger} ${run?.startedAt}`)).toEqual(
      runs.map((startedAt) => `clock ${startedAt}`),
    );
  });

  test('is found after it was sorted elsewhere, and is said to be gone after it was deleted', () => {
    const { world, id } = sent();
    world.google.spreadsheet.sort(TAB, 1, 'descending');
    expect(world.ask('findRow', { id, key: 'r1' }).row).toBe(4);
    expect(world.ask('showRow', { id, key: 'r1', row: 2, column: 'amount' })).toEqual({ row: 4 });
    world.google.spreadsheet.deleteRows(TAB, 4);
    expect(world.ask('findRow', { id, key: 'r1' })).toEqual({
      key: 'r1',
      lines: [expect.objectContaining({ id: 'r1' })],
    });
    expect(world.call('showRow', { id, key: 'r1' })).toMatchObject({
      ok: false,
      problem: { code: 'row.not-found' },
    });
  });

  test('with a key that another one has too is the one that is meant, as long as it has not moved', () => {
    const { world, id } = sent();
    world.google.spreadsheet.edit(TAB, 4, 1, 'r1');
    expect(world.ask('showRow', { id, key: 'r1', row: 4 })).toEqual({ row: 4 });
    expect(world.ask('showRow', { id, key: 'r1', row: 3 })).toEqual({ row: 2 });
  });

  test('that nothing was sent for has no line to show', () => {
    const { world, id } = sent();
    expect(world.ask('findRow', { id, key: 'other' })).toEqual({ key: 'other', lines: [] });
    expect(world.call('showInLedger', { id, key: 'other' })).toMatchObject({
      ok: false,
      problem: { code: 'ledger.no-line' },
    });
  });

  test('is shown in the ledger', () => {
    const { world, id } = sent();
    expect(world.ask('showInLedger', { id, key: 'r3' })).toEqual({ line: 4 });
    const ledger = world.google.spreadsheet.sheets.find(({ name }) =>
      name.startsWith('Lago ledger'),
    );
    expect(ledger).toMatchObject({ hidden: false });
  });

  test('says what a run would do with it now, and why', () => {
    const { world, id } = sent();
    world.google.spreadsheet.edit(TAB, 5, 1, 'r4');
    expect(world.ask('findRow', { id, key: 'r2' }).standing).toEqual({
      action: 'sent',
      problems: [],
    });
    const standing = world.ask('findRow', { id, key: 'r4' }).standing;
    expect(standing?.action).toBe('hold');
    expect(standing?.problems.map(({ code, place }) => `${code} ${place.column}`)).toContain(
      'row.empty-cell amount',
    );
  });

  test('is found also while Lago is away; then it is not said what a run would do', () => {
    const { world, id } = sent();
    world.intercept = () => ({ error: 'reset' });
    // What Lago knows is kept for a few minutes.
    world.time.now += HOUR;
    const history = world.ask('findRow', { id, key: 'r2' });
    expect(history).toMatchObject({ row: 3, lines: [{ id: 'r2~r2' }, { id: 'r2' }] });
    expect(history.standing).toBeUndefined();
  });

  test('is shown, and runs are listed, without asking Lago', () => {
    const { world, id } = sent();
    let asked = 0;
    world.intercept = () => {
      asked++;
      return undefined;
    };
    world.ask('showRow', { id, key: 'r2' });
    world.ask('activity', { id });
    world.ask('open', {});
    expect(asked).toBe(0);
  });
});

describe('ids', () => {
  const tabId = (world: World): number => draftOf(world).source.tabId;
  const column = (world: World, header: string): string[] => {
    const [headers = [], ...rows] = world.google.spreadsheet.table(TAB);
    const place = headers.indexOf(header);
    return rows.filter((row) => row.some((text) => text !== '')).map((row) => row[place] ?? '');
  };

  test('are filled beside every row of a new column, each different, and stay when asked again', () => {
    const world = createWorld({ rows: usageRows(3) });
    const first = world.ask('fillIds', { tabId: tabId(world), headerRow: 1 });
    expect(first).toMatchObject({ header: 'Usage ID', filled: 3 });
    const ids = column(world, 'Usage ID');
    expect(new Set(ids).size).toBe(3);
    expect(ids.every((id) => id.length > 10)).toBe(true);
    expect(world.ask('fillIds', { tabId: tabId(world), headerRow: 1 }).filled).toBe(0);
    expect(column(world, 'Usage ID')).toEqual(ids);
    expect(first.tab.columns.find(({ header }) => header === 'Usage ID')).toMatchObject({
      unique: true,
    });
  });

  test('of rows that came without one are told as that, and filled in one call, for rows of the sync only', () => {
    const headers = ['Usage ID', ...HEADERS.slice(1), 'note'];
    const world = createWorld({
      headers,
      rows: [
        ['r1', 'acme', '2026-11-03 10:00', '1', ''],
        ['', 'acme', '2026-11-03 10:00', '2', ''],
        ['', '', '', '', 'a note is no usage'],
        ['', 'globex', '2026-11-03 10:00', '4', ''],
      ],
    });
    world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
    const draft = draftOf(world);
    const { id, revision, source } = world.ask('saveSync', {
      draft: {
        ...draft,
        source: {
          ...draft.source,
          columns: [
            { header: 'Usage ID', name: 'id' },
            ...HEADERS.slice(1).map((header) => ({ header, name: header })),
          ],
        },
      },
    });
    world.ask('activate', { id, revision, changed: 'flag', removed: 'flag', onEdit: false });
    const [group] = world.ask('runNow', { id }).problems;
    expect(group).toMatchObject({ action: 'hold', rows: [3, 5], problem: { code: 'key.no-id' } });
    expect(group?.problem.remedy).toContain('Fill the missing ids');
    const { tabId, headerRow } = source;
    const asked = { tabId, headerRow, header: 'Usage ID', sync: id };
    expect(world.ask('fillIds', asked).filled).toBe(2);
    expect(column(world, 'Usage ID')[2]).toBe('');
    const after = world.ask('runNow', { id });
    expect(after).toMatchObject({ delivered: 2, rows: { sent: 3, hold: 0 } });
    expect(world.ask('fillIds', asked).filled).toBe(0);
  });

  test('are not written into one of two columns of that name', () => {
    const world = createWorld({ headers: ['id', 'x', 'id'], rows: [['', '1', '']] });
    expect(
      world.call('fillIds', { tabId: tabId(world), headerRow: 1, header: 'id' }),
    ).toMatchObject({ ok: false, problem: { code: 'sheet.header-twice' } });
    expect(column(world, 'id')).toEqual(['']);
  });

  test('are filled only into empty cells: what is there is not written again', () => {
    const world = createWorld({
      rows: [
        ['007', 'acme', '2026-11-03 10:00', '1'],
        ['', 'acme', '2026-11-03 10:00', '2'],
      ],
      textColumns: ['id'],
    });
    expect(world.ask('fillIds', { tabId: tabId(world), headerRow: 1, header: 'id' }).filled).toBe(
      1,
    );
    expect(column(world, 'id')[0]).toBe('007');
    expect(column(world, 'id')[1]).not.toBe('');
  });
});
