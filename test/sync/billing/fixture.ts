import { readFileSync } from 'node:fs';
import type { BillingTerms, ChargeTerms } from '../../../src/sync/billing/correction';
import type { UsageEvent } from '../../../src/value/usage-event';

export const charge = (changes: Partial<ChargeTerms> = {}): ChargeTerms => ({
  model: 'standard',
  payInAdvance: false,
  prorated: false,
  byEvent: false,
  keys: [],
  ...changes,
});

export const terms = (changes: Partial<BillingTerms> = {}): BillingTerms => ({
  aggregation: 'sum_agg',
  field: 'amount',
  expression: undefined,
  recurring: false,
  charges: [charge()],
  period: 'open',
  current: 0,
  until: undefined,
  ...changes,
});

export const event = (changes: Partial<UsageEvent> = {}): UsageEvent => ({
  transaction_id: 'a',
  external_subscription_id: 'acme',
  code: 'calls',
  timestamp: 1_700_000_000,
  properties: { amount: 5, region: 'eu' },
  ...changes,
});

export const withAmount = (amount: UsageEvent['properties'][string]): UsageEvent =>
  event({ properties: { amount, region: 'eu' } });

export const MODELS = [
  'standard',
  'graduated',
  'package',
  'volume',
  'percentage',
  'dynamic',
  'graduated_percentage',
  'custom',
];
export const AGGREGATIONS = [
  'sum',
  'weighted_sum',
  'unique_count',
  'latest',
  'count',
  'max',
  'custom',
];
/** The cells of the table of docs/guarantees.md that begins with a header; the last column says what happens. */
export function tableOf(header: RegExp): readonly (readonly string[])[] {
  const lines = readFileSync('docs/guarantees.md', 'utf8').split('\n');
  const body = lines.slice(lines.findIndex((line) => header.test(line)) + 2);
  const table = body.slice(
    0,
    body.findIndex((line) => !line.startsWith('|')),
  );
  return table.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The last cell of the first line that fits. */
export const saidOf = (
  table: readonly (readonly string[])[],
  facts: readonly string[],
): string | undefined =>
  table
    .find((cells) =>
      facts.every(
        (fact, place) => cells[place] === 'any' || cells[place]?.split(', ').includes(fact),
      ),
    )
    ?.at(-1);

/** How a table says whether something is so. */
export const yes = (is: boolean): string => (is ? 'yes' : 'no');
