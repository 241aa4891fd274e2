import fc from 'fast-check';
import { newEntry } from '../../../src/sync/ledger/entry';
import type { Plan, PlannedRow } from '../../../src/sync/plan/planned-row';
import { summarise } from '../../../src/sync/plan/summary';
import type { Json } from '../../../src/value/json';

const SECONDS = Date.UTC(2026, 10, 3, 10) / 1000;
const NOW = Date.UTC(2026, 10, 20, 12);

interface Usage {
  readonly code?: string;
  readonly subscription?: string;
  readonly timestamp?: number;
  readonly gb?: Json;
}

const row = (
  { code = 'storage', subscription = 'acme', timestamp = SECONDS, gb = '1' }: Usage,
  index: number,
): PlannedRow => {
  const event = {
    transaction_id: `r${index}`,
    external_subscription_id: subscription,
    code,
    timestamp,
    properties: { gb },
  };
  const key = `r${index}`;
  const entry = newEntry(
    { key, kind: 'usage', revision: 1, content: {}, templateRevision: 1, at: 0 },
    event,
  );
  return {
    key,
    row: index + 2,
    change: 'added',
    action: 'send',
    problems: [],
    entry,
    latest: undefined,
    content: '',
  };
};

const planOf = (...usages: Usage[]): Plan => ({ rows: usages.map(row) });
const gbOfStorage = {
  quantityField: (code: string): string | undefined => (code === 'storage' ? 'gb' : undefined),
};

test('quantities are added exactly, as texts and as numbers', () => {
  const { metrics } = summarise(
    planOf({ gb: '0.1' }, { gb: 0.2 }, { gb: '12345678901234567890.5' }),
    gbOfStorage,
    'UTC',
    NOW,
  );
  expect(metrics).toEqual([
    { code: 'storage', events: 3, quantity: '12345678901234567890.8', field: 'gb' },
  ]);
});

test('a quantity that Lago would not count adds nothing', () => {
  expect(
    summarise(planOf({ gb: '1,234' }, { gb: '2' }), gbOfStorage, 'UTC', NOW).metrics,
  ).toMatchObject([{ events: 2, quantity: '2' }]);
});

test('a metric that counts has events and no quantity', () => {
  expect(summarise(planOf({ code: 'calls' }), gbOfStorage, 'UTC', NOW).metrics).toEqual([
    { code: 'calls', events: 1, quantity: undefined, field: undefined },
  ]);
});

test('periods and customers are those of the most frequent metric', () => {
  const summary = summarise(
    planOf({ code: 'calls' }, { gb: '5' }, { gb: '7', subscription: 'globex' }),
    gbOfStorage,
    'UTC',
    NOW,
  );
  expect(summary.metrics.map(({ code }) => code)).toEqual(['storage', 'calls']);
  expect(summary.periods).toEqual([{ period: '2026-11-03', events: 2, quantity: '12' }]);
  expect(
    summary.biggest.map(({ subscription, quantity }) => `${subscription} ${quantity}`),
  ).toEqual(['globex 7', 'acme 5']);
  expect(summary.events).toBe(3);
});

test('the day is that of the zone', () => {
  const lateEvening = Date.UTC(2026, 10, 30, 23, 30) / 1000;
  expect(
    summarise(planOf({ timestamp: lateEvening }), gbOfStorage, 'Europe/Berlin', NOW).periods,
  ).toMatchObject([{ period: '2026-12-01' }]);
});

test('more than 31 days are shown by month', () => {
  const days = Array.from({ length: 40 }, (_, index) => ({ timestamp: SECONDS + index * 86_400 }));
  const { unit, periods } = summarise(planOf(...days), gbOfStorage, 'UTC', NOW);
  expect(unit).toBe('month');
  expect(periods.map(({ period, events }) => `${period} ${events}`)).toEqual([
    '2026-11 28',
    '2026-12 12',
  ]);
});

test('nothing to send has no first and no last time', () => {
  expect(summarise({ rows: [] }, gbOfStorage, 'UTC', NOW)).toMatchObject({
    events: 0,
    metrics: [],
    first: undefined,
    last: undefined,
  });
});

test('whatever the events, periods and subscriptions add up to the metric', () => {
  const usage = fc.record({
    subscription: fc.constantFrom('a', 'b', 'c', 'd'),
    timestamp: fc.integer({ min: SECONDS, max: SECONDS + 90 * 86_400 }),
    gb: fc.integer({ min: 0, max: 1_000_000 }),
  });
  fc.assert(
    fc.property(fc.array(usage, { minLength: 1, maxLength: 60 }), (usages) => {
      const { metrics, periods, biggest, events } = summarise(
        planOf(...usages),
        gbOfStorage,
        'America/New_York',
        NOW,
      );
      const sum = (texts: readonly { readonly quantity: string | undefined }[]): number =>
        texts.reduce((total, { quantity }) => total + Number(quantity), 0);
      expect(sum(periods)).toBe(sum(metrics));
      expect(sum(biggest)).toBe(sum(metrics));
      expect(periods.reduce((total, period) => total + period.events, 0)).toBe(events);
    }),
  );
});

test('events that are dated later than now are counted', () => {
  expect(
    summarise(
      planOf({}, { timestamp: NOW / 1000 }, { timestamp: NOW / 1000 + 1 }),
      gbOfStorage,
      'UTC',
      NOW,
    ).future,
  ).toBe(1);
});
