import type { Metric } from '../../src/lago/catalog';
import { meaningOf } from '../../src/lago/meaning';
import type { Json } from '../../src/value/json';
import type { UsageEvent } from '../../src/value/usage-event';
import { usageEvent } from './scripted-http';

const at = (iso: string): number => Date.parse(iso) / 1000;
const event = (changes: Partial<UsageEvent> = {}): UsageEvent =>
  usageEvent('t1', {
    external_subscription_id: 'acme-eu',
    code: 'storage_gb',
    timestamp: at('2026-11-21T12:00:00Z'),
    properties: { gb: 12.5 },
    ...changes,
  });
const metric = (aggregation: string, changes: Partial<Metric> = {}): Metric => ({
  code: 'storage_gb',
  name: 'Storage',
  aggregation,
  field: 'gb',
  expression: undefined,
  filters: new Map(),
  recurring: false,
  ...changes,
});
const IN_NOVEMBER = 'for subscription acme-eu in November 2026.';

describe('what Lago makes of an event', () => {
  it.each([
    ['sum_agg', 'Lago counts 12.5 gb (sum of gb, metric Storage)'],
    [
      'max_agg',
      'Lago counts 12.5 gb, unless another event of the period has more (maximum of gb, metric Storage)',
    ],
    [
      'latest_agg',
      'Lago counts 12.5 gb, unless the period has a later event (latest gb, metric Storage)',
    ],
    [
      'weighted_sum_agg',
      'Lago adds 12.5 gb from then on, for as much of the period as is left (weighted sum of gb, metric Storage)',
    ],
    [
      'unique_count_agg',
      'Lago counts gb 12.5 once, however often it comes (unique gb, metric Storage)',
    ],
    ['count_agg', 'Lago counts 1 event (metric Storage)'],
    ['custom_agg', 'Lago hands the event to the metric’s own calculation (metric Storage)'],
    ['an aggregation of tomorrow', 'Lago takes the event (metric Storage)'],
  ])('by %s is said in a sentence', (aggregation, sentence) => {
    expect(meaningOf(event(), metric(aggregation), 'UTC')).toBe(`${sentence} ${IN_NOVEMBER}`);
  });

  it('is only what is certain where the metric is not known', () => {
    expect(meaningOf(event(), undefined, 'UTC')).toBe(
      `Lago takes it as an event with the code storage_gb ${IN_NOVEMBER}`,
    );
  });

  it.each([
    ['sum_agg', true],
    ['weighted_sum_agg', true],
    ['unique_count_agg', true],
    ['count_agg', false],
    ['max_agg', false],
    ['latest_agg', false],
  ])('carries over by %s where the metric is recurring: %s', (aggregation, carried) => {
    const sentence = meaningOf(event(), metric(aggregation, { recurring: true }), 'UTC') ?? '';
    expect(sentence.endsWith('It carries over into the following periods.')).toBe(carried);
    expect(meaningOf(event(), metric(aggregation), 'UTC')).not.toContain('carries over');
  });

  it('takes a unique value away that is removed', () => {
    expect(
      meaningOf(
        event({ properties: { gb: 'disk-7', operation_type: 'remove' } }),
        metric('unique_count_agg'),
        'UTC',
      ),
    ).toBe(`Lago no longer counts gb disk-7 (unique gb, metric Storage) ${IN_NOVEMBER}`);
  });

  it('does not guess what an expression makes of it', () => {
    expect(
      meaningOf(
        event({ properties: { a: 2 } }),
        metric('sum_agg', { expression: 'event.properties.a' }),
        'UTC',
      ),
    ).toBe(
      `Lago counts what its formula makes of the event as gb (sum of gb, metric Storage) ${IN_NOVEMBER}`,
    );
  });

  it.each<[string, Json | undefined]>([
    ['sum_agg', undefined],
    ['sum_agg', ''],
    ['sum_agg', null],
    ['sum_agg', '1,234'],
    ['max_agg', true],
    ['latest_agg', '12%'],
    ['weighted_sum_agg', [1]],
    ['unique_count_agg', ''],
  ])('by %s of %j is nothing', (aggregation, gb) => {
    expect(
      meaningOf(event({ properties: gb === undefined ? {} : { gb } }), metric(aggregation), 'UTC'),
    ).toBeUndefined();
  });

  it.each<[Json, string]>([
    ['12.50', 'counts 12.50 gb'],
    [-3, 'counts -3 gb'],
    [0.0000001453, 'counts 0.0000001453 gb'],
  ])('of %j %s', (gb, part) => {
    expect(meaningOf(event({ properties: { gb } }), metric('sum_agg'), 'UTC')).toContain(part);
  });

  it.each([
    ['2026-11-30T23:30:00Z', 'UTC', 'November 2026'],
    ['2026-11-30T23:30:00Z', 'Europe/Berlin', 'December 2026'],
    ['2026-12-01T02:00:00Z', 'America/New_York', 'November 2026'],
    ['2025-12-31T23:30:00Z', 'Asia/Tokyo', 'January 2026'],
  ])('at %s in %s is in %s', (iso, zone, month) => {
    expect(meaningOf(event({ timestamp: at(iso) }), metric('sum_agg'), zone)).toContain(
      `in ${month}.`,
    );
  });
});
