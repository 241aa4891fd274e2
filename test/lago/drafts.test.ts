import { type Drafts, readDrafts } from '../../src/lago/drafts';
import type { LagoResponse } from '../../src/lago/http';
import { requestsTo } from '../../src/lago/requests';
import { answered, ScriptedHttp, TestClock, unreachable } from './scripted-http';

const period = (id: string, from: string, to: string) => ({
  external_subscription_id: id,
  charges_from_datetime: from,
  charges_to_datetime: to,
});
const FEBRUARY = ['2026-02-01T00:00:00Z', '2026-02-28T23:59:59Z'] as const;

/** A Lago with draft invoices by id, each with its periods. */
function lagoWith(
  invoices: Readonly<Record<string, readonly unknown[]>>,
  scripted: {
    readonly list?: () => LagoResponse;
    readonly single?: (id: string) => LagoResponse | undefined;
  } = {},
) {
  const http = new ScriptedHttp((path, query) => {
    const ids = Object.keys(invoices);
    if (path === '/invoices') {
      const number = Number(query.get('page'));
      const size = Number(query.get('per_page'));
      const shown = ids
        .slice((number - 1) * size, number * size)
        .map((id) => ({ lago_id: id, status: 'draft' }));
      return (
        scripted.list?.() ??
        answered(200, {
          invoices: shown,
          meta: { total_pages: Math.ceil(ids.length / size), total_count: ids.length },
        })
      );
    }
    const id = decodeURIComponent(path.replace('/invoices/', ''));
    return (
      scripted.single?.(id) ??
      answered(200, { invoice: { lago_id: id, billing_periods: invoices[id] } })
    );
  });
  return { http, read: () => readDrafts(requestsTo(http, new TestClock(), 1000)) };
}

const takes = (drafts: unknown, id: string, time: string): boolean =>
  (drafts as Drafts).at(id, Date.parse(time)) !== undefined;

describe('draft invoices', () => {
  it('take usage of their period, from its first to its last millisecond, for their subscription', () => {
    const drafts = lagoWith({ i1: [period('s1', ...FEBRUARY)] }).read();
    expect(takes(drafts, 's1', '2026-02-01T00:00:00.000Z')).toBe(true);
    expect(takes(drafts, 's1', '2026-02-28T23:59:59.999Z')).toBe(true);
    expect(takes(drafts, 's1', '2026-01-31T23:59:59.999Z')).toBe(false);
    expect(takes(drafts, 's1', '2026-03-01T00:00:00.000Z')).toBe(false);
    expect(takes(drafts, 's2', '2026-02-10T00:00:00Z')).toBe(false);
    expect(takes(drafts, '__proto__', '2026-02-10T00:00:00Z')).toBe(false);
    expect(drafts).toMatchObject({ read: 1, isComplete: true });
  });

  it('may be several of one subscription, and hold several subscriptions', () => {
    const drafts = lagoWith({
      i1: [period('s1', ...FEBRUARY), period('s2', ...FEBRUARY)],
      i2: [period('s1', '2026-01-01T00:00:00Z', '2026-01-31T23:59:59Z')],
    }).read();
    for (const [id, time] of [
      ['s1', '2026-02-10T00:00:00Z'],
      ['s2', '2026-02-10T00:00:00Z'],
      ['s1', '2026-01-10T00:00:00Z'],
    ] as const)
      expect(takes(drafts, id, time)).toBe(true);
    expect(takes(drafts, 's2', '2026-01-10T00:00:00Z')).toBe(false);
  });

  it('are asked for alone, and each one for its periods', () => {
    const { http, read } = lagoWith({ i1: [], 'i/2': [] });
    read();
    expect(http.paths()).toEqual([
      '/invoices?status=draft&per_page=100&page=1',
      '/invoices/i1',
      '/invoices/i%2F2',
    ]);
  });

  it('are none where there are none', () => {
    const drafts = lagoWith({}).read();
    expect(drafts).toMatchObject({ read: 0, isComplete: true });
    expect(takes(drafts, 's1', '2026-02-10T00:00:00Z')).toBe(false);
  });

  it('of more than 400 are read in part, and that is said', () => {
    const many = Object.fromEntries(
      Array.from({ length: 450 }, (_, index) => [`i${index}`, [period(`s${index}`, ...FEBRUARY)]]),
    );
    const { http, read } = lagoWith(many);
    const drafts = read();
    expect(drafts).toMatchObject({ read: 400, isComplete: false });
    expect(http.requests.filter(({ path }) => path.startsWith('/invoices/'))).toHaveLength(400);
    expect(takes(drafts, 's399', '2026-02-10T00:00:00Z')).toBe(true);
    expect(takes(drafts, 's400', '2026-02-10T00:00:00Z')).toBe(false);
  });

  it('that the key may not list take nothing, and that is said', () => {
    const drafts = lagoWith(
      { i1: [period('s1', ...FEBRUARY)] },
      { list: () => answered(403, {}) },
    ).read();
    expect(drafts).toMatchObject({ read: 0, isComplete: false });
    expect(takes(drafts, 's1', '2026-02-10T00:00:00Z')).toBe(false);
  });

  it('of which one was finalized meanwhile are not all there, and that is said', () => {
    const gone = answered(404, { status: 404, error: 'Not Found', code: 'invoice_not_found' });
    const drafts = lagoWith(
      { i1: [period('s1', ...FEBRUARY)], i2: [period('s2', ...FEBRUARY)] },
      { single: (id) => (id === 'i1' ? gone : undefined) },
    ).read();
    expect(drafts).toMatchObject({ read: 1, isComplete: false });
    expect(takes(drafts, 's2', '2026-02-10T00:00:00Z')).toBe(true);
  });

  it('cannot be told where Lago does not answer', () => {
    expect(lagoWith({}, { list: () => unreachable() }).read()).toMatchObject({
      code: 'lago.unreachable',
    });
  });
});
