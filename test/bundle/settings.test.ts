import { createHash } from 'node:crypto';
import type { ExecutionOptions, GoogleOptions } from '../../sandbox/runtime';
import type { ProblemCode } from '../../src/problem/catalogue';
import type { Problem } from '../../src/problem/problem';
import type { SyncDraft } from '../../src/rpc/contract';
import type { Sync } from '../../src/sync/sync';
import { IS_LONG } from './long';
import {
  activate,
  createWorld,
  draftOf,
  fireHourly,
  HEADERS,
  HOUR,
  inLago,
  TEMPLATE,
  usageRows,
  type World,
} from './world';

const ADDRESS = 'https://lago.example';
const STORE_FULL =
  'You have exceeded the property storage quota. Please remove some properties and try again.';
const ALL_ROWS = ['r1 = 1', 'r2 = 2', 'r3 = 3'];
const CHOICE = { changed: 'flag', removed: 'flag', onEdit: false } as const;

/** A template of so many KB that makes the same events. */
const long = (letter: string, kilobytes: number): string =>
  `${TEMPLATE}{% comment %}${letter.repeat(200)}${'x'.repeat(1024 * kilobytes)}{% endcomment %}`;
/** Of three properties each. */
const [OLD, NEW] = [long('ü', 16), long('語', 16)];

const sentence = expect.stringMatching(/^(?![\s\S]*(\{\w+\}|“”|undefined))[\s\S]*[.?]$/);

function expectProblem(reply: { readonly ok: boolean }, code: ProblemCode): void {
  expect(reply).toMatchObject({
    ok: false,
    problem: { code, message: sentence, remedy: sentence } satisfies Partial<Problem>,
  });
}

/** A world with one active sync that has sent nothing yet. */
function activeWorld(template = TEMPLATE, google: Partial<GoogleOptions> = {}): World {
  const world = createWorld({ rows: usageRows(3), google });
  activate(world, { template });
  return world;
}

function stored(world: World): Sync {
  const sync = world.ask('open', {}).syncs[0]?.sync;
  if (sync === undefined) throw new Error('There is no sync.');
  return sync;
}

const changed = (world: World, sync: Sync, template: string): SyncDraft => ({
  ...draftOf(world, HEADERS, template),
  id: sync.id,
  revision: sync.revision,
});

function nextRun(world: World): void {
  world.time.now += HOUR;
  world.google.fireHourly();
}

function expectAllSentOnce(world: World): void {
  for (let run = 0; run < 2; run++) {
    world.time.now += HOUR;
    expect(fireHourly(world).error).toBeUndefined();
    expect(inLago(world)).toEqual(ALL_ROWS);
  }
}

/** Writes settings as the server stores them: a head that names its parts and their checksum. */
function write(world: World, value: object): void {
  const content = JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const parts = content.match(/[\s\S]{1,8000}/g) ?? [];
  parts.forEach((part, index) => {
    world.google.documentProperties.set(`syncs.later.${index}`, part);
  });
  const checksum = createHash('sha256').update(content).digest('hex').slice(0, 32);
  world.google.documentProperties.set(
    'syncs',
    JSON.stringify({ generation: 'later', parts: parts.length, checksum }),
  );
}

describe('settings written by a newer version', () => {
  const newer = (): { world: World; sync: Sync; before: string } => {
    const world = activeWorld();
    const sync = stored(world);
    const before = world.google.documentProperties.get('syncs') ?? '';
    write(world, { schema: 2, syncs: [{ ...sync, destination: { kind: 'later' } }] });
    return { world, sync, before };
  };

  test('are refused with what to do, by everything that needs them', () => {
    const { world, sync } = newer();
    const { id, revision } = sync;
    for (const reply of [
      world.call('open', {}),
      world.call('saveSync', { draft: changed(world, sync, NEW) }),
      world.call('saveSync', { draft: draftOf(world) }),
      world.call('activate', { id, revision, ...CHOICE }),
      world.call('pause', { id }),
      world.call('runNow', { id }),
      world.call('testSend', { id, row: 2 }),
      world.call('dryRun', { id }),
      world.call('deleteSync', { id, revision }),
    ])
      expectProblem(reply, 'settings.newer-version');
  });

  test('send nothing, are left as they are, and go on with the version that knows them', () => {
    const { world, sync, before } = newer();
    world.call('saveSync', { draft: changed(world, sync, NEW) });
    world.call('pause', { id: sync.id });
    const properties = world.google.documentProperties.all();
    world.lago.requests.clear();
    world.time.now += HOUR;
    const [run] = world.google.fireHourly();
    expect(run?.error?.message).toContain('newer version');
    expect([world.lago.requests.entries, world.google.documentProperties.all()]).toEqual([
      [],
      properties,
    ]);
    world.google.documentProperties.set('syncs', before);
    expectAllSentOnce(world);
  });

  test('are only those of a newer schema: the same content of ours is read', () => {
    const { world, sync } = newer();
    const file = world.google.spreadsheet.id;
    write(world, { schema: 1, file, syncs: [{ ...sync, name: 'Zoë 語' }] });
    expect(stored(world).name).toBe('Zoë 語');
    expectAllSentOnce(world);
  });
});

describe('settings that do not fit', () => {
  test('name the first field at fault', () => {
    const world = activeWorld();
    const sync = stored(world);
    const file = world.google.spreadsheet.id;
    write(world, { schema: 1, file, syncs: [{ ...sync, source: { ...sync.source, tabId: 'x' } }] });
    expect(world.ask('open', {})).toMatchObject({
      syncs: [],
      problem: {
        code: 'settings.unreadable',
        message: 'The stored settings are damaged (syncs.0.source.tabId should be a number).',
      },
    });
    expectProblem(world.call('runNow', { id: sync.id }), 'settings.unreadable');
  });

  test.each([0, 1.5, 99])('of the unknown format %d are left alone', (schema) => {
    const world = activeWorld();
    write(world, { schema, syncs: [] });
    expectProblem(world.call('saveSync', { draft: draftOf(world) }), 'settings.newer-version');
  });
});

describe('a state that does not fit', () => {
  test.each([
    ['{"health":{}}', 'health.state is missing'],
    ['damaged', 'it is missing'],
  ])('stops its sync, which can be deleted and set up again: %s', (text, misfit) => {
    const world = activeWorld();
    const { id, revision } = stored(world);
    world.google.documentProperties.set(`state.${id}`, text);
    expect(world.ask('open', {}).syncs).toMatchObject([
      {
        sync: { id },
        health: {
          state: 'stopped',
          problem: { message: `The stored settings are damaged (${misfit}).` },
        },
      },
    ]);
    expect(world.ask('runNow', { id }).stopped?.code).toBe('settings.unreadable');
    expect(inLago(world)).toEqual([]);
    world.ask('deleteSync', { id, revision });
    activate(world);
    expectAllSentOnce(world);
  });
});

describe('settings of 30 KB', () => {
  const LONG = long('ü', 30);

  test('survive, in values that Google takes, and work', () => {
    const world = activeWorld(LONG);
    expect(stored(world).template).toBe(LONG);
    const sizes = Object.values(world.google.documentProperties.all()).map((value) =>
      Buffer.byteLength(value),
    );
    expect(Math.max(...sizes)).toBeLessThanOrEqual(9 * 1024);
    expectAllSentOnce(world);
  });

  test('leave nothing behind when they are replaced or deleted', () => {
    const world = activeWorld(LONG);
    world.ask('saveSync', { draft: changed(world, stored(world), NEW) });
    const before = Object.keys(world.google.documentProperties.all()).length;
    for (const template of [LONG, NEW])
      world.ask('saveSync', { draft: changed(world, stored(world), template) });
    expect(Object.keys(world.google.documentProperties.all())).toHaveLength(before);
    const { id, revision } = stored(world);
    world.ask('deleteSync', { id, revision });
    expect(
      Object.keys(world.google.documentProperties.all()).filter((key) => key.startsWith('syncs')),
    ).toEqual([]);
  });
});

describe('a save', () => {
  const save = (world: World, options: Omit<ExecutionOptions, 'trigger'> = {}) =>
    world.call('saveSync', { draft: changed(world, stored(world), NEW) }, options);

  function callsOfSave(name?: string): number {
    const world = activeWorld(OLD);
    save(world);
    const { total, byName } = world.execution().serviceCalls;
    return name === undefined ? total : (byName[name] ?? 0);
  }

  /** Either the old or the new settings are in force, whole; they can be saved again, and everything is sent once. */
  function expectWhole(world: World): void {
    const sync = stored(world);
    expect(
      [
        [1, OLD],
        [2, NEW],
      ].map(([revision, template]) => `${revision} ${template}`),
    ).toContain(`${sync.templateRevision} ${sync.template}`);
    expect(world.call('saveSync', { draft: changed(world, sync, OLD) }).ok).toBe(true);
    expect(stored(world).template).toBe(OLD);
    expectAllSentOnce(world);
  }

  /** An active sync and what is about to be saved of it, in which random ids are the same again. */
  function aboutToSave(): { world: World; draft: SyncDraft; back: () => void } {
    let drawn = 0;
    const random = (): number => (++drawn * 0.6180339887) % 1;
    const world = activeWorld(OLD, { random });
    const draft = changed(world, stored(world), NEW);
    const [before, drawnBefore] = [world.google.documentProperties.all(), drawn];
    const back = (): void => {
      world.google.documentProperties.clear();
      for (const [name, text] of Object.entries(before))
        world.google.documentProperties.set(name, text);
      world.google.evictCache();
      drawn = drawnBefore;
    };
    return { world, draft, back };
  }

  // Killed after a call that changes nothing more is the same as killed before the next one.
  test.each(IS_LONG ? (['before', 'after'] as const) : (['before'] as const))(
    'that is killed %s any of its service calls, or in a short run every fifth, leaves the old or the new settings',
    (killWhen) => {
      const calls = callsOfSave();
      expect(calls).toBeGreaterThan(10);
      const { world, draft, back } = aboutToSave();
      const seen = new Set<string>();
      for (let killAtCall = 1; killAtCall <= calls; killAtCall += IS_LONG ? 1 : 5) {
        const kill = { killAtCall, killWhen };
        back();
        expect(() => world.call('saveSync', { draft }, kill)).toThrow('killed');
        const left = JSON.stringify(Object.entries(world.google.documentProperties.all()).sort());
        // A save writes nothing but properties: what is left twice goes on alike.
        if (seen.has(left)) continue;
        seen.add(left);
        const { world: other } = aboutToSave();
        expect(() => other.call('saveSync', { draft }, kill)).toThrow('killed');
        expectWhole(other);
      }
      expect(seen.size).toBeGreaterThan(2);
    },
  );

  test.each([
    ['Properties.setProperty', false],
    ['Properties.setProperty', true],
    ['Properties.deleteProperty', false],
    ['Properties.getProperties', false],
  ] as const)(
    'for which the store is full at any %s says so and leaves the old or the new settings',
    (call, afterEffect) => {
      const calls = callsOfSave(call);
      expect(calls).toBeGreaterThan(0);
      // A short run has the first and the last.
      const step = IS_LONG ? 1 : Math.max(1, calls - 1);
      for (let nth = 1; nth <= calls; nth += step) {
        const world = activeWorld(OLD);
        const draft = changed(world, stored(world), NEW);
        world.google.faults.add({ call, message: STORE_FULL, nth, afterEffect });
        const reply = world.call('saveSync', { draft });
        expectProblem(reply, 'google.settings-full');
        expectWhole(world);
      }
    },
  );

  test('from an old revision is refused, whatever it is, and the newer settings stay', () => {
    const world = activeWorld();
    const seen = stored(world);
    const { id, revision } = seen;
    const first = world.ask('saveSync', {
      draft: { ...changed(world, seen, TEMPLATE), name: 'First window' },
    });
    for (const reply of [
      world.call('saveSync', { draft: { ...changed(world, seen, NEW), name: 'Second window' } }),
      world.call('activate', { id, revision, changed: 'add', removed: 'ignore', onEdit: true }),
      world.call('deleteSync', { id, revision }),
    ])
      expectProblem(reply, 'settings.stale');
    expect(stored(world)).toEqual(first);
    expectAllSentOnce(world);
  });

  test('of a sync that was deleted in another window is refused', () => {
    const world = activeWorld();
    const seen = stored(world);
    world.ask('deleteSync', { id: seen.id, revision: seen.revision });
    expectProblem(world.call('saveSync', { draft: changed(world, seen, NEW) }), 'settings.no-sync');
    expectProblem(world.call('runNow', { id: seen.id }), 'settings.no-sync');
    expect(world.ask('open', {}).syncs).toEqual([]);
  });

  test('in the middle of another one, or in a short run at every fourth of its calls, never overwrites it', () => {
    const seen = new Set<string>();
    for (let index = IS_LONG ? 1 : 3, ended = false; !ended; index += IS_LONG ? 1 : 4) {
      const world = activeWorld();
      const saved = stored(world);
      const outcomes: string[] = [];
      const attempt = (name: string, options: Omit<ExecutionOptions, 'trigger'> = {}): void => {
        const reply = world.call(
          'saveSync',
          { draft: { ...changed(world, saved, TEMPLATE), name } },
          options,
        );
        outcomes.push(reply.ok ? `${name} saved` : reply.problem.code);
      };
      attempt('outer', { onCall: (call) => (call.index === index ? attempt('inner') : undefined) });
      ended = outcomes.length === 1;
      seen.add(outcomes.join());
      expect([
        ['outer saved'],
        ['inner saved', 'settings.stale'],
        ['run.busy', 'outer saved'],
        ['settings.stale', 'outer saved'],
      ]).toContainEqual(outcomes);
      expect(stored(world)).toMatchObject({
        name: outcomes[0] === 'inner saved' ? 'inner' : 'outer',
        revision: saved.revision + 1,
      });
    }
    expect(seen.size).toBeGreaterThan(3);
  });

  test('without a name is refused, and the settings stay', () => {
    const world = activeWorld();
    const sync = stored(world);
    expectProblem(
      world.call('saveSync', { draft: { ...changed(world, sync, TEMPLATE), name: ' ' } }),
      'settings.incomplete',
    );
    expect(stored(world)).toEqual(sync);
  });
});

describe('a full property store', () => {
  test('refuses another connection and keeps the one that works', () => {
    const world = activeWorld();
    world.lago.addKey({ value: 'aaaaaaaa-1111-4222-8333-bbbbbbbbbbbb' });
    const before = world.google.scriptProperties.all();
    world.google.faults.add({ call: 'Properties.setProperty', message: STORE_FULL });
    const reply = world.call('connect', {
      address: ADDRESS,
      apiKey: 'aaaaaaaa-1111-4222-8333-bbbbbbbbbbbb',
    });
    expectProblem(reply, 'google.settings-full');
    expect(world.google.scriptProperties.all()).toEqual(before);
    expectAllSentOnce(world);
  });

  test('at any write of a run loses nothing and sends nothing twice', () => {
    const normal = activeWorld();
    normal.time.now += HOUR;
    const writes = fireHourly(normal).serviceCalls.byName['Properties.setProperty'] ?? 0;
    expect(writes).toBeGreaterThan(1);
    for (let nth = 1; nth <= writes; nth++) {
      const world = activeWorld();
      world.google.faults.add({ call: 'Properties.setProperty', message: STORE_FULL, nth });
      nextRun(world);
      expectAllSentOnce(world);
    }
  });

  test('for many hours is said to a person, and everything is sent once when there is room', () => {
    const world = activeWorld();
    const { id } = stored(world);
    const { documentProperties } = world.google;
    const used = (): number =>
      Object.entries(documentProperties.all()).reduce(
        (sum, [key, text]) => sum + key.length + text.length,
        0,
      );
    for (let number = 100; used() < 500 * 1024; number++)
      documentProperties.set(
        `other.${number}`,
        'x'.repeat(Math.min(9_000, 500 * 1024 - used() - 'other.100'.length)),
      );
    expectProblem(world.call('saveSync', { draft: draftOf(world) }), 'google.settings-full');
    for (let run = 0; run < 3; run++) nextRun(world);
    expect(world.ask('runNow', { id }).stopped?.code).toBe('google.settings-full');
    expect(new Set(inLago(world)).size).toBe(inLago(world).length);
    for (const key of Object.keys(documentProperties.all()))
      if (key.startsWith('other')) documentProperties.delete(key);
    expectAllSentOnce(world);
  });

  test('by the day’s quota of reads or writes loses nothing', () => {
    const world = activeWorld();
    const { id } = stored(world);
    world.google.quotas.propertyWrites = 0;
    nextRun(world);
    expect(world.ask('runNow', { id }).stopped?.code).toBe('quota.properties');
    world.google.quotas.propertyReads = 0;
    nextRun(world);
    expectProblem(world.call('open', {}), 'quota.properties');
    world.google.resetQuotas();
    expectAllSentOnce(world);
  });
});
