import {
  activate,
  createWorld,
  fireHourly,
  HEADERS,
  HOUR,
  inLago,
  MINUTE,
  TAB,
  usageRows,
  type World,
} from './world';

const AMOUNT = 4;

const edited = (world: World) => world.google.runEditQueue();

describe('without a ready column', () => {
  const started = (): World => {
    const world = createWorld({ rows: usageRows(2) });
    activate(world, { onEdit: true });
    fireHourly(world);
    return world;
  };
  const type = (world: World, row: number, cells: readonly string[]): void => {
    cells.forEach((text, index) => {
      world.google.spreadsheet.edit(TAB, row, index + 1, text);
      edited(world);
    });
  };

  test('a row that is typed as 12 and corrected to 1250 a moment later is one event of 1250', () => {
    const world = started();
    type(world, 4, ['r3', 'acme', '2026-11-20 09:00', '12']);
    world.time.now += MINUTE;
    world.google.spreadsheet.edit(TAB, 4, AMOUNT, '1250');
    edited(world);
    world.time.now += 2 * MINUTE;
    fireHourly(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
    world.time.now += 6 * MINUTE;
    fireHourly(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 1250']);
  });

  test('a row that has rested goes with the next edit of another one', () => {
    const world = started();
    type(world, 4, ['r3', 'acme', '2026-11-20 09:00', '3']);
    world.time.now += 6 * MINUTE;
    world.google.spreadsheet.edit(TAB, 5, 1, 'r4');
    edited(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
  });

  test('a row whose edits Google forgot rests with the tab, and goes with a later hourly run however busy the tab is', () => {
    const world = started();
    const { spreadsheet } = world.google;
    spreadsheet.edit(TAB, 4, 1, 'r3');
    spreadsheet.edit(TAB, 4, 2, 'acme');
    spreadsheet.paste(TAB, 4, 3, [['2026-11-20 09:00', '3']]);
    edited(world);
    spreadsheet.edit(TAB, 5, 1, 'r4');
    spreadsheet.edit(TAB, 5, 2, 'acme');
    spreadsheet.paste(TAB, 5, 1, [['r5', 'acme', '2026-11-20 09:00', '5']]);
    edited(world);
    fireHourly(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
    world.time.now += HOUR;
    spreadsheet.edit(TAB, 9, 2, 'acme');
    edited(world);
    fireHourly(world);
    expect(inLago(world)).toEqual(expect.arrayContaining(['r3 = 3', 'r5 = 5']));
  });

  test('a pasted range counts whole', () => {
    const world = started();
    world.google.spreadsheet.paste(TAB, 4, 1, usageRows(502).slice(2));
    edited(world);
    world.time.now += 6 * MINUTE;
    world.google.spreadsheet.edit(TAB, 600, 2, 'acme');
    edited(world);
    expect(inLago(world)).toHaveLength(502);
  });

  test('an edit in another tab leaves within a few service calls', () => {
    const world = started();
    world.google.loadCsv('notes', 'a,b\n1,2');
    world.google.spreadsheet.edit('notes', 1, 1, 'x');
    const [report] = edited(world);
    expect(report?.serviceCalls.total).toBeLessThanOrEqual(5);
    expect(report?.error).toBeUndefined();
  });

  test('an edit makes no request to Lago while nothing is due', () => {
    const world = started();
    world.lago.requests.clear();
    world.google.spreadsheet.edit(TAB, 4, 1, 'r3');
    edited(world);
    expect(world.lago.requests.counts()).toEqual({});
  });

  test('a person who presses “Run now” waits for nothing', () => {
    const world = started();
    type(world, 4, ['r3', 'acme', '2026-11-20 09:00', '3']);
    const [sync] = world.ask('open', {}).syncs;
    world.ask('runNow', { id: sync?.sync.id ?? '' });
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
  });
});

describe('with a ready column', () => {
  const headers = [...HEADERS, 'ready'];
  const started = (): World => {
    const world = createWorld({
      headers,
      rows: [...usageRows(2).map((row) => [...row, 'FALSE']), ['', '', '', '', 'FALSE']],
    });
    activate(world, { headers, ready: 'ready', onEdit: true });
    fireHourly(world);
    return world;
  };

  test('a row that is not ticked is never sent', () => {
    const world = started();
    world.time.now += HOUR;
    fireHourly(world);
    expect(inLago(world)).toEqual([]);
  });

  test('a row goes at once when it is ticked', () => {
    const world = started();
    world.google.spreadsheet.edit(TAB, 3, 5, 'TRUE');
    edited(world);
    expect(inLago(world)).toEqual(['r2 = 2']);
  });

  test('a row that is ticked before it is complete goes when it is complete', () => {
    const world = started();
    world.google.spreadsheet.edit(TAB, 3, AMOUNT, '');
    edited(world);
    world.google.spreadsheet.edit(TAB, 3, 5, 'TRUE');
    edited(world);
    expect(inLago(world)).toEqual([]);
    world.google.spreadsheet.edit(TAB, 3, AMOUNT, '7');
    edited(world);
    expect(inLago(world)).toEqual(['r2 = 7']);
  });
});

describe('two executions at once', () => {
  test('an hourly run that finds another one at work leaves, and the other looks once more', () => {
    const world = createWorld({ rows: usageRows(5) });
    activate(world);
    let nested = 0;
    fireHourly(world, {
      onCall: ({ name }) => {
        if (name !== 'UrlFetchApp.fetchAll' || nested > 0) return;
        nested++;
        world.google.spreadsheet.paste(TAB, 7, 1, [['r6', 'acme', '2026-11-03 10:00', '6']]);
        fireHourly(world);
      },
    });
    expect(nested).toBe(1);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4', 'r5 = 5', 'r6 = 6']);
  });

  test('a person who presses “Run now” twice bills nothing twice', () => {
    const world = createWorld({ rows: usageRows(5) });
    const id = activate(world);
    const codes: string[] = [];
    world.call(
      'runNow',
      { id },
      {
        onCall: ({ name }) => {
          if (name !== 'UrlFetchApp.fetchAll' || codes.length > 0) return;
          const second = world.call('runNow', { id });
          codes.push(second.ok ? 'ran' : second.problem.code);
        },
      },
    );
    expect(codes).toEqual(['run.busy']);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4', 'r5 = 5']);
  });
});
