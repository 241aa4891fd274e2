import { readAnswer } from '../../src/lago/answer';
import { checkEvent } from '../../src/lago/check';
import { isSameEvent, readStoredEvent } from '../../src/lago/comparison';
import { lagoDestination } from '../../src/lago/destination';
import type { LagoResponse } from '../../src/lago/http';
import { nearest } from '../../src/value/nearest';
import {
  ADDRESS,
  answered,
  ScriptedHttp,
  shownEvent,
  TestClock,
  unreachable,
  usageEvent,
} from './scripted-http';

const destinationOf = (
  answer: (path: string, query: ReadonlyMap<string, string>) => LagoResponse,
) => {
  const http = new ScriptedHttp(answer);
  return { http, destination: lagoDestination(http, new TestClock(), 1000) };
};

describe('the event of an expression metric', () => {
  it('is recognised by a look-up before the catalog was read, as settling does it', () => {
    const sent = usageEvent('e0', { code: 'computed', properties: { a: 2, b: 3 } });
    const { destination } = destinationOf((path) => {
      if (path === '/billable_metrics')
        return answered(200, {
          billable_metrics: [
            {
              code: 'computed',
              aggregation_type: 'sum_agg',
              field_name: 'total',
              expression: 'event.properties.a * event.properties.b',
            },
          ],
          meta: { total_pages: 1, next_page: null },
        });
      if (path === '/subscriptions')
        return answered(200, {
          subscriptions: [{ external_id: 's1' }],
          meta: { total_pages: 1, next_page: null },
        });
      return answered(200, {
        event: shownEvent(sent, { properties: { a: 2, b: 3, total: '6.0' } }),
      });
    });
    expect(destination.find([sent])).toEqual(['same']);
  });
});

describe('an event behind one with the same id on another subscription', () => {
  const mine = usageEvent('e0');
  const other = answered(200, {
    event: shownEvent(usageEvent('e0', { external_subscription_id: 's2' })),
  });
  const isListing = (path: string): boolean => path === '/events';

  it.each<[string, LagoResponse]>([
    ['fails', answered(500, '')],
    ['is forbidden', answered(403, {})],
    ['is not answered', unreachable()],
    ['is a web page', answered(200, '<html>')],
  ])(
    'is unknown, not absent, where the listing %s: on ClickHouse absent is sent again',
    (_, listing) => {
      const { destination } = destinationOf((path) => (isListing(path) ? listing : other));
      expect(destination.find([mine])).toEqual(['unknown']);
    },
  );

  it('is unknown, not absent, where the listing has more pages than are read', () => {
    const { destination } = destinationOf((path, query) =>
      isListing(path)
        ? answered(200, {
            events: [],
            meta: {
              current_page: Number(query.get('page')),
              next_page: Number(query.get('page')) + 1,
              total_pages: 99,
            },
          })
        : other,
    );
    expect(destination.find([mine])).toEqual(['unknown']);
  });
});

describe('a comparison', () => {
  it('does not depend on the order of names in a nested object, which Postgres changes', () => {
    const sent = usageEvent('t', { properties: { nested: { bb: 1, a: [{ d: 1, c: 2 }] } } });
    const stored = readStoredEvent(
      shownEvent(sent, { properties: { nested: { a: [{ c: 2, d: 1 }], bb: 1 } } }),
    );
    expect(stored !== undefined && isSameEvent(sent, stored)).toBe(true);
  });
});

describe('an answer', () => {
  it.each([408, 425])('%i of a proxy is no refusal of the events', (status) => {
    expect(readAnswer(answered(status, '<html>Request Timeout</html>'), 1, ADDRESS)).toMatchObject({
      kind: 'failed',
      stored: 'maybe',
    });
  });
});

describe('a property that a metric counts', () => {
  it.each(['constructor', 'toString'])(
    'is missing where it is called %s and is not there',
    (field) => {
      const metrics = new Map([
        [
          'units',
          {
            code: 'units',
            name: 'Units',
            aggregation: 'unique_count_agg',
            field,
            expression: undefined,
            recurring: false,
            filters: new Map(),
          },
        ],
      ]);
      expect(
        checkEvent({ metrics, subscriptions: undefined, plans: undefined }, usageEvent('t')).map(
          ({ code }) => code,
        ),
      ).toEqual(['event.missing-property']);
    },
  );
});

describe('an event that is shown', () => {
  it('is a problem, not nothing, where the path is wrong', () => {
    const { destination } = destinationOf(() => answered(404, { code: 'resource_not_found' }));
    expect(destination.show({ transaction_id: 'a' })).toMatchObject({ code: 'lago.not-found' });
  });
});

describe('a listing', () => {
  it('does not cost more requests than the look-up may', () => {
    const events = Array.from({ length: 2000 }, (_, index) =>
      usageEvent(`e${index}`, { external_subscription_id: `s${index % 500}` }),
    );
    const { destination, http } = destinationOf((path) =>
      path === '/events'
        ? answered(200, { events: [], meta: { next_page: null } })
        : answered(404, { code: 'event_not_found' }),
    );
    destination.find(events);
    expect(http.paths().filter((path) => path.startsWith('/events')).length).toBeLessThanOrEqual(
      400,
    );
  });
});

describe('the nearest name', () => {
  it('is none where two names share no letter, in other alphabets too', () => {
    expect(nearest('Количество', ['Дата'])).toBeUndefined();
    expect(nearest('数量合計値', ['日付'])).toBeUndefined();
  });

  it('is none where a short name is wholly another', () => {
    expect(nearest('ab', ['xy'])).toBeUndefined();
  });
});
