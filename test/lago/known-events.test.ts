import type { KnownEvents } from '../../src/sync/ports';
import type { UsageEvent } from '../../src/value/usage-event';
import { lagoWith } from './answering-lago';
import { answered, shownEvent, usageEvent } from './scripted-http';

const PAGE = 500;
const ALL = (): boolean => true;

const row = (id: string, changes: Partial<UsageEvent> = {}): UsageEvent => usageEvent(id, changes);

/** Events of another tool, long before those of the rows. */
const others = (count: number): UsageEvent[] =>
  Array.from({ length: count }, (_, place) => row(`other${place}`, { timestamp: 1_700_000_000 }));

/** Lago's list in pages, as it is while this page is read. */
const paged =
  (events: readonly UsageEvent[], arrived: (page: number) => readonly UsageEvent[] = () => []) =>
  (query: ReadonlyMap<string, string>) => {
    const number = Number(query.get('page'));
    const [from, to] = ['timestamp_from', 'timestamp_to'].map((name) => query.get(name));
    const listed = [...arrived(number), ...events].filter(
      ({ timestamp }) =>
        (from === undefined || timestamp * 1000 >= Date.parse(from)) &&
        (to === undefined || timestamp * 1000 <= Date.parse(to)),
    );
    return answered(200, {
      events: listed.slice((number - 1) * PAGE, number * PAGE).map((each) => shownEvent(each)),
      meta: { total_count: listed.length, total_pages: Math.ceil(listed.length / PAGE) },
    });
  };

interface Case {
  readonly has: readonly UsageEvent[];
  readonly arrived?: (page: number) => readonly UsageEvent[];
  readonly store?: string;
  readonly isAsked?: (id: string) => boolean;
}

/** What is read for rows `a`, `b` and `c` with at most three requests. */
function listed({ has, arrived, store = 'postgres', isAsked = ALL }: Case) {
  const { destination, http } = lagoWith({
    listed: paged(has, arrived),
    organization: () =>
      answered(200, {
        organization: { lago_id: 'o', name: 'O', timezone: 'UTC', events_store: store },
      }),
  });
  destination.identify();
  const known = destination.listOnce([row('a'), row('b'), row('c')], isAsked, 3);
  return { known, requests: http.paths().filter((path) => path.startsWith('/events')) };
}

const judged = (known: KnownEvents | undefined, ...events: UsageEvent[]): string[] => [
  String(known?.isAll),
  ...(known?.find(events) ?? []),
];

describe('Lago’s list that is read once', () => {
  it('is all that Lago has where that is short enough, so nothing else is there', () => {
    const { known, requests } = listed({
      has: [row('a'), row('b', { properties: { quantity: 6 } }), ...others(600)],
    });
    expect(judged(known, row('a'), row('b'), row('c'))).toEqual([
      'true',
      'same',
      'different',
      'absent',
    ]);
    expect(requests).toHaveLength(2);
  });

  it('finds an id at another time, of another metric and of another subscription', () => {
    const has = [
      row('a', { timestamp: 1_600_000_000 }),
      row('b', { code: 'calls' }),
      row('c', { external_subscription_id: 's2' }),
    ];
    expect(judged(listed({ has }).known, row('a'), row('b'), row('c'))).toEqual([
      'true',
      'different',
      'different',
      'different',
    ]);
  });

  it('takes the event at its own time for it, whatever else has its id', () => {
    const has = [row('a', { timestamp: 1_600_000_000 }), row('a')];
    expect(judged(listed({ has }).known, row('a'))).toEqual(['true', 'same']);
  });

  it('is that of the rows’ metrics and times where all is too long, and proves no absence', () => {
    const { known, requests } = listed({ has: [row('a'), ...others(2_000)] });
    expect(judged(known, row('a'), row('b'))).toEqual(['false', 'same', 'absent']);
    expect(requests).toHaveLength(2);
    expect(decodeURIComponent(requests[1] ?? '')).toContain(
      'code=units&timestamp_from=2026-02-28T12:00:00.000Z&timestamp_to=2026-03-04T12:00:00.000Z',
    );
  });

  it('is not read where that is too long, too, nor where it changes while it is read', () => {
    const now = others(2_000).map((event) => ({ ...event, timestamp: row('a').timestamp }));
    expect(listed({ has: now }).known).toBeUndefined();
    const arrived = (page: number) => (page > 1 ? [row('new')] : []);
    expect(listed({ has: [row('a'), ...others(600)], arrived }).known?.isAll).toBe(false);
  });

  it('proves no absence on ClickHouse where an event was on two pages', () => {
    const has = [...others(600), row('other1', { timestamp: 1_700_000_000 })];
    expect(listed({ has, store: 'clickhouse' }).known?.isAll).toBe(false);
    expect(listed({ has }).known?.isAll).toBe(true);
  });

  it('keeps what it has under the ids that are asked for', () => {
    const { known } = listed({ has: [row('a'), row('b')], isAsked: (id) => id === 'a' });
    expect(['a', 'b'].map((id) => known?.eventsOf(id).length)).toEqual([1, 0]);
  });

  it('is not read if Lago does not show it', () => {
    const { destination } = lagoWith({ listed: () => answered(403, {}) });
    expect(destination.listOnce([row('a')], ALL, 3)).toBeUndefined();
  });
});
