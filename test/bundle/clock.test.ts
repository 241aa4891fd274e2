import type { ExecutionReport } from '../../sandbox/runtime';
import type { Schedule } from '../../src/rpc/contract';
import {
  API_KEY,
  activate,
  createWorld,
  fireHourly,
  HEADERS,
  HOUR,
  inLago,
  MINUTE,
  START,
  TAB,
  usageRows,
  type World,
  type WorldOptions,
} from './world';

const viewed = (world: World) => world.ask('open', {}).syncs[0];

/** The clock fires, whatever is due. */
function fire(world: World): ExecutionReport {
  const [report] = world.google.fireHourly();
  if (report === undefined) throw new Error('There is no trigger of the clock.');
  return report;
}

/** A sync with two rows that were sent, whatever the schedule. */
function started(
  schedule?: Schedule,
  { onEdit = false, ...options }: Partial<WorldOptions> & { readonly onEdit?: boolean } = {},
): World {
  const world = createWorld({ rows: usageRows(2), ...options });
  activate(world, { onEdit, schedule });
  fireHourly(world);
  return world;
}

/** Lets time pass with the clock's firings; the minutes after now at which a run read the sheet. */
function runsWithin(world: World, minutes: number, everyMinutes: number): number[] {
  const from = world.time.now;
  const runs: number[] = [];
  for (let passed = everyMinutes; passed <= minutes; passed += everyMinutes) {
    world.time.now = from + passed * MINUTE;
    const names = fire(world).serviceCalls.byName;
    if (names['Range.getValues'] !== undefined) runs.push(passed);
  }
  return runs;
}

const intervals = (world: World) =>
  world.google.triggers.map(({ type, everyMinutes }) => [type, everyMinutes]);

describe('a firing', () => {
  test('with nothing due leaves within three service calls, and writes nothing', () => {
    const world = started();
    world.time.now += 10 * MINUTE;
    const before = world.google.revision;
    const { serviceCalls, error } = fire(world);
    expect(serviceCalls.order).toEqual([
      'PropertiesService.getDocumentProperties',
      'Properties.getProperties',
    ]);
    expect([error, world.google.revision]).toEqual([undefined, before]);
  });

  test('so it does where no sync is active, whose trigger somebody else has left', () => {
    const world = started();
    const [sync] = world.ask('open', {}).syncs;
    const [trigger] = world.google.triggers;
    world.ask('pause', { id: sync?.sync.id ?? '' });
    world.google.restore({
      ...world.google.saved(),
      triggers: trigger === undefined ? [] : [{ ...trigger, creator: 'somebody@example.com' }],
    });
    world.time.now += 100 * HOUR;
    expect(fire(world).serviceCalls.total).toBeLessThanOrEqual(3);
  });

  test('that comes a little early runs what is nearly due', () => {
    const world = started();
    world.google.spreadsheet.paste(TAB, 4, 1, usageRows(3).slice(2));
    world.time.now += 56 * MINUTE;
    fire(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
  });
});

describe('each schedule', () => {
  test.each<[Schedule, number, number[]]>([
    [{ every: 5 }, 5, [5, 10, 15, 20, 25, 30]],
    [{ every: 15 }, 5, [15, 30]],
    [{ every: 30 }, 10, [30]],
  ])('%j is kept by a trigger of every %i minutes', (schedule, minutes, runs) => {
    const world = started(schedule);
    expect(intervals(world)).toEqual([['time', minutes]]);
    expect(runsWithin(world, 30, minutes)).toEqual(runs);
  });

  test('hourly, and every four hours', () => {
    expect(runsWithin(started(), 180, 10)).toEqual([60, 120, 180]);
    expect(runsWithin(started({ every: 240 }), 500, 10)).toEqual([240, 480]);
  });

  test('daily at an hour of the file: it is noon, and the next eight o’clock is in twenty hours', () => {
    const world = createWorld({ rows: usageRows(2) });
    activate(world, { schedule: { every: 'day', hour: 8 } });
    expect(viewed(world)?.nextRun).toBe(START + 20 * HOUR);
    expect(runsWithin(world, 45 * 60, 30)).toEqual([20 * 60, 44 * 60]);
  });

  test('on working days: from Friday noon on, the next is on Monday', () => {
    const world = createWorld({ rows: usageRows(2) });
    activate(world, { schedule: { every: 'working-day', hour: 8 } });
    expect(viewed(world)?.nextRun).toBe(START + (2 * 24 + 20) * HOUR);
  });

  test('a run that Lago did not answer is repeated within the hour, however rare the schedule is', () => {
    const world = createWorld({ rows: usageRows(2) });
    activate(world, { schedule: { every: 'day', hour: 13 } });
    world.time.now += HOUR;
    world.intercept = () => ({ status: 503, headers: {}, body: '' });
    fire(world);
    world.intercept = undefined;
    expect(runsWithin(world, 60, 10)).toEqual([60]);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
  });
});

test('a sync that runs daily runs within the last quarter of an hour of a billing period, and once', () => {
  const world = createWorld({ rows: usageRows(2) });
  activate(world, { schedule: { every: 'day', hour: 8 } });
  world.time.now = Date.UTC(2026, 10, 30, 8);
  fire(world);
  world.google.spreadsheet.paste(TAB, 4, 1, usageRows(3).slice(2));
  world.time.now = Date.UTC(2026, 10, 30, 23);
  const [run, ...more] = runsWithin(world, 59, 10);
  expect([run, more]).toEqual([50, []]);
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
});

describe('soon after an edit', () => {
  const typed = (world: World): void => {
    world.google.spreadsheet.paste(TAB, 4, 1, usageRows(3).slice(2));
    world.google.runEditQueue();
  };

  test('the last row goes when it has rested, without another edit', () => {
    const world = started({ every: 'day' }, { onEdit: true });
    expect(intervals(world)).toEqual([
      ['time', 5],
      ['edit', undefined],
    ]);
    typed(world);
    world.time.now += 4 * MINUTE;
    fire(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
    world.time.now += MINUTE;
    fire(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
  });

  test('the clock looks at what has rested once', () => {
    const world = started({ every: 'day' }, { onEdit: true });
    typed(world);
    expect(runsWithin(world, 60, 5)).toEqual([5]);
  });

  test('a tab that cannot be read is not read again at each firing', () => {
    const world = started({ every: 'day' }, { onEdit: true });
    typed(world);
    world.google.spreadsheet.edit(TAB, 1, 4, 'quantity');
    expect(runsWithin(world, 60, 5)).toEqual([5]);
  });

  const typedWhileUnread: readonly (readonly [
    string,
    (world: World) => void,
    (world: World) => void,
  ])[] = [
    [
      'the header is gone',
      ({ google }) => google.spreadsheet.edit(TAB, 1, 4, 'quantity'),
      ({ google }) => google.spreadsheet.edit(TAB, 1, 4, 'amount'),
    ],
    [
      'the time zone is unknown',
      ({ google }) => google.spreadsheet.setTimeZone('Mars/Olympus'),
      ({ google }) => google.spreadsheet.setTimeZone('Europe/Berlin'),
    ],
  ];

  test.each(typedWhileUnread)(
    'a row that is typed while %s goes once that is mended',
    (_, spoil, mend) => {
      const world = started({ every: 'day' }, { onEdit: true });
      spoil(world);
      typed(world);
      expect(runsWithin(world, 180, 5).length).toBeLessThanOrEqual(4);
      expect(viewed(world)?.health.state).toBe('stopped');
      mend(world);
      // Nobody edits a cell to mend it.
      world.google.pendingEdits.splice(0);
      runsWithin(world, 60, 5);
      expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
      expect(runsWithin(world, 180, 5)).toEqual([]);
    },
  );

  test('a row whose edit Google does not let read goes with the clock', () => {
    const world = started({ every: 'day' }, { onEdit: true });
    world.google.faults.add({ call: 'Range.getValues', message: 'Service timed out.' });
    typed(world);
    expect(runsWithin(world, 60, 5)).toEqual([5]);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
  });

  test('a row whose run was stopped goes within the hour after that is mended', () => {
    const world = ticked();
    world.lago.revokeKey(API_KEY);
    world.google.spreadsheet.paste(TAB, 4, 1, [[...(usageRows(3).at(-1) ?? []), 'TRUE']]);
    world.google.runEditQueue();
    world.time.now += 2 * HOUR;
    fire(world);
    world.lago.addKey({ value: API_KEY });
    runsWithin(world, 60, 5);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
  });

  /** Ticked rows go at once, so that the edit's own run sends. */
  const ticked = (): World => {
    const headers = [...HEADERS, 'ok'];
    const rows = usageRows(2).map((row) => [...row, 'TRUE']);
    const world = createWorld({ headers, rows });
    activate(world, { headers, ready: 'ok', onEdit: true, schedule: { every: 'day' } });
    fireHourly(world);
    return world;
  };
  /** A row is typed, and Google ends the run of its edit. */
  const typedAndKilled = (world: World, number: number): void => {
    const rows = usageRows(number).slice(-1);
    world.google.spreadsheet.paste(
      TAB,
      number + 1,
      1,
      rows.map((row) => [...row, 'TRUE']),
    );
    world.google.runEditQueue({
      onCall: ({ name }) => {
        if (name === 'UrlFetchApp.fetchAll') world.time.now += 7 * MINUTE;
      },
    });
  };

  test('rows whose run was killed go with the clock, whatever the schedule', () => {
    const world = ticked();
    typedAndKilled(world, 3);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
    world.time.now += 5 * MINUTE;
    fire(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
    expect(runsWithin(world, 120, 5)).toEqual([]);
  });

  test('rows of a killed run go within the hour though another edit’s run ends well', () => {
    const world = ticked();
    typedAndKilled(world, 3);
    world.google.spreadsheet.paste(TAB, 5, 1, [[...(usageRows(4).at(-1) ?? []), 'TRUE']]);
    world.google.runEditQueue();
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r4 = 4']);
    runsWithin(world, 60, 5);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4']);
  });

  test('in the last minutes of a period it goes at once: it has no time to rest', () => {
    const world = started({ every: 'day' }, { onEdit: true });
    world.time.now = Date.UTC(2026, 10, 30, 23, 55);
    typed(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
  });
});

describe('the minutes of a day', () => {
  const slow = (world: World) => ({
    onCall: () => {
      world.time.now += 300;
    },
  });

  test('stand beside each schedule, as the review was measured, and one that takes half of them is refused', () => {
    const world = createWorld({ rows: usageRows(2) });
    const id = activate(world);
    const review = world.call('dryRun', { id }, slow(world));
    if (!review.ok) throw new Error(review.problem.message);
    const { lookMs, schedules } = review.value;
    expect(lookMs).toBeGreaterThan(5_000);
    const [often] = schedules;
    const minutes = Number(/\((\d+) of your/.exec(often?.words ?? '')?.[1]);
    // 288 runs, and as many firings of a second.
    expect(minutes).toBe(Math.ceil((288 * (lookMs + 1000)) / MINUTE));
    expect(minutes).toBeGreaterThan(45);
    const { revision = 0 } = viewed(world)?.sync ?? {};
    const wish = { id, revision, changed: 'flag', removed: 'flag', onEdit: true, lookMs } as const;
    const refused = world.call('activate', { ...wish, schedule: { every: 5 } });
    expect(refused).toMatchObject({ ok: false, problem: { code: 'schedule.costly' } });
    expect(refused.ok ? '' : refused.problem.message).toContain(`${minutes} minutes a day`);
    expect(world.call('activate', { ...wish, schedule: { every: 60 } }).ok).toBe(true);
  });
});

describe('pausing and resuming', () => {
  test('keeps the schedule, and has no trigger in between', () => {
    const world = started({ every: 30 });
    const { id = '' } = viewed(world)?.sync ?? {};
    expect(world.ask('pause', { id }).sync.state).toBe('paused');
    expect(intervals(world)).toEqual([]);
    const { revision = 0 } = viewed(world)?.sync ?? {};
    world.ask('activate', { id, revision, changed: 'flag', removed: 'flag', onEdit: false });
    expect(viewed(world)?.sync.schedule).toEqual({ every: 30 });
    expect(intervals(world)).toEqual([['time', 10]]);
  });

  test('remembers that rows go soon after an edit, though the trigger is gone meanwhile', () => {
    const world = createWorld({ rows: usageRows(2) });
    const id = activate(world, { onEdit: true });
    expect(world.ask('pause', { id }).sync.onEdit).toBe(true);
    expect(world.ask('open', {}).triggers).toEqual({ clock: false, onEdit: false });
  });

  test('takes the schedule that was taken before, however slow Google was at the last run', () => {
    const world = started({ every: 60 });
    const { id = '' } = viewed(world)?.sync ?? {};
    world.time.now += HOUR;
    world.google.fireHourly();
    // Once a day a run looks at everything.
    world.time.now += 25 * HOUR;
    world.google.fireHourly({
      onCall: () => {
        world.time.now += 3_000;
      },
    });
    world.ask('pause', { id });
    const { revision = 0 } = viewed(world)?.sync ?? {};
    const again = { id, revision, changed: 'flag', removed: 'flag', onEdit: false } as const;
    const chosen = world.call('activate', { ...again, schedule: { every: 60 } });
    expect(chosen).toMatchObject({ ok: false, problem: { code: 'schedule.costly' } });
    expect(world.ask('activate', again).sync.state).toBe('active');
    expect(intervals(world)).toEqual([['time', 10]]);
  });

  test('another schedule makes another trigger in the place of the first', () => {
    const world = started();
    const { id = '', revision = 0 } = viewed(world)?.sync ?? {};
    const again = { id, revision, changed: 'flag', removed: 'flag', onEdit: false } as const;
    world.ask('activate', { ...again, schedule: { every: 5 } });
    expect(intervals(world)).toEqual([['time', 5]]);
  });
});

describe('a run that never ends', () => {
  const killed = (world: World, hours: number): void => {
    for (let hour = 0; hour < hours; hour++) {
      world.time.now += HOUR;
      world.google.fireHourly({
        onCall: ({ name }) => {
          if (name === 'Range.getValues') world.time.now += 7 * MINUTE;
        },
      });
    }
  };

  test('is noticed after two in a row by whoever opens, and the next run mails what they were doing', () => {
    const world = started();
    killed(world, 1);
    world.time.now += 10 * MINUTE;
    expect(viewed(world)?.health).toMatchObject({ state: 'healthy', failures: 1 });
    killed(world, 1);
    world.time.now += 10 * MINUTE;
    expect(viewed(world)?.health).toMatchObject({
      state: 'stopped',
      problem: { code: 'run.killed' },
    });
    expect(world.google.mails).toEqual([]);
    killed(world, 1);
    expect(world.google.mails.map(({ subject }) => subject)).toEqual(['Lago usage sync stopped']);
    expect(world.google.mails[0]?.body).toContain('reading the sheet');
    killed(world, 27);
    expect(world.google.mails).toHaveLength(1);
  });

  test('is not why nothing runs for more than a day: then the trigger is off', () => {
    const world = started();
    killed(world, 2);
    world.google.disableTriggers();
    world.time.now += 20 * HOUR;
    expect(viewed(world)?.health.problem?.code).toBe('run.killed');
    world.time.now += 10 * HOUR;
    expect(viewed(world)?.health).toMatchObject({
      state: 'stopped',
      problem: { code: 'run.silent' },
    });
  });

  test('is tried hourly only, so that it does not take all minutes of the day', () => {
    const world = started({ every: 5 });
    killed(world, 1);
    expect(runsWithin(world, 120, 5).length).toBeLessThanOrEqual(24);
    killed(world, 1);
    expect(runsWithin(world, 45, 5)).toEqual([]);
  });

  test('is forgotten by the first one that ends', () => {
    const world = started();
    killed(world, 3);
    world.time.now += HOUR;
    fire(world);
    expect(viewed(world)?.health.state).toBe('healthy');
  });
});

describe('triggers', () => {
  test('that are gone are told at once to whoever had made them, and to nobody else', () => {
    const world = started();
    world.google.run(({ ScriptApp }) => {
      for (const trigger of ScriptApp.getProjectTriggers()) ScriptApp.deleteTrigger(trigger);
    });
    expect(viewed(world)?.health).toMatchObject({
      state: 'stopped',
      problem: { code: 'run.no-trigger' },
    });
    const other = world.call('open', {}, { user: 'somebody@example.com' });
    expect(other.ok && other.value.syncs[0]?.health.state).toBe('healthy');
  });

  test('that are gone are told to nobody while another person’s clock runs the sync', () => {
    const world = started();
    const activateAgain = (options?: { user: string }): void => {
      const { id = '', revision = 0 } = viewed(world)?.sync ?? {};
      const choice = { id, revision, changed: 'flag', removed: 'flag', onEdit: false } as const;
      expect(world.call('activate', choice, options).ok).toBe(true);
    };
    activateAgain({ user: 'somebody@example.com' });
    activateAgain();
    expect(intervals(world)).toHaveLength(2);
    world.google.run(({ ScriptApp }) => {
      for (const trigger of ScriptApp.getProjectTriggers()) ScriptApp.deleteTrigger(trigger);
    });
    fireHourly(world);
    expect([intervals(world).length, viewed(world)?.health.state]).toEqual([1, 'healthy']);
    world.google.disableTriggers();
    world.time.now += 4 * HOUR;
    expect(viewed(world)?.health.problem?.code).toBe('run.no-trigger');
  });

  test('of an add-on in other files are left alone, and this file gets its own', () => {
    const world = createWorld({ rows: usageRows(2), google: { addOn: true } });
    const elsewhere = { id: 'elsewhere', handler: 'runDueSyncs', creator: world.google.user };
    world.google.triggersElsewhere.push(
      { ...elsewhere, type: 'time', everyMinutes: 60 },
      { ...elsewhere, id: 'edits', handler: 'onSheetEdit', type: 'edit', file: 'other' },
    );
    const id = activate(world, { onEdit: true });
    expect(intervals(world)).toEqual([
      ['time', 60],
      ['edit', undefined],
    ]);
    world.ask('pause', { id });
    expect([world.google.triggers, world.google.triggersElsewhere.length]).toEqual([[], 2]);
  });

  test('an add-on offers, and takes, no schedule below an hour', () => {
    const world = createWorld({ rows: usageRows(2), google: { addOn: true } });
    const id = activate(world);
    expect(world.ask('dryRun', { id }).schedules.map(({ schedule }) => schedule.every)).toEqual([
      60,
      240,
      'day',
      'working-day',
    ]);
    const { revision = 0 } = viewed(world)?.sync ?? {};
    const choice = { id, revision, changed: 'flag', removed: 'flag', onEdit: false } as const;
    expect(world.call('activate', { ...choice, schedule: { every: 30 } })).toMatchObject({
      problem: { code: 'request.unknown' },
    });
    expect([intervals(world), viewed(world)?.sync.schedule]).toEqual([
      [['time', 60]],
      { every: 60 },
    ]);
  });

  test('behind which there is no file fail with a problem, not with a TypeError', () => {
    const world = createWorld({
      rows: usageRows(2),
      google: { addOn: true, fileInTriggers: false },
    });
    activate(world, { onEdit: true });
    world.google.spreadsheet.edit(TAB, 2, 4, '7');
    const { error } = fire(world);
    expect(error?.name).not.toBe('TypeError');
    expect(error?.message).toContain('Google did not say which file this is about');
    // An edit never fails: Google would mail people about each.
    expect(world.google.runEditQueue().map((edit) => edit.error)).toEqual([undefined]);
  });
});
