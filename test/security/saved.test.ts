import { createHash } from 'node:crypto';
import {
  activate,
  createWorld,
  draftOf,
  fireHourly,
  HOUR,
  usageRows,
  type World,
} from '../bundle/world';
import { callText } from '../page-token';

/*
 * Whoever may open the sidebar may call the server with whatever he likes. A save sets what a person
 * edits of a sync and nothing else: not whether it is active, where it sends, whom it mails, or how
 * much it may send without being asked.
 */

function activeWorld(): World {
  const world = createWorld({ rows: usageRows(2) });
  activate(world);
  return world;
}

const sent = (world: World, method: string, argument: object): unknown =>
  JSON.parse(String(world.google.rpc('rpc', callText(world.google, method, argument)).result));

const refusal = (detail: string) => ({
  ok: false,
  problem: {
    code: 'request.unknown',
    message: `The sidebar asked for something unknown (${detail}).`,
  },
});

/** A draft of the active sync of a world. */
function draftOfActive(world: World) {
  const sync = world.ask('open', {}).syncs[0]?.sync;
  return { ...draftOf(world), id: sync?.id, revision: sync?.revision ?? 0 };
}

/** Every field that a stored sync may have and a draft may not. */
const NOT_BY_A_SAVE: readonly (readonly [string, unknown])[] = [
  ['state', 'active'],
  ['organization', 'evil'],
  ['address', 'https://evil.example'],
  ['schedule', { every: 5 }],
  ['activatedBy', 'stranger@evil.example'],
  ['unattendedEvents', 1_000_000],
  ['unattendedTimes', 1_000],
  ['restMinutes', 0],
  ['templateRevision', 99],
  ['statuses', 'amount'],
  ['approved', { events: 1_000_000, removed: 1_000_000, at: 0 }],
  ['health', {}],
  ['__proto__', { state: 'active' }],
];

describe.each(['saveSync', 'saveSyncs'] as const)('%s', (method) => {
  const asked = (draft: object): object =>
    method === 'saveSync' ? { draft } : { drafts: [draft] };
  const place = method === 'saveSync' ? 'draft' : 'drafts.0';

  test.each(NOT_BY_A_SAVE)('does not set %s of a new sync or of an active one', (name, value) => {
    const world = activeWorld();
    const before = world.google.documentProperties.all();
    for (const draft of [{ ...draftOf(world), id: 'new' }, draftOfActive(world)]) {
      // As JSON has it: a literal with this name would set the prototype.
      const text = JSON.stringify({ ...draft, mark: value }).replace(
        '"mark"',
        JSON.stringify(name),
      );
      const reply = sent(world, method, asked(JSON.parse(text) as object));
      expect(reply).toMatchObject(refusal(`${place}.${name} is not known`));
    }
    expect(world.google.documentProperties.all()).toEqual(before);
  });

  test.each<[string, string, object]>([
    ['revision', 'should be at least 0', { revision: -1 }],
    ['revision', 'should be a whole number', { revision: 0.5 }],
    ['id', 'should be made of letters, digits and dashes', { id: 'a.b' }],
    ['id', 'should be made of letters, digits and dashes', { id: 'x'.repeat(65) }],
    ['name', 'should be at most 200 long', { name: 'x'.repeat(201) }],
    ['name', 'should be a text without line breaks', { name: 'Usage\n\nDear all, pay here' }],
    ['template', 'should be at most 200000 long', { template: 'x'.repeat(200_001) }],
    ['key', 'should be at most 50000 long', { key: 'x'.repeat(50_001) }],
    ['changed', 'should be "flag" or "add" or "correct"', { changed: 'delete' }],
    ['step', 'should be "rows" or "event" or "test" or "review"', { step: 'done' }],
  ])('refuses a draft whose %s %s', (name, wrong, change) => {
    const world = activeWorld();
    const before = world.google.documentProperties.all();
    const reply = sent(world, method, asked({ ...draftOfActive(world), ...change }));
    expect(reply).toMatchObject(refusal(`${place}.${name} ${wrong}`));
    expect(world.google.documentProperties.all()).toEqual(before);
  });

  test.each<[string, string, object]>([
    ['tabId', 'should be a whole number', { tabId: 1.5 }],
    ['tabId', 'should be at least 0', { tabId: -1 }],
    ['headerRow', 'should be at least 1', { headerRow: 0 }],
    ['headerRow', 'should be at most 10000000', { headerRow: 10_000_001 }],
    ['evil', 'is not known', { evil: 1 }],
    ['columns.0.evil', 'is not known', { columns: [{ name: 'id', header: 'id', evil: 1 }] }],
  ])('refuses a draft whose source’s %s %s', (name, wrong, change) => {
    const world = activeWorld();
    const draft = draftOfActive(world);
    const source = { ...draft.source, ...change };
    expect(sent(world, method, asked({ ...draft, source }))).toMatchObject(
      refusal(`${place}.source.${name} ${wrong}`),
    );
  });
});

test('the column for statuses that is longer than a cell is refused, and the settings stay legible', () => {
  const world = activeWorld();
  const { id = '', revision } = draftOfActive(world);
  const column = { header: 'x'.repeat(50_001) };
  const before = world.google.documentProperties.all();
  expect(sent(world, 'setStatusColumn', { id, revision, column })).toMatchObject({ ok: false });
  expect(world.google.documentProperties.all()).toEqual(before);
  expect(world.ask('open', {}).syncs.map(({ sync }) => sync.id)).toEqual([id]);
});

test('two drafts of one id make one sync: a ledger belongs to one', () => {
  const world = activeWorld();
  const draft = { ...draftOf(world), id: 'new' };
  sent(world, 'saveSyncs', { drafts: [draft, { ...draft, name: 'Other' }] });
  const names = world.ask('open', {}).syncs.map(({ sync }) => sync.name);
  expect(names.sort()).toEqual(['Other', 'Usage']);
});

test('an approval is a number of events: no negative one, nor a part of one, lifts the guard', () => {
  const world = activeWorld();
  const { id, revision } = draftOfActive(world);
  const choice = { id, revision, changed: 'flag', removed: 'flag', onEdit: false };
  for (const [events, wrong] of [
    [-1, 'at least 0'],
    [0.5, 'a whole number'],
  ] as const)
    expect(sent(world, 'activate', { ...choice, reviewed: { events, removed: 0 } })).toMatchObject(
      refusal(`reviewed.events should be ${wrong}`),
    );
});

test('a stored sync with a field that this version does not know stops with a sentence', () => {
  const world = activeWorld();
  const { documentProperties } = world.google;
  const head = JSON.parse(documentProperties.get('syncs') ?? '{}') as { generation: string };
  const part = `syncs.${head.generation}.0`;
  const content = (documentProperties.get(part) ?? '').replace('"name":', '"later":1,"name":');
  const checksum = createHash('sha256').update(content).digest('hex').slice(0, 32);
  documentProperties.set(part, content);
  documentProperties.set('syncs', JSON.stringify({ ...head, checksum }));
  world.time.now += HOUR;
  fireHourly(world);
  expect(world.ask('open', {}).problem).toMatchObject({
    code: 'settings.unreadable',
    message: 'The stored settings are damaged (syncs.0.later is not known).',
  });
  expect(world.lago.events()).toEqual([]);
});
