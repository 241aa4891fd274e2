import type { Price } from '../../../src/sync/billing/priced-total';
import { billedTotal } from '../../../src/sync/month/billed-total';
import type { UsageEvent } from '../../../src/value/usage-event';

const event = (value: number, region: string): UsageEvent => ({
  transaction_id: 't',
  external_subscription_id: 'acme',
  code: 'units',
  timestamp: 0,
  properties: { value, region },
});

const price = (changes: Partial<Price>): Price => ({
  term: '0',
  charge: '0',
  name: '',
  fee: '',
  words: '',
  model: 'standard',
  payInAdvance: false,
  ...changes,
});

const byRegion = ({ properties: { region } }: UsageEvent): Price =>
  price({ charge: 'by region', name: `region ${region}`, words: `region “${region}”` });

/** What is billed of +7 in one region and -3 in another. */
const billed = (
  pricesOf: (event: UsageEvent) => Price[] | undefined,
  counting: { aggregation?: string; recurring?: boolean } = {},
) => {
  const known = { aggregation: 'sum_agg', field: 'value', ...counting };
  const pricing = { countingOf: () => known, pricesOf };
  return billedTotal([event(7, 'eu'), event(-3, 'us')], known, pricing);
};

describe('the total that Lago bills', () => {
  test('is what the events come to where one price is for all', () => {
    expect(billed(() => [price({})])).toEqual({ total: '4', notes: [], breaksInvoice: false });
  });

  test('counts a price below zero as nothing, and says so', () => {
    expect(billed((each) => [byRegion(each)])).toEqual({
      total: '7',
      notes: [
        'All events together come to 4.',
        'Of region “us” the events come to -3: Lago bills nothing for it and gives nothing back.',
      ],
      breaksInvoice: false,
    });
  });

  test('is that of the first of several charges, and says what another one bills', () => {
    const { total, notes } = billed((each) => [price({}), byRegion(each)]);
    expect(total).toBe('4');
    expect(notes[notes.length - 1]).toBe('By another charge of the plan Lago bills 7.');
  });

  test('is that of all subscriptions of one id, each cut off at zero by itself', () => {
    const { total, notes } = billed((each) => {
      const term = String(each.properties['region']);
      return [price({ term, name: term })];
    });
    expect(total).toBe('7');
    expect(notes).toEqual([
      'All events together come to 4.',
      'Of “units” the events come to -3: Lago bills nothing for it and gives nothing back.',
    ]);
  });

  test.each<[string, { aggregation?: string; recurring?: boolean }]>([
    ['of a sum over time', { aggregation: 'weighted_sum_agg' }],
    ['of units that carry over', { recurring: true }],
  ])('%s is what the events come to, since Lago looks beyond them', (_, counting) => {
    expect(billed((each) => [byRegion(each)], counting)).toMatchObject({ total: '4', notes: [] });
  });

  test('is what the events come to where prices are not known', () => {
    expect(billed(() => undefined)).toMatchObject({ total: '4', notes: [] });
    expect(
      billedTotal([event(-3, 'eu')], { aggregation: 'sum_agg', field: 'value' }, undefined),
    ).toMatchObject({ total: '-3', notes: [] });
  });

  test('says what becomes of the amounts of a dynamic charge', () => {
    const counting = { aggregation: 'sum_agg', field: 'value' };
    const dynamic = { model: 'dynamic', words: 'region “eu”', cutTo: 100 };
    const notes = (units: number) =>
      billedTotal([{ ...event(units, 'eu'), precise_total_amount_cents: '225' }], counting, {
        countingOf: () => counting,
        pricesOf: () => [price(dynamic)],
      }).notes;
    expect(notes(1)).toEqual([
      'The amounts of region “eu” come to 225 cents: Lago’s event store cuts that to 200 cents.',
    ]);
    expect(notes(0)).toEqual([
      'The amounts of region “eu” come to 225 cents, but the units to 0: Lago bills nothing for it.',
    ]);
  });
});
