import { problem } from '../../src/problem/problem';
import { examine } from '../../src/sync/examination';
import type { RunResult } from '../../src/sync/report';
import { run } from '../../src/sync/run';
import type { RunRequest } from '../../src/sync/run-request';
import type { Sync } from '../../src/sync/sync';
import { inWords, readyOf, syncOf } from './fixture';
import { type World, worldOf } from './world';

const HEADER = '| id | sub | date | qty |';
const tab = (...rows: string[]): string => [HEADER, ...rows.map((row) => `| ${row} |`)].join('\n');
const A = 'a | s1 | 2026-03-02 | 5';
const B = 'b | s1 | 2026-03-03 | 6';
const C = 'c | s2 | 2026-03-03 | 7';
const HOUR = 3_600_000;

const requestOf = (
  world: World,
  request: Partial<RunRequest> = {},
  sync: Partial<Sync> = {},
): RunRequest => ({
  ready: readyOf(syncOf(HEADER, sync)),
  trigger: 'clock',
  deadline: world.clock.time + 5 * 60_000,
  approved: undefined,
  usual: { days: [], removed: undefined },
  resting: () => false,
  again: new Set(),
  ...request,
});

const running = (
  world: World,
  request: Partial<RunRequest> = {},
  sync: Partial<Sync> = {},
): RunResult => run(world, requestOf(world, request, sync));
const stopOf = ({ report }: RunResult): string | undefined => report.stopped?.code;

describe('a run', () => {
  it('makes the ledger, sends every row, and says where each stands', () => {
    const world = worldOf('postgres', tab(A, B, 'x | s1 | | 1'));
    const { report, plan, ledger } = running(world);
    expect(report).toMatchObject({
      sync: 'sync-1',
      trigger: 'clock',
      delivered: 2,
      left: 0,
      stopped: undefined,
    });
    expect(report.rows).toEqual({
      send: 0,
      hold: 1,
      wait: 0,
      sent: 2,
      flag: 0,
      refused: 0,
      elsewhere: 0,
    });
    expect(report.problems).toMatchObject([
      { action: 'hold', problem: { code: 'row.empty-cell' }, rows: [4] },
    ]);
    expect(report.endedAt).toBeGreaterThan(report.startedAt);
    expect(plan === undefined ? [] : inWords(plan)).toEqual([
      'a 2 added sent',
      'b 3 added sent',
      'x 4 added hold row.empty-cell',
    ]);
    expect(ledger?.entries.map(({ index, line }) => `${index.id} ${line}`)).toEqual(['a 3', 'b 4']);
    expect(world.ledger.header).toEqual({
      ledger: 1,
      file: 'file-1',
      tab: 7,
      sync: 'sync-1',
      organization: 'org-1',
    });
    expect(world.ledger.calls).toEqual(['create', 'append 2', 'write 2']);
  });

  it('sends nothing the second time', () => {
    const world = worldOf('postgres', tab(A, B));
    running(world);
    expect(running(world).report).toMatchObject({ delivered: 0, rows: { sent: 2 } });
    expect(world.destination.requests).toHaveLength(1);
  });

  it('sends only what is new', () => {
    const world = worldOf('postgres', tab(A));
    running(world);
    world.table = tab(C, B, A);
    running(world);
    expect(world.destination.ids()).toEqual(['a', 'c', 'b']);
  });

  it('makes no ledger where there is nothing to send', () => {
    const world = worldOf('postgres', tab());
    expect(running(world).report).toMatchObject({ delivered: 0, stopped: undefined });
    expect(world.ledger.calls).toEqual([]);
  });

  it('sends only the keys that it is asked for, and plans all', () => {
    const world = worldOf('postgres', tab(A, B, C));
    const { report, plan } = running(world, { trigger: 'test', only: (key) => key === 'b' });
    expect(world.destination.ids()).toEqual(['b']);
    expect(report.rows).toMatchObject({ sent: 1, send: 2 });
    expect(plan?.rows).toHaveLength(3);
  });

  it('leaves resting rows for later', () => {
    const world = worldOf('postgres', tab(A, B));
    running(world, { trigger: 'edit', resting: (key) => key === 'a' });
    expect(world.destination.ids()).toEqual(['b']);
  });

  it('tells which checks are off', () => {
    const world = worldOf('postgres', tab(A));
    world.destination.check = () => ({
      problemsOf: () => [],
      off: [problem('lago.unchecked', { what: 'subscriptions' })],
    });
    expect(running(world).report.checksOff).toMatchObject([{ code: 'lago.unchecked' }]);
    expect(examine(world, requestOf(world))).toMatchObject({
      checksOff: [{ code: 'lago.unchecked' }],
    });
  });

  it('sends a refused row again where a person asks', () => {
    const world = worldOf('postgres', tab(A));
    world.destination.rejected.add('a');
    expect(running(world).report.rows).toMatchObject({ refused: 1, elsewhere: 0 });
    world.destination.rejected.clear();
    expect(running(world).report.rows).toMatchObject({ refused: 1, elsewhere: 0 });
    expect(world.destination.ids()).toEqual([]);
    expect(running(world, { trigger: 'person', again: new Set(['a']) }).report).toMatchObject({
      delivered: 1,
      rows: { sent: 1, refused: 0, elsewhere: 0 },
    });
    expect(world.destination.ids()).toEqual(['a~r2']);
  });

  it('says where the rest went when the time was over, and the next run sends it', () => {
    const rows = Array.from({ length: 700 }, (_, index) => `k${index} | s1 | 2026-03-02 | 1`);
    const world = worldOf('postgres', tab(...rows));
    const first = running(world, { deadline: world.clock.time + 1 });
    expect(first.report).toMatchObject({
      delivered: 500,
      left: 200,
      stopped: {
        code: 'run.time',
        message: 'The run stopped before Google’s time limit; 200 events are left.',
      },
    });
    expect(first.report.rows).toMatchObject({ sent: 500, send: 200 });
    expect(running(world).report).toMatchObject({ delivered: 200, left: 0, rows: { sent: 700 } });
    expect(new Set(world.destination.ids()).size).toBe(700);
  });
});

describe('a run after one that got no answer', () => {
  it('says what is left of its lines when there was no time to settle them', () => {
    const world = worldOf('postgres', tab(A, B, C));
    world.destination.faults = ['lost', 'stop'];
    expect(running(world).report.rows).toMatchObject({ wait: 3, sent: 0 });
    const second = running(world, { deadline: world.clock.time });
    expect(second.report).toMatchObject({ left: 3, stopped: { code: 'run.time' } });
    expect(running(world).report).toMatchObject({ delivered: 3, left: 0, stopped: undefined });
    expect(world.destination.ids()).toEqual(['a', 'b', 'c']);
  });

  it.each(['postgres', 'clickhouse', 'unknown'] as const)(
    'settles its lines first, on %s, and nothing is there twice',
    (store) => {
      const world = worldOf(store, tab(A, B));
      world.destination.faults = ['stored-and-lost', 'stop'];
      const first = running(world);
      expect(first.report.rows).toMatchObject({ wait: 2, sent: 0 });
      world.clock.time += HOUR;
      world.table = tab(A, B, C);
      world.destination.faults = [];
      const second = running(world);
      expect(second.report).toMatchObject({ delivered: 3, stopped: undefined, rows: { sent: 3 } });
      expect(world.destination.ids().sort()).toEqual(['a', 'b', 'c']);
    },
  );

  it.each(['postgres', 'clickhouse'] as const)(
    'goes on after a crash between the line and the answer, on %s',
    (store) => {
      const world = worldOf(store, tab(A, B));
      const { destination, ledger } = world;
      const write = ledger.writeOutcomes.bind(ledger);
      ledger.writeOutcomes = () => {
        throw new Error('Exceeded maximum execution time');
      };
      expect(() => running(world)).toThrow('Exceeded');
      ledger.writeOutcomes = write;
      expect(ledger.states()).toEqual({ a: 'pending', b: 'pending' });
      world.clock.time += HOUR;
      expect(running(world).report).toMatchObject({ delivered: 2, rows: { sent: 2 } });
      expect(destination.ids()).toEqual(['a', 'b']);
    },
  );

  it('goes on after a crash between the line and the request', () => {
    const world = worldOf('clickhouse', tab(A, B));
    const deliver = world.destination.deliver.bind(world.destination);
    world.destination.deliver = () => {
      throw new Error('killed');
    };
    expect(() => running(world)).toThrow('killed');
    world.destination.deliver = deliver;
    world.clock.time += HOUR;
    expect(running(world).report).toMatchObject({ delivered: 2 });
    expect(world.destination.ids()).toEqual(['a', 'b']);
  });

  it('sends the frozen event, though the row has changed meanwhile', () => {
    const world = worldOf('postgres', tab(A));
    world.destination.faults = ['stored-and-lost', 'stop'];
    running(world);
    world.table = tab('a | s1 | 2026-03-02 | 50');
    world.destination.faults = [];
    const { plan } = running(world);
    expect(world.destination.stored).toHaveLength(1);
    expect(world.destination.stored[0]?.text).toContain('"quantity":5}');
    expect(plan === undefined ? [] : inWords(plan)).toEqual(['a 2 changed flag row.changed']);
  });

  it('stops where Lago does, before it plans', () => {
    const world = worldOf('postgres', tab(A));
    world.destination.faults = ['stored-and-lost', 'stop'];
    running(world);
    world.destination.faults = ['stop'];
    const result = running(world);
    expect(stopOf(result)).toBe('lago.unauthorized');
    expect(result.plan).toBeUndefined();
    expect(result.ledger?.entries.map(({ outcome }) => outcome.state)).toEqual(['pending']);
  });

  it('tries stuck lines last', () => {
    const world = worldOf('postgres', tab(A, B));
    world.destination.poisonous.add('a');
    running(world);
    expect(world.ledger.states()).toEqual({ a: 'stuck', b: 'accepted' });
    world.destination.poisonous.clear();
    world.table = tab(A, B, C);
    const { report } = running(world);
    expect(
      world.destination.requests
        .slice(-2)
        .map((texts) => JSON.parse(texts[0] ?? '').transaction_id),
    ).toEqual(['c', 'a']);
    expect(report).toMatchObject({ delivered: 2, rows: { sent: 3, wait: 0 } });
  });
});

describe('a run stops and sends nothing', () => {
  const checks = (
    change: (world: World) => void,
    sync: Partial<Sync> = {},
  ): { world: World; result: RunResult } => {
    const world = worldOf('postgres', tab(A));
    running(world);
    world.destination.requests.length = 0;
    world.table = tab(A, B);
    change(world);
    return { world, result: running(world, {}, sync) };
  };

  it.each<[string, string, (world: World) => void, Partial<Sync>]>([
    [
      'where the key belongs to another organization',
      'lago.other-organization',
      () => undefined,
      { organization: 'org-2' },
    ],
    [
      'where the organization cannot be read',
      'lago.unknown-organization',
      (world) => {
        world.destination.identity = problem('lago.unknown-organization');
      },
      {},
    ],
    [
      'in a copy of the file',
      'ledger.copied',
      (world) => {
        world.ledger.fileId = 'file-2';
      },
      {},
    ],
    ['where the ledger is another sync’s', 'ledger.found', () => undefined, { id: 'sync-2' }],
    [
      'where the ledger is gone',
      'ledger.missing',
      (world) => {
        world.ledger.opened = problem('ledger.missing');
      },
      {},
    ],
    [
      'where lines of the ledger vanished',
      'ledger.vanished',
      (world) => {
        world.ledger.lines = [];
      },
      {},
    ],
    [
      'where lines of the ledger were altered',
      'ledger.damaged',
      (world) => {
        world.ledger.lines = [{ line: 3, index: 'x', event: '', outcome: '' }];
      },
      {},
    ],
    [
      'where the tab is gone',
      'sheet.tab-missing',
      (world) => {
        world.source.read = () => problem('sheet.tab-missing');
      },
      {},
    ],
    [
      'where a column is gone',
      'sheet.header-missing',
      (world) => {
        world.table = tab(A).replace('qty', 'other');
      },
      {},
    ],
    [
      'where a column is double',
      'sheet.header-twice',
      (world) => {
        world.table = '| id | sub | date | qty | qty |\n| a | s1 | 2026-03-02 | 5 | 5 |';
      },
      {},
    ],
    [
      'where Lago’s catalog cannot be read',
      'lago.unavailable',
      (world) => {
        world.destination.check = () => problem('lago.unavailable');
      },
      {},
    ],
  ])('%s', (_, code, change, sync) => {
    const { world, result } = checks(change, sync);
    expect(stopOf(result)).toBe(code);
    expect(world.destination.requests).toEqual([]);
    expect(result.report).toMatchObject({ delivered: 0, left: 0 });
    expect(result.plan).toBeUndefined();
  });

  it('where it would send more than is allowed without a person', () => {
    const world = worldOf('postgres', tab(A, B, C));
    const result = running(world, {}, { unattendedEvents: 2 });
    expect(result.report).toMatchObject({
      left: 3,
      rows: { send: 3 },
      stopped: {
        code: 'run.volume',
        message:
          'This run would send 3 events; more than 2 at once is far more than usual, so they wait.',
      },
    });
    expect(world.ledger.calls).toEqual([]);
    expect(stopOf(running(world, { trigger: 'edit' }, { unattendedEvents: 2 }))).toBe('run.volume');
  });

  it('but not for its volume, when a person has approved it', () => {
    const world = worldOf('postgres', tab(A, B, C));
    expect(
      running(world, { approved: { events: 3, removed: 0 } }, { unattendedEvents: 2 }).report,
    ).toMatchObject({
      delivered: 3,
      stopped: undefined,
    });
  });

  it('but counts only what it would send', () => {
    const world = worldOf('postgres', tab(A, B, C));
    running(world, { only: (key) => key === 'a' }, { unattendedEvents: 2 });
    expect(running(world, {}, { unattendedEvents: 2 }).report).toMatchObject({
      delivered: 2,
      stopped: undefined,
    });
  });

  it('and says which rows were altered and how many lines are left', () => {
    expect(
      checks((world) => {
        world.ledger.lines = [];
      }).result.report.stopped?.message,
    ).toBe(
      'The ledger has 0 lines, but 1 were written: lines were deleted, or an old version was restored.',
    );
    expect(checks(() => undefined, { id: 'sync-2' }).result.report.stopped?.message).toBe(
      'This tab was sent before by “Usage”, a sync that was deleted: 1 row for “units”, known by “id”.',
    );
  });
});

describe('an examination', () => {
  it('plans and sends nothing', () => {
    const world = worldOf('postgres', tab(A, B));
    const examined = examine(world, requestOf(world));
    expect('plan' in examined && inWords(examined.plan)).toEqual([
      'a 2 added send as a',
      'b 3 added send as b',
    ]);
    expect(world.ledger.calls).toEqual([]);
    expect(world.destination.requests).toEqual([]);
  });

  it('knows the organization and the ledger', () => {
    const world = worldOf('clickhouse', tab(A));
    running(world);
    expect(examine(world, requestOf(world))).toMatchObject({
      identity: { store: 'clickhouse' },
      count: { lines: 1 },
      plan: { rows: [{ action: 'sent' }] },
    });
  });

  it.each<[string, (world: World) => void, Partial<Sync>]>([
    ['lago.other-organization', () => undefined, { organization: 'x' }],
    [
      'lago.unauthorized',
      (world) => {
        world.destination.identity = problem('lago.unauthorized');
      },
      {},
    ],
    [
      'ledger.missing',
      (world) => {
        world.ledger.opened = problem('ledger.missing');
      },
      {},
    ],
    [
      'lago.unavailable',
      (world) => {
        world.destination.check = () => problem('lago.unavailable');
      },
      {},
    ],
    [
      'sheet.tab-missing',
      (world) => {
        world.source.read = () => problem('sheet.tab-missing');
      },
      {},
    ],
  ])('stops with %s', (code, change, sync) => {
    const world = worldOf('postgres', tab(A));
    change(world);
    expect(examine(world, requestOf(world, {}, sync))).toMatchObject({ code });
  });
});
