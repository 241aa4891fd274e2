import { applyEdits } from '../../src/value/text-edit';
import { API_KEY, createWorld, draftOf, TEMPLATE, usageRows, type World } from './world';

const connected = (world: World = createWorld({ rows: usageRows(3) })): World => {
  world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
  return world;
};

describe('the connection', () => {
  test('is labelled by the name of the organization, until a person says otherwise', () => {
    const world = connected();
    expect(world.ask('open', {}).connection).toMatchObject({
      organization: 'Test Inc.',
      environment: 'test',
    });
    expect(world.ask('labelConnection', { environment: 'live' })).toMatchObject({
      environment: 'live',
    });
    connected(world);
    expect(world.ask('open', {}).connection).toMatchObject({ environment: 'live' });
  });

  test('says what Lago has to bill with, in one wave of requests', () => {
    const world = connected();
    const { prerequisites } = world.ask('prerequisites', {});
    expect(
      prerequisites.map(
        ({ what, count, problem }) => `${what} ${count} ${problem?.code ?? 'fine'}`,
      ),
    ).toEqual(['metrics 1 fine', 'plans 1 fine', 'subscriptions 2 fine']);
    expect(world.execution().serviceCalls.byName['UrlFetchApp.fetchAll']).toBe(1);
  });

  test('offers the metrics and filters that a template may name', () => {
    const { metrics, filters } = connected().ask('vocabulary', {});
    expect(metrics).toEqual([
      {
        code: 'calls',
        name: 'Calls',
        aggregation: 'sum_agg',
        field: 'amount',
        hasExpression: false,
      },
    ]);
    expect(filters.map(({ name }) => name)).toContain('unix');
  });

  test('shows the events that arrived last, whenever their usage was', () => {
    const world = connected();
    const put = (id: string, timestamp: number): void => {
      world.time.now += 60_000;
      const event = {
        transaction_id: id,
        external_subscription_id: 'acme',
        code: 'calls',
        timestamp,
        properties: { amount: 1 },
      };
      world.lago.handle({
        method: 'POST',
        url: '/api/v1/events',
        headers: { Authorization: `Bearer ${API_KEY}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ event }),
      });
    };
    const today = Math.floor(world.time.now / 1000);
    for (const nth of [1, 2, 3, 4, 5]) put(`misdated-${nth}`, today * 1000);
    for (const nth of [1, 2, 3, 4]) put(`backdated-${nth}`, today - nth * 86_400);
    expect(world.ask('newestEvents', {}).events.map(({ transactionId }) => transactionId)).toEqual([
      'backdated-4',
      'backdated-3',
      'backdated-2',
      'backdated-1',
      'misdated-5',
    ]);
  });

  test('shows an event with its time and properties', () => {
    const world = connected();
    const { id } = world.ask('saveSync', { draft: draftOf(world) });
    world.ask('testSend', { id, row: 2 });
    expect(world.ask('newestEvents', {}).events).toMatchObject([
      {
        transactionId: 'r1',
        subscription: 'acme',
        code: 'calls',
        time: Date.UTC(2026, 10, 3, 10),
        properties: '{"amount":1}',
      },
    ]);
  });
});

describe('the preview of a row', () => {
  test('says what Lago makes of it', () => {
    const world = connected();
    expect(world.ask('preview', { draft: draftOf(world), row: 3 })).toMatchObject({
      held: false,
      meaning:
        'Lago counts 2 amount (sum of amount, metric Calls) for subscription globex in November 2026. That period runs until 2026-11-30 23:59 (UTC).',
    });
  });

  test('says nothing of the kind where the row would be held', () => {
    const world = connected(createWorld({ rows: [['r1', 'nobody', '2026-11-03 10:00', '1']] }));
    const preview = world.ask('preview', { draft: draftOf(world), row: 2 });
    expect(preview.held).toBe(true);
    expect(preview.meaning).toBeUndefined();
    expect(preview.problems.map(({ code }) => code)).toEqual(['event.unknown-subscription']);
  });
});

test('the preview holds a number that ClickHouse would count as nothing, as the review does', () => {
  const rows = [['r1', 'acme', '2026-11-03 10:00', '1000000000000']];
  const world = connected(createWorld({ store: 'clickhouse', rows }));
  const draft = draftOf(world);
  const { id } = world.ask('saveSync', { draft });
  expect(world.ask('dryRun', { id }).rows[0]?.problems[0]?.code).toBe('event.too-large');
  const { held, problems } = world.ask('preview', { draft, row: 2 });
  expect([held, ...problems.map(({ code }) => code)]).toEqual([true, 'event.too-large']);
});

describe('the preview of a row whose number is written in the way of the sheet', () => {
  const look = (amount: string, locale: string) => {
    const world = connected(
      createWorld({
        rows: [['r1', 'acme', '2026-11-03 10:00', amount]],
        textColumns: ['amount'],
        google: { spreadsheetLocale: locale },
      }),
    );
    const draft = draftOf(world);
    const { problems, fixes, held } = world.ask('preview', { draft, row: 2 });
    const afterwards = fixes.map((fix) =>
      world.ask('preview', {
        draft: { ...draft, template: applyEdits(draft.template, fix.edits) },
        row: 2,
      }),
    );
    return {
      held,
      problems: problems.map(({ code, place }) => `${code} in row ${place.row}`),
      fixes: fixes.map(({ label }) => label),
      afterwards: afterwards.map(
        (preview) => `${preview.held} ${JSON.parse(preview.event ?? '{}').properties.amount}`,
      ),
    };
  };
  const HELD = ['event.not-a-number in row 2'];

  test.each([
    ['1.234,5', 'de_DE', HELD, ['Read “1.234,5” as 1234.5'], ['false 1234.5']],
    ['1,234', 'en_US', HELD, ['Read “1,234” as 1234'], ['false 1234']],
    ['1,234', 'de_DE', HELD, ['Read “1,234” as 1.234'], ['false 1.234']],
    ['$12', 'de_DE', HELD, ['Read “$12” as 12'], ['false 12']],
    ['many', 'de_DE', HELD, [], []],
    ['1.234', 'de_DE', ['row.ambiguous-number in row 2'], ['Read “1.234” as 1234'], ['false 1234']],
    ['1.234', 'en_US', [], [], []],
  ])('offers the filters that read %j in %s', (amount, locale, problems, fixes, afterwards) => {
    expect(look(amount, locale)).toEqual({ held: problems === HELD, problems, fixes, afterwards });
  });

  test('offers nothing for a row that Lago has already', () => {
    const world = connected(
      createWorld({
        rows: [['r1', 'acme', '2026-11-03 10:00', '1.234']],
        textColumns: ['amount'],
        google: { spreadsheetLocale: 'de_DE' },
      }),
    );
    const sync = world.ask('saveSync', { draft: draftOf(world) }).id;
    expect(world.ask('preview', { draft: draftOf(world), row: 2, sync }).fixes).toHaveLength(1);
    expect(world.ask('testSend', { id: sync, row: 2 }).state).toBe('accepted');
    expect(world.ask('preview', { draft: draftOf(world), row: 2, sync })).toMatchObject({
      done: 'sent',
      fixes: [],
    });
  });
});

describe('the preview of a row that no run would send', () => {
  test('says so before it is tested: usage that is dated far ahead, a key that stands twice, a row that is not ticked', () => {
    const world = connected(
      createWorld({
        headers: ['id', 'subscription', 'time', 'amount', 'ok'],
        rows: [
          ['r1', 'acme', '2062-11-03 10:00', '1', 'TRUE'],
          ['r2', 'acme', '2026-11-03 10:00', '1', 'TRUE'],
          ['r2', 'acme', '2026-11-03 10:00', '2', 'TRUE'],
          ['r4', 'acme', '2026-11-03 10:00', '2', 'FALSE'],
        ],
      }),
    );
    const draft = {
      ...draftOf(world, ['id', 'subscription', 'time', 'amount', 'ok']),
      ready: 'ok',
    };
    const codes = [2, 3, 5].map((row) => {
      const { held, problems } = world.ask('preview', { draft, row });
      return `${held} ${problems.map(({ code }) => code).join()}`;
    });
    expect(codes).toEqual(['true event.far-future', 'true key.duplicate', 'true row.not-ready']);
  });

  test('says that Lago has it already, and that it was taken as billed elsewhere', () => {
    const world = connected();
    const sync = world.ask('saveSync', { draft: draftOf(world) }).id;
    world.ask('testSend', { id: sync, row: 2 });
    const revision = world.ask('open', {}).syncs[0]?.sync.revision ?? 0;
    world.ask('takeAsBilled', { id: sync, revision, incomplete: [] });
    const look = (row: number) => {
      const { held, done, problems } = world.ask('preview', { draft: draftOf(world), row, sync });
      return `${held} ${done} ${problems.map(({ code }) => code).join()}`;
    };
    expect([look(2), look(3)]).toEqual([
      'false sent test.already-sent',
      'false elsewhere test.elsewhere',
    ]);
  });
});

describe('a draft', () => {
  test('is kept with the step where it stands, and loses it when the sync is activated', () => {
    const world = connected();
    const { id } = world.ask('saveSync', { draft: { ...draftOf(world), step: 'event' } });
    expect(world.ask('open', {}).syncs[0]?.sync.step).toBe('event');
    world.ask('activate', { id, revision: 1, changed: 'flag', removed: 'flag', onEdit: false });
    expect(world.ask('open', {}).syncs[0]?.sync.step).toBeUndefined();
  });

  test('may be incomplete', () => {
    const world = connected();
    expect(
      world.call('saveSync', { draft: { ...draftOf(world), template: '{', step: 'event' } }).ok,
    ).toBe(true);
  });

  test('of each of several metrics is saved at once, or none is', () => {
    const world = connected();
    const drafts = ['calls', 'storage'].map((code) => ({
      ...draftOf(world),
      id: `sync-${code}`,
      name: code,
    }));
    expect(world.ask('saveSyncs', { drafts }).syncs.map(({ name }) => name)).toEqual([
      'calls',
      'storage',
    ]);
    expect(world.ask('open', {}).syncs).toHaveLength(2);
    const nameless = [
      { ...draftOf(world), id: 'sync-3' },
      { ...draftOf(world), id: 'sync-4', name: ' ' },
    ];
    expect(world.call('saveSyncs', { drafts: nameless })).toMatchObject({
      ok: false,
      problem: { code: 'settings.incomplete' },
    });
    expect(world.ask('open', {}).syncs).toHaveLength(2);
  });
});

describe('a template that is checked', () => {
  const check = (world: World, template: string) => {
    const { source } = draftOf(world);
    const { columns } = world.ask('describeTab', { tabId: source.tabId });
    const { metrics = [] } = world.ask('vocabulary', {});
    return world.ask('checkTemplate', { source, template, columns, metrics }).problems;
  };

  test('is in order', () => {
    expect(check(connected(), TEMPLATE)).toEqual([]);
  });

  test('offers the nearest column, and the place of what it replaces', () => {
    const world = connected();
    const [found] = check(world, TEMPLATE.replace('row.amount', 'row.amuont'));
    expect(found?.code).toBe('template.unknown-column');
    const text = TEMPLATE.replace('row.amount', 'row.amuont');
    expect(text.slice(found?.from, found?.to)).toContain('amuont');
    expect(found?.fixes.map(({ label }) => label)[0]).toContain('amount');
  });

  test('that is the recipe of a reverse-ETL guide is repaired in one click', () => {
    const world = connected();
    const recipe =
      '"event": { "transaction_id": "{{ row.transactionId }}", "external_customer_id": "{{ row.customerId }}", "code": "calls", "properties": { "amount": "{{ row.amount }}" } }';
    const [first] = check(world, recipe);
    const fix = first?.fixes[0];
    const repaired = [...(fix?.edits ?? [])]
      .sort((left, right) => right.from - left.from)
      .reduce(
        (text, { from, to, insert }) => text.slice(0, from) + insert + text.slice(to),
        recipe,
      );
    expect(check(world, repaired)).toEqual([]);
    expect(repaired).toContain('external_subscription_id');
  });

  test('asks nobody but the script itself', () => {
    const world = connected();
    const { source } = draftOf(world);
    world.ask('checkTemplate', { source, template: TEMPLATE });
    expect(world.execution().serviceCalls.byName['UrlFetchApp.fetchAll'] ?? 0).toBe(0);
  });
});

describe('the menu', () => {
  test('opens the sidebar, opens it at the comparison with Lago, and shows all licences', () => {
    const { google } = createWorld({ rows: usageRows(1) });
    google.open();
    expect(google.menu.map(({ caption }) => caption)).toEqual([
      'Open',
      'Reconcile with Lago',
      'About',
    ]);
    google.clickMenu('Open');
    expect(google.shownSidebar?.html).toMatch(
      /<body data-start="" data-token="finance%40example\.com~\d+~[0-9a-f]{64}" data-kept="">/,
    );
    google.clickMenu('Reconcile with Lago');
    expect(google.shownSidebar?.html).toContain('<body data-start="reconcile" data-token="');
    const sidebar = google.shownSidebar;
    google.clickMenu('About');
    expect(google.shownDialog?.html).toContain('Software of others in it');
    expect(google.shownSidebar).toBe(sidebar);
  });
});
