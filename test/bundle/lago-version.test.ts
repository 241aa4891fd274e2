import {
  API_KEY,
  activate,
  createWorld,
  draftOf,
  fireHourly,
  HOUR,
  usageRows,
  type World,
} from './world';

/** What Google keeps of a script's properties, in characters. */
const MOST_STORED = 500 * 1024;

const answer = (body: string, status = 200) => ({ status, headers: {}, body });
const health = (version: string): string => JSON.stringify({ version, message: 'Success' });

/** A world whose Lago answers with what `body` holds; every question for it is counted. */
function worldWith(first: string): { world: World; lago: { body: string; asked: number } } {
  const world = createWorld({ rows: usageRows(2) });
  const lago = { body: first, asked: 0 };
  world.intercept = ({ url }) => {
    if (url !== 'https://lago.example/health') return undefined;
    lago.asked += 1;
    return answer(lago.body);
  };
  activate(world);
  return { world, lago };
}

/** Two days, with a run every six hours. */
function twoDays(world: World): void {
  for (let run = 0; run < 8; run++) {
    world.time.now += 6 * HOUR;
    fireHourly(world);
  }
}

const updates = ({ google }: World): string[] =>
  google.mails.filter(({ subject }) => subject === 'Lago was updated').map(({ body }) => body);

/** Leaves room for what stands there already, and for nothing longer. */
function fillProperties({ google }: World): void {
  const { scriptProperties } = google;
  const used = (): number =>
    Object.entries(scriptProperties.all()).reduce(
      (sum, [key, text]) => sum + key.length + text.length,
      0,
    );
  for (let number = 100; used() < MOST_STORED - 20; number++)
    scriptProperties.set(
      `other.${number}`,
      'x'.repeat(Math.max(1, Math.min(9_000, MOST_STORED - 20 - used() - 'other.100'.length))),
    );
}

/** A world whose sync was activated, right after what is done to it before. */
function activated(prepare: (world: World) => void): World {
  const world = createWorld({ rows: usageRows(2) });
  world.intercept = ({ url }) => (url.endsWith('/health') ? answer(health('1.51.0')) : undefined);
  world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
  const { id, revision } = world.ask('saveSync', { draft: draftOf(world) });
  prepare(world);
  world.ask('activate', { id, revision, changed: 'flag', removed: 'flag', onEdit: false });
  return world;
}

test('the version is asked for when a sync is activated, and then once a day', () => {
  const { world, lago } = worldWith(health('1.51.0'));
  expect(lago.asked).toBe(1);
  twoDays(world);
  expect(lago.asked).toBe(3);
  expect(updates(world)).toEqual([]);
});

test('another version is told once', () => {
  const { world, lago } = worldWith(health('1.51.0'));
  lago.body = health('1.52.1');
  twoDays(world);
  expect(updates(world)).toHaveLength(1);
  expect(updates(world)[0]).toContain(
    'Lago at https://lago.example was updated from version 1.51.0 to 1.52.1.',
  );
  twoDays(world);
  expect(updates(world)).toHaveLength(1);
});

test.each([
  ['a word', health('production')],
  ['a page', '<html>Bad gateway</html>'],
  ['nothing', ''],
])('%s in place of a version is no change, and the version before stays known', (_, body) => {
  const { world, lago } = worldWith(health('1.51.0'));
  lago.body = body;
  twoDays(world);
  lago.body = health('1.51.0');
  twoDays(world);
  expect(updates(world)).toEqual([]);
  lago.body = health('1.52.0');
  twoDays(world);
  expect(updates(world)).toHaveLength(1);
});

test('a version that becomes known is no change', () => {
  const { world, lago } = worldWith(health('production'));
  lago.body = health('v1.51');
  twoDays(world);
  lago.body = health('1.51');
  twoDays(world);
  expect(updates(world)).toEqual([]);
});

test('what could not be mailed is told another day', () => {
  const { world, lago } = worldWith(health('1.51.0'));
  lago.body = health('1.52.0');
  world.google.quotas.mailRecipients = 0;
  twoDays(world);
  expect(updates(world)).toEqual([]);
  world.google.quotas.mailRecipients = 100;
  twoDays(world);
  expect(updates(world)).toHaveLength(1);
});

test('an update that Google takes no note of is not mailed each hour', () => {
  const { world, lago } = worldWith(health('1.51.0'));
  fillProperties(world);
  lago.body = health(`1.52.${'1'.repeat(100)}`);
  twoDays(world);
  expect(updates(world)).toEqual([]);
});

test('a sync is activated though Google takes no note of the version', () => {
  const writes = activated(() => {}).execution().serviceCalls.byName['Properties.setProperty'];
  const world = activated(({ google }) => {
    google.faults.add({ call: 'Properties.setProperty', message: 'full', nth: writes ?? 0 });
  });
  expect(world.google.faults.injected()).toEqual({ 'Properties.setProperty before its effect': 1 });
  fireHourly(world);
  expect(world.lago.events()).toHaveLength(2);
});

test('a Lago that does not answer keeps no run from sending', () => {
  const world = createWorld({ rows: usageRows(2) });
  world.intercept = ({ url }) => (url.endsWith('/health') ? { error: 'timeout' } : undefined);
  activate(world);
  fireHourly(world);
  expect(world.lago.events()).toHaveLength(2);
  expect(world.ask('open', {}).syncs[0]?.health.state).toBe('healthy');
});
