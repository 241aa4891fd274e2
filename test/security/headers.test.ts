import type { TransportRequest } from '../../sandbox/runtime';
import type { Argument, Reply } from '../../src/rpc/contract';
import {
  API_KEY,
  activate,
  createWorld,
  draftOf,
  fireHourly,
  HOUR,
  inLago,
  lagoAnswer,
  usageRows,
  type World,
} from '../bundle/world';

/*
 * A proxy in front of Lago asks for headers of its own. Their values open somebody's network: they
 * lie where the API key does, and are shown as little.
 */

const ADDRESS = 'https://lago.example';
const SECRET = 's3cr3t-of-the-proxy-0123';
const CREDENTIALS = 'dXNlcjpwYXNzd29yZA==';
const HEADERS = [
  { name: 'X-Proxy-Token', value: SECRET },
  { name: 'Proxy-Authorization', value: `Basic ${CREDENTIALS}` },
];

interface Scene {
  readonly world: World;
  readonly requests: TransportRequest[];
  readonly replies: Reply[];
  call(method: string, argument: object): Reply;
}

/** A Lago behind a proxy that lets nobody pass without its token and repeats what it was sent. */
function proxied(): Scene {
  const requests: TransportRequest[] = [];
  const replies: Reply[] = [];
  const world = createWorld({ rows: usageRows(2) });
  world.intercept = (request) => {
    requests.push(request);
    const echo = `${request.headers['X-Proxy-Token']} ${request.headers['Proxy-Authorization']}`;
    if (request.headers['X-Proxy-Token'] !== SECRET)
      return { status: 401, headers: {}, body: `<title>Sign in, not by ${echo}</title>` };
    const { status, headers, body } = lagoAnswer(world.lago, request);
    return { status, headers, body: body.replace(/"name":"/g, `"name":"${echo} `) };
  };
  return {
    world,
    requests,
    replies,
    call: (method, argument) => {
      const reply = world.call(method as 'open', argument as Argument<'open'>) as Reply;
      replies.push(reply);
      return reply;
    },
  };
}

const entered = (change: object = {}) => ({
  address: ADDRESS,
  apiKey: API_KEY,
  headers: HEADERS,
  ...change,
});

/** All that anybody could read, but the one property of the connection. */
function everything({ world: { google }, replies }: Scene): string {
  const cached: unknown[] = [];
  google.evictCache((item) => {
    cached.push(item.key, item.value);
    return false;
  });
  const cells = google.spreadsheet.sheets.map(({ name }) => google.spreadsheet.table(name));
  const { 'lago.connection.file-1': _, ...others } = google.scriptProperties.all();
  return JSON.stringify([
    replies,
    cells,
    cached,
    google.mails,
    google.documentProperties.all(),
    others,
  ]);
}

test('go with every request, and their values stay in the one property where the key lies', () => {
  const scene = proxied();
  const { world, requests } = scene;
  expect(scene.call('connect', entered())).toMatchObject({
    ok: true,
    value: { headers: ['X-Proxy-Token', 'Proxy-Authorization'] },
  });
  const saved = world.ask('saveSync', { draft: draftOf(world) });
  const { id, revision } = saved;
  scene.call('activate', { id, revision, changed: 'flag', removed: 'flag', onEdit: false });
  fireHourly(world);
  for (const [method, argument] of [
    ['open', {}],
    ['vocabulary', {}],
    ['newestEvents', {}],
    ['dryRun', { id }],
    ['reconcile', { id, month: '2026-11' }],
    ['findRow', { id, key: 'r1' }],
    ['statement', { id, month: '2026-11', subscription: 'acme' }],
  ] as const)
    scene.call(method, argument);
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
  expect(requests.length).toBeGreaterThan(10);
  for (const { headers } of requests)
    expect(headers).toMatchObject({
      'X-Proxy-Token': SECRET,
      'Proxy-Authorization': `Basic ${CREDENTIALS}`,
      Authorization: `Bearer ${API_KEY}`,
    });
  for (const secret of [SECRET, CREDENTIALS, API_KEY])
    expect(everything(scene).toLowerCase()).not.toContain(secret.toLowerCase());
});

/** Names of what is stored, but for the secret of the page. */
const storedIn = ({ world }: ReturnType<typeof proxied>): string[] =>
  Object.keys(world.google.scriptProperties.all()).filter((name) => name !== 'lago.page');

test('are masked in what refuses them, too, before they are stored', () => {
  const scene = proxied();
  const wrong = 'wrong-token-0123456789';
  const headers = [{ name: 'X-Proxy-Token', value: wrong }];
  expect(scene.call('connect', entered({ headers }))).toMatchObject({
    ok: false,
    problem: { code: 'lago.not-lago' },
  });
  expect(everything(scene)).not.toContain(wrong);
  expect(storedIn(scene)).toEqual([]);
});

test.each(['subscription', 'team subscription', 'calls', 'amount', 'ACME globex', '2026-11-03'])(
  'that say “%s”, which stands in the sheet and in Lago too, mask nothing',
  (value) => {
    const { world } = proxied();
    world.intercept = undefined;
    const headers = [{ name: 'X-Says', value }];
    expect(world.call('connect', entered({ headers }))).toMatchObject({ ok: true });
    const draft = draftOf(world);
    const { id, revision } = world.ask('saveSync', { draft });
    const { sync } = world.ask('open', {}).syncs[0] ?? {};
    expect(sync).toMatchObject({ template: draft.template, source: draft.source });
    world.ask('activate', { id, revision, changed: 'flag', removed: 'flag', onEdit: false });
    fireHourly(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
    expect(JSON.stringify(world.ask('newestEvents', {}))).not.toContain('…');
  },
);

test.each(['hunter2hunter', 'dXNlcjpwYXNz', 'correct horse battery staple', 'a1b2c3d4'])(
  'that say “%s” are masked: no sheet says so by chance',
  (value) => {
    const { world } = proxied();
    const headers = [{ name: 'X-Says', value: `Basic ${value}` }];
    world.intercept = () => ({ status: 401, headers: {}, body: `<title>No ${value}</title>` });
    const reply = world.call('connect', entered({ headers }));
    expect(reply).toMatchObject({ ok: false });
    expect(JSON.stringify(reply)).not.toContain(value);
  },
);

test('stay while the same address is entered again, without them or with their values left empty', () => {
  const scene = proxied();
  scene.call('connect', entered());
  const before = scene.world.google.scriptProperties.all();
  scene.call('connect', entered({ headers: undefined }));
  scene.call('connect', entered({ headers: HEADERS.map(({ name }) => ({ name, value: '' })) }));
  expect(scene.world.google.scriptProperties.all()).toEqual(before);
});

test('go to no other address: there they are entered again, or not sent', () => {
  const scene = proxied();
  scene.call('connect', entered());
  scene.requests.length = 0;
  scene.call('connect', entered({ address: 'https://evil.example', headers: undefined }));
  expect(scene.requests.map(({ headers }) => 'X-Proxy-Token' in headers)).toEqual([false]);
  const empty = HEADERS.map(({ name }) => ({ name, value: '' }));
  expect(
    scene.call('connect', entered({ address: 'https://evil.example', headers: empty })),
  ).toMatchObject({ problem: { code: 'lago.header' } });
});

test.each<[string, { readonly name: string; readonly value: string }]>([
  ['every request has it already', { name: 'authorization', value: 'Bearer evil' }],
  ['Google sets it itself', { name: 'Host', value: 'evil.example' }],
  ['Google sets it itself', { name: 'Transfer-Encoding', value: 'chunked' }],
  ['every request has it already', { name: 'Content-Type', value: 'text/plain' }],
  ['its name has characters that no header has', { name: 'X Evil', value: 'a' }],
  ['its name has characters that no header has', { name: 'X-Evil:', value: 'a' }],
  ['its name has characters that no header has', { name: '', value: 'a' }],
  ['its value has characters that no header has', { name: 'X', value: 'a\r\nX-Evil: b' }],
  ['its value has characters that no header has', { name: 'X', value: 'ä' }],
  ['it has no value', { name: 'X', value: ' ' }],
  ['it stands twice', { name: 'x-proxy-token', value: 'other' }],
])('that cannot be sent (%s) are refused before a request: %j', (detail, header) => {
  const scene = proxied();
  expect(scene.call('connect', entered({ headers: [...HEADERS, header] }))).toMatchObject({
    problem: {
      code: 'lago.header',
      message: `The header “${header.name}” cannot be sent: ${detail}.`,
    },
  });
  expect([scene.requests, storedIn(scene)]).toEqual([[], []]);
});

test('without any the connection is as it was', () => {
  const { world } = proxied();
  world.intercept = undefined;
  activate(world);
  world.time.now += HOUR;
  expect(world.ask('open', {}).connection).not.toHaveProperty('headers');
});
