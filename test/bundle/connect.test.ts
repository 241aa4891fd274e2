import type { OrganizationChange } from '../../src/rpc/contract';
import {
  API_KEY,
  activate,
  createWorld,
  draftOf,
  fireHourly,
  inLago,
  lagoAnswer,
  usageRows,
  type World,
} from './world';

const ADDRESS = 'https://lago.example';
const OTHER_KEY = 'f00dfeed-2222-4222-8333-abcdefab9999';

/** A file that is connected, with a sync that has sent, and a key of another organization. */
function started(name = 'Other GmbH'): World {
  const world = createWorld({ rows: usageRows(2) });
  activate(world);
  fireHourly(world);
  world.lago.seed.organization({ name, apiKey: OTHER_KEY, eventsStore: 'postgres' });
  return world;
}

const enter = (world: World, apiKey: string, accepted?: string) =>
  world.ask('connect', { address: ADDRESS, apiKey, accepted });

function changeOf(world: World, apiKey: string, accepted?: string): OrganizationChange {
  const answer = enter(world, apiKey, accepted);
  if (!('unconfirmed' in answer)) throw new Error('It was stored without a question.');
  return answer.unconfirmed;
}

/** The connections, without the secret of the page. */
const stored = ({ google }: World) =>
  Object.fromEntries(
    Object.entries(google.scriptProperties.all()).filter(([name]) => name !== 'lago.page'),
  );

describe('a key of another organization', () => {
  test('is not stored until a person has accepted that organization by its id', () => {
    const world = started();
    const before = stored(world);
    const { from, to } = changeOf(world, OTHER_KEY);
    expect([from?.organization, to.organization]).toEqual(['Test Inc.', 'Other GmbH']);
    expect(stored(world)).toEqual(before);
    expect(world.ask('open', {}).connection?.organization).toBe('Test Inc.');
    expect(changeOf(world, OTHER_KEY, from?.organizationId).to).toEqual(to);
    expect(stored(world)).toEqual(before);
    expect(enter(world, OTHER_KEY, to.organizationId)).toMatchObject({
      organization: 'Other GmbH',
    });
    expect(world.ask('open', {}).connection?.organization).toBe('Other GmbH');
  });

  test('says for each sync whether it stops, moves, or returns to where it has sent', () => {
    const world = started();
    const draft = world.ask('saveSync', { draft: { ...draftOf(world), name: 'Draft' } });
    const there = changeOf(world, OTHER_KEY);
    const byName = ({ syncs }: OrganizationChange) =>
      Object.fromEntries(syncs.map(({ name, effect }) => [name, effect]));
    expect(byName(there)).toEqual({ Usage: 'stops', Draft: 'moves' });
    enter(world, OTHER_KEY, there.to.organizationId);
    expect(byName(changeOf(world, API_KEY))).toEqual({ Usage: 'returns', Draft: 'moves' });
    expect(draft.state).toBe('draft');
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
  });

  test('can be told from the stored one of the same name by id and key ending', () => {
    const world = started('Test Inc.');
    const { from, to } = changeOf(world, OTHER_KEY);
    expect([from?.organization, from?.keyEnding]).toEqual(['Test Inc.', 'cdef']);
    expect([to.organization, to.keyEnding]).toEqual(['Test Inc.', '9999']);
    expect(to.organizationId).not.toBe(from?.organizationId);
  });

  test('is asked about too where no key is stored and a sync would stop', () => {
    const world = started();
    world.google.scriptProperties.set('lago.connection.file-1', '');
    const { from, syncs } = changeOf(world, OTHER_KEY);
    expect(from).toBeUndefined();
    expect(syncs).toEqual([{ name: 'Usage', effect: 'stops' }]);
    expect(enter(world, API_KEY)).toMatchObject({ organization: 'Test Inc.' });
  });

  test('another key of the same organization is stored without a question', () => {
    const world = started();
    world.lago.addKey({ value: 'f00dfeed-3333-4222-8333-abcdefab1111' });
    expect(enter(world, 'f00dfeed-3333-4222-8333-abcdefab1111')).toMatchObject({
      keyEnding: '1111',
    });
  });

  test('the answer holds neither key', () => {
    const world = started();
    const text = JSON.stringify(changeOf(world, OTHER_KEY));
    expect(text).not.toContain(OTHER_KEY);
    expect(text).not.toContain(API_KEY);
  });
});

describe('a key that may not write events', () => {
  test('is refused before it is stored, and the stored one stays', () => {
    const world = started();
    const before = stored(world);
    world.lago.addKey({
      value: 'f00dfeed-4444-4222-8333-abcdefab2222',
      permissions: { organization: ['read'], event: ['read'] },
    });
    expect(
      world.call('connect', { address: ADDRESS, apiKey: 'f00dfeed-4444-4222-8333-abcdefab2222' }),
    ).toMatchObject({ ok: false, problem: { code: 'lago.may-not-write' } });
    expect(stored(world)).toEqual(before);
  });

  test('is found by an empty batch, which Lago refuses, so no event is ever made', () => {
    const bodies: string[] = [];
    const world = createWorld({
      rows: [],
      overhear: ({ url, body }, answer) => {
        if (url.endsWith('/events/batch'))
          bodies.push(`${body} ${'status' in answer ? answer.status : 'lost'}`);
      },
    });
    expect(enter(world, API_KEY)).toMatchObject({ organization: 'Test Inc.' });
    expect(bodies).toEqual(['{"events":[]} 422']);
    expect(inLago(world)).toEqual([]);
  });

  test.each([
    ['an error of Lago', { kind: 'answer', status: 500 } as const],
    ['a request without an answer', { kind: 'hang' } as const],
    ['too many requests', { kind: 'answer', status: 429 } as const],
  ])('is not suspected because of %s', (_, fault) => {
    const world = createWorld({ rows: [] });
    world.lago.faults.add({ path: '/api/v1/events/batch', ...fault });
    expect(enter(world, API_KEY)).toMatchObject({ organization: 'Test Inc.' });
  });
});

test.each([
  'https://lago.example/api/v1/events',
  'https://lago.example/api/v1/events/',
  'https://lago.example/api/v1/events/batch',
  'https://lago.example/api/v1',
  'https://lago.example/',
])('%s is the address of Lago as guides and other tools name it', (address) => {
  const world = createWorld({ rows: usageRows(1) });
  expect(world.ask('connect', { address, apiKey: API_KEY })).toMatchObject({ address: ADDRESS });
});

describe('a proxy that refuses', () => {
  const page = (status: number) => ({
    status,
    headers: { 'Content-Type': 'text/html' },
    body: `<html><head><title>${status} Sign in</title></head></html>`,
  });

  test.each([401, 403])('everything with a page (%i) is not taken for a wrong key', (status) => {
    const world = createWorld({ rows: usageRows(1) });
    world.intercept = () => page(status);
    expect(world.call('connect', { address: ADDRESS, apiKey: API_KEY })).toMatchObject({
      problem: {
        code: 'lago.not-lago',
        message: `${ADDRESS} answers, but not as Lago does (a web page, “${status} Sign in”).`,
      },
    });
  });

  test('to pass on events is noticed before the connection is stored', () => {
    const world = createWorld({ rows: usageRows(1) });
    world.intercept = ({ method }) => (method === 'post' ? page(403) : undefined);
    expect(world.call('connect', { address: ADDRESS, apiKey: API_KEY })).toMatchObject({
      problem: { code: 'lago.not-lago' },
    });
    expect(stored(world)).toEqual({});
  });
});

test('names with letters beyond ASCII are read as they are, whatever the answer says of its charset', () => {
  const world = createWorld({ rows: usageRows(1) });
  world.lago.seed.organization({ name: 'Zürich 語', apiKey: OTHER_KEY, eventsStore: 'postgres' });
  world.intercept = (request) => ({
    ...lagoAnswer(world.lago, request),
    headers: { 'Content-Type': 'application/json' },
  });
  expect(enter(world, OTHER_KEY)).toMatchObject({ organization: 'Zürich 語' });
});

describe('two people who change the connection at once', () => {
  const RENEWED = 'f00dfeed-2222-4222-8333-abcdefab1111';

  /** Somebody does something while Lago is asked whether a key is good. */
  const meanwhile = (world: World, act: () => void): void => {
    world.intercept = () => {
      world.intercept = () => undefined;
      act();
      return undefined;
    };
  };

  test('lose no key: who was slower looks at the newer one', () => {
    const world = createWorld({ rows: usageRows(1) });
    enter(world, API_KEY);
    world.lago.addKey({ value: RENEWED });
    meanwhile(world, () => enter(world, RENEWED));
    expect(world.call('connect', { address: ADDRESS, apiKey: API_KEY })).toMatchObject({
      problem: { code: 'settings.stale' },
    });
    expect(world.ask('open', {}).connection?.keyEnding).toBe('1111');
  });

  test('may both enter the same', () => {
    const world = createWorld({ rows: usageRows(1) });
    meanwhile(world, () => enter(world, API_KEY));
    expect(enter(world, API_KEY)).toMatchObject({ address: ADDRESS });
  });

  test.each(Array.from({ length: 25 }, (_, index) => index))(
    'lose no key where one of them labels it, and the other comes at its call %i',
    (index) => {
      const world = createWorld({ rows: usageRows(1) });
      enter(world, API_KEY);
      world.lago.addKey({ value: RENEWED });
      let isRenewed = false;
      const onCall = (call: { readonly index: number }): void => {
        if (call.index === index)
          isRenewed = world.call('connect', { address: ADDRESS, apiKey: RENEWED }).ok;
      };
      world.call('labelConnection', { environment: 'live' }, { onCall });
      const ending = world.ask('open', {}).connection?.keyEnding;
      expect(ending === '1111').toBe(isRenewed);
    },
  );
});
