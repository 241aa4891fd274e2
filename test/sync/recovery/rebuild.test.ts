import { ProblemError, required } from '../../../src/problem/problem';
import { baselineEntries } from '../../../src/sync/delivery/baseline';
import { VISIBILITY_MS } from '../../../src/sync/delivery/settle';
import { emptyLedger } from '../../../src/sync/ledger/entries';
import { type LineTexts, readLedger } from '../../../src/sync/ledger/ledger';
import { type RebuiltPart, rebuildLedger } from '../../../src/sync/recovery/rebuild';
import type { RunReport } from '../../../src/sync/report';
import { run } from '../../../src/sync/run';
import type { Sync } from '../../../src/sync/sync';
import type { UsageEvent } from '../../../src/value/usage-event';
import { planOf, readyOf, syncOf } from '../fixture';
import { type World, worldOf } from '../world';

const HEADER = '| id | sub | date | qty |';
const tab = (...rows: string[]): string => [HEADER, ...rows.map((row) => `| ${row} |`)].join('\n');
const A = 'a | s1 | 2026-03-02 | 5';
const B = 'b | s1 | 2026-03-03 | 6';
const C = 'c | s2 | 2026-03-03 | 7';
const HOUR = 3_600_000;

const running = (
  world: World,
  changes: Partial<Sync> = {},
  again: readonly string[] = [],
): RunReport =>
  run(world, {
    ready: readyOf(syncOf(HEADER, changes)),
    trigger: 'clock',
    deadline: world.clock.time + HOUR,
    approved: { events: 250, removed: 0 },
    usual: { days: [], removed: undefined },
    resting: () => false,
    again: new Set(again),
  }).report;

const rebuilding = (
  world: World,
  {
    from,
    until = world.clock.time + HOUR,
    ...changes
  }: Partial<Sync> & { from?: number; until?: number } = {},
): RebuiltPart =>
  required(rebuildLedger(world, { ready: readyOf(syncOf(HEADER, changes)), from, until }));

const problemOf = (work: () => unknown): string | undefined => {
  try {
    work();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code;
    throw error;
  }
  return undefined;
};

/** Lines as the ledger has them: id, kind and state. */
const linesOf = ({ ledger }: World): string[] => {
  const reading = readLedger(ledger.lines, ledger.record);
  return 'ledger' in reading
    ? reading.ledger.entries.map(
        ({ index, outcome }) => `${index.id} ${index.kind} ${outcome.state}`,
      )
    : [JSON.stringify(Object.keys(reading))];
};

/** Takes the lines with these ids out of the ledger. */
const lose = ({ ledger }: World, ...ids: string[]): void => {
  ledger.lines = ledger.lines
    .filter(
      ({ event }) =>
        !ids.includes((JSON.parse(event) as { transaction_id: string }).transaction_id),
    )
    .map((texts, place) => ({ ...texts, line: place + 3 }));
};

/** The event of a line. */
const eventIn = ({ ledger }: World, id: string): unknown =>
  ledger.lines
    .map(({ event }) => JSON.parse(event) as { readonly transaction_id: string })
    .find((event) => event.transaction_id === id);

const alter = ({ ledger }: World, place: number, change: Partial<LineTexts>): void => {
  ledger.lines = ledger.lines.map((texts, index) =>
    index === place ? { ...texts, ...change } : texts,
  );
};

/** A world in which these rows were sent. */
const sent = (table: string, changes: Partial<Sync> = {}): World => {
  const world = worldOf('postgres', table);
  running(world, changes);
  world.clock.time += HOUR;
  return world;
};

describe('a ledger that lost lines', () => {
  it('gets a line for each row whose event Lago has, keeps those that are whole, and is whole again', () => {
    const world = sent(tab(A, B, C));
    lose(world, 'b');
    expect(running(world).stopped?.code).toBe('ledger.vanished');
    expect(rebuilding(world)).toEqual({
      kept: 2,
      found: 1,
      different: 0,
      absent: 0,
      next: undefined,
      rows: 3,
    });
    expect(linesOf(world)).toEqual(['a usage accepted', 'c usage accepted', 'b adopted accepted']);
    world.table = tab(A, B, C, 'd | s1 | 2026-03-05 | 1');
    expect(running(world)).toMatchObject({ delivered: 1, stopped: undefined, rows: { sent: 4 } });
    expect(world.destination.ids()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('counts no row of which only the tick box is filled', () => {
    const ready = (...rows: string[]): string =>
      ['| id | sub | date | qty | ok |', ...rows.map((row) => `| ${row} |`)].join('\n');
    const world = sent(tab(A, B));
    lose(world, 'b');
    world.table = ready(`${A} | TRUE`, `${B} | FALSE`, ' | | | | FALSE', ' | | | | FALSE');
    const sync = syncOf(world.table, { ready: 'ok' });
    const request = { ready: readyOf(sync), from: undefined, until: world.clock.time + HOUR };
    expect(required(rebuildLedger(world, request))).toMatchObject({ rows: 2, found: 1, kept: 1 });
  });

  it('gets none for a row that Lago does not have, which the next run sends', () => {
    const world = sent(tab(A));
    lose(world, 'a');
    world.table = tab(A, B, 'half | s1 | | 1');
    expect(rebuilding(world)).toEqual({
      kept: 0,
      found: 1,
      different: 0,
      absent: 1,
      next: undefined,
      rows: 3,
    });
    expect(running(world)).toMatchObject({ delivered: 1, rows: { sent: 2, hold: 1 } });
    expect(world.destination.ids()).toEqual(['a', 'b']);
  });

  it('leaves it to a person what becomes of a row that Lago has otherwise', () => {
    const world = sent(tab(A));
    lose(world, 'a');
    world.table = tab(A.replace('| 5', '| 9'));
    expect(rebuilding(world)).toMatchObject({ found: 0, different: 1, absent: 0, next: undefined });
    expect(linesOf(world)).toEqual(['a adopted conflict']);
    expect(running(world)).toMatchObject({
      delivered: 0,
      rows: { refused: 1 },
      problems: [{ problem: { code: 'event.conflict' } }],
    });
    expect(running(world, {}, ['a'])).toMatchObject({ delivered: 1, rows: { sent: 1 } });
    expect(world.destination.ids()).toEqual(['a', 'a~r2']);
  });

  it.each<[string, Partial<Sync>]>([
    ['is not ticked as ready any more', { ready: 'done' }],
    ['would be held for what Lago knows', {}],
  ])('finds the event of a row that %s', (_, changes) => {
    const table = '| id | sub | date | qty | done |\n| a | s1 | 2026-03-02 | 5 | TRUE |';
    const world = worldOf('postgres', table);
    const request = {
      trigger: 'clock' as const,
      deadline: world.clock.time + HOUR,
      approved: undefined,
      usual: { days: [], removed: undefined },
      resting: () => false,
      again: new Set<string>(),
    };
    const ready = readyOf(syncOf(table, changes));
    expect(run(world, { ...request, ready }).report.delivered).toBe(1);
    lose(world, 'a');
    world.table = table.replace('TRUE', 'FALSE');
    world.destination.checked = () =>
      [
        { code: 'lago.unknown-subscription', actor: 'lago', place: {}, message: '', remedy: '' },
      ] as never;
    expect(
      required(rebuildLedger(world, { ready, from: undefined, until: world.clock.time + HOUR })),
    ).toMatchObject({ found: 1, next: undefined });
    expect(linesOf(world)).toEqual(['a adopted accepted']);
  });

  it('finds a later revision, where Lago refused the first or has another one', () => {
    const refused = worldOf('postgres', tab(A));
    refused.destination.rejected.add('a');
    running(refused);
    refused.table = tab(A.replace('| 5', '| 6'));
    running(refused);
    expect(refused.destination.ids()).toEqual(['a~r2']);
    const added = sent(tab(A), { changed: 'add' });
    added.table = refused.table;
    running(added, { changed: 'add' });
    for (const world of [refused, added]) {
      lose(world, 'a', 'a~r2');
      world.destination.rejected.clear();
      expect(rebuilding(world)).toMatchObject({
        found: 1,
        different: 0,
        absent: 0,
        next: undefined,
      });
      expect(running(world)).toMatchObject({ delivered: 0, rows: { sent: 1 } });
    }
    expect(linesOf(refused)).toEqual(['a~r2 adopted accepted']);
    expect(linesOf(added)).toEqual(['a adopted conflict', 'a~r2 adopted accepted']);
  });

  it('finds the first revision again, where a refused later one is all that is left', () => {
    const world = sent(tab(A), { changed: 'add' });
    world.destination.rejected.add('a~r2');
    world.table = tab(A.replace('| 5', '| 6'));
    running(world, { changed: 'add' });
    world.table = tab(A);
    lose(world, 'a');
    expect(rebuilding(world)).toMatchObject({ kept: 1, found: 1, next: undefined });
    expect(running(world, { changed: 'add' })).toMatchObject({ delivered: 0, rows: { sent: 1 } });
    expect(world.destination.ids()).toEqual(['a']);
  });

  it.each(['accepted', 'pending'])(
    'finds an earlier event of a row whose later one is %s: Lago bills both',
    (state) => {
      const world = sent(tab(A), { changed: 'add' });
      world.table = tab(A.replace('| 5', '| 6'));
      if (state === 'pending') world.destination.faults = Array(20).fill('stored-and-lost');
      running(world, { changed: 'add' });
      world.destination.faults = [];
      lose(world, 'a');
      expect(rebuilding(world)).toMatchObject({ kept: 1, next: undefined });
      expect(linesOf(world)).toEqual([`a~r2 usage ${state}`, 'a adopted accepted']);
      expect(eventIn(world, 'a')).toMatchObject({ properties: { quantity: 5 } });
      expect(running(world, { changed: 'add' })).toMatchObject({ rows: { sent: 1 } });
      expect(world.destination.ids()).toEqual(['a', 'a~r2']);
    },
  );

  it('looks for earlier events in steps, each of which is written down: what is found once is not looked for again', () => {
    const rows = (quantity: number): string[] =>
      Array.from({ length: 250 }, (_, place) => `k${place} | s1 | 2026-03-02 | ${quantity}`);
    const world = sent(tab(...rows(5)), { changed: 'add' });
    world.table = tab(...rows(6));
    running(world, { changed: 'add' });
    lose(world, ...rows(5).map((_, place) => `k${place}`));
    const { destination } = world;
    const eventsOf = destination.eventsOf.bind(destination);
    const asked: number[] = [];
    destination.eventsOf = (events) => {
      asked.push(events.length);
      return asked.length === 2 ? events.map(() => 'unknown') : eventsOf(events);
    };
    expect(problemOf(() => rebuilding(world))).toBe('lago.unavailable');
    expect(rebuilding(world)).toMatchObject({ next: undefined });
    expect(asked).toEqual([200, 50, 50]);
    expect(linesOf(world).filter((line) => line.endsWith('adopted accepted'))).toHaveLength(250);
  });

  it('keeps what has no outcome yet for the next run, which settles it', () => {
    const world = worldOf('postgres', tab(A, B));
    world.destination.faults = Array(20).fill('stored-and-lost');
    running(world);
    world.destination.faults = [];
    lose(world, 'b');
    expect(rebuilding(world)).toMatchObject({ kept: 1, found: 1 });
    expect(linesOf(world)).toEqual(['a usage pending', 'b adopted accepted']);
    expect(running(world)).toMatchObject({ rows: { sent: 2 } });
    expect(world.destination.ids()).toEqual(['a', 'b']);
  });

  it('is not rebuilt while Lago does not say what it has', () => {
    const world = sent(tab(A, B));
    lose(world, 'b');
    world.destination.looksUp = 'unknown';
    expect(rebuilding(world)).toMatchObject({ found: 0, absent: 0, next: 1 });
    expect(problemOf(() => rebuilding(world, { from: 1 }))).toBe('lago.unavailable');
    expect(running(world).stopped?.code).toBe('ledger.rebuilding');
    world.destination.looksUp = undefined;
    expect(rebuilding(world)).toMatchObject({ found: 1, next: undefined });
  });

  it('gets on where Lago answers for few rows at once only', () => {
    const world = sent(
      tab(...Array.from({ length: 20 }, (_, place) => `k${place} | s1 | 2026-03-02 | 5`)),
    );
    lose(world, ...Array.from({ length: 20 }, (_, place) => `k${place}`));
    const { destination } = world;
    const find = destination.find.bind(destination);
    const isOfRows = (events: readonly UsageEvent[]): boolean =>
      !events.some(({ transaction_id: id }) => id.includes('~x'));
    destination.find = (events) =>
      isOfRows(events) && events.length > 5 ? events.map(() => 'unknown') : find(events);
    let next: number | undefined = 0;
    for (let part = 0; part < 9 && next !== undefined; part++)
      next = rebuilding(world, { from: next }).next;
    expect(next).toBeUndefined();
    expect(running(world)).toMatchObject({ delivered: 0, rows: { sent: 20 } });
  });

  it('is another one’s where it names another file, and stays as it is', () => {
    const world = sent(tab(A));
    world.ledger.fileId = 'file-2';
    expect(problemOf(() => rebuilding(world))).toBe('ledger.copied');
    expect(world.ledger.record?.rebuilding).toBeUndefined();
  });

  it('is not rebuilt with the key of another organization', () => {
    const world = sent(tab(A));
    expect(problemOf(() => rebuilding(world, { organization: 'org-2' }))).toBe(
      'lago.other-organization',
    );
  });
});

describe('a ledger that is gone', () => {
  it('begins anew', () => {
    const world = sent(tab(A, B));
    world.ledger.header = undefined;
    world.ledger.lines = [];
    world.table = tab(C, B, A);
    expect(rebuilding(world)).toEqual({
      kept: 0,
      found: 2,
      different: 0,
      absent: 1,
      next: undefined,
      rows: 3,
    });
    expect(running(world)).toMatchObject({ delivered: 1, rows: { sent: 3 } });
    expect(world.destination.ids()).toEqual(['a', 'b', 'c']);
  });
});

describe('an altered line', () => {
  it.each<[string, Partial<LineTexts>]>([
    ['index', { index: 'hello' }],
    ['event', { event: '' }],
    ['every column', { index: '', event: '', outcome: '' }],
  ])('in its %s is voided and counts as a line, and its row gets a new one', (_, change) => {
    const world = sent(tab(A, B));
    const before = world.ledger.lines[0];
    alter(world, 0, change);
    expect(running(world).stopped?.code).toBe('ledger.damaged');
    expect(rebuilding(world)).toMatchObject({ kept: 1, found: 1, next: undefined });
    expect(linesOf(world)).toEqual(['b usage accepted', 'a adopted accepted']);
    expect(world.ledger.record).toMatchObject({ lines: 3, lastId: 'a' });
    const was = { ...before, ...change };
    expect(world.ledger.lines[0]).toEqual({
      ...was,
      index: JSON.stringify({ void: world.clock.time, was: was.index }),
    });
  });

  it('that is the copy of another one is voided alone', () => {
    const world = sent(tab(A, B));
    world.ledger.lines.push({ ...(world.ledger.lines[0] as LineTexts), line: 5 });
    expect(rebuilding(world)).toMatchObject({ kept: 2, found: 0, absent: 0, next: undefined });
    expect(linesOf(world)).toEqual(['a usage accepted', 'b usage accepted']);
  });

  it('leaves a ledger of void lines alone readable', () => {
    const world = sent(tab(A));
    world.table = tab();
    alter(world, 0, { event: '' });
    rebuilding(world);
    expect(linesOf(world)).toEqual([]);
    expect(running(world).stopped).toBeUndefined();
  });

  it('tells how many revisions its row has had', () => {
    const world = sent(tab(A));
    alter(world, 0, {
      event: '',
      index: (world.ledger.lines[0]?.index ?? '')
        .replace('"revision":1', '"revision":9')
        .replace('"id":"a"', '"id":"a~r9"'),
    });
    world.destination.stored = world.destination.stored.map((each) => ({
      ...each,
      text: each.text.replace('"a"', '"a~r9"'),
    }));
    expect(rebuilding(world)).toMatchObject({ found: 1, absent: 0 });
    expect(linesOf(world)).toEqual(['a~r9 adopted accepted']);
  });
});

describe('rows that were taken as billed elsewhere', () => {
  const table = tab(A, B, 'half | s1 | | 1');
  /** Every row of the table is taken, also the incomplete one. */
  const taken = (): World => {
    const world = worldOf('postgres', table);
    const entries = baselineEntries(
      planOf(table, emptyLedger),
      syncOf(table),
      new Set(['half']),
      world.clock.time,
    );
    world.ledger.create(
      { ledger: 1, file: 'file-1', tab: 7, sync: 'sync-1', organization: 'org-1' },
      'ledger',
    );
    world.ledger.append(entries, { lines: 3 });
    world.clock.time += HOUR;
    return world;
  };

  it('stay so where their lines are whole', () => {
    const world = taken();
    lose(world, 'b');
    expect(rebuilding(world)).toMatchObject({ kept: 2, found: 0, absent: 1 });
    expect(linesOf(world)).toEqual(['a baseline accepted', 'baseline half baseline accepted']);
  });

  it.each<[string, Partial<LineTexts>]>([
    ['the event', { event: 'oops' }],
    ['the index', { index: 'oops' }],
    ['the outcome and the event', { outcome: 'oops', event: '' }],
    ['the index and the event', { index: '', event: '' }],
  ])('stay so where %s of their lines was altered', (_, change) => {
    const world = taken();
    for (const place of [0, 1, 2]) alter(world, place, change);
    expect(rebuilding(world)).toMatchObject({ absent: 0, next: undefined });
    expect(linesOf(world).sort()).toEqual([
      'a baseline accepted',
      'b baseline accepted',
      'baseline half baseline accepted',
    ]);
    world.table = table.replace('half | s1 | |', 'half | s1 | 2026-03-04 |');
    expect(running(world)).toMatchObject({ delivered: 0, rows: { elsewhere: 2, flag: 1 } });
  });
});

describe('on an event store that may not show what was sent last', () => {
  it.each(['clickhouse', 'unknown'] as const)(
    '%s: no row is compared until the rebuilding is older than the delay',
    (store) => {
      const world = worldOf(store, tab(A, B));
      world.destination.visibleAfter = VISIBILITY_MS;
      running(world);
      lose(world, 'a', 'b');
      world.clock.time += VISIBILITY_MS - 60_000;
      expect(problemOf(() => rebuilding(world))).toBe('ledger.not-visible');
      expect(running(world).stopped?.code).toBe('ledger.rebuilding');
      world.clock.time += VISIBILITY_MS - 1;
      expect(problemOf(() => rebuilding(world))).toBe('ledger.not-visible');
      world.clock.time += 1;
      expect(rebuilding(world)).toMatchObject({ found: 2, absent: 0, next: undefined });
      expect(running(world)).toMatchObject({ delivered: 0, rows: { sent: 2 } });
    },
  );
});

describe('in parts', () => {
  const row = (name: string): string => `${name} | s1 | 2026-03-02 | 5`;
  const names = Array.from({ length: 120 }, (_, place) => `r${place}`);
  /** Rows of which every other one was sent, and no line is left. Each part compares 50 rows. */
  const halfSent = (): World => {
    const world = sent(tab(...names.filter((_, place) => place % 2 === 0).map(row)));
    world.ledger.lines = [];
    world.table = tab(...names.map(row));
    return world;
  };
  const part = (world: World, from?: number): RebuiltPart =>
    rebuilding(world, { until: world.clock.time, ...(from === undefined ? {} : { from }) });

  it('every row is compared once, and nothing is sent before the last part', () => {
    const world = halfSent();
    expect(part(world)).toEqual({
      kept: 0,
      found: 25,
      different: 0,
      absent: 25,
      next: 50,
      rows: 120,
    });
    expect(running(world).stopped?.code).toBe('ledger.rebuilding');
    expect(part(world, 50)).toMatchObject({ kept: 0, found: 25, absent: 25, next: 100 });
    expect(part(world, 100)).toMatchObject({ kept: 0, found: 10, absent: 10, next: undefined });
    expect(running(world)).toMatchObject({ delivered: 60, rows: { sent: 120 } });
    expect(world.destination.ids().sort()).toEqual([...names].sort());
  });

  it('begins again at the first row where rows moved or changed in between, and not where some were added below', () => {
    const world = halfSent();
    part(world);
    world.table = tab(...names.map(row), row('new'));
    expect(part(world, 50)).toMatchObject({ next: 100 });
    world.table = tab(...[...names].reverse().map(row), row('new'));
    expect(part(world, 100)).toMatchObject({ found: 10, next: 50 });
    expect(part(world, 50)).toMatchObject({ found: 0, next: 100 });
    expect(part(world, 100)).toMatchObject({ next: undefined });
    running(world);
    expect(world.destination.ids().sort()).toEqual([...names, 'new'].sort());
  });

  it('takes no other place to go on from than its own', () => {
    const world = halfSent();
    part(world);
    expect(part(world, 100)).toMatchObject({ next: 50, found: 0 });
  });

  it('begins again where lines of the ledger vanish meanwhile', () => {
    const world = halfSent();
    const find = world.destination.find.bind(world.destination);
    let lost = false;
    world.destination.find = (events) => {
      if (!lost && world.ledger.lines.length > 0) {
        lost = true;
        world.ledger.lines = [];
      }
      return find(events);
    };
    expect(rebuilding(world)).toMatchObject({ next: 0 });
    expect(running(world).stopped?.code).toBe('ledger.rebuilding');
    expect(rebuilding(world, { from: 0 })).toMatchObject({ next: undefined });
    running(world);
    expect(world.destination.ids().sort()).toEqual([...names].sort());
  });
});
