import { interpret } from '../../src/sync/delivery/batch';
import { deliver } from '../../src/sync/delivery/delivery';
import type { LedgerEntry } from '../../src/sync/ledger/entry';
import { readLedger } from '../../src/sync/ledger/ledger';
import { indexText } from '../../src/sync/ledger/line';
import { type Content, sameContent } from '../../src/sync/rows/content';
import { keyText } from '../../src/sync/rows/model';
import { run } from '../../src/sync/run';
import type { RunRequest } from '../../src/sync/run-request';
import type { Sync } from '../../src/sync/sync';
import { instantOf } from '../../src/value/time';
import {
  freshEntries,
  inWords,
  ledgerAfter,
  NOW,
  planOf,
  readyOf,
  syncOf,
  TEMPLATE,
  withOutcome,
} from './fixture';
import { type World, worldOf } from './world';

const HEADER = '| id | sub | date | qty |';
const tab = (...rows: string[]): string => [HEADER, ...rows.map((row) => `| ${row} |`)].join('\n');
const A = 'a | s1 | 2026-03-02 | 5';
const words = (...arguments_: Parameters<typeof planOf>): string[] =>
  inWords(planOf(...arguments_));
const MINUTE = 60_000;

const requestOf = (
  world: World,
  request: Partial<RunRequest> = {},
  sync: Partial<Sync> = {},
): RunRequest => ({
  ready: readyOf(syncOf(HEADER, sync)),
  trigger: 'clock',
  deadline: world.clock.time + 5 * MINUTE,
  approved: undefined,
  usual: { days: [], removed: undefined },
  resting: () => false,
  again: new Set(),
  ...request,
});

describe('a sent row is unchanged', () => {
  const wide = '| id | sub | date | qty | note |\n| a | s1 | 2026-03-02 | 5 | x |';

  it.each(['flag', 'add'] as const)(
    'when a new template reads one more column, by the policy %s',
    (changed) => {
      const template = TEMPLATE.replace('"quantity"', '"note": "{{ row.note }}", "quantity"');
      expect(words(wide, ledgerAfter(wide), { template, templateRevision: 2, changed })).toEqual([
        'a 2 unchanged sent',
      ]);
    },
  );

  it.each(['flag', 'add'] as const)(
    'when a new template reads one column less, by the policy %s',
    (changed) => {
      const template = TEMPLATE.replace('{{ row.qty }}', '1');
      expect(words(wide, ledgerAfter(wide), { template, templateRevision: 2, changed })).toEqual([
        'a 2 unchanged sent',
      ]);
    },
  );

  it('when the columns were picked anew in another order', () => {
    const sync = syncOf(HEADER);
    const source = { ...sync.source, columns: [...sync.source.columns].reverse() };
    expect(words(tab(A), ledgerAfter(tab(A)), { source, changed: 'add' })).toEqual([
      'a 2 unchanged sent',
    ]);
  });

  it('when a column got another name in the template', () => {
    const sync = syncOf(HEADER);
    const source = {
      ...sync.source,
      columns: sync.source.columns.map((column) =>
        column.name === 'qty' ? { ...column, name: 'quantity' } : column,
      ),
    };
    const template = TEMPLATE.replace('row.qty', 'row.quantity');
    expect(
      words(tab(A), ledgerAfter(tab(A)), { source, template, templateRevision: 2, changed: 'add' }),
    ).toEqual(['a 2 unchanged sent']);
  });
});

describe('a row with an accepted event and a refused later one', () => {
  const second = (): ReturnType<typeof ledgerAfter> =>
    ledgerAfter(tab('a | s1 | 2026-03-02 | -3'), { state: 'rejected' }, ledgerAfter(tab(A)));

  it('is not sent again when it is set back to what Lago has', () => {
    expect(words(tab(A), second(), { changed: 'add' })).toEqual(['a 2 unchanged sent']);
  });

  it('is flagged and not sent when the policy is flag by now', () => {
    expect(words(tab('a | s1 | 2026-03-02 | 9'), second(), { changed: 'flag' })).toEqual([
      'a 2 changed flag row.changed',
    ]);
  });

  it('is held when its key comes again in another month', () => {
    expect(words(tab('a | s1 | 2026-04-02 | 9'), second(), { changed: 'add' })).toEqual([
      'a 2 changed flag key.reused',
    ]);
  });

  it('is told when it is gone: Lago still bills the first', () => {
    expect(words(tab(), second())).toEqual(['a - removed flag row.removed']);
  });

  it('is found under a new key', () => {
    expect(words(tab('x | s1 | 2026-03-02 | 5'), second())[0]).toBe('x 2 added hold key.renamed');
  });
});

describe('a renamed key', () => {
  it('is held for each of several equal rows', () => {
    const before = tab(
      'a | s1 | 2026-03-02 | 1',
      'b | s1 | 2026-03-02 | 1',
      'c | s1 | 2026-03-02 | 1',
    );
    const after = before
      .replace('| a |', '| x |')
      .replace('| b |', '| y |')
      .replace('| c |', '| z |');
    expect(words(after, ledgerAfter(before))).toEqual([
      'x 2 added hold key.renamed',
      'y 3 added hold key.renamed',
      'z 4 added hold key.renamed',
    ]);
  });

  it('is held while another key is unreadable too', () => {
    expect(
      words(tab('x | s1 | 2026-03-02 | 5', '#N/A | s1 | 2026-03-02 | 9'), ledgerAfter(tab(A))),
    ).toEqual(['x 2 added hold key.renamed', '- 3 added hold key.unreadable']);
  });
});

describe('a renamed key and a column that is no longer picked', () => {
  it('is held: the columns that are left are equal', () => {
    const wide = '| id | sub | date | qty | note |\n| a | s1 | 2026-03-02 | 5 | x |';
    const template = TEMPLATE.replace('"quantity"', '"note": "{{ row.note }}", "quantity"');
    const ledger = ledgerAfter(wide, { state: 'accepted' }, undefined, { template });
    expect(words(tab('x | s1 | 2026-03-02 | 5'), ledger, { templateRevision: 2 })[0]).toBe(
      'x 2 added hold key.renamed',
    );
  });

  it('called like a prototype makes no sent row a changed one', () => {
    expect(sameContent({ id: '1', constructor: '"x"' } as unknown as Content, { id: '1' })).toBe(
      true,
    );
  });
});

describe('a key that is a date with a time', () => {
  it('is the same when the cell comes back a millisecond early', () => {
    expect(keyText(instantOf(Date.parse('2026-03-02T09:59:59.999Z'), ':', 'UTC'))).toBe(
      keyText(instantOf(Date.parse('2026-03-02T10:00:00Z'), ':', 'UTC')),
    );
  });
});

describe('a row that is not ready', () => {
  it('is told with the header of the column, as in every other problem', () => {
    const table = '| id | sub | date | qty | Ok to bill |\n| a | s1 | 2026-03-02 | 5 | FALSE |';
    const sync = syncOf(table);
    const source = {
      ...sync.source,
      columns: sync.source.columns.map((column) =>
        column.name === 'Ok to bill' ? { ...column, name: 'ok' } : column,
      ),
    };
    expect(
      planOf(table, undefined, { source, ready: 'ok' }).rows[0]?.problems[0]?.remedy,
    ).toContain('“Ok to bill”');
  });
});

describe('a line’s age', () => {
  it('counts from the moment when it was written, not from the plan: on ClickHouse its event becomes visible later', () => {
    const world = worldOf('clickhouse');
    world.destination.visibleAfter = 2 * MINUTE;
    world.clock.time = NOW + 5 * MINUTE;
    deliver(world, [[freshEntries(1)[0] as LedgerEntry]], {
      count: { lines: 0 },
      store: 'clickhouse',
      deadline: NOW + 9 * MINUTE,
    });
    expect(JSON.parse(world.ledger.lines[0]?.index ?? '').at).toBe(NOW + 5 * MINUTE);
  });

  it('keeps a crash at the end of a long run from sending twice', () => {
    const rows = Array.from({ length: 600 }, (_, index) => `k${index} | s1 | 2026-03-02 | 1`);
    const world = worldOf('clickhouse', tab(...rows));
    world.destination.visibleAfter = 2 * MINUTE;
    const { ledger, destination, clock } = world;
    const write = ledger.writeOutcomes.bind(ledger);
    let waves = 0;
    ledger.writeOutcomes = (outcomes) => {
      if (waves++ === 1) throw new Error('Exceeded maximum execution time');
      write(outcomes);
      clock.time += 4 * MINUTE + 50_000;
    };
    expect(() => run(world, requestOf(world, { deadline: clock.time + 5 * MINUTE }))).toThrow(
      'Exceeded',
    );
    ledger.writeOutcomes = write;
    clock.time += 30_000;
    run(world, requestOf(world));
    expect(destination.ids().length).toBe(new Set(destination.ids()).size);
  });
});

describe('an outcome that cannot be understood', () => {
  it.each([
    '{"id":"e0"}',
    '{"id":"e0","state":"sent"}',
    '{"id":"e0","state":null,"at":1,"tries":0,"answer":""}',
  ])('(%s) is settled, and never lets the row go again', (outcome) => {
    const [entry] = freshEntries(1) as [LedgerEntry];
    const reading = readLedger(
      [{ line: 3, index: indexText(entry), event: entry.frozen, outcome }],
      undefined,
    );
    if (!('ledger' in reading)) return expect(reading).toHaveProperty('damaged');
    expect(reading.ledger.entries[0]?.outcome.state).toBe('pending');
    return expect(words(tab('e0 | s | 2026-03-02 | 0'), reading.ledger)).toEqual([
      'e0 2 unchanged wait row.unsettled',
    ]);
  });

  it('without a time is settled all the same', () => {
    const [entry] = freshEntries(1) as [LedgerEntry];
    const reading = readLedger(
      [
        {
          line: 3,
          index: indexText(entry),
          event: entry.frozen,
          outcome: '{"id":"e0","state":"pending"}',
        },
      ],
      undefined,
    );
    expect('ledger' in reading && reading.ledger.entries[0]?.outcome).toMatchObject({
      at: NOW,
      tries: 0,
    });
  });
});

describe('an event that fails alone again and again', () => {
  it('becomes stuck where nothing may be sent again at once, too', () => {
    const tried = withOutcome({ ...(freshEntries(1)[0] as LedgerEntry), line: 3 }, { tries: 5 });
    const { outcomes } = interpret(
      { units: [[tried]], failures: 0 },
      { kind: 'failed', stored: 'maybe', answer: '500', timedOut: false },
      { othersSucceed: true, last: false, refusesDuplicates: false, now: NOW },
    );
    expect(outcomes[0]?.outcome.state).toBe('stuck');
  });

  it.each(['postgres', 'clickhouse'] as const)(
    'keeps no other one from arriving that had failed for a while, on %s',
    (store) => {
      const rows = ['a', 'b', 'c', 'd', 'e'].map((key) => `${key} | s1 | 2026-03-02 | 5`);
      const world = worldOf(store);
      world.destination.poisonous.add('a').add('b');
      // Each hour a further row gets through: it is not Lago that is away.
      for (let hour = 3; hour < 24; hour++) {
        world.table = tab(
          ...rows.slice(0, Math.min(hour, rows.length)),
          ...(hour > rows.length ? [`x${hour} | s1 | 2026-03-02 | 5`] : []),
        );
        world.clock.time += 60 * MINUTE;
        run(world, requestOf(world));
      }
      expect(world.ledger.states()).toMatchObject({ a: 'stuck', b: 'stuck', c: 'accepted' });
      world.destination.poisonous.delete('b');
      world.clock.time += 60 * MINUTE;
      run(world, requestOf(world));
      expect(world.ledger.states()).toMatchObject({ a: 'stuck', b: 'accepted' });
    },
  );

  it('is no sign that Lago is away where several fail and one does not, and nothing else is to be sent', () => {
    const world = worldOf(
      'postgres',
      tab(...['a', 'b', 'c'].map((key) => `${key} | s1 | 2026-03-02 | 5`)),
    );
    world.destination.poisonous.add('b').add('c');
    for (let hour = 0; hour < 8; hour++) {
      world.clock.time += 60 * MINUTE;
      run(world, requestOf(world));
    }
    expect(world.ledger.states()).toEqual({ a: 'accepted', b: 'stuck', c: 'stuck' });
  });

  it('does not become stuck in one run in which nothing else was answered: then Lago is unavailable', () => {
    const world = worldOf('postgres', tab(A));
    world.destination.faults = Array(20).fill('lost');
    const { report } = run(world, requestOf(world));
    expect(world.ledger.states()).toEqual({ a: 'pending' });
    expect(report.stopped?.code).toBe('lago.unavailable');
  });
});

describe('an id that Lago has and does not show', () => {
  it('(a deleted event still blocks its id) does not wait for ever', () => {
    const world = worldOf('postgres', tab(A));
    world.destination.stored = [{ text: '{"transaction_id":"a"}', at: 0 }];
    world.destination.looksUp = 'absent';
    for (let hours = 0; hours < 48; hours++) run(world, requestOf(world));
    expect(world.ledger.states()).not.toEqual({ a: 'pending' });
  });
});

describe('batches that are too large in bytes', () => {
  it('are delivered in one run: 413 says that Lago is there, and what is wrong', () => {
    const world = worldOf();
    world.destination.largestBytes = 5_000;
    const delivery = deliver(
      world,
      freshEntries(300).map((entry) => [entry]),
      { count: { lines: 0 }, store: 'postgres', deadline: NOW + 60 * MINUTE },
    );
    expect(delivery.stopped).toBeUndefined();
    expect(new Set(Object.values(world.ledger.states()))).toEqual(new Set(['accepted']));
  });
});

describe('what is left', () => {
  it('counts the lines that are sent alone, when the others stop the settling', () => {
    const world = worldOf('postgres', tab());
    world.destination.faults = ['stop'];
    const entries = freshEntries(3).map((entry, index) =>
      withOutcome({ ...entry, line: index + 3 }, { tries: index === 2 ? 5 : 0 }),
    );
    world.ledger.append(entries, { lines: 3 });
    world.ledger.header = {
      ledger: 1,
      file: 'file-1',
      tab: 7,
      sync: 'sync-1',
      organization: 'org-1',
    };
    const { report } = run(world, requestOf(world));
    expect(report.left).toBe(3);
  });

  it('is flagged after a stuck line whose row has changed was accepted', () => {
    const [entry] = ledgerAfter(tab(A), { state: 'stuck' }).entries as [LedgerEntry];
    const world = worldOf('postgres', tab('a | s1 | 2026-03-02 | 9'));
    world.ledger.append([entry], { lines: 1 });
    world.ledger.header = {
      ledger: 1,
      file: 'file-1',
      tab: 7,
      sync: 'sync-1',
      organization: 'org-1',
    };
    const { plan } = run(world, requestOf(world));
    expect(world.ledger.states()).toEqual({ a: 'accepted' });
    expect(plan === undefined ? [] : inWords(plan)).toEqual(['a 2 changed flag row.changed']);
  });
});
