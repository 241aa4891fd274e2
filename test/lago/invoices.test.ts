import type { LagoResponse } from '../../src/lago/http';
import { Invoices } from '../../src/lago/invoices';
import { requestsTo } from '../../src/lago/requests';
import { answered, ScriptedHttp, TestClock, unreachable } from './scripted-http';

const NOVEMBER = ['2026-11-01T00:00:00Z', '2026-11-30T23:59:59Z'] as const;
const END = Date.parse('2026-11-30T23:59:59.999Z');

const fee = (code: string, units: string, changes: object = {}, item: object = {}) => ({
  external_subscription_id: 's1',
  units,
  events_count: 1,
  pay_in_advance: false,
  item: { type: 'charge', code, filters: null, grouped_by: {}, ...item },
  ...changes,
});

interface Made {
  readonly customer?: string;
  readonly status?: string;
  readonly at?: string;
  readonly subscription?: string;
  readonly period?: readonly [string, string];
  readonly reason?: string;
  readonly fees?: unknown;
}

/** A Lago with invoices by id, and events of a subscription in November. */
function lagoWith(
  made: Readonly<Record<string, Made>>,
  {
    most,
    events = 0,
    scripted,
  }: {
    readonly most?: number;
    readonly events?: number;
    readonly scripted?: (
      path: string,
      query: ReadonlyMap<string, string>,
    ) => LagoResponse | undefined;
  } = {},
) {
  const states = new Map(Object.entries(made));
  const http = new ScriptedHttp((path, query) => {
    const other = scripted?.(path, query);
    if (other !== undefined) return other;
    const listed = [...states].filter(
      ([, { customer = 'c1' }]) => customer === query.get('external_customer_id'),
    );
    if (path === '/invoices')
      return answered(200, {
        invoices: listed.map(([id, { at = '2026-12-01T00:10:00Z' }]) => ({
          lago_id: id,
          created_at: at,
        })),
        meta: { total_pages: 1 },
      });
    if (path === '/events')
      return answered(200, {
        events: Array.from({ length: events }, (_, place) => ({
          transaction_id: `e${place}`,
          external_subscription_id: query.get('external_subscription_id'),
          code: query.get('code'),
          timestamp: '2026-11-30T10:00:00.000Z',
          properties: { value: place },
          created_at: '2026-11-30T10:00:01Z',
        })),
        meta: { total_count: events, total_pages: 1 },
      });
    const {
      status = 'finalized',
      at = '2026-12-01T00:10:00Z',
      subscription = 's1',
      period: [from, to] = NOVEMBER,
      reason = 'subscription_periodic',
      fees = [],
    } = states.get(path.replace('/invoices/', '')) ?? {};
    return answered(200, {
      invoice: {
        status,
        created_at: at,
        issuing_date: '2026-12-01',
        billing_periods: [
          {
            external_subscription_id: subscription,
            charges_from_datetime: from,
            charges_to_datetime: to,
            invoicing_reason: reason,
          },
        ],
        fees,
      },
    });
  });
  const invoices = new Invoices(requestsTo(http, new TestClock(), 1000), most);
  return { http, invoices, states };
}

const asked = (changes: object = {}) => ({
  customer: 'c1',
  subscription: 's1',
  code: 'calls',
  end: END,
  again: false,
  ...changes,
});

describe("a customer's invoices", () => {
  test('are noted when they are asked for, and read in two waves: lists, then each that may matter', () => {
    const { http, invoices } = lagoWith({
      i1: {},
      i2: { customer: 'c2', subscription: 's2' },
      old: { at: '2026-11-01T00:10:00Z', period: ['2026-10-01T00:00:00Z', '2026-10-31T23:59:59Z'] },
    });
    expect(invoices.since('c1', END)).toBe('unasked');
    expect(invoices.since('c2', END)).toBe('unasked');
    expect(http.paths()).toEqual([]);
    expect(invoices.ask()).toBe(true);
    expect(http.sent).toEqual([2, 2]);
    expect(http.paths()).toEqual([
      '/invoices?external_customer_id=c1&per_page=100&page=1',
      '/invoices?external_customer_id=c2&per_page=100&page=1',
      '/invoices/i1',
      '/invoices/i2',
    ]);
    expect(invoices.since('c1', END)).toHaveLength(1);
    expect(invoices.since('c3', END)).toBe('unasked');
  });

  test('are none where none was made since', () => {
    const { http, invoices } = lagoWith({ old: { at: '2026-11-01T00:10:00Z' } });
    invoices.since('c1', END);
    invoices.ask();
    expect(invoices.since('c1', END)).toEqual([]);
    expect(http.paths()).toHaveLength(1);
    expect(invoices.ask()).toBe(false);
  });

  test('are read as far as requests are left', () => {
    const { http, invoices } = lagoWith({ i1: {}, i2: { customer: 'c2' } }, { most: 3 });
    for (const customer of ['c1', 'c2']) invoices.since(customer, END);
    expect(invoices.ask()).toBe(true);
    expect(http.paths()).toHaveLength(3);
    expect(invoices.since('c1', END)).toHaveLength(1);
    expect(invoices.since('c2', END)).toBe('unasked');
    expect(invoices.ask()).toBe(false);
    expect(http.paths()).toHaveLength(3);
  });

  it('are read with their lists, where there are more customers than requests', () => {
    const customers = Array.from({ length: 40 }, (_, place) => `c${place}`);
    const made = Object.fromEntries(
      customers.map((customer) => [`i-${customer}`, { customer, subscription: customer }]),
    );
    const decided = new Set<string>();
    for (let turn = 0; turn < 40 && decided.size < customers.length; turn++) {
      const { invoices } = lagoWith(made, { most: 20 });
      for (const customer of customers) invoices.since(customer, END);
      invoices.ask(0, turn);
      const known = customers.filter((customer) => Array.isArray(invoices.since(customer, END)));
      expect(known.length).toBeGreaterThanOrEqual(8);
      for (const customer of known) decided.add(customer);
    }
    expect(decided.size).toBe(customers.length);
  });

  test('leave requests for others, and begin at another customer each time', () => {
    const begins = (turn: number): string[] => {
      const { http, invoices } = lagoWith({}, { most: 3 });
      for (const customer of ['c1', 'c2', 'c3']) invoices.since(customer, END);
      invoices.ask(2, turn);
      return http.paths().map((path) => /customer_id=([^&]*)/.exec(path)?.[1] ?? '');
    };
    expect([0, 1, 2].map(begins)).toEqual([['c1'], ['c3'], ['c2']]);
  });

  test('that the key may not read are asked for once', () => {
    const { http, invoices } = lagoWith({}, { scripted: () => answered(403, {}) });
    expect(invoices.areUnreadable).toBe(false);
    invoices.since('c1', END);
    invoices.ask();
    expect(invoices.since('c1', END)).toBe('unreadable');
    expect(invoices.since('c2', END)).toBe('unreadable');
    expect(invoices.areUnreadable).toBe(true);
    expect(http.paths()).toHaveLength(1);
  });

  test('that Lago does not show are asked for again later', () => {
    const { invoices } = lagoWith({}, { scripted: () => unreachable() });
    invoices.since('c1', END);
    expect(invoices.ask()).toBe(false);
    expect(invoices.since('c1', END)).toBe('unasked');
  });

  test('are not clear where there are more than a list shows', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, place) => [`i${place}`, {}]));
    const { invoices } = lagoWith(many);
    invoices.since('c1', END);
    invoices.ask();
    expect(invoices.since('c1', END)).toBe('unclear');
  });
});

describe('the bill of a period', () => {
  test('has the fees of the metric and subscription, and all events of the period', () => {
    const fees = [
      fee(
        'calls',
        '7.0',
        {},
        { filters: { region: ['us', 'eu'] }, grouped_by: { b: null, a: 'x' } },
      ),
      fee('other', '1'),
      fee('calls', '2', { external_subscription_id: 's2' }),
      fee('calls', '3', { pay_in_advance: true }),
      fee('', '1', {}, { type: 'subscription' }),
    ];
    const { http, invoices } = lagoWith({ i1: { fees } }, { events: 2 });
    const [bill] = invoices.bills([asked()]);
    expect(bill).toMatchObject({
      madeAt: Date.parse('2026-12-01T00:10:00Z'),
      fees: [
        { name: '[[["region",["eu","us"]]],[["a","x"],["b",null]]]', units: '7.0', events: 1 },
      ],
      events: [{ event: { transaction_id: 'e0' } }, { event: { transaction_id: 'e1' } }],
    });
    expect(http.paths().at(-1)).toBe(
      '/events?code=calls&external_subscription_id=s1&timestamp_from=2026-11-01T00%3A00%3A00.000Z' +
        '&timestamp_to=2026-11-30T23%3A59%3A59.999Z&per_page=500&page=1',
    );
  });

  test.each<[string, Readonly<Record<string, Made>>, string]>([
    ['is a draft', { i1: { status: 'draft' } }, 'draft'],
    ['is none where there is no invoice', {}, 'none'],
    ['is none while the invoice failed', { i1: { status: 'failed' } }, 'none'],
    ['is none where the invoice is void', { i1: { status: 'voided' } }, 'none'],
    [
      'is not that of an event that is paid in advance',
      { i1: { reason: 'in_advance_charge' } },
      'none',
    ],
    ['is not that of another subscription', { i1: { subscription: 's2' } }, 'none'],
    [
      'is not that of another period',
      { i1: { period: ['2026-12-01T00:00:00Z', '2026-12-31T23:59:59Z'] } },
      'none',
    ],
    ['is not clear without fees', { i1: { fees: null } }, 'unclear'],
    ['is not clear with a fee of an unknown kind', { i1: { fees: [{ item: null }] } }, 'unclear'],
  ])('%s', (_, made, expected) => {
    expect(lagoWith(made).invoices.bills([asked()])).toEqual([expected]);
  });

  test('is looked at again if it was a draft, and only then', () => {
    const { http, invoices, states } = lagoWith({ i1: { status: 'draft' } });
    expect(invoices.bills([asked()])).toEqual(['draft']);
    states.set('i1', {});
    expect(invoices.bills([asked()])).toEqual(['draft']);
    expect(invoices.bills([asked({ again: true })])).toMatchObject([{ fees: [] }]);
    const before = http.paths().length;
    invoices.bills([asked({ again: true })]);
    expect(http.paths().slice(before)).toEqual([expect.stringContaining('/events')]);
  });

  describe('with events on many pages', () => {
    const MONTH_MS = END + 1 - Date.parse(NOVEMBER[0]);
    /** Events that come evenly, on pages of 500. */
    const evenly = (perMonth: number, most?: number) =>
      lagoWith(
        { i1: {} },
        {
          ...(most === undefined ? {} : { most }),
          scripted: (path, query) => {
            if (path !== '/events') return undefined;
            const [from, to] = ['from', 'to'].map((end) =>
              Date.parse(query.get(`timestamp_${end}`) ?? ''),
            ) as [number, number];
            const total = Math.round((perMonth * (to + 1 - from)) / MONTH_MS);
            const before = (Number(query.get('page')) - 1) * 500;
            return answered(200, {
              events: Array.from({ length: Math.min(500, total - before) }, (_, place) => ({
                transaction_id: `${from} ${before + place}`,
                external_subscription_id: 's1',
                code: 'calls',
                timestamp: '2026-11-30T10:00:00.000Z',
                properties: {},
              })),
              meta: { total_count: total, total_pages: Math.ceil(total / 500) },
            });
          },
        },
      );

    test('is read in as many windows as it takes', () => {
      const { http, invoices } = evenly(45_000);
      const [bill] = invoices.bills([asked()]);
      expect(typeof bill === 'object' && bill.events).toHaveLength(45_000);
      // A list, an invoice, the first look, and 90 pages, of which each window's last is not full.
      expect(http.paths().length).toBeLessThanOrEqual(1 + 1 + 1 + 92);
    });

    test('is not clear where one run’s requests do not suffice, and not asked for after others', () => {
      expect(evenly(45_000, 60).invoices.bills([asked()])).toEqual(['unclear']);
      const { invoices } = evenly(10_000, 30);
      expect(invoices.bills([asked(), asked({ code: 'hours' })])).toMatchObject([
        { fees: [] },
        'unasked',
      ]);
    });
  });

  test('is not asked for without requests', () => {
    expect(lagoWith({ i1: {} }, { most: 1 }).invoices.bills([asked()])).toEqual(['unasked']);
    expect(lagoWith({ i1: {} }, { most: 2 }).invoices.bills([asked()])).toEqual(['unasked']);
  });
});
