import { catalogReader } from '../../src/lago/catalog-reader';
import { type CatalogCache, KEPT_MS, noCache } from '../../src/lago/catalog-text';
import type { LagoResponse } from '../../src/lago/http';
import { requestsTo } from '../../src/lago/requests';
import type { EventCheck } from '../../src/sync/ports';
import { answered, ScriptedHttp, TestClock, unreachable, usageEvent } from './scripted-http';

const METRIC = {
  code: 'units',
  name: 'Units',
  aggregation_type: 'sum_agg',
  field_name: 'quantity',
};
const PLAN = {
  code: 'basic',
  charges: [
    { billable_metric_code: 'units', charge_model: 'standard', properties: { amount: '1' } },
  ],
};
const subscription = (id: string, changes: Readonly<Record<string, unknown>> = {}) => ({
  external_id: id,
  external_customer_id: `customer of ${id}`,
  plan_code: 'basic',
  status: 'active',
  started_at: '2026-01-01T00:00:00.000Z',
  current_billing_period_started_at: '2026-03-01T00:00:00Z',
  current_billing_period_ending_at: '2026-03-31T23:59:59Z',
  ...changes,
});

interface Lago {
  metrics: readonly unknown[];
  plans: readonly unknown[];
  subscriptions: readonly {
    readonly external_id: string;
    readonly external_customer_id: string;
    readonly status?: unknown;
  }[];
  invoices: readonly unknown[];
  /** Listings that the key may not read, by the last word of their path. */
  readonly forbidden: Set<string>;
  /** Whether only subscriptions in the states that are asked for are listed. */
  states: boolean;
  broken: LagoResponse | undefined;
}

/** Keeps texts as long as a test wants. */
function keeping() {
  const texts = new Map<string, string>();
  const cache: CatalogCache = {
    read: (name) => texts.get(name),
    write: (name, text) => void texts.set(name, text),
  };
  return { texts, cache };
}

function lagoWith(changes: Partial<Lago> = {}) {
  const lago: Lago = {
    metrics: [METRIC],
    plans: [PLAN],
    subscriptions: [subscription('s1')],
    invoices: [],
    forbidden: new Set(),
    states: false,
    broken: undefined,
    ...changes,
  };
  const clock = new TestClock();
  const http = new ScriptedHttp((path, query) => {
    const name = path.slice(1);
    if (lago.broken !== undefined) return lago.broken;
    if (lago.forbidden.has(name)) return answered(403, {});
    const customers = lago.subscriptions.map((each) => ({
      external_id: each.external_customer_id,
      applicable_timezone: 'Asia/Kolkata',
    }));
    // Of a name that stands several times the last value is kept.
    const isNever = query.get('status[]') === 'canceled';
    const all = {
      billable_metrics: lago.metrics,
      plans: lago.plans,
      subscriptions: lago.states
        ? lago.subscriptions.filter(
            ({ status }) => ['incomplete', 'canceled'].includes(String(status)) === isNever,
          )
        : lago.subscriptions,
      customers,
      invoices: lago.invoices,
    }[name];
    if (all === undefined) return answered(404, {});
    const [number, size] = [Number(query.get('page')), Number(query.get('per_page'))];
    const meta = { total_pages: Math.ceil(all.length / size), total_count: all.length };
    return answered(200, { [name]: all.slice((number - 1) * size, number * size), meta });
  });
  const reader = (cache: CatalogCache = noCache) =>
    catalogReader(requestsTo(http, clock, 1000), clock, cache);
  /** The check of a run of its own. */
  const check = (cache?: CatalogCache): EventCheck => {
    const found = reader(cache).check();
    if ('remedy' in found) throw new Error(found.message);
    return found;
  };
  const asked = (): string[] => http.paths().map((path) => path.replace(/[?].*/, ''));
  return { lago, clock, http, reader, check, asked };
}

const codes = (check: EventCheck, changes = {}): string[] =>
  check.problemsOf(usageEvent('t', changes)).map(({ code }) => code);

describe('what Lago knows', () => {
  it('is read in one wave where it fits on a page, and once in a run', () => {
    const { http, check, asked } = lagoWith();
    const found = check();
    expect(codes(found)).toEqual([]);
    expect(codes(found, { code: 'unit' })).toEqual(['event.unknown-code']);
    expect(http.sent).toEqual([3]);
    expect(asked()).toEqual(['/subscriptions', '/plans', '/billable_metrics']);
    expect(http.paths()[0]).toContain(
      'status%5B%5D=active&status%5B%5D=pending&status%5B%5D=terminated',
    );
  });

  it('of 10,000 subscriptions is read in two waves of pages', () => {
    const { http, check } = lagoWith({
      subscriptions: Array.from({ length: 10_000 }, (_, index) => subscription(`s${index}`)),
    });
    const found = check();
    expect(codes(found, { external_subscription_id: 's9999' })).toEqual([]);
    expect(codes(found, { external_subscription_id: 's10000' })).toEqual([
      'event.unknown-subscription',
    ]);
    expect(codes(found, { external_subscription_id: 's10001' })).toHaveLength(1);
    // The last request asks for those that were never active, once.
    expect(http.sent).toEqual([3, 19, 1]);
  });

  it('of subscriptions that were never active is read once an id is not known, and told as what it is', () => {
    const ids = { half: 'incomplete', off: 'canceled', both: 'canceled' } as const;
    const { lago, http, check, asked } = lagoWith({
      subscriptions: [
        subscription('s1'),
        subscription('both', { status: 'incomplete' }),
        ...Object.entries(ids).map(([id, status]) => subscription(id, { status })),
      ],
    });
    lago.states = true;
    const found = check();
    expect(codes(found)).toEqual([]);
    expect(http.sent).toEqual([3]);
    const ofId = (id: string): string[] => codes(found, { external_subscription_id: id });
    expect(ofId('half')).toEqual(['event.incomplete-subscription']);
    expect(ofId('off')).toEqual(['event.canceled-subscription']);
    expect(ofId('both')).toEqual(['event.incomplete-subscription']);
    expect(ofId('nobody')).toEqual(['event.unknown-subscription']);
    expect(http.sent).toEqual([3, 1]);
    expect(asked().pop()).toBe('/subscriptions');
    expect(http.paths().pop()).toContain('status%5B%5D=incomplete&status%5B%5D=canceled');
    lago.subscriptions = [subscription('s1'), subscription('half')];
    expect(codes(check(), { external_subscription_id: 'half' })).toEqual([]);
  });

  it('of an older Lago, which lists all for states that it does not know, stays what it is', () => {
    const { check } = lagoWith({ subscriptions: [subscription('s1')] });
    expect(codes(check(), { external_subscription_id: 's2' })).toEqual([
      'event.unknown-subscription',
    ]);
  });

  it('of a Lago that does not answer for those stays an unknown subscription', () => {
    const { lago, check } = lagoWith();
    const found = check();
    lago.broken = answered(500, {});
    expect(codes(found, { external_subscription_id: 's2' })).toEqual([
      'event.unknown-subscription',
    ]);
  });

  it('cannot be told where Lago does not answer: nothing is checked then, and nothing sent', () => {
    const { reader } = lagoWith({ broken: unreachable() });
    expect(reader().check()).toMatchObject({ code: 'lago.unreachable' });
    expect(reader().catalog()).toMatchObject({ code: 'lago.unreachable' });
    expect(reader().metrics()).toMatchObject({ code: 'lago.unreachable' });
    expect(reader().inventory()).toMatchObject({ code: 'lago.unreachable' });
  });

  it('of metrics alone is one request, which the catalog need not repeat', () => {
    const { reader, asked } = lagoWith();
    const one = reader();
    expect(
      [...((one.metrics() as ReadonlyMap<string, unknown>) ?? [])].map(([code]) => code),
    ).toEqual(['units']);
    one.metrics();
    expect(asked()).toEqual(['/billable_metrics']);
    one.catalog();
    expect(asked()).toEqual(['/billable_metrics', '/subscriptions', '/plans']);
  });
});

describe('the cache', () => {
  it('spares the next run every request', () => {
    const { http, check } = lagoWith();
    const { cache } = keeping();
    check(cache);
    http.requests.length = 0;
    expect(codes(check(cache))).toEqual([]);
    expect(http.paths()).toEqual([]);
  });

  it('serves metrics too', () => {
    const { http, check, reader } = lagoWith();
    const { cache } = keeping();
    check(cache);
    http.requests.length = 0;
    expect(
      [...((reader(cache).metrics() as ReadonlyMap<string, unknown>) ?? [])].map(([code]) => code),
    ).toEqual(['units']);
    expect(http.paths()).toEqual([]);
  });

  it('is not believed where it knows no better: a row that it would hold is looked up in Lago once, and then held or sent', () => {
    const { lago, http, check } = lagoWith();
    const { cache } = keeping();
    check(cache);
    lago.subscriptions = [subscription('s1'), subscription('s2')];
    http.sent.length = 0;
    const found = check(cache);
    expect(codes(found, { external_subscription_id: 's2' })).toEqual([]);
    expect(http.sent).toEqual([3]);
    expect(codes(found, { external_subscription_id: 's3' })).toEqual([
      'event.unknown-subscription',
    ]);
    expect(codes(found, { external_subscription_id: 's2', code: 'x' })).toEqual([
      'event.unknown-code',
    ]);
    expect(http.sent).toEqual([3, 1]);
    http.sent.length = 0;
    expect(codes(check(cache), { external_subscription_id: 's2' })).toEqual([]);
    expect(http.sent).toEqual([]);
  });

  it('is not believed where the row would be held for its number either, since the metric may have changed', () => {
    const { lago, check } = lagoWith();
    const { cache } = keeping();
    check(cache);
    lago.metrics = [{ ...METRIC, aggregation_type: 'count_agg' }];
    expect(codes(check(cache), { properties: { quantity: 'many' } })).toEqual([]);
  });

  it('stops the run where Lago does not answer when a row is looked up', () => {
    const { lago, check } = lagoWith();
    const { cache } = keeping();
    check(cache);
    lago.broken = unreachable();
    const found = check(cache);
    expect(codes(found)).toEqual([]);
    expect(() => found.problemsOf(usageEvent('t', { code: 'x' }))).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'lago.unreachable' }) }),
    );
  });

  it('is worthless after five minutes', () => {
    const { http, clock, check } = lagoWith();
    const { cache } = keeping();
    check(cache);
    http.sent.length = 0;
    clock.time += KEPT_MS - 1;
    check(cache);
    expect(http.sent).toEqual([]);
    clock.time += 1;
    check(cache);
    expect(http.sent).toEqual([3]);
  });

  it('is worthless once a period has ended', () => {
    const { lago, clock, http, check } = lagoWith();
    const { cache } = keeping();
    clock.time = Date.parse('2026-03-31T23:59:00Z');
    check(cache);
    const march = usageEvent('t', { timestamp: Date.parse('2026-03-15T00:00:00Z') / 1000 });
    expect(check(cache).periodOf?.(march)).toEqual({ state: 'open' });
    lago.subscriptions = [
      subscription('s1', {
        current_billing_period_started_at: '2026-04-01T00:00:00Z',
        current_billing_period_ending_at: '2026-04-30T23:59:59Z',
      }),
    ];
    clock.time = Date.parse('2026-04-01T00:00:00Z');
    http.sent.length = 0;
    // Whether its invoice is made, Lago has to be asked.
    expect(check(cache).periodOf?.(march)).toEqual({ state: 'unasked' });
    expect(http.sent[0]).toBe(3);
  });

  it.each([
    ['damaged', (text: string) => text.slice(0, 50)],
    ['empty', () => ''],
    ['of another form', (text: string) => text.replace('"form":2', '"form":99')],
  ])('that is %s is read anew', (_, damage) => {
    const { http, check } = lagoWith();
    const { texts, cache } = keeping();
    check(cache);
    texts.set('catalog', damage(texts.get('catalog') ?? ''));
    http.sent.length = 0;
    expect(codes(check(cache))).toEqual([]);
    expect(http.sent).toEqual([3]);
  });

  it('remembers what the key may not read', () => {
    const { http, check } = lagoWith({ forbidden: new Set(['plans']) });
    const { cache } = keeping();
    check(cache);
    http.sent.length = 0;
    const found = check(cache);
    expect(codes(found)).toEqual([]);
    expect(http.sent).toEqual([]);
    expect(found.off.map(({ code, message }) => [code, message.includes('plans')])).toEqual([
      ['lago.unchecked', true],
    ]);
  });
});

describe('a key without the right to read', () => {
  const late = usageEvent('t', { timestamp: Date.parse('2026-02-10T00:00:00Z') / 1000 });

  it.each([
    ['plans', 'plans', { code: 'extra' }, ['event.unknown-code']],
    ['billable_metrics', 'billable metrics', { code: 'x' }, ['event.not-charged']],
    [
      'subscriptions',
      'subscriptions',
      { code: 'x', external_subscription_id: 'x' },
      ['event.unknown-code'],
    ],
  ])('%s has just their checks turned off, and is told so', (name, words, changes, expected) => {
    const { check } = lagoWith({ forbidden: new Set([name]) });
    const found = check();
    expect(codes(found)).toEqual([]);
    expect(codes(found, changes)).toEqual(expected);
    expect(found.off).toMatchObject([
      { code: 'lago.unchecked', message: expect.stringContaining(`may not read ${words} (403)`) },
    ]);
  });

  it('anything checks nothing, and is told each', () => {
    const { check } = lagoWith({
      forbidden: new Set(['plans', 'billable_metrics', 'subscriptions']),
    });
    const found = check();
    expect(codes(found, { code: 'x', external_subscription_id: 'x' })).toEqual([]);
    expect(found.periodOf?.(late)).toBeUndefined();
    expect(found.openUntil?.(late)).toBeUndefined();
    expect(found.off.map(({ code }) => code)).toEqual([
      'lago.unchecked',
      'lago.unchecked',
      'lago.unchecked',
    ]);
  });

  it('invoices takes usage of closed periods for late, and is told so once it matters', () => {
    const { check } = lagoWith({ forbidden: new Set(['invoices']) });
    const found = check();
    expect(found.off).toEqual([]);
    expect(found.periodOf?.(late)).toMatchObject({ state: 'invoiced' });
    expect(found.off).toMatchObject([{ code: 'lago.no-drafts' }]);
  });

  it('customers uses the organization’s zone, and is told so once it matters', () => {
    const { check } = lagoWith({ forbidden: new Set(['customers']) });
    const found = check();
    expect(found.off).toEqual([]);
    expect(found.zoneOf?.(late)).toBeUndefined();
    expect(found.off).toMatchObject([{ code: 'lago.no-zones' }]);
  });
});

describe('what is asked only when a row needs it', () => {
  it('are the zones of customers, which are kept as long as the catalog', () => {
    const { clock, check, asked, http } = lagoWith();
    const { cache } = keeping();
    const found = check(cache);
    expect(asked()).not.toContain('/customers');
    expect(found.zoneOf?.(usageEvent('t'))).toBe('Asia/Kolkata');
    expect(found.zoneOf?.(usageEvent('t', { external_subscription_id: 'nobody' }))).toBeUndefined();
    http.requests.length = 0;
    clock.time += KEPT_MS - 1_000;
    expect(check(cache).zoneOf?.(usageEvent('t'))).toBe('Asia/Kolkata');
    expect(asked()).toEqual([]);
    clock.time += 1_000;
    expect(check(cache).zoneOf?.(usageEvent('t'))).toBe('Asia/Kolkata');
    expect(asked().filter((path) => path === '/customers')).toHaveLength(1);
  });

  it('are damaged zones, read anew', () => {
    const { check, asked, http } = lagoWith();
    const { texts, cache } = keeping();
    check(cache).zoneOf?.(usageEvent('t'));
    texts.set('zones', '{"at":');
    http.requests.length = 0;
    expect(check(cache).zoneOf?.(usageEvent('t'))).toBe('Asia/Kolkata');
    expect(asked()).toEqual(['/customers']);
  });

  it('are the draft invoices, once in a run and never from the cache', () => {
    const { check, asked } = lagoWith();
    const { cache } = keeping();
    const late = usageEvent('t', { timestamp: Date.parse('2026-02-10T00:00:00Z') / 1000 });
    const found = check(cache);
    found.periodOf?.(usageEvent('t'));
    expect(asked()).not.toContain('/invoices');
    found.periodOf?.(late);
    found.periodOf?.(late);
    expect(asked().filter((path) => path === '/invoices')).toHaveLength(1);
    check(cache).periodOf?.(late);
    expect(asked().filter((path) => path === '/invoices')).toHaveLength(2);
  });

  it('stops the run where Lago does not answer: a guess could bill usage in another month, or not at all', () => {
    const { lago, check } = lagoWith();
    const found = check();
    lago.broken = unreachable();
    expect(() => found.zoneOf?.(usageEvent('t'))).toThrow();
    expect(() =>
      found.periodOf?.(usageEvent('t', { timestamp: Date.parse('2026-02-10T00:00:00Z') / 1000 })),
    ).toThrow();
  });
});

test('sums of a property are told, and nothing that Lago does not sum', () => {
  const metrics = [
    METRIC,
    { ...METRIC, code: 'peak', aggregation_type: 'max_agg' },
    { ...METRIC, code: 'mb', expression: 'event.properties.bytes' },
  ];
  const { check } = lagoWith({ metrics });
  const found = check();
  expect(['units', 'peak', 'mb', 'x'].map((code) => found.quantityField?.(code))).toEqual([
    'quantity',
    undefined,
    undefined,
    undefined,
  ]);
});
