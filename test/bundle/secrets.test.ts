import type { ExecutionReport, TransportRequest } from '../../sandbox/runtime';
import type { Argument, Method } from '../../src/rpc/contract';
import {
  API_KEY,
  activate,
  createWorld,
  draftOf,
  fireHourly,
  HOUR,
  inLago,
  TEMPLATE,
  usageRows,
  type World,
} from './world';

const ADDRESS = 'https://lago.example';
const OTHER_KEY = 'c0ffee00-1111-4222-8333-a1b2c3d4e5f6';
const ALL_ROWS = ['r1 = 1', 'r2 = 2', 'r3 = 3'];

/** Everything that somebody could read: answers, logs and errors of executions, cells, mails, document properties, requests but for their headers. */
class Onlooker {
  readonly requests: TransportRequest[] = [];
  readonly #reports: ExecutionReport[] = [];

  constructor(readonly world: World) {
    world.intercept = (request) => {
      this.requests.push(request);
      return undefined;
    };
  }

  call<M extends Method>(method: M, argument: Argument<M>): boolean {
    const { ok } = this.world.call(method, argument);
    this.#reports.push(this.world.execution());
    return ok;
  }

  hourly(): void {
    this.world.time.now += HOUR;
    this.#reports.push(fireHourly(this.world));
  }

  everything(): string {
    const { spreadsheet, mails, documentProperties } = this.world.google;
    const cells = spreadsheet.sheets.map(({ name }) => [
      name,
      spreadsheet
        .table(name)
        .map((line, row) => line.map((_, column) => spreadsheet.cell(name, row + 1, column + 1))),
    ]);
    const requests = this.requests.map(({ url, body }) => ({ url, body }));
    return JSON.stringify([this.#reports, cells, mails, documentProperties.all(), requests]);
  }

  /** Neither a key nor its beginning or end, but for the last four characters. */
  expectNoKey(): void {
    const text = this.everything();
    for (const key of [API_KEY, OTHER_KEY])
      for (const piece of [key.slice(0, 8), key.slice(-8)]) expect(text).not.toContain(piece);
  }
}

const createOnlooker = (): Onlooker => new Onlooker(createWorld({ rows: usageRows(3) }));
const CHOICE = { changed: 'flag', removed: 'flag', onEdit: true } as const;

/** Each method of the sidebar once, and an hourly run. */
function useEverything(onlooker: Onlooker): void {
  const { world } = onlooker;
  onlooker.call('connect', { address: ADDRESS, apiKey: API_KEY });
  onlooker.call('saveSync', { draft: draftOf(world) });
  const sync = world.ask('open', {}).syncs[0]?.sync;
  if (sync === undefined) throw new Error('There is no sync.');
  const { id } = sync;
  onlooker.call('open', {});
  onlooker.call('describeTab', { tabId: sync.source.tabId });
  onlooker.call('checkTemplate', { source: sync.source, template: `${TEMPLATE}{{` });
  onlooker.call('preview', { draft: { ...draftOf(world), id, revision: sync.revision }, row: 2 });
  onlooker.call('testSend', { id, row: 2 });
  onlooker.call('dryRun', { id });
  onlooker.call('activate', { id, revision: sync.revision, ...CHOICE });
  onlooker.call('runNow', { id });
  onlooker.call('sendAgain', { id, key: 'r1' });
  onlooker.call('resolveLedger', { id, choice: 'adopt' });
  onlooker.call('changeOrganization', { id });
  onlooker.hourly();
  onlooker.call('pause', { id });
  onlooker.call('open', {});
}

describe('the API key', () => {
  test('is in the script property and in the Authorization header to the stored address, and nowhere else', () => {
    const onlooker = createOnlooker();
    useEverything(onlooker);
    onlooker.expectNoKey();
    expect(inLago(onlooker.world)).toEqual(ALL_ROWS);
    expect(
      JSON.stringify(onlooker.world.google.scriptProperties.all()).split(API_KEY),
    ).toHaveLength(2);
    expect(onlooker.requests.length).toBeGreaterThan(10);
    for (const { url, headers } of onlooker.requests) {
      expect(new URL(url).origin).toBe(ADDRESS);
      const { Authorization, ...others } = headers;
      expect(Authorization).toBe(`Bearer ${API_KEY}`);
      expect(JSON.stringify(others)).not.toContain(API_KEY);
    }
  });

  test.each<[string, (onlooker: Onlooker) => void]>([
    ['a revoked key', ({ world }) => world.lago.revokeKey(API_KEY)],
    [
      'a key without rights',
      ({ world }) => {
        world.lago.revokeKey(API_KEY);
        world.lago.addKey({ value: API_KEY, permissions: { organization: ['read'] } });
      },
    ],
    [
      'errors of Lago',
      ({ world }) =>
        world.lago.faults.add({
          kind: 'answer',
          status: 500,
          body: 'html',
          times: Number.POSITIVE_INFINITY,
        }),
    ],
    [
      'a network that is down',
      ({ world }) => world.lago.faults.add({ kind: 'reset', times: Number.POSITIVE_INFINITY }),
    ],
    [
      'a refusal that names no event',
      ({ world }) =>
        world.lago.faults.add({
          kind: 'answer',
          status: 422,
          path: '/api/v1/events/batch',
          times: Number.POSITIVE_INFINITY,
        }),
    ],
  ])('is in nothing that three hourly runs write and tell of %s', (_, happen) => {
    const onlooker = createOnlooker();
    activate(onlooker.world);
    happen(onlooker);
    for (let run = 0; run < 3; run++) onlooker.hourly();
    onlooker.call('open', {});
    onlooker.call('connect', { address: ADDRESS, apiKey: OTHER_KEY });
    const id = onlooker.world.ask('open', {}).syncs[0]?.sync.id ?? '';
    for (const method of ['runNow', 'dryRun'] as const) onlooker.call(method, { id });
    expect(onlooker.world.google.mails.length).toBeGreaterThan(0);
    onlooker.expectNoKey();
  });

  test.each([
    ['an address', `DNS error: ${ADDRESS}/api/v1/organizations?key=${API_KEY}`],
    ['a header', `Attribute provided with invalid value: Header:Authorization: Bearer ${API_KEY}`],
    [
      'a whole request',
      `Unexpected error: {"headers":{"Authorization":"Bearer ${API_KEY}"},"other":"${API_KEY}"}`,
    ],
  ])('is taken out of an error of Google that names %s', (_, message) => {
    const onlooker = createOnlooker();
    const { world } = onlooker;
    const fail = (): void => {
      for (let nth = 1; nth <= 12; nth++)
        world.google.faults.add({ call: 'UrlFetchApp.fetchAll', message });
    };
    fail();
    expect(onlooker.call('connect', { address: ADDRESS, apiKey: API_KEY })).toBe(false);
    for (let read = 0; read < 4; read++)
      world.call('connect', { address: ADDRESS, apiKey: API_KEY });
    activate(world);
    const id = world.ask('open', {}).syncs[0]?.sync.id ?? '';
    fail();
    onlooker.hourly();
    onlooker.call('testSend', { id, row: 2 });
    onlooker.call('runNow', { id });
    onlooker.call('dryRun', { id });
    onlooker.call('open', {});
    onlooker.expectNoKey();
  });

  test.each([301, 302, 303, 307, 308])(
    'does not follow a redirect with %i to another host',
    (status) => {
      const world = createWorld({ rows: usageRows(3) });
      activate(world);
      const hosts = new Set<string>();
      world.intercept = ({ url }) => {
        hosts.add(new URL(url).host);
        return { status, headers: { Location: 'https://elsewhere.example/' }, body: '' };
      };
      expect(world.call('connect', { address: ADDRESS, apiKey: API_KEY })).toMatchObject({
        ok: false,
        problem: { code: 'lago.redirect' },
      });
      world.time.now += HOUR;
      fireHourly(world);
      expect([...hosts]).toEqual(['lago.example']);
    },
  );

  test('is shown by its last four characters, and not at all when it is hardly longer', () => {
    const world = createWorld({ rows: [] });
    expect(world.ask('connect', { address: ADDRESS, apiKey: ` ${API_KEY}\n` })).toMatchObject({
      keyEnding: 'cdef',
    });
    expect(world.ask('open', {}).connection).toMatchObject({ address: ADDRESS, keyEnding: 'cdef' });
    world.lago.addKey({ value: 'short-key' });
    expect(world.ask('connect', { address: ADDRESS, apiKey: 'short-key' })).toMatchObject({
      keyEnding: '',
    });
  });
});

describe('an address', () => {
  test.each([
    'https://elsewhere.example',
    'https://lago.example:8443',
    'https://lago.example/tenant',
    'https://lago.example.evil.example',
  ])(
    '%s without a key of its own is refused, gets no request, and the connection stays',
    (address) => {
      const { world, requests } = new Onlooker(createWorld({ rows: usageRows(3) }));
      world.ask('connect', { address: ADDRESS, apiKey: API_KEY });
      const before = world.google.scriptProperties.all();
      requests.length = 0;
      expect(world.call('connect', { address, apiKey: '' })).toMatchObject({
        ok: false,
        problem: { code: 'lago.no-key' },
      });
      expect([requests, world.google.scriptProperties.all()]).toEqual([[], before]);
    },
  );

  test('with a key of its own never gets the former key', () => {
    const { world, requests } = new Onlooker(createWorld({ rows: [] }));
    world.ask('connect', { address: ADDRESS, apiKey: API_KEY });
    requests.length = 0;
    world.lago.addKey({ value: OTHER_KEY });
    world.ask('connect', { address: 'https://elsewhere.example', apiKey: OTHER_KEY });
    expect(requests.map(({ headers }) => headers['Authorization'])).toEqual([
      `Bearer ${OTHER_KEY}`,
      `Bearer ${OTHER_KEY}`,
    ]);
    expect(JSON.stringify(world.google.scriptProperties.all())).not.toContain(API_KEY);
  });

  test.each([
    'https://lago.example/',
    'https://LAGO.example',
    ' https://lago.example/api/v1/ ',
    ADDRESS,
  ])('that is the stored one in another spelling keeps the key: %s', (address) => {
    const world = createWorld({ rows: [] });
    world.ask('connect', { address: ADDRESS, apiKey: API_KEY });
    expect(world.ask('connect', { address, apiKey: ' ', requestsPerSecond: 7 })).toMatchObject({
      address: ADDRESS,
      keyEnding: 'cdef',
      requestsPerSecond: 7,
    });
  });

  test.each([
    '',
    'lago.example',
    'http://lago.example',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'http://localhost@evil.example',
    'http://localhost:80@evil.example',
    'https://lago.example@evil.example',
    'https://lago.example\\@evil.example',
    'https://lago.example?x=1',
    'https://lago.example#x',
    'https://lago.example\n.evil.example',
    'https://',
    'ftp://lago.example',
    'javascript:alert(1)',
    'file:///etc/passwd',
  ])('that is no https address gets no request: %j', (address) => {
    const { world, requests } = new Onlooker(createWorld({ rows: [] }));
    expect(world.call('connect', { address, apiKey: API_KEY })).toMatchObject({
      ok: false,
      problem: { code: 'lago.address' },
    });
    expect([requests, world.google.scriptProperties.get('lago.connection')]).toEqual([
      [],
      undefined,
    ]);
  });

  test.each(['http://localhost:3000', 'http://127.0.0.1', 'https://localhost'])(
    'of this machine may be %s',
    (address) => {
      const { world, requests } = new Onlooker(
        createWorld({ rows: [], google: { allowLocalhost: true } }),
      );
      expect(world.ask('connect', { address, apiKey: API_KEY })).toMatchObject({ address });
      expect(requests.map(({ url }) => url)).toEqual([
        `${address}/api/v1/organizations`,
        `${address}/api/v1/events/batch`,
      ]);
    },
  );
});
