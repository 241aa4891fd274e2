import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { EFFECTS, type Method, type Reply } from '../../src/rpc/contract';
import { played } from '../bundle/long';
import {
  API_KEY,
  activate,
  createWorld,
  draftOf,
  usageRows,
  type World,
  type WorldOptions,
} from '../bundle/world';
import { callText, tokenOf } from '../page-token';

const METHODS = Object.keys(EFFECTS) as Method[];
const OTHER = 'other@example.com';
const DAY = 86_400_000;

/** A file with a connection, an active sync and rows that wait. */
function attacked(google: WorldOptions['google'] = {}): { world: World; id: string } {
  const world = createWorld({ rows: usageRows(3), google });
  tokenOf(world.google);
  return { world, id: activate(world, { onEdit: true }) };
}

/** Everything that an attack could change. */
const everything = ({ google, lago }: World): unknown => [
  google.scriptProperties.all(),
  google.documentProperties.all(),
  google.triggers,
  google.mails,
  google.spreadsheet.sheets.map(({ name, hidden }) => [
    name,
    hidden,
    google.spreadsheet.table(name),
  ]),
  lago.events(),
  lago.requests.entries.length,
];

const secretsOf = ({ google }: World): string[] => [
  API_KEY,
  google.scriptProperties.get('lago.page') ?? '',
  tokenOf(google).slice(-64),
];

const codeOf = (text: unknown): string | undefined =>
  (JSON.parse(String(text)) as { problem?: { code: string } }).problem?.code;

/** What a formula may pass to a function of the script. */
const PASSED: readonly (readonly unknown[])[] = [
  [],
  [''],
  ['triggerUid'],
  [1],
  [true],
  [new Date(0)],
  [
    [
      ['triggerUid', 'range'],
      [1, 2],
    ],
  ],
  ['{"triggerUid":"1"}', '{"triggerUid":"1"}'],
];

/** A token of each kind that somebody can make who has no page. */
const forgedTokens = ({ google }: World): string[] => {
  const own = tokenOf(google);
  return [
    '',
    '~~',
    own.slice(0, -1),
    `${own}0`,
    own.replace(/~\d+~/, '~99999~'),
    own.replace(/^[^~]*/, 'x'),
  ];
};

/** Texts of calls without a page, for every method. */
const forgedCalls = (world: World, id: string): unknown[][] => [
  // Of six tokens a method: a short run has each method, and each kind of token with many of them.
  ...played(
    METHODS.flatMap((method) =>
      forgedTokens(world).map((token) => [
        JSON.stringify({
          method,
          token,
          argument: { id, revision: 2, address: 'https://evil.example', apiKey: 'e'.repeat(36) },
        }),
      ]),
    ),
    5,
  ),
  ...METHODS.map((method) => [JSON.stringify({ method, argument: { id } })]),
];

/** What a formula passes to each function at the top level of the script. A new one needs its line here. */
const ATTACKS: Readonly<
  Record<string, (world: World, id: string) => readonly (readonly unknown[])[]>
> = {
  onOpen: () => PASSED,
  onInstall: () => PASSED,
  openSidebar: () => [...PASSED, ['"><script>alert(1)</script>']],
  openReconcile: () => PASSED,
  openAbout: () => PASSED,
  runDueSyncs: () => PASSED,
  onSheetEdit: () => PASSED,
  rpc: (world, id) => [...PASSED, ...forgedCalls(world, id)],
};

describe('a formula', () => {
  test('has an attack for every function that it can call', () => {
    const code = readFileSync('dist/Code.js', 'utf8');
    const globals = [...code.matchAll(/^function (\w+)\(/gm)].map(([, name]) => name);
    expect(globals.sort()).toEqual(Object.keys(ATTACKS).sort());
  });

  describe.each(['restricted', 'unrestricted'] as const)(
    'in a Google whose cells are %s',
    (cells) => {
      test.each(Object.entries(ATTACKS))(
        'that calls %s changes nothing and learns nothing',
        (name, argumentsOf) => {
          const { world, id } = attacked({ cells });
          const before = everything(world);
          const secrets = secretsOf(world);
          for (const args of argumentsOf(world, id)) {
            const { result, error, logs } = world.google.cell(name, ...args);
            const said = JSON.stringify([result, error?.message, logs]);
            expect(secrets.filter((secret) => said.includes(secret))).toEqual([]);
            if (name === 'rpc')
              expect(codeOf(result)).toMatch(/^(page\.expired|request\.unknown)$/);
          }
          expect(everything(world)).toEqual(before);
        },
      );
    },
  );

  test('that was imported with =rpc(…) shows a refusal, and the connection stays', () => {
    const { world, id } = attacked();
    const before = world.google.scriptProperties.all();
    const text = JSON.stringify({ method: 'pause', argument: { id }, token: '' });
    world.google.loadCsv('imported', `"=rpc(""${text.replaceAll('"', '""""')}"")"`);
    expect(world.google.spreadsheet.table('imported')[0]?.[0]).toContain('page.expired');
    expect(world.google.scriptProperties.all()).toEqual(before);
    expect(world.ask('open', {}).syncs[0]?.sync.state).toBe('active');
  });

  test('that has got hold of a person’s token is told that it is somebody else', () => {
    const { world, id } = attacked();
    const before = everything(world);
    const { result } = world.google.cell('rpc', callText(world.google, 'pause', { id }));
    expect(codeOf(result)).toBe('google.other-account');
    expect(everything(world)).toEqual(before);
  });
});

describe('a secret of the page tokens', () => {
  test.each(['', ' ', 'x', '0'.repeat(31)])(
    'that somebody has set to %j opens nothing',
    (secret) => {
      const { world, id } = attacked();
      const { google } = world;
      google.scriptProperties.set('lago.page', secret);
      const before = everything(world);
      // Google names no account to a formula, whose author knows the file and the day.
      const day = Math.floor(google.now / DAY);
      const mac = createHmac('sha256', secret)
        .update(JSON.stringify([google.spreadsheet.id, '', day]))
        .digest('hex');
      const text = JSON.stringify({ method: 'pause', argument: { id }, token: `~${day}~${mac}` });
      expect(codeOf(google.cell('rpc', text).result)).toBe('page.expired');
      expect(everything(world)).toEqual(before);
    },
  );

  test.each([undefined, ''])('that is lost (%j) is made again by the next page', (secret) => {
    const { world } = attacked();
    const { google } = world;
    if (secret === undefined) google.scriptProperties.delete('lago.page');
    else google.scriptProperties.set('lago.page', secret);
    google.open();
    google.clickMenu('Open');
    const token = /data-token="([^"]*)"/.exec(google.shownSidebar?.html ?? '')?.[1];
    expect(google.scriptProperties.get('lago.page')).toMatch(/^[\da-f-]{72}$/);
    expect(token).toBe(tokenOf(google));
    expect(world.ask('open', {}).syncs[0]?.sync.state).toBe('active');
  });
});

describe('a function of a trigger', () => {
  test.each(['runDueSyncs', 'onSheetEdit'])('%s does nothing when it is called by hand', (name) => {
    const { world } = attacked();
    const before = everything(world);
    for (const args of [[], [{}], [{ authMode: 'FULL' }]])
      expect(world.google.rpc(name, ...args).error?.message).toContain(`“${name}” is for Google’s`);
    expect(world.google.execute(name).error?.message).toContain(name);
    expect(everything(world)).toEqual(before);
  });
});

test('a viewer who calls the clock’s function in the browser changes nothing and mails nobody', () => {
  const { world } = attacked();
  const { google } = world;
  google.access.setRole(OTHER, 'viewer');
  google.documentProperties.set('wish', '1');
  const before = everything(world);
  for (const triggerUid of ['1', '', '__proto__', 'constructor', null])
    expect(google.rpcWith({ user: OTHER }, 'runDueSyncs', { triggerUid }).error?.message).toContain(
      'You may look at this file or tab, but not change it.',
    );
  expect(everything(world)).toEqual(before);
});

test('the clock of somebody who may not edit any more says so, once, by mail', () => {
  const { world } = attacked();
  const { google } = world;
  google.access.setRole(google.user, 'viewer');
  google.documentProperties.set('wish', '1');
  google.fireHourly();
  expect(google.mails.map(({ body }) => body)).toEqual([
    expect.stringContaining('google.view-only'),
  ]);
});

describe('a call with the token', () => {
  const send = ({ google }: World, id: string, token: string, user = google.user) =>
    codeOf(
      google.rpcWith({ user }, 'rpc', JSON.stringify({ method: 'pause', argument: { id }, token }))
        .result,
    );

  test.each<[string, (world: World) => string]>([
    ['of nobody', () => ''],
    ['of a copy of the file', ({ google }) => tokenOf(google.copyFile())],
    [
      'of the day before yesterday',
      ({ google }) => tokenOf(google, google.user, google.now - 2 * DAY),
    ],
    ['of tomorrow', ({ google }) => tokenOf(google, google.user, google.now + DAY)],
    [
      'whose day was put forward',
      ({ google }) =>
        tokenOf(google).replace(/~(\d+)~/, (_, day: string) => `~${Number(day) + 1}~`),
    ],
    [
      'into which another address was put',
      ({ google }) => tokenOf(google).replace(/^[^~]*/, encodeURIComponent(OTHER)),
    ],
    ['without its address', ({ google }) => tokenOf(google).replace(/^[^~]*/, '')],
  ])('%s is refused, and nothing is done', (_, tokenBy) => {
    const { world, id } = attacked();
    const token = tokenBy(world);
    const before = everything(world);
    expect(send(world, id, token)).toBe('page.expired');
    expect(everything(world)).toEqual(before);
  });

  test('of a page that another account has opened is refused, naming both', () => {
    const { world, id } = attacked();
    const before = everything(world);
    const { result } = world.google.rpcWith(
      { user: OTHER },
      'rpc',
      callText(world.google, 'pause', { id }),
    );
    expect(JSON.parse(String(result)).problem).toMatchObject({
      code: 'google.other-account',
      message: expect.stringContaining(
        `opened by finance@example.com, but Google passes its calls on as ${OTHER}`,
      ),
      remedy: expect.stringContaining('private window'),
    });
    expect(everything(world)).toEqual(before);
  });

  test('of today counts until the end of tomorrow, whatever Google’s cache has forgotten', () => {
    const { world, id } = attacked();
    const token = tokenOf(world.google);
    world.time.now += DAY;
    world.google.evictCache();
    expect(send(world, id, token)).toBeUndefined();
    world.time.now += DAY;
    expect(send(world, id, token)).toBe('page.expired');
  });

  test('of a page in use is renewed on its second day, so that what the page drives goes on for weeks', () => {
    const { world, id } = attacked();
    const { google } = world;
    let token = tokenOf(google);
    const renewals = Array.from({ length: 15 }, () => {
      const text = JSON.stringify({ method: 'pause', argument: { id }, token });
      const reply = JSON.parse(String(google.rpc('rpc', text).result)) as Reply;
      const renewed = reply.ok ? reply.token : reply.problem.code;
      token = renewed ?? token;
      world.time.now += DAY;
      return renewed?.replace(/~.*/, '');
    });
    const [first, ...others] = renewals;
    expect([first, ...new Set(others)]).toEqual([undefined, 'finance%40example.com']);
    world.time.now += DAY;
    expect(send(world, id, token)).toBe('page.expired');
  });

  test('that the menu gives to a page is that of its account, in any locale', () => {
    const { google } = createWorld({ rows: [], google: { locale: 'de' } });
    google.open();
    google.clickMenu('Open', { user: 'jürgen+lago~x@exämple.com' });
    const token = /data-token="([^"]*)"/.exec(google.shownSidebar?.html ?? '')?.[1];
    expect(token).toBe(tokenOf(google, 'jürgen+lago~x@exämple.com'));
  });

  test('of an account that Google does not name is accepted, and recorded as unknown', () => {
    const world = createWorld({ rows: usageRows(1), google: { emailHidden: true } });
    activate(world);
    const { account, syncs } = world.ask('open', {});
    expect([account, syncs[0]?.sync.activatedBy]).toEqual(['', '']);
    const { google } = world;
    google.access.hideAddress(OTHER);
    expect(send(world, syncs[0]?.sync.id ?? '', tokenOf(google), OTHER)).toBeUndefined();
  });

  test('of an account that Google names is not accepted from one that it does not', () => {
    const { world, id } = attacked();
    world.google.access.hideAddress(OTHER);
    expect(send(world, id, tokenOf(world.google), OTHER)).toBe('google.other-account');
  });

  test('is the only thing that a page gets of the secret', () => {
    const { world } = attacked();
    world.google.open();
    world.google.clickMenu('Open');
    const secret = world.google.scriptProperties.get('lago.page') ?? '';
    expect(secret.length).toBeGreaterThan(40);
    expect(world.google.shownSidebar?.html).not.toContain(secret);
    expect(JSON.stringify(world.ask('open', {}))).not.toContain(secret);
  });

  test('of two people who open the first page of a file at once are those of one secret', () => {
    const world = createWorld({ rows: [] });
    const { google } = world;
    let second: string | undefined;
    const opened = (): string =>
      /data-token="([^"]*)"/.exec(google.shownSidebar?.html ?? '')?.[1] ?? '';
    google.execute('openSidebar', [], {
      onCall: ({ name }) => {
        if (name !== 'Utilities.getUuid' || second !== undefined) return;
        second = '';
        google.execute('openSidebar', [], { user: OTHER });
        second = opened();
      },
    });
    expect([opened(), second]).toEqual([tokenOf(google), expect.stringContaining('~')]);
    // The page of the one whose secret was written over opens itself again.
    expect(
      codeOf(
        google.rpcWith(
          { user: OTHER },
          'rpc',
          JSON.stringify({ method: 'open', argument: {}, token: second }),
        ).result,
      ),
    ).toBe('page.expired');
  });
});

describe('an expired page', () => {
  const kept = (given: unknown): string | undefined => {
    const { world } = attacked();
    world.google.rpc('openSidebar', given);
    return /data-kept="([^"]*)"/.exec(world.google.shownSidebar?.html ?? '')?.[1];
  };

  test('hands what it keeps to the page that takes its place', () => {
    const text = encodeURIComponent(
      JSON.stringify({ name: `"'<&>ü\u2028</script>`, step: 'rows' }),
    );
    expect(kept(text)).toBe(text);
  });

  test.each([['"><script>alert(1)</script>'], ['a b'], ['ü'], [{ a: 1 }], [7], [null], ['$&']])(
    'cannot hand over %j',
    (given) => expect(kept(given)).toBe(''),
  );
});

describe('a viewer', () => {
  test.each(METHODS.filter((method) => EFFECTS[method] === 'changes'))(
    'is refused %s before anything is done',
    (method) => {
      const { world, id } = attacked();
      const before = everything(world);
      world.google.access.setRole(world.google.user, 'viewer');
      const reply = world.call(method, { id } as never);
      expect(reply).toMatchObject({ ok: false, problem: { code: 'google.view-only' } });
      expect(everything(world)).toEqual(before);
    },
  );
});

describe('a method that only reads', () => {
  const argumentsFor = (world: World, id: string): Partial<Record<Method, object>> => {
    const draft = draftOf(world);
    return {
      open: {},
      prerequisites: {},
      vocabulary: {},
      describeTab: { tabId: draft.source.tabId, sync: '' },
      checkTemplate: { source: draft.source, template: draft.template },
      preview: { draft, row: 2, sync: id },
      dryRun: { id },
      showRow: { id, row: 2 },
      activity: {},
      findRow: { id, key: 'r1' },
      newestEvents: {},
      statementChoices: { id },
    };
  };

  test.each(METHODS.filter((method) => EFFECTS[method] === 'reads'))(
    '%s leaves file, settings and Lago as they are',
    (method) => {
      const { world, id } = attacked();
      world.ask('testSend', { id, row: 2 });
      const changeable = () => {
        const { google, lago } = world;
        return [
          google.scriptProperties.all(),
          google.documentProperties.all(),
          google.triggers,
          google.spreadsheet.sheets.map(({ name, hidden }) => [
            name,
            hidden,
            google.spreadsheet.table(name),
          ]),
          lago.events(),
          google.lock.held,
        ];
      };
      const before = changeable();
      const argument = argumentsFor(world, id)[method];
      expect(argument).toBeDefined();
      expect(world.call(method, argument as never)).toMatchObject({ ok: true });
      expect(changeable()).toEqual(before);
    },
  );
});

describe('consent', () => {
  test.each(['Open', 'Reconcile with Lago'])(
    'that leaves something out keeps the menu item “%s” from opening a page',
    (item) => {
      const { google } = createWorld({ rows: [] });
      google.open();
      google.access.authorize(google.user, { withheld: ['script.send_mail'] });
      expect(google.clickMenu(item).error?.message).toMatch(/Authorization is required/);
      expect([google.shownSidebar, google.scriptProperties.all()]).toEqual([undefined, {}]);
    },
  );

  test('that is withdrawn later is named with what it is for', () => {
    const { world, id } = attacked();
    world.google.access.authorize(world.google.user, {
      withheld: ['script.external_request', 'script.send_mail'],
    });
    expect(world.ask('runNow', { id }).stopped).toMatchObject({
      code: 'google.authorization',
      message: expect.stringContaining(
        'It may not yet: send events to Lago (script.external_request); mail you when a sync stops (script.send_mail).',
      ),
    });
  });
});
