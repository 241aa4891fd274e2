import type { ExecutionReport, TransportAnswer, TransportRequest } from '../../sandbox/runtime';
import type { Argument, Method, Reply } from '../../src/rpc/contract';
import { IS_LONG, played } from '../bundle/long';
import {
  API_KEY,
  activate,
  createWorld,
  draftOf,
  fireHourly,
  HOUR,
  lagoAnswer,
  usageRows,
  type World,
} from '../bundle/world';

const ADDRESS = 'https://lago.example';
const OTHER_KEY = 'c0ffee00-1111-4222-8333-a1b2c3d4e5f6';
const PASSWORD = 'hunter2';

/** A world with everything that anybody could read of it. */
class Witness {
  readonly world: World;
  readonly requests: TransportRequest[] = [];
  readonly replies: Reply[] = [];
  readonly #reports: ExecutionReport[] = [];
  /** What the network answers in place of Lago. */
  answer: (request: TransportRequest) => TransportAnswer | undefined = () => undefined;

  constructor(rows = usageRows(3)) {
    this.world = createWorld({ rows, google: { allowLocalhost: true } });
    this.world.intercept = (request) => {
      this.requests.push(request);
      return this.answer(request);
    };
  }

  call<M extends Method>(method: M, argument: Argument<M>): Reply<M> {
    const reply = this.world.call(method, argument);
    this.#reports.push(this.world.execution());
    this.replies.push(reply as Reply);
    return reply;
  }

  hourly(): ExecutionReport {
    this.world.time.now += HOUR;
    const report = fireHourly(this.world);
    this.#reports.push(report);
    return report;
  }

  get syncId(): string {
    return this.world.ask('open', {}).syncs[0]?.sync.id ?? '';
  }

  /** Every method that asks Lago for something, and two hourly runs. */
  useEverything(): void {
    const id = this.syncId;
    this.hourly();
    this.call('open', {});
    this.call('prerequisites', {});
    this.call('vocabulary', {});
    this.call('newestEvents', {});
    this.call('testSend', { id, row: 2 });
    this.call('dryRun', { id });
    this.call('runNow', { id });
    this.call('findRow', { id, key: 'r1' });
    this.call('reconcile', { id, month: '2026-11' });
    this.call('statement', { id, month: '2026-11', subscription: 'acme' });
    this.call('statement', { id, month: '2026-11', customer: 'c-acme' });
    this.call('sendAgain', { id, key: 'r1' });
    this.call('changeOrganization', { id });
    this.call('activity', { id });
    this.call('preview', {
      draft: {
        ...draftOf(this.world),
        id,
        revision: this.world.ask('open', {}).syncs[0]?.sync.revision ?? 0,
      },
      row: 2,
    });
    this.hourly();
    this.call('connect', { address: ADDRESS, apiKey: '' });
    // The last one: it pauses the sync.
    this.call('rebuildLedger', { id });
  }

  /** Cells of all sheets, names of tabs, properties but the one of the connection, caches, mails, logs, errors, answers, addresses and bodies of requests. */
  everything(): string {
    const { google } = this.world;
    const cached: unknown[] = [];
    google.evictCache((item) => {
      cached.push(item.key, item.value);
      return false;
    });
    const cells = google.spreadsheet.sheets.map(({ name }) => [
      name,
      google.spreadsheet
        .table(name)
        .map((line, row) =>
          line.map((_, column) => google.spreadsheet.cell(name, row + 1, column + 1)),
        ),
    ]);
    const { 'lago.connection.file-1': connection = '{}', ...others } =
      google.scriptProperties.all();
    const { apiKey: _, ...rest } = JSON.parse(connection) as Record<string, unknown>;
    const requests = this.requests.map(
      ({ url, body, headers: { Authorization: __, ...headers } }) => ({ url, body, headers }),
    );
    return JSON.stringify([
      this.#reports,
      this.replies,
      cells,
      cached,
      google.mails,
      google.documentProperties.all(),
      rest,
      others,
      requests,
    ]);
  }
}

const connected = (): Witness => {
  const witness = new Witness();
  activate(witness.world);
  witness.requests.length = 0;
  return witness;
};

describe('an address that the key is entered for', () => {
  test.each([
    'http://lago.example',
    'HTTP://LAGO.EXAMPLE',
    'http://10.0.0.1',
    'http://169.254.169.254',
    'http://[::1]:3000',
    'http://localhost.:3000',
    'http://127.0.0.2',
    'http://127.1',
    'http://2130706433',
    `https://user:${PASSWORD}@lago.example`,
    `https://user:${PASSWORD}/x@lago.example`,
    `https://lago.example:${PASSWORD}@evil.example`,
    'https://api.getlago.com@evil.example',
    'https://api.getlago.com\\@evil.example',
    'https://api.getlago.com\\.evil.example',
    'https://api.getlago.com/\\evil.example',
    'https:\\\\api.getlago.com',
    'https://\u0430pi.getlago.com',
    'https://api.getlago\u3002com',
    'https://api.getlago.com\uff0fevil.example',
    'https://api\u2024getlago.com',
    'https://api.getlago.com%2f.evil.example',
    'https://api.getlago.com%00.evil.example',
    'https://api.getlago.com\u0000.evil.example',
    'https://api.getlago.com\r\nHost: evil.example',
    'https://api.getlago.com /',
    'https://[::1]',
    'https://lago.example:443443',
    'https://lago.example:',
    'https:lago.example',
    'https:/lago.example',
    '//lago.example',
    'https://lago.example/a b',
    'https://lago.example/a;b',
    'https://lago.example/a/../?b',
    'data:text/html,x',
    'https://',
    'https:///lago.example',
  ])('%j is refused without a request, in a sentence that repeats no password', (address) => {
    const witness = new Witness();
    const reply = witness.call('connect', { address, apiKey: API_KEY });
    expect(reply).toMatchObject({
      ok: false,
      problem: {
        code: 'lago.address',
        remedy: 'Enter an address such as https://api.getlago.com.',
      },
    });
    expect(JSON.stringify(reply)).not.toContain(PASSWORD);
    // The secret of the pages is the only one that is stored.
    const stored = Object.keys(witness.world.google.scriptProperties.all());
    expect([witness.requests, stored]).toEqual([[], ['lago.page']]);
  });

  test.each([
    ['https://10.0.0.5', '10.0.0.5'],
    ['https://lago.example:8443', 'lago.example:8443'],
    ['https://lago.example.', 'lago.example.'],
    ['https://xn--pi-7kc.getlago.com', 'xn--pi-7kc.getlago.com'],
    ['https://lago.example.evil.example', 'lago.example.evil.example'],
    ['https://evil.example/lago.example', 'evil.example'],
    ['http://localhost:3000', 'localhost:3000'],
  ])(
    '%s is another one than the stored: it is asked with a key of its own, or not at all',
    (address, host) => {
      const witness = connected();
      witness.world.lago.addKey({ value: OTHER_KEY });
      const before = witness.world.google.scriptProperties.all();
      expect(witness.call('connect', { address, apiKey: ' ' })).toMatchObject({
        ok: false,
        problem: { code: 'lago.no-key' },
      });
      expect([witness.requests, witness.world.google.scriptProperties.all()]).toEqual([[], before]);
      witness.call('connect', { address, apiKey: OTHER_KEY });
      const asked = witness.requests.map(
        ({ url, headers }) => `${new URL(url).host} ${headers['Authorization']}`,
      );
      expect(new Set(asked)).toEqual(new Set([`${host} Bearer ${OTHER_KEY}`]));
    },
  );

  test.each([
    'https://LAGO.example/',
    'https://lago.example:443',
    'https://lago.example:443/api/v1/',
    ' https://lago.example/api/v1/events ',
  ])('%j is the stored one in another spelling: its key stays, and its syncs go on', (address) => {
    const witness = connected();
    const reply = witness.call('connect', { address, apiKey: '' });
    expect(reply).toMatchObject({ ok: true, value: { address: ADDRESS } });
    witness.hourly();
    expect(witness.world.ask('open', {}).syncs[0]?.lastRun).toMatchObject({ delivered: 3 });
  });

  test('that a colleague has entered is confirmed by who activated the sync, and nobody else is named', () => {
    const witness = connected();
    const { world, syncId: id } = witness;
    const user = 'other@example.com';
    world.lago.addKey({ value: OTHER_KEY });
    const entered = { address: 'https://lago.example:8443', apiKey: OTHER_KEY };
    expect(world.call('connect', entered, { user })).toMatchObject({ ok: true });
    const revision = world.ask('open', {}).syncs[0]?.sync.revision ?? 0;
    const choice = { id, revision, changed: 'flag', removed: 'flag', onEdit: false } as const;
    const message = expect.stringContaining('until finance@example.com confirms it');
    expect(world.call('activate', choice, { user })).toMatchObject({
      problem: { code: 'lago.other-address', message },
    });
    expect(world.call('changeOrganization', { id }, { user })).toMatchObject({
      problem: { code: 'settings.not-yours' },
    });
  });

  test('stays the only one that is asked, whatever Lago’s answers name', () => {
    const witness = connected();
    witness.answer = (request) => {
      const genuine = lagoAnswer(witness.world.lago, request);
      const elsewhere = 'https://evil.example/api/v1';
      const headers = {
        ...genuine.headers,
        Location: elsewhere,
        Link: `<${elsewhere}>; rel="next"`,
        'Set-Cookie': 'a=b; Domain=evil.example',
      };
      return {
        status: genuine.status,
        headers,
        body: genuine.body.replace(
          '"meta":{',
          `"meta":{"next_url":"${elsewhere}","host":"evil.example",`,
        ),
      };
    };
    witness.useEverything();
    expect(witness.requests.length).toBeGreaterThan(20);
    expect(new Set(witness.requests.map(({ url }) => new URL(url).origin))).toEqual(
      new Set([ADDRESS]),
    );
    expect(witness.requests.some(({ headers }) => 'Cookie' in headers)).toBe(false);
  });
});

describe('a redirect', () => {
  const LOCATIONS = [
    'https://evil.example/',
    'http://lago.example/api/v1/organizations',
    '//evil.example',
    '/api/v1/other',
    'javascript:alert(1)',
  ];
  const STATUSES = [301, 302, 303, 307, 308];
  const cases = STATUSES.flatMap((status, place) =>
    LOCATIONS.filter((_, index) => IS_LONG || index === place).map(
      (location) => [status, location] as const,
    ),
  );
  test.each(played(cases, 2))(
    'with %i to %s is followed by no request of any kind, and told as such',
    (status, location) => {
      const witness = connected();
      witness.hourly();
      witness.answer = () => ({
        status,
        headers: { Location: location },
        body: `<a href="${location}">moved</a>`,
      });
      witness.useEverything();
      expect(witness.requests.length).toBeGreaterThan(10);
      expect(witness.requests.filter(({ followRedirects }) => followRedirects)).toEqual([]);
      expect(new Set(witness.requests.map(({ url }) => new URL(url).host))).toEqual(
        new Set(['lago.example']),
      );
      const problems = witness.replies.flatMap((reply) => (reply.ok ? [] : [reply.problem.code]));
      expect(new Set(problems)).toEqual(new Set(['lago.redirect']));
    },
  );
});

describe('a Lago that repeats the key', () => {
  const inEscapes = (text: string): string =>
    [...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  const ECHOES: readonly (readonly [string, string])[] = [
    ['as it is', `Authorization: Bearer ${API_KEY}`],
    ['in large letters', API_KEY.toUpperCase()],
    ['in JSON’s escapes', inEscapes(API_KEY)],
    [
      'in escapes with large digits',
      inEscapes(API_KEY).replace(/[a-f](?=.{0,3}\\)/g, (letter) => letter.toUpperCase()),
    ],
    ['half in escapes', API_KEY.slice(0, 20) + inEscapes(API_KEY.slice(20))],
  ];

  /** No key in any spelling, nor its beginning or end, but for the last four characters. */
  function expectNoKey(witness: Witness): void {
    const text = witness.everything().toLowerCase();
    for (const piece of [API_KEY.slice(0, 8), API_KEY.slice(-12)])
      expect(text).not.toContain(piece);
    expect(JSON.stringify(witness.world.google.scriptProperties.all()).split(API_KEY)).toHaveLength(
      2,
    );
  }

  test.each(played(ECHOES, 2))('%s, in errors of every status, leaves it nowhere', (_, echo) => {
    for (const status of IS_LONG
      ? [200, 400, 401, 403, 404, 405, 413, 422, 429, 500, 502]
      : [422]) {
      const witness = connected();
      const body = `{"status":${status},"error":"${echo}","code":"${echo}","${echo}":1,"error_details":{"0":"${echo}","1":{"transaction_id":["${echo}"]},"2":{"${echo}":1}}}`;
      witness.answer = ({ url }) =>
        status === 422 && !url.endsWith('/batch')
          ? undefined
          : {
              status,
              headers: { 'X-Echo': echo.replace(/\\u/g, 'u'), [`X-${API_KEY}`]: '1' },
              body,
            };
      witness.useEverything();
      expectNoKey(witness);
    }
  });

  test.each(played(ECHOES, 2, 1))(
    '%s, in names, ids, codes and properties of what it lists, leaves it nowhere',
    (_, echo) => {
      const witness = connected();
      witness.answer = (request) => {
        const genuine = lagoAnswer(witness.world.lago, request);
        const body = genuine.body
          .replace(/"(name|description|title|error|customer_name)":"/g, `"$1":"${echo} `)
          .replace(/"properties":\{/g, `"properties":{"${echo}":"${echo}",`)
          // Events that no row has made.
          .replace(/("events":\[\{.*?"transaction_id":")r1"/, `$1${echo}"`)
          .replace(/"code":"other/g, `"code":"${echo}`);
        return { status: genuine.status, headers: genuine.headers, body };
      };
      witness.call('connect', { address: ADDRESS, apiKey: API_KEY });
      witness.useEverything();
      expect(witness.replies.filter(({ ok }) => ok).length).toBeGreaterThan(5);
      expectNoKey(witness);
      // What was in the place of the key is shown by an ellipsis.
      expect(JSON.stringify(witness.call('open', {}))).toContain('…');
    },
  );

  test('as a web page, or in an error of Google, leaves it nowhere', () => {
    for (const body of [
      `<html><title>${API_KEY}</title><body>${API_KEY}</body></html>`,
      API_KEY,
      `${API_KEY.slice(0, 18)}${API_KEY.slice(18)}`.repeat(50),
    ]) {
      const witness = connected();
      witness.answer = () => ({ status: 200, headers: {}, body });
      for (let nth = 1; nth <= 12; nth++)
        witness.world.google.faults.add({
          call: 'UrlFetchApp.fetchAll',
          message: `Unexpected error: Bearer ${API_KEY}, ${API_KEY.toUpperCase()}`,
        });
      witness.hourly();
      witness.useEverything();
      witness.call('connect', { address: ADDRESS, apiKey: '' });
      expectNoKey(witness);
    }
  });
});

test('something else in the place of the connection is no connection: nothing is asked', () => {
  const witness = new Witness();
  for (const damaged of [
    'null',
    '12345678',
    '"text"',
    '[]',
    '{}',
    '{"address":1,"apiKey":2}',
    API_KEY,
  ]) {
    witness.world.google.scriptProperties.set('lago.connection.file-1', damaged);
    expect(witness.call('newestEvents', {})).toMatchObject({
      ok: false,
      problem: { code: 'lago.no-key' },
    });
    const home = witness.call('open', {});
    expect(home.ok && home.value.connection).toBeUndefined();
  }
  expect(witness.requests).toEqual([]);
});
