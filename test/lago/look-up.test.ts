import type { LagoResponse } from '../../src/lago/http';
import type { UsageEvent } from '../../src/value/usage-event';
import { eventsOf, lagoWith, notFound, page } from './answering-lago';
import { answered, shownEvent, unreachable, usageEvent } from './scripted-http';

describe('a look-up', () => {
  it('of a few events shows each of them', () => {
    const [a, b, c] = eventsOf(3) as [UsageEvent, UsageEvent, UsageEvent];
    const { destination, http } = lagoWith({ events: [a, { ...b, properties: { quantity: 6 } }] });
    expect(destination.find([a, b, c])).toEqual(['same', 'different', 'absent']);
    expect(http.paths().filter((path) => path.startsWith('/events'))).toEqual([
      '/events/e0',
      '/events/e1',
      '/events/e2',
    ]);
  });

  it('encodes the id', () => {
    const { destination, http } = lagoWith();
    destination.find([usageEvent('a/b c?é')]);
    expect(http.paths()).toContain('/events/a%2Fb%20c%3F%C3%A9');
  });

  it('of many events lists them by subscription, code and time, and shows only what is missing', () => {
    const sent = eventsOf(6).map((event, index) => ({
      ...event,
      timestamp: event.timestamp + index,
    }));
    const { destination, http } = lagoWith({ events: sent.slice(0, 5) });
    destination.identify();
    expect(destination.find(sent)).toEqual(['same', 'same', 'same', 'same', 'same', 'absent']);
    const asked = http.paths().filter((path) => path.startsWith('/events'));
    expect(asked).toHaveLength(2);
    expect(decodeURIComponent(asked[0] ?? '')).toMatch(
      /^\/events\?external_subscription_id=s1&code=units&timestamp_from=2026-03-02T11:59:59.999Z&timestamp_to=2026-03-02T12:00:05.000Z&/,
    );
    expect(asked[1]).toBe('/events/e5');
  });

  it('of many events believes a whole listing where Lago does not tell that it refuses duplicates', () => {
    const sent = eventsOf(6);
    const { destination, http } = lagoWith({ events: sent.slice(0, 5) });
    expect(destination.find(sent)).toEqual(['same', 'same', 'same', 'same', 'same', 'absent']);
    expect(http.paths().filter((path) => path.startsWith('/events'))).toHaveLength(1);
  });

  it('reads further pages of a listing', () => {
    const sent = eventsOf(6);
    const { destination, http } = lagoWith({
      listed: (query) =>
        page(
          'events',
          sent
            .slice((Number(query.get('page')) - 1) * 2, Number(query.get('page')) * 2)
            .map((event) => shownEvent(event)),
          Number(query.get('page')),
          3,
        ),
    });
    expect(destination.find(sent)).toEqual(Array(6).fill('same'));
    expect(http.paths().filter((path) => path.startsWith('/events?'))).toHaveLength(3);
  });

  it('shows the events where the listing fails', () => {
    const sent = eventsOf(4);
    const { destination } = lagoWith({ events: sent, listed: () => answered(403, {}) });
    expect(destination.find(sent)).toEqual(Array(4).fill('same'));
  });

  it('takes two copies that differ for a difference, and equal ones for the event', () => {
    const sent = eventsOf(4);
    const copies = [
      ...sent,
      sent[0] as UsageEvent,
      { ...(sent[1] as UsageEvent), properties: { quantity: 9 } },
    ];
    expect(lagoWith({ events: copies }).destination.find(sent)).toEqual([
      'same',
      'different',
      'same',
      'same',
    ]);
  });

  it('finds the own event behind one with the same id on another subscription', () => {
    const mine = usageEvent('e0');
    const other = usageEvent('e0', { external_subscription_id: 's2' });
    expect(lagoWith({ events: [other, mine] }).destination.find([mine])).toEqual(['same']);
    expect(lagoWith({ events: [other] }).destination.find([mine])).toEqual(['absent']);
    expect(lagoWith({ events: [other] }).destination.find([mine], 'anywhere')).toEqual([
      'different',
    ]);
    expect(lagoWith({ events: [other, mine] }).destination.find([mine], 'anywhere')).toEqual([
      'same',
    ]);
    expect(lagoWith({}).destination.find([mine], 'anywhere')).toEqual(['absent']);
  });

  it('that gets a wrong path of everything is unknown, never absent', () => {
    const wrong = () => notFound('resource_not_found');
    const { destination } = lagoWith({ shown: wrong, listed: wrong });
    expect(destination.find([usageEvent('e0')])).toEqual(['unknown']);
  });

  it.each<[string, LagoResponse]>([
    ['a web page', answered(200, '<html>')],
    ['a fault', answered(500, '')],
    ['a limit', answered(429, '')],
    ['no connection', unreachable()],
    ['an event without an id', answered(200, { event: {} })],
  ])('that gets %s is unknown, never absent', (_, response) => {
    expect(lagoWith({ shown: () => response }).destination.find([usageEvent('e0')])).toEqual([
      'unknown',
    ]);
  });

  it('of all copies sees one that replaced the event, which showing it may not', () => {
    const sent = usageEvent('e0');
    const replaced = { ...sent, properties: { quantity: 9 } };
    const { destination, http } = lagoWith({ events: [sent, replaced] });
    expect(destination.findCopies([sent, usageEvent('e1')])).toEqual(['different', 'absent']);
    expect(http.paths().filter((path) => path.startsWith('/events'))).toHaveLength(1);
    expect(lagoWith({ events: [sent, sent] }).destination.findCopies([sent])).toEqual(['same']);
  });

  it('of copies is unknown where Lago does not list them', () => {
    const { destination } = lagoWith({ listed: () => answered(500, '') });
    expect(destination.findCopies([usageEvent('e0')])).toEqual(['unknown']);
  });

  describe.each<[string, string, LagoResponse]>([
    ['that is a step of an address', '.', page('events', [])],
    ['that is a step up in an address', '..', notFound('resource_not_found')],
    ['with a step up in an address', 'a/../b', notFound('event_not_found')],
    ['whose address a proxy refuses', 'a/b', answered(400, '<html>Bad Request</html>')],
    ['whose address a proxy does not know', 'a/b', answered(404, '<html>Not Found</html>')],
    ['whose address a proxy takes apart', 'a/b', notFound('resource_not_found')],
  ])('of an id %s (%s)', (_, id, response) => {
    const sent = usageEvent(id);
    const lago = (events: readonly UsageEvent[]) => lagoWith({ events, shown: () => response });

    it('finds it by listing its subscription, code and time', () => {
      const { destination, http } = lago([sent]);
      expect(destination.find([sent])).toEqual(['same']);
      expect(http.paths().filter((path) => path.startsWith('/events?'))).toEqual([
        '/events?external_subscription_id=s1&code=units&timestamp_from=2026-03-02T11%3A59%3A59.999Z&timestamp_to=2026-03-02T12%3A00%3A00.000Z&per_page=500&page=1',
      ]);
    });

    it('believes a whole listing that does not have it', () => {
      expect(lago([]).destination.find([sent])).toEqual(['absent']);
    });

    it.each<[string, Partial<UsageEvent>]>([
      ['other properties', { properties: { quantity: 6 } }],
      ['another time', { timestamp: sent.timestamp + 60 }],
      ['another code', { code: 'calls' }],
    ])('sees another event with %s under it where Lago refuses duplicates', (__, changes) => {
      const { destination } = lago([{ ...sent, ...changes }]);
      destination.identify();
      expect(destination.find([sent])).toEqual(['different']);
      expect(destination.find([sent], 'anywhere')).toEqual(['different']);
    });

    it('that nothing has is absent, also where any event under it counts', () => {
      const { destination } = lago([]);
      destination.identify();
      expect(destination.find([sent])).toEqual(['absent']);
      expect(destination.find([sent], 'anywhere')).toEqual(['absent']);
    });

    it('is unknown where Lago does not list it', () => {
      const { destination } = lagoWith({ shown: () => response, listed: () => answered(500, '') });
      expect(destination.find([sent])).toEqual(['unknown']);
    });

    it('is a problem where the key may not list events', () => {
      const { destination } = lagoWith({ shown: () => response, listed: () => answered(403, {}) });
      expect(destination.find([sent])).toMatchObject({ code: 'lago.forbidden' });
    });
  });

  it('lists several unnamed ids at once, and each at its own time if that is too long', () => {
    const sent = ['.', '..'].map((id, index) =>
      usageEvent(id, { timestamp: usageEvent('').timestamp + index }),
    );
    const long = (query: ReadonlyMap<string, string>) =>
      Date.parse(query.get('timestamp_to') ?? '') - Date.parse(query.get('timestamp_from') ?? '') >
      500;
    const { destination, http } = lagoWith({
      listed: (query) =>
        long(query)
          ? page('events', [], Number(query.get('page')), 1_000)
          : page(
              'events',
              sent.map((event) => shownEvent(event)),
            ),
    });
    expect(destination.find(sent)).toEqual(['same', 'same']);
    expect(http.paths().filter((path) => path.startsWith('/events?'))).toHaveLength(42);
  });

  it('does not know of an unnamed id among more events of one moment than are read', () => {
    const listed = (query: ReadonlyMap<string, string>) =>
      page('events', [], Number(query.get('page')), 1_000);
    const { destination } = lagoWith({ listed });
    expect(destination.find([usageEvent('.')])).toEqual(['unknown']);
    expect(destination.find([usageEvent('.')], 'anywhere')).toEqual(['different']);
  });

  it('takes an unnamed id for taken where its subscription is too long to be sure', () => {
    const listed = (query: ReadonlyMap<string, string>) =>
      page('events', [], Number(query.get('page')), query.has('code') ? 1 : 1_000);
    const { destination } = lagoWith({ listed });
    expect(destination.find([usageEvent('.')], 'anywhere')).toEqual(['different']);
  });

  it('is a problem where the key may not read events', () => {
    expect(
      lagoWith({ shown: () => answered(403, {}) }).destination.find([usageEvent('e0')]),
    ).toMatchObject({ code: 'lago.forbidden' });
  });

  it('costs at most 400 requests for single events; the rest is not asked for', () => {
    const sent = Array.from({ length: 450 }, (_, index) =>
      usageEvent(`e${index}`, { external_subscription_id: `s${index}` }),
    );
    const { destination, http } = lagoWith({ events: sent });
    const found = destination.find(sent);
    if ('remedy' in found) throw new Error(found.message);
    expect(found.filter((each) => each === 'same')).toHaveLength(400);
    expect(found.slice(400)).toEqual(Array(50).fill('unasked'));
    expect(http.paths().filter((path) => path.startsWith('/events/'))).toHaveLength(400);
  });

  it('of nothing asks nothing about events', () => {
    const { destination, http } = lagoWith();
    expect(destination.find([])).toEqual([]);
    expect(http.paths().filter((path) => path.startsWith('/events'))).toEqual([]);
  });
});

describe('a list of what events count for', () => {
  const NOW = Date.UTC(2026, 2, 5);
  const listedIn = (http: ReturnType<typeof lagoWith>['http']): string[] =>
    http
      .paths()
      .filter((path) => path.startsWith('/events'))
      .map((path) => decodeURIComponent(path));

  it('is read from two days before the first of their times to now, once for each metric', () => {
    const [a, b] = eventsOf(2) as [UsageEvent, UsageEvent];
    const { destination, http } = lagoWith();
    const later = { ...b, code: 'storage', timestamp: b.timestamp + 60 };
    expect(destination.findListed([a, later], NOW)).toEqual(['absent', 'absent']);
    const span = 'timestamp_from=2026-02-28T12:00:00.000Z&timestamp_to=2026-03-04T23:59:59.999Z';
    expect(listedIn(http)).toEqual([
      expect.stringContaining(`code=units&${span}`),
      expect.stringContaining(`code=storage&${span}`),
    ]);
  });

  it('reaches two days beyond what is dated ahead', () => {
    const { destination, http } = lagoWith();
    destination.findListed([usageEvent('e0')], 0);
    expect(listedIn(http)).toEqual([
      expect.stringContaining('timestamp_to=2026-03-04T11:59:59.999Z'),
    ]);
  });

  it('answers for more rows than a call takes arguments', () => {
    const { destination } = lagoWith();
    const events = Array.from({ length: 150_000 }, () => usageEvent('e0'));
    expect(destination.findListed(events, NOW)).toHaveLength(events.length);
  });

  it('tells the same event, another one of its subscription at any time, and none', () => {
    const [a, b, c, d] = eventsOf(4) as [UsageEvent, UsageEvent, UsageEvent, UsageEvent];
    const { destination } = lagoWith({
      events: [
        a,
        { ...b, timestamp: b.timestamp + 3_600 },
        { ...c, external_subscription_id: 's2' },
      ],
    });
    expect(destination.findListed([a, b, c, d], NOW)).toEqual([
      'same',
      'different',
      'absent',
      'absent',
    ]);
  });

  it('is not read if it has too many pages', () => {
    const { destination, http } = lagoWith({ listed: () => page('events', [], 1, 61) });
    expect(destination.findListed([usageEvent('e0')], NOW)).toBe('too-many');
    expect(listedIn(http)).toHaveLength(1);
  });

  it('that the key may not read is a problem', () => {
    const { destination } = lagoWith({ listed: () => answered(403, {}) });
    expect(destination.findListed([usageEvent('e0')], NOW)).toMatchObject({
      code: 'lago.forbidden',
    });
  });
});
