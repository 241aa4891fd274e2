import {
  bySubscriptionId,
  type Catalog,
  readMetric,
  readPlan,
  readSubscription,
} from '../../src/lago/catalog';
import { catalogReader } from '../../src/lago/catalog-reader';
import type { CatalogCache } from '../../src/lago/catalog-text';
import { checkEvent } from '../../src/lago/check';
import { readable } from '../../src/lago/field';
import { periodOf } from '../../src/lago/periods';
import { requestsTo } from '../../src/lago/requests';
import { bookedInto } from '../../src/sync/billing/period';
import type { EventCheck } from '../../src/sync/ports';
import { planOf } from '../sync/fixture';
import { answered, ScriptedHttp, TestClock, usageEvent } from './scripted-http';

const at = (iso: string): number => Date.parse(iso) / 1000;

const metric = (code: string, changes: object = {}) => ({
  code,
  name: code,
  aggregation_type: 'sum_agg',
  field_name: 'quantity',
  recurring: false,
  filters: [],
  ...changes,
});
const plan = (code: string, ...metrics: string[]) => ({
  code,
  charges: metrics.map((each) => ({
    billable_metric_code: each,
    charge_model: 'standard',
    properties: { amount: '1' },
    filters: [],
  })),
});
const subscription = (id: string, changes: object = {}) => ({
  external_id: id,
  external_customer_id: 'c1',
  plan_code: 'large',
  status: 'active',
  started_at: '2026-01-01T00:00:00.000Z',
  subscription_at: '2026-01-01T00:00:00Z',
  ending_at: null,
  terminated_at: null,
  current_billing_period_started_at: '2026-03-01T00:00:00Z',
  current_billing_period_ending_at: '2026-03-31T23:59:59Z',
  ...changes,
});

/**
 * Lago's answer after a downgrade, which waits for the end of the period: the next subscription is pending under the same id, and its
 * `subscription_at` is that of the running one, which lies in the past.
 */
const DOWNGRADED = [
  subscription('s1'),
  subscription('s1', {
    plan_code: 'small',
    status: 'pending',
    started_at: null,
    current_billing_period_started_at: null,
    current_billing_period_ending_at: null,
  }),
];

const catalogOf = (
  subscriptions: readonly unknown[],
  metrics: readonly unknown[],
  plans: readonly unknown[],
): Catalog => ({
  metrics: new Map(readable(metrics, readMetric).map((each) => [each.code, each])),
  plans: new Map(readable(plans, readPlan).map((each) => [each.code, each])),
  subscriptions: bySubscriptionId(readable(subscriptions, readSubscription)),
});

describe('a subscription whose downgrade waits for the end of the period', () => {
  const known = catalogOf(
    DOWNGRADED,
    [metric('units'), metric('seats')],
    [plan('large', 'units'), plan('small', 'units', 'seats')],
  );

  test.each([
    ['as Lago lists them', known],
    [
      'the other way round',
      {
        ...known,
        subscriptions: new Map([['s1', [...(known.subscriptions?.get('s1') ?? [])].reverse()]]),
      },
    ],
  ])('takes no usage of a month that is invoiced, %s', (_, catalog) => {
    expect(
      periodOf(catalog, usageEvent('t', { timestamp: at('2026-02-10T00:00:00Z') }), () => ({
        state: 'invoiced',
      })),
    ).toMatchObject({ state: 'invoiced' });
  });

  test('bills what the plan charges that runs now, not what the next one will', () => {
    const event = usageEvent('t', { code: 'seats', timestamp: at('2026-03-10T00:00:00Z') });
    expect(checkEvent(known, event).map(({ code }) => code)).toEqual(['event.not-charged']);
  });
});

test('late usage is not booked into the last, invoiced second of the former plan', () => {
  const known = catalogOf(
    [
      subscription('s1', { status: 'terminated', terminated_at: '2026-03-15T12:00:00Z' }),
      subscription('s1', {
        started_at: '2026-03-15T12:00:00.500Z',
        current_billing_period_started_at: '2026-03-15T12:00:00Z',
      }),
    ],
    [metric('units')],
    [plan('large', 'units')],
  );
  const event = usageEvent('t', { timestamp: at('2026-02-10T00:00:00Z') });
  const period = periodOf(known, event, () => ({ state: 'invoiced' }));
  if (period?.state !== 'invoiced' || period.current === undefined)
    throw new Error('the usage is late and can be booked');
  expect(periodOf(known, bookedInto(event, period.current), () => ({ state: 'invoiced' }))).toEqual(
    {
      state: 'open',
    },
  );
});

test('a value in capital letters is no matter where the plan has one price for all', () => {
  const known = catalogOf(
    [subscription('s1')],
    [metric('units', { filters: [{ key: 'region', values: ['eu', 'us'] }] })],
    [plan('large', 'units')],
  );
  const event = usageEvent('t', {
    timestamp: at('2026-03-10T00:00:00Z'),
    properties: { quantity: 1, region: 'EU' },
  });
  expect(checkEvent(known, event).map(({ code }) => code)).toEqual([]);
});

function lagoWith(subscriptions: () => readonly unknown[], customers: () => readonly unknown[]) {
  const clock = new TestClock();
  const http = new ScriptedHttp((path) => {
    const name = path.slice(1);
    const items = {
      billable_metrics: [metric('units')],
      plans: [plan('large', 'units')],
      subscriptions: subscriptions(),
      customers: customers(),
    }[name];
    return answered(200, {
      [name]: items,
      meta: { total_pages: 1, total_count: items?.length ?? 0 },
    });
  });
  const check = (cache: CatalogCache): EventCheck => {
    const found = catalogReader(requestsTo(http, clock, 1000), clock, cache).check();
    if ('remedy' in found) throw new Error(found.message);
    return found;
  };
  return { clock, check };
}

function keeping(): CatalogCache {
  const texts = new Map<string, string>();
  return { read: (name) => texts.get(name), write: (name, text) => void texts.set(name, text) };
}

test('a date gets the hour of the customer who has the subscription now, not of the one who had it before', () => {
  const { check } = lagoWith(
    () => [
      subscription('s1', {
        external_customer_id: 'former',
        status: 'terminated',
        terminated_at: '2026-02-01T00:00:00Z',
      }),
      subscription('s1', { started_at: '2026-02-02T00:00:00.000Z' }),
    ],
    () => [
      { external_id: 'former', applicable_timezone: 'Pacific/Auckland' },
      { external_id: 'c1', applicable_timezone: 'America/New_York' },
    ],
  );
  expect(
    check(keeping()).zoneOf?.(usageEvent('t', { timestamp: at('2026-03-10T00:00:00Z') })),
  ).toBe('America/New_York');
});

test('zones are as fresh as the rest of what a row is sent by, also where they were kept later than it', () => {
  let customers = [{ external_id: 'c1', applicable_timezone: 'America/New_York' }];
  const { clock, check } = lagoWith(
    () => [subscription('s1')],
    () => customers,
  );
  const cache = keeping();
  const first = check(cache);
  clock.time += 4 * 60_000;
  expect(first.zoneOf?.(usageEvent('t'))).toBe('America/New_York');
  customers = [{ external_id: 'c1', applicable_timezone: 'Pacific/Auckland' }];
  clock.time += 2 * 60_000;
  const next = check(cache);
  expect(next.isKept).toBe(false);
  expect(next.zoneOf?.(usageEvent('t'))).toBe('Pacific/Auckland');
});

test('late usage is told with the date that stands in the sheet', () => {
  const planned = planOf(
    '| id | sub | date | qty |\n| a | s1 | 2026-03-01 | 1 |',
    undefined,
    { dateOnly: 'start-of-day' },
    {
      rule: {
        sheetZone: 'Pacific/Auckland',
        periodZone: 'Pacific/Auckland',
        dateOnly: 'start-of-day',
      },
      check: {
        problemsOf: () => [],
        off: [],
        periodOf: () => ({ state: 'invoiced', current: 0, canBook: true }),
      },
    },
  );
  expect(planned.rows[0]?.problems[0]?.message).toContain('2026-03-01');
});
