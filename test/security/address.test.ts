import type { Reply } from '../../src/rpc/contract';
import {
  API_KEY,
  activate,
  createWorld,
  fireHourly,
  HOUR,
  inLago,
  usageRows,
  type World,
} from '../bundle/world';
import { callText } from '../page-token';

/*
 * Any server can repeat the id of an organization. Whoever may edit the file may enter the address
 * of one that does, with any key, and it would accept every event and bill none.
 */

const OWNER = 'finance@example.com';
const STRANGER = 'stranger@example.com';
const HOME = 'https://lago.example';
const EVIL = 'https://evil.example';

interface Scene {
  readonly world: World;
  readonly id: string;
  /** Hosts that got a batch of events. */
  readonly given: string[];
}

/** A sync that has sent its row, with a further row to send. */
function sent(): Scene {
  const given: string[] = [];
  const world = createWorld({
    rows: usageRows(1),
    overhear: ({ url, body }) => {
      if (url.endsWith('/batch') && body !== '{"events":[]}') given.push(new URL(url).host);
    },
  });
  const id = activate(world);
  fireHourly(world);
  world.google.spreadsheet.paste('usage', 3, 1, [['r2', 'globex', '2026-11-04 10:00', '2']]);
  given.length = 0;
  return { world, id, given };
}

/** The same Lago answers at each address, so the id of the organization is the same, too. */
const enter = (world: World, address: string): Reply<'connect'> =>
  world.call('connect', { address, apiKey: API_KEY }, { user: STRANGER });

function hourly(world: World): void {
  world.time.now += HOUR;
  fireHourly(world);
}

const syncIn = (world: World) => world.ask('open', {}).syncs[0];
const codeOf = (reply: Reply): string => (reply.ok ? 'ok' : reply.problem.code);
const mailsTo = (world: World, person: string) =>
  world.google.mails.filter(({ recipient }) => recipient === person);

const choice = (world: World, id: string) => ({
  id,
  revision: syncIn(world)?.sync.revision ?? 0,
  changed: 'flag' as const,
  removed: 'flag' as const,
  onEdit: false,
});

describe('another address that says it has the same organization', () => {
  test('gets nothing: the sync stops, and the person who activated it is mailed both addresses', () => {
    const { world, given } = sent();
    expect(enter(world, EVIL).ok).toBe(true);
    hourly(world);
    hourly(world);
    expect(syncIn(world)?.lastRun?.stopped).toMatchObject({
      code: 'lago.other-address',
      message:
        `This sync has sent to ${HOME}, and the connection names ${EVIL} now. Nothing is sent ` +
        `there until ${OWNER} confirms it.`,
    });
    expect(given).toEqual([]);
    const mails = mailsTo(world, OWNER);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.body).toContain(`sent to ${HOME}, and the connection names ${EVIL} now`);
  });

  test('is mailed at once, also if the sync had stopped before for another reason', () => {
    const { world } = sent();
    world.lago.faults.add({ kind: 'answer', status: 401, body: 'empty', times: 50 });
    hourly(world);
    world.lago.faults.clear();
    expect(mailsTo(world, OWNER)).toHaveLength(1);
    enter(world, EVIL);
    hourly(world);
    expect(mailsTo(world, OWNER)).toHaveLength(2);
  });

  test.each(['runNow', 'dryRun', 'sendAgain', 'testSend', 'reconcile', 'rebuildLedger'] as const)(
    'gets nothing by %s either',
    (method) => {
      const { world, id, given } = sent();
      enter(world, EVIL);
      const argument = { id, key: 'r1', row: 3, month: '2026-11' };
      world.call(method, argument as never, { user: STRANGER });
      expect(given).toEqual([]);
      expect(syncIn(world)?.sync.address).toBe(HOME);
    },
  );

  test('is not confirmed by anybody else, nor by activating the sync', () => {
    const { world, id, given } = sent();
    enter(world, EVIL);
    const as = { user: STRANGER };
    expect(codeOf(world.call('changeOrganization', { id }, as))).toBe('settings.not-yours');
    world.call('pause', { id }, as);
    expect(codeOf(world.call('activate', choice(world, id), as))).toBe('lago.other-address');
    expect(codeOf(world.call('activate', choice(world, id)))).toBe('lago.other-address');
    expect([given, syncIn(world)?.sync.address, syncIn(world)?.sync.activatedBy]).toEqual([
      [],
      HOME,
      OWNER,
    ]);
  });

  test('is where the sync goes on once the person who activated it says so: each row once', () => {
    const { world, id } = sent();
    enter(world, EVIL);
    hourly(world);
    world.ask('changeOrganization', { id });
    hourly(world);
    expect([syncIn(world)?.lastRun?.stopped, inLago(world)]).toEqual([
      undefined,
      ['r1 = 1', 'r2 = 2'],
    ]);
    expect(syncIn(world)?.sync.address).toBe(EVIL);
  });

  test('is forgotten once the former one is entered again', () => {
    const { world } = sent();
    enter(world, EVIL);
    hourly(world);
    enter(world, HOME);
    hourly(world);
    expect([syncIn(world)?.lastRun?.stopped, inLago(world)]).toEqual([
      undefined,
      ['r1 = 1', 'r2 = 2'],
    ]);
  });
});

test('another organization is confirmed by nobody else either', () => {
  const { world, id } = sent();
  const key = 'f00dfeed-2222-4222-8333-abcdefab9999';
  world.lago.seed.organization({ name: 'Other', apiKey: key, eventsStore: 'postgres' });
  const asked = world.ask('connect', { address: HOME, apiKey: key });
  const accepted = 'unconfirmed' in asked ? asked.unconfirmed.to.organizationId : '';
  world.ask('connect', { address: HOME, apiKey: key, accepted });
  expect(codeOf(world.call('changeOrganization', { id }, { user: STRANGER }))).toBe(
    'settings.not-yours',
  );
  expect(world.call('changeOrganization', { id }).ok).toBe(true);
});

test('whoever activates a sync in the place of another is named to that person', () => {
  const { world, id } = sent();
  world.ask('pause', { id });
  expect(world.call('activate', choice(world, id)).ok).toBe(true);
  expect(world.google.mails).toEqual([]);
  world.ask('pause', { id });
  expect(world.call('activate', choice(world, id), { user: STRANGER }).ok).toBe(true);
  expect(world.google.mails.map(({ recipient, body }) => [recipient, body.split('\n')[0]])).toEqual(
    [
      [
        OWNER,
        `${STRANGER} has activated the sync “Usage”, which you had activated before. Mails about it ` +
          'go there from now on.',
      ],
    ],
  );
});

test('the address and key of one file are not those of another, in an add-on that both use', () => {
  const world = createWorld({ rows: usageRows(1), google: { addOn: true } });
  activate(world);
  const other: World = { ...world, google: world.google.copyFile({ documentProperties: 'kept' }) };
  const open = (google: World['google']): Reply<'open'> =>
    JSON.parse(String(google.rpc('rpc', callText(google, 'open', {})).result)) as Reply<'open'>;
  const connectionOf = (google: World['google']) => {
    const reply = open(google);
    return reply.ok ? reply.value.connection?.address : 'failed';
  };
  expect([connectionOf(world.google), connectionOf(other.google)]).toEqual([HOME, undefined]);
  const argument = { address: EVIL, apiKey: API_KEY };
  other.google.rpc('rpc', callText(other.google, 'connect', argument));
  expect([connectionOf(world.google), connectionOf(other.google)]).toEqual([HOME, EVIL]);
});
