import type { ExecutionReport } from '../../sandbox/runtime';
import {
  activate,
  createWorld,
  draftOf,
  HEADERS,
  HOUR,
  inLago,
  MINUTE,
  makeDue,
  TAB,
  usageRows,
  type World,
} from './world';

const OTHER = 'other';

const views = (world: World) => world.ask('open', {}).syncs;

/** What home says of the first sync: its state and the code of its problem. */
const shown = (world: World): readonly (string | undefined)[] => {
  const [view] = views(world);
  return [view?.health.state, view?.health.problem?.code];
};

function fire(world: World): ExecutionReport {
  const [report] = world.google.fireHourly();
  if (report === undefined) throw new Error('There is no trigger of the clock.');
  return report;
}

/** Lets time pass with the clock's firings. */
function pass(world: World, minutes: number, every: number): void {
  for (let passed = every; passed <= minutes; passed += every) {
    world.time.now += every * MINUTE;
    fire(world);
  }
}

const readsSheet = ({ serviceCalls: { byName } }: ExecutionReport): boolean =>
  byName['Range.getValues'] !== undefined;

/** A daily sync at one o'clock, run once, whose rows go soon after an edit. */
function daily(): World {
  const world = createWorld({ rows: usageRows(2) });
  activate(world, { onEdit: true, schedule: { every: 'day', hour: 13 } });
  world.time.now += HOUR;
  fire(world);
  return world;
}

const type = (world: World): void => {
  world.google.spreadsheet.paste(TAB, 4, 1, usageRows(3).slice(2));
  world.google.runEditQueue();
};

/** Two daily syncs of two tabs with ids of their own, both run once. */
function two(): World {
  const world = createWorld({ rows: usageRows(2) });
  const { spreadsheet } = world.google;
  spreadsheet.insertSheet(OTHER);
  const rows = usageRows(2).map(([key = '', ...rest]) => [key.replace('r', 's'), ...rest]);
  spreadsheet.paste(OTHER, 1, 1, [[...HEADERS], ...rows]);
  const schedule = { every: 'day', hour: 13 } as const;
  activate(world, { onEdit: true, schedule });
  const draft = draftOf(world);
  const tabId = spreadsheet.sheets.find(({ name }) => name === OTHER)?.id ?? -1;
  const { id, revision } = world.ask('saveSync', {
    draft: { ...draft, name: 'Other', source: { ...draft.source, tabId, tabName: OTHER } },
  });
  const choice = { changed: 'flag', removed: 'flag', onEdit: true, schedule } as const;
  world.ask('activate', { id, revision, ...choice });
  world.time.now += HOUR;
  fire(world);
  return world;
}

describe.each([TAB, OTHER])('where of two syncs the rows of the tab %s have rested', (broken) => {
  test('and cannot be read, the rows of the other go', () => {
    const world = two();
    expect(inLago(world)).toHaveLength(4);
    const { spreadsheet } = world.google;
    spreadsheet.paste(TAB, 4, 1, [['r3', 'acme', '2026-11-03 10:00', '3']]);
    spreadsheet.paste(OTHER, 4, 1, [['s3', 'acme', '2026-11-03 10:00', '3']]);
    world.google.runEditQueue();
    spreadsheet.edit(broken, 2, 3, '=RAND()');
    pass(world, 10, 5);
    expect(inLago(world)).toHaveLength(5);
    const states = views(world).map(({ health }) => health.state);
    expect(states.sort()).toEqual(['healthy', 'stopped']);
  });
});

test('rows that have rested in a tab that cannot be read stop a daily sync at once', () => {
  const world = daily();
  type(world);
  world.google.spreadsheet.edit(TAB, 1, 4, 'quantity');
  pass(world, 10, 5);
  expect(shown(world)[0]).toBe('stopped');
  expect(world.google.mails).toHaveLength(1);
});

test('an edit that Lago did not answer is repeated within the hour, however rare the schedule is', () => {
  const world = daily();
  type(world);
  world.intercept = () => ({ status: 503, headers: {}, body: '' });
  pass(world, 5, 5);
  world.intercept = undefined;
  pass(world, 60, 5);
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
});

/** Fills the settings with what another script has stored, to the last byte. */
function fill({ google: { documentProperties } }: World): void {
  const room = (): number =>
    500 * 1024 - Object.entries(documentProperties.all()).flat().join('').length;
  const key = (number: number): string => `other.${100 + number}`;
  let number = 0;
  for (; room() > 9_000; number++) documentProperties.set(key(number), 'x'.repeat(8_000));
  documentProperties.set(key(number), 'x'.repeat(room() - key(0).length));
}

describe('full settings', () => {
  test('let a sync run by the hour, not at each firing', () => {
    const world = createWorld({ rows: usageRows(3) });
    activate(world);
    fire(world);
    fill(world);
    world.google.spreadsheet.paste(TAB, 5, 1, usageRows(40).slice(3));
    world.time.now += HOUR;
    let runs = 0;
    for (let firing = 0; firing < 12; firing++) {
      if (readsSheet(fire(world))) runs++;
      world.time.now += 10 * MINUTE;
    }
    expect(shown(world)).toEqual(['stopped', 'google.settings-full']);
    expect(runs).toBeLessThanOrEqual(3);
    expect(inLago(world)).toHaveLength(40);
    expect(world.google.mails.length).toBeGreaterThan(0);
  });

  test('are not told as runs that never end', () => {
    const world = createWorld({ rows: usageRows(3) });
    activate(world);
    fire(world);
    for (let hour = 0; hour < 4; hour++) {
      world.time.now += HOUR;
      let sets = 0;
      world.google.fireHourly({
        onCall: ({ name }) => {
          if (name !== 'Properties.setProperty') return;
          sets += 1;
          if (sets === 1)
            world.google.faults.add({
              call: 'Properties.setProperty',
              message: 'You have exceeded the property storage quota.',
              nth: 2,
            });
        },
      });
    }
    world.time.now += 10 * MINUTE;
    expect(shown(world)).toEqual(['stopped', 'google.settings-full']);
  });
});

test('a killed run before the end of a period is followed by another one before it', () => {
  const world = createWorld({ rows: usageRows(2) });
  activate(world);
  world.time.now = Date.UTC(2026, 10, 30, 22, 5);
  fire(world);
  world.google.spreadsheet.paste(TAB, 4, 1, usageRows(3).slice(2));
  world.time.now = Date.UTC(2026, 10, 30, 23, 5);
  world.google.fireHourly({
    onCall: ({ name }) => {
      if (name === 'Range.getValues') world.time.now += 7 * MINUTE;
    },
  });
  world.time.now = Date.UTC(2026, 10, 30, 23, 10);
  pass(world, 45, 10);
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
});

test('a daily sync whose rows are all of an ended period runs before the next one ends', () => {
  const world = createWorld({ rows: usageRows(2) });
  activate(world, { schedule: { every: 'day', hour: 8 } });
  world.time.now = Date.UTC(2026, 10, 30, 8);
  fire(world);
  world.time.now = Date.UTC(2026, 11, 31, 8);
  fire(world);
  world.google.spreadsheet.paste(TAB, 4, 1, [['r3', 'acme', '2026-12-31 12:00', '3']]);
  world.time.now = Date.UTC(2026, 11, 31, 22, 55);
  pass(world, 60, 10);
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
});

/** The clock fires, and the first sync that it runs takes all the time of the execution. */
const fireLong = (world: World): void => {
  let read = 0;
  world.google.fireHourly({
    onCall: ({ name }) => {
      read += name === 'Range.getValues' ? 1 : 0;
      if (name === 'Range.getValues' && read === 1) world.time.now += 4.6 * MINUTE;
    },
  });
};

const runSince = (world: World, moment: number): boolean[] =>
  views(world).map(({ lastRun }) => (lastRun?.startedAt ?? 0) >= moment);

test('a sync that takes all of an execution leaves the next one to another', () => {
  const world = two();
  world.time.now += 24 * HOUR;
  const due = world.time.now;
  for (let hour = 0; hour < 3; hour++) {
    fireLong(world);
    world.time.now += HOUR;
  }
  expect(runSince(world, due)).toEqual([true, true]);
});

test('a wish for all syncs is kept for the one for which no time was left', () => {
  const world = two();
  world.time.now += 2 * HOUR;
  const wished = world.time.now;
  makeDue(world.google);
  fireLong(world);
  expect(runSince(world, wished).filter((isRun) => isRun)).toHaveLength(1);
  pass(world, 5, 5);
  expect(runSince(world, wished)).toEqual([true, true]);
});

test('a trigger that Google fires a quarter of an hour late does not stop a sync of five minutes', () => {
  const world = createWorld({ rows: usageRows(2) });
  activate(world, { schedule: { every: 5 } });
  fire(world);
  world.time.now += 20 * MINUTE;
  expect(shown(world)[0]).toBe('healthy');
  world.time.now += 20 * MINUTE;
  expect(shown(world)).toEqual(['stopped', 'run.late']);
});
