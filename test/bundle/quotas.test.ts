import type { GoogleOptions } from '../../sandbox/runtime';
import type { Problem } from '../../src/problem/problem';
import type { SyncView } from '../../src/rpc/contract';
import { played } from './long';
import { activate, createWorld, HOUR, inLago, usageRows, type World } from './world';

const ROWS = ['r1 = 1', 'r2 = 2', 'r3 = 3'];
/** Languages whose text of a used-up quota is known, and one of which nothing is known. */
/** Of Google’s sentences; a short run has each of them with one of the three quotas. */
const LANGUAGES = ['en', 'fr', 'es', 'pt_BR', 'vi', 'id', 'nl', 'pl', 'ja', 'de'];

/** A world with one active sync of three rows, none of them sent. */
function activeWorld(google: Partial<GoogleOptions> = {}): World {
  const world = createWorld({ rows: usageRows(3), google });
  activate(world);
  return world;
}

const viewed = (world: World): SyncView => {
  const [view] = world.ask('open', {}).syncs;
  if (view === undefined) throw new Error('There is no sync.');
  return view;
};

/** What home says of the sync: its state and the code of its problem. */
const shown = (world: World): readonly (string | undefined)[] => {
  const { health } = viewed(world);
  return [health.state, health.problem?.code];
};

function nextHour(world: World): void {
  world.time.now += HOUR;
  // By the clock alone: full settings would not take the wish for a run.
  world.google.fireHourly();
}

const refusedCall = (world: World, ...[method, argument]: Parameters<World['call']>): Problem => {
  const reply = world.call(method, argument);
  if (reply.ok) throw new Error(`${method} has succeeded.`);
  return reply.problem;
};

/** Fills the settings with what another script has stored, to the last byte. */
function fill({ google: { documentProperties } }: World): void {
  const room = (): number =>
    500 * 1024 - Object.entries(documentProperties.all()).flat().join('').length;
  const key = (number: number): string => `other.${100 + number}`;
  let number = 0;
  for (; room() > 9_000; number++) documentProperties.set(key(number), 'x'.repeat(8_000));
  documentProperties.set(key(number), 'x'.repeat(room() - key(0).length));
}

describe('the day’s requests are used up', () => {
  test.each(played(LANGUAGES, 3))(
    'in %s: the sync stops, says when they return, and goes on by itself',
    (locale) => {
      const world = activeWorld({ locale });
      world.google.quotas.urlFetchCalls = 0;
      nextHour(world);
      expect(shown(world)).toEqual(['stopped', 'quota.requests']);
      const { problem } = viewed(world).health;
      expect(problem?.remedy).toContain('within 24 hours');
      expect(JSON.stringify(viewed(world))).not.toMatch(/cannot be reached|lago\.un/);
      world.google.resetQuotas();
      nextHour(world);
      expect([shown(world), inLago(world)]).toEqual([['healthy', undefined], ROWS]);
    },
  );

  test('is mailed once, and so is the end of it', () => {
    const world = activeWorld();
    world.google.quotas.urlFetchCalls = 0;
    for (let hour = 0; hour < 5; hour++) nextHour(world);
    world.google.resetQuotas();
    for (let hour = 0; hour < 24; hour++) nextHour(world);
    expect(world.google.mails.map(({ subject }) => subject)).toEqual([
      'Lago usage sync stopped',
      'Lago usage sync works again',
    ]);
  });

  test.each(played(['postgres', 'clickhouse'] as const, 2, 1))(
    'at any request of a run on %s: it says so, and everything is sent once',
    (store) => {
      const make = (): World => {
        const world = createWorld({ rows: usageRows(3), store });
        activate(world);
        return world;
      };
      const normal = make();
      const before = normal.google.quotas.urlFetchCalls;
      nextHour(normal);
      const requests = before - normal.google.quotas.urlFetchCalls;
      expect(requests).toBeGreaterThan(3);
      for (let left = 0; left < requests; left++) {
        const world = make();
        world.google.quotas.urlFetchCalls = left;
        nextHour(world);
        expect(shown(world)).toEqual(['stopped', 'quota.requests']);
        world.google.resetQuotas();
        for (let hour = 0; hour < 3; hour++) nextHour(world);
        expect([shown(world), inLago(world)]).toEqual([['healthy', undefined], ROWS]);
      }
    },
  );

  test('for a person who connects: the quota is named, not the address', () => {
    const world = activeWorld({ locale: 'fr' });
    world.google.quotas.urlFetchCalls = 0;
    expect(refusedCall(world, 'prerequisites', {}).code).toBe('quota.requests');
    const entered = { address: 'https://other.example', apiKey: 'aaaaaaaa-1111-4222-8333-bbbb' };
    expect(refusedCall(world, 'connect', entered).code).toBe('quota.requests');
  });

  test('an address that has the name of a service in it is one that cannot be reached', () => {
    const world = activeWorld();
    world.intercept = () => ({ error: 'dns' });
    const entered = { address: 'https://urlfetch', apiKey: 'aaaaaaaa-1111-4222-8333-bbbb' };
    expect(refusedCall(world, 'connect', entered).code).toBe('lago.unreachable');
  });
});

describe('requests that leave too fast for Google', () => {
  const TOO_FAST =
    'Service invoked too many times in a short time: urlfetch. Try Utilities.sleep(1000) between calls.';
  const failing = (world: World, times: number): void => {
    for (let nth = 1; nth <= times; nth++)
      world.google.faults.add({ call: 'UrlFetchApp.fetchAll', message: TOO_FAST, nth });
  };

  test.each(['en', 'ja', 'de'])('in %s: are tried again, and the run goes on', (locale) => {
    const world = activeWorld({ locale });
    failing(world, 2);
    nextHour(world);
    expect([shown(world), inLago(world)]).toEqual([['healthy', undefined], ROWS]);
  });

  test.each(['en', 'ja', 'de'])('in %s: and stay so, are told as that', (locale) => {
    const world = activeWorld({ locale });
    failing(world, 50);
    nextHour(world);
    expect(viewed(world).lastRun?.stopped?.code).toBe('google.too-fast');
  });
});

describe('the trigger time of the day is used up', () => {
  test('home says that no run begins, and a person can send', () => {
    const world = activeWorld();
    nextHour(world);
    world.google.quotas.triggerMs = 0;
    world.google.spreadsheet.paste('usage', 5, 1, usageRows(4).slice(3));
    for (let hour = 0; hour < 4; hour++) nextHour(world);
    expect(shown(world)).toEqual(['stopped', 'run.late']);
    const { problem } = viewed(world).health;
    expect([problem?.message, problem?.remedy].join(' ')).toMatch(
      /90 minutes a day .*“Run now” .*within 24 hours/,
    );
    world.ask('runNow', { id: viewed(world).sync.id });
    expect(inLago(world)).toEqual([...ROWS, 'r4 = 4']);
    world.google.resetQuotas();
    nextHour(world);
    expect(shown(world)).toEqual(['healthy', undefined]);
  });

  test('that ends a run is told as that', () => {
    const world = activeWorld();
    world.google.faults.add({
      call: 'Range.getValues',
      message: 'Service using too much computer time for one day.',
    });
    nextHour(world);
    expect(shown(world)).toEqual(['stopped', 'quota.trigger-time']);
  });
});

describe('the day’s reads and writes of settings are used up', () => {
  test.each(played(LANGUAGES, 3, 1))(
    'in %s: the sidebar says so in the place of home',
    (locale) => {
      const world = activeWorld({ locale });
      world.google.quotas.propertyReads = 0;
      expect(refusedCall(world, 'open', {})).toMatchObject({
        code: 'quota.properties',
        remedy: expect.stringContaining('within 24 hours'),
      });
      world.google.resetQuotas();
      nextHour(world);
      expect(inLago(world)).toEqual(ROWS);
    },
  );
});

describe('settings that are full', () => {
  test.each(['en', 'de'])('in %s: stop the sync, which does not look healthy', (locale) => {
    const world = activeWorld({ locale });
    nextHour(world);
    expect(shown(world)[0]).toBe('healthy');
    fill(world);
    world.google.spreadsheet.paste('usage', 5, 1, usageRows(40).slice(3));
    nextHour(world);
    expect(shown(world)).toEqual(['stopped', 'google.settings-full']);
    for (const key of Object.keys(world.google.documentProperties.all()))
      if (key.startsWith('other')) world.google.documentProperties.delete(key);
    for (let hour = 0; hour < 2; hour++) nextHour(world);
    expect([shown(world), inLago(world).length]).toEqual([['healthy', undefined], 40]);
  });
});

describe('a file that is full of cells', () => {
  test.each(['en', 'de'])('in %s: stops the sync before anything is sent', (locale) => {
    const world = activeWorld({ locale });
    world.google.faults.add({
      call: 'Spreadsheet.insertSheet',
      message:
        'This action would increase the number of cells in the workbook above the limit of 10000000 cells.',
    });
    nextHour(world);
    expect([shown(world), inLago(world)]).toEqual([['stopped', 'google.cells-full'], []]);
    nextHour(world);
    expect([shown(world), inLago(world)]).toEqual([['healthy', undefined], ROWS]);
  });
});

describe('a mail that cannot be sent', () => {
  /** Why home says that no mail leaves. */
  const unmailed = (world: World): string | undefined => world.ask('open', {}).problem?.code;
  const stop = (world: World): void => {
    world.google.spreadsheet.edit('usage', 1, 4, 'quantity');
    nextHour(world);
  };

  test('since Google gives no address: home says so from the first day', () => {
    const world = activeWorld({ emailHidden: true });
    expect(unmailed(world)).toBe('mail.no-address');
    world.ask('pause', { id: viewed(world).sync.id });
    expect(unmailed(world)).toBeUndefined();
  });

  test.each(played(LANGUAGES, 3, 2))(
    'since the day’s mails are used up, in %s: home says so until it is sent',
    (locale) => {
      const world = activeWorld({ locale });
      world.google.quotas.mailRecipients = 0;
      stop(world);
      expect([unmailed(world), world.google.mails]).toEqual(['quota.mail', []]);
      world.google.resetQuotas();
      nextHour(world);
      expect([unmailed(world), world.google.mails.length]).toEqual([undefined, 1]);
    },
  );

  test.each([
    ['quota.mail', 'Service invoked too many times for one day: email.'],
    [
      'mail.not-allowed',
      'You do not have permission to call MailApp.sendEmail. Required permissions: https://www.googleapis.com/auth/script.send_mail',
    ],
  ])('since Google refuses it (%s): home says so until it is sent', (code, message) => {
    for (const locale of ['en', 'ja', 'de']) {
      const world = activeWorld({ locale });
      world.google.faults.add({ call: 'MailApp.sendEmail', message });
      stop(world);
      expect(unmailed(world)).toBe(code);
      nextHour(world);
      expect([unmailed(world), world.google.mails.length]).toEqual([undefined, 1]);
    }
  });

  test('and may have left all the same is tried once a day: home says so until it is sent', () => {
    const world = activeWorld();
    world.google.faults.add({
      call: 'MailApp.sendEmail',
      message: 'Service unavailable: Mail',
      afterEffect: true,
    });
    stop(world);
    for (let hour = 0; hour < 23; hour++) nextHour(world);
    expect([unmailed(world), world.google.mails.length]).toEqual(['mail.refused', 1]);
    nextHour(world);
    expect([unmailed(world), world.google.mails.length]).toEqual([undefined, 2]);
  });

  test('though Google refuses it each time is tried once a day', () => {
    const world = activeWorld();
    for (let day = 0; day < 3; day++)
      world.google.faults.add({ call: 'MailApp.sendEmail', message: 'Service unavailable: Mail' });
    stop(world);
    for (let hour = 0; hour < 48; hour++) nextHour(world);
    expect(world.google.faults.injected()).toEqual({ 'MailApp.sendEmail before its effect': 3 });
    expect([unmailed(world), world.google.mails]).toEqual(['mail.refused', []]);
  });

  test('is no news any more once there is nothing left to mail', () => {
    const world = activeWorld();
    world.google.quotas.mailRecipients = 0;
    stop(world);
    expect(unmailed(world)).toBe('quota.mail');
    world.google.spreadsheet.edit('usage', 1, 4, 'amount');
    nextHour(world);
    expect([unmailed(world), shown(world)]).toEqual([undefined, ['healthy', undefined]]);
  });
});
