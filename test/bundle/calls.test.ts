import type { Method } from '../../src/rpc/contract';
import { callText } from '../page-token';
import { activate, createWorld, draftOf, usageRows, type World } from './world';

const worldWithSync = (): World => {
  const world = createWorld({ rows: usageRows(1) });
  activate(world);
  return world;
};

/** Sends a text as a page that is not ours might. */
function send(world: World, text: string): unknown {
  const { result, error } = world.google.rpc('rpc', text);
  expect(error).toBeUndefined();
  return JSON.parse(String(result));
}

const textOf = ({ google }: World, method: string, argument: unknown): string =>
  callText(google, method, argument);

const refusal = (detail: string) => ({
  ok: false,
  problem: {
    code: 'request.unknown',
    message: `The sidebar asked for something unknown (${detail}).`,
  },
});

test.each([
  ['nothing', '', 'it is missing'],
  ['no JSON', '{"method":', 'it is missing'],
  ['null', 'null', 'it should be an object'],
  ['a list', '[]', 'method is missing'],
  ['no method', '{"argument":{}}', 'method is missing'],
  ['a number for a method', '{"method":1,"argument":{}}', 'method should be a text'],
  ['no argument', '{"method":"pause"}', 'argument is missing'],
  ['no token', '{"method":"pause","argument":{}}', 'token is missing'],
])('a call that is %s is refused', (_, text, detail) => {
  expect(send(createWorld({ rows: [] }), text)).toMatchObject(refusal(detail));
});

test.each([
  ['an unknown method', 'launch'],
  ['what every object has', 'constructor'],
  ['a prototype', '__proto__'],
])('a call that is %s is refused', (_, method) => {
  const world = createWorld({ rows: [] });
  expect(send(world, textOf(world, method, {}))).toMatchObject(refusal(method));
});

const draft = draftOf(createWorld({ rows: [] }));

/** JSON has no name for it, so a text stands where the number 1e999 shall be. */
const ENDLESS = '1e999';

test.each<[Method, string, object]>([
  ['saveSync', 'draft.revision', { draft: { ...draft, revision: ENDLESS } }],
  [
    'saveSync',
    'draft.source.headerRow',
    { draft: { ...draft, source: { ...draft.source, headerRow: ENDLESS } } },
  ],
  ['activate', 'revision', { id: 'x', revision: ENDLESS, onEdit: false }],
  [
    'activate',
    'reviewed.events',
    { id: 'x', revision: 1, onEdit: false, reviewed: { events: ENDLESS, removed: 0 } },
  ],
  ['runNow', 'seconds', { id: 'x', seconds: ENDLESS }],
])(
  '%s with an endless number in %s is refused, since JSON cannot store it',
  (method, at, asked) => {
    const world = worldWithSync();
    const before = world.google.documentProperties.all();
    const text = textOf(world, method, asked).replace(`"${ENDLESS}"`, ENDLESS);
    expect(send(world, text)).toMatchObject(refusal(`${at} should be a finite number`));
    expect(world.google.documentProperties.all()).toEqual(before);
  },
);

test.each<[Method, unknown, string]>([
  ['pause', {}, 'id is missing'],
  ['pause', { id: 7 }, 'id should be a text'],
  ['connect', { address: 'https://x.example', apiKey: { toString: 1 } }, 'apiKey should be a text'],
  [
    'connect',
    { address: 'https://x.example', apiKey: '', environment: 'prod' },
    'environment should be "test" or "live"',
  ],
  ['saveSync', {}, 'draft is missing'],
  ['saveSync', { draft: { ...draft, revision: '0' } }, 'draft.revision should be a number'],
  [
    'saveSync',
    { draft: { ...draft, source: { ...draft.source, columns: [{ name: 'a' }] } } },
    'draft.source.columns.0.header is missing',
  ],
  [
    'saveSyncs',
    { drafts: [draft, { ...draft, dateOnly: 'evening' }] },
    'drafts.1.dateOnly should be "noon" or "start-of-day"',
  ],
  ['testSend', { id: 'x', row: 'first' }, 'row should be a number or "selected"'],
  ['dryRun', { id: 'x', rebill: [1] }, 'rebill should be "all" or a list'],
  ['runNow', { id: 'x', approved: { events: 1 } }, 'approved.removed is missing'],
  [
    'activate',
    { id: 'x', revision: 1, changed: 'flag', removed: 'x' },
    'removed should be "flag" or "ignore" or "correct"',
  ],
  ['fixFindings', { id: 'x', fix: 'adopt', ids: 'r1' }, 'ids should be a list'],
  ['reconcile', { id: 'x', month: '2026-11', next: {} }, 'next.at is missing'],
])('%s is refused with what does not fit: %j', (method, argument, detail) => {
  const world = worldWithSync();
  const before = world.google.documentProperties.all();
  world.lago.requests.clear();
  expect(send(world, textOf(world, method, argument))).toMatchObject(refusal(detail));
  expect(world.google.documentProperties.all()).toEqual(before);
  expect(world.lago.requests.entries).toEqual([]);
});

test('a refusal never repeats what was sent in the wrong place', () => {
  const world = createWorld({ rows: [] });
  const text = textOf(world, 'connect', { address: 1, apiKey: 'aaaaaaaaaa' });
  expect(JSON.stringify(send(world, text))).not.toContain('aaaaaaaaaa');
});

test('fields that no method has are neither used nor stored', () => {
  const world = worldWithSync();
  const [sync] = world.ask('open', {}).syncs.map((view) => view.sync);
  const argument = { id: sync?.id, state: 'draft', organization: 'x', revision: 7 };
  expect(send(world, textOf(world, 'pause', argument))).toMatchObject({ ok: true });
  expect(world.ask('open', {}).syncs[0]?.sync).toEqual({
    ...sync,
    state: 'paused',
    revision: (sync?.revision ?? 0) + 1,
  });
});

test('a call is let in for one reading of a property, the file and the account; a change for five calls more', () => {
  const world = worldWithSync();
  const { source, template } = draft;
  world.ask('checkTemplate', { source, template });
  const letIn = [
    'PropertiesService.getScriptProperties',
    'Properties.getProperty',
    'SpreadsheetApp.getActiveSpreadsheet',
    'Spreadsheet.getId',
    'Session.getEffectiveUser',
    'User.getEmail',
  ];
  // The rest opens the settings, and reads the key of the file to keep it out of the answer.
  expect(world.execution().serviceCalls.order).toEqual([
    ...letIn,
    'PropertiesService.getDocumentProperties',
    'PropertiesService.getScriptProperties',
    'Properties.getProperty',
  ]);
  world.call('pause', { id: 'unknown' });
  expect(world.execution().serviceCalls.order.slice(letIn.length, letIn.length + 5)).toEqual([
    'SpreadsheetApp.getActiveSpreadsheet',
    'Spreadsheet.getActiveSheet',
    'Sheet.getType',
    'Sheet.getRange',
    'Range.canEdit',
  ]);
});

test('a formula’s call costs Google next to nothing', () => {
  const { google } = worldWithSync();
  const { serviceCalls } = google.cell(
    'rpc',
    '{"method":"pause","argument":{"id":"x"},"token":""}',
  );
  expect(serviceCalls.byName['UrlFetchApp.fetchAll']).toBeUndefined();
  expect(serviceCalls.total).toBeLessThan(10);
});
