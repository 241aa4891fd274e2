import { guard } from '../../src/sync/plan/guard';
import type { Plan } from '../../src/sync/plan/planned-row';
import { callText } from '../page-token';
import { syncOf } from '../sync/fixture';
import { IS_LONG } from './long';
import {
  API_KEY,
  activate,
  createWorld,
  fireHourly,
  HOUR,
  inLago,
  START,
  TAB,
  usageRows,
  type World,
} from './world';

const DAY = 24 * HOUR;
const lastRun = (world: World) => world.ask('open', {}).syncs[0]?.lastRun;
const stoppedBy = (world: World): string | undefined => lastRun(world)?.stopped?.code;

const hourLater = (world: World): void => {
  world.time.now += HOUR;
  fireHourly(world);
};

const rowsFrom = (first: number, last: number): string[][] => usageRows(last).slice(first - 1);

/** A sync that sends a row a day: from the third on, more than a hundred at once are far more than usual. */
function small(): { world: World; id: string } {
  const world = createWorld({ rows: usageRows(1) });
  world.time.now = START - 3 * DAY;
  const id = activate(world);
  fireHourly(world);
  for (const row of [2, 3]) {
    world.time.now += DAY;
    world.google.spreadsheet.paste(TAB, row + 1, 1, rowsFrom(row, row));
    fireHourly(world);
  }
  world.time.now += DAY;
  world.google.spreadsheet.insertRows(TAB, 5, 2_000);
  return { world, id };
}

/** The same with 500 more rows, which wait for an approval. */
function waiting(): { world: World; id: string } {
  const { world, id } = small();
  world.google.spreadsheet.paste(TAB, 5, 1, rowsFrom(4, 503));
  fireHourly(world);
  expect(lastRun(world)?.asks).toEqual({ events: 500, removed: 0 });
  return { world, id };
}

describe('an approval', () => {
  const approved = { events: 500, removed: 0 };

  test.each([
    ['does not answer', { kind: 'answer', status: 502, body: 'html' }],
    [
      'asks to slow down',
      { kind: 'answer', status: 429, headers: { 'x-ratelimit-reset': '3600' } },
    ],
  ] as const)('is not used up by a run in which Lago %s', (_, fault) => {
    const { world, id } = waiting();
    world.lago.faults.add({ path: '/api/v1/*', times: 1_000, ...fault });
    const report = world.ask('runNow', { id, approved });
    expect(report.stopped?.actor).toBe('wait');
    world.lago.faults.clear();
    hourLater(world);
    expect(stoppedBy(world)).toBeUndefined();
    expect(inLago(world)).toHaveLength(503);
  });

  /** Rows of which a slice sends the first 500. */
  const MANY = IS_LONG ? 4_000 : 1_200;
  const LAST = MANY + 3;

  /** Many rows, of which a slice has sent the first. */
  const sliced = (): { world: World; id: string } => {
    const { world, id } = small();
    world.google.spreadsheet.insertRows(TAB, 5, 3_000);
    world.google.spreadsheet.paste(TAB, 5, 1, rowsFrom(4, LAST));
    world.intercept = () => {
      world.time.now += 2_000;
      return undefined;
    };
    const report = world.ask('runNow', {
      id,
      run: 'run-1',
      seconds: 1,
      approved: { events: MANY, removed: 0 },
    });
    world.intercept = undefined;
    expect(report).toMatchObject({
      delivered: 500,
      left: MANY - 500,
      stopped: { code: 'run.time' },
    });
    return { world, id };
  };

  test('is not used up by sending one other row again', () => {
    const { world, id } = sliced();
    world.ask('sendAgain', { id, key: 'r1' });
    hourLater(world);
    expect(stoppedBy(world)).toBeUndefined();
    expect(inLago(world)).toHaveLength(LAST);
  });

  test('is used up by what was sent before Google failed in one of the slices', () => {
    const { world, id } = sliced();
    world.google.faults.add({ call: 'Range.getValues', message: 'Service timed out' });
    const failed = world.ask('runNow', {
      id,
      run: 'run-1',
      seconds: 1,
      approved: { events: MANY, removed: 0 },
    });
    expect(failed.stopped?.code).toBe('run.google');
    expect(lastRun(world)).toMatchObject({ run: 'run-1', delivered: 500 });
    world.google.spreadsheet.paste(TAB, LAST + 2, 1, rowsFrom(LAST + 1, LAST + 500));
    hourLater(world);
    expect(stoppedBy(world)).toBe('run.volume');
    expect(inLago(world)).toHaveLength(503);
  });

  test('of a number is for that number, however many runs it takes', () => {
    const { world } = sliced();
    world.google.spreadsheet.paste(TAB, LAST + 2, 1, rowsFrom(LAST + 1, LAST + 500));
    hourLater(world);
    expect(stoppedBy(world)).toBe('run.volume');
    expect(inLago(world).length).toBeLessThanOrEqual(LAST);
  });
});

describe('rows that are gone', () => {
  const cleared = (): { world: World; id: string } => {
    const world = createWorld({ rows: usageRows(30) });
    const id = activate(world);
    fireHourly(world);
    world.google.spreadsheet.paste(
      TAB,
      2,
      1,
      [...Array(30)].map((_, index) => [
        `d${index}`,
        'acme',
        '2026-11-04 10:00',
        String(100 + index),
      ]),
    );
    return { world, id };
  };

  test('stop the run also while a key is double, when none of them can be told from a damaged one', () => {
    const { world } = cleared();
    world.google.spreadsheet.edit(TAB, 3, 1, 'd0');
    hourLater(world);
    expect(stoppedBy(world)).toBe('run.removals');
    expect(inLago(world)).toHaveLength(30);
  });

  test('count for a plan that only knows how many are missing', () => {
    const plan: Plan = {
      rows: [
        {
          key: 'd1',
          row: 2,
          change: 'added',
          action: 'send',
          problems: [],
          entry: undefined,
          latest: undefined,
          content: '',
        },
      ],
      missing: 30,
    };
    expect(
      guard(plan, 1, {
        sync: syncOf('| id |'),
        usual: { days: [], removed: 0 },
        approved: undefined,
      })?.problem.code,
    ).toBe('run.removals');
  });

  test('are approved once, although a key is double for a while', () => {
    const { world, id } = cleared();
    hourLater(world);
    expect(lastRun(world)?.asks).toEqual({ events: 30, removed: 30 });
    world.ask('runNow', { id, approved: { events: 30, removed: 30 } });
    expect(inLago(world)).toHaveLength(60);
    world.google.spreadsheet.paste(TAB, 32, 1, [['d1', 'acme', '2026-11-05 10:00', '7']]);
    hourLater(world);
    world.google.spreadsheet.edit(TAB, 32, 1, 'new');
    hourLater(world);
    expect(stoppedBy(world)).toBeUndefined();
    expect(inLago(world)).toContain('new = 7');
  });

  test('stop the run also where the one before was killed after it had sent', () => {
    const world = createWorld({ rows: usageRows(30) });
    activate(world);
    let sent = false;
    let killAt = 0;
    let calls = 0;
    const probe = createWorld({ rows: usageRows(30) });
    activate(probe);
    fireHourly(probe, {
      onCall: () => {
        calls++;
        if (!sent && probe.lago.events().length > 0) {
          sent = true;
          killAt = calls + 3;
        }
      },
    });
    const killed = fireHourly(world, { killAtCall: killAt, killWhen: 'after' });
    expect(killed.killed).toBe(true);
    expect(inLago(world)).toHaveLength(30);
    world.google.spreadsheet.paste(
      TAB,
      2,
      1,
      [...Array(30)].map((_, index) => [
        `d${index}`,
        'acme',
        '2026-11-04 10:00',
        String(100 + index),
      ]),
    );
    hourLater(world);
    expect(stoppedBy(world)).toBe('run.removals');
  });
});

test('a person is told once, however long the words of the rows are that need her', () => {
  const long = '請求'.repeat(95);
  const world = createWorld({ rows: usageRows(1) });
  world.lago.seed.catalog({
    subscriptions: [
      {
        external_customer_id: 'c-acme',
        plan_code: 'p',
        external_id: `${long}y`,
        subscription_at: '2026-09-01T00:00:00Z',
      },
    ],
  });
  world.time.now = START - 15 * DAY;
  activate(world);
  for (let day = 1; day <= 15; day++) {
    world.google.spreadsheet.paste(TAB, day + 1, 1, rowsFrom(day, day));
    fireHourly(world);
    world.time.now += DAY;
  }
  world.google.spreadsheet.paste(
    TAB,
    17,
    1,
    Array.from({ length: 10 }, (_, row) => [
      `${row}${'鍵'.repeat(58)}`,
      `${long}x`,
      '2026-11-03 10:00',
      '1',
    ]),
  );
  for (let hour = 0; hour < 4; hour++) hourLater(world);
  expect(world.google.mails.map(({ subject }) => subject)).toEqual(['Lago usage sync needs you']);
  expect(lastRun(world)?.rows.hold).toBe(10);
});

describe('a copy of the file to which the settings came along', () => {
  test.each(['setStatusColumn', 'changeOrganization'] as const)(
    'keeps its syncs paused after %s',
    (method) => {
      const world = createWorld({ rows: usageRows(3) });
      const id = activate(world);
      const google = world.google.copyFile({ documentProperties: 'kept' });
      const ask = <T>(name: string, argument: object): T =>
        (
          JSON.parse(String(google.rpc('rpc', callText(google, name, argument)).result)) as {
            value: T;
          }
        ).value;
      ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
      const [view] = ask<{ syncs: { sync: { revision: number } }[] }>('open', {}).syncs;
      ask(method, { id, revision: view?.sync.revision ?? 0, column: 'new' });
      ask('runNow', { id });
      const after = ask<{ isCopy: boolean; syncs: { sync: { state: string } }[] }>('open', {});
      expect(after.syncs[0]?.sync.state).toBe('paused');
      fireHourly(world);
      expect(inLago(world)).toHaveLength(3);
    },
  );
});
