import Big from 'big.js';
import {
  type PeriodPlace,
  type PeriodUsage,
  periodPlaceName,
} from '../../../src/sync/billing/period-usage';
import type { Price } from '../../../src/sync/billing/priced-total';
import { emptyLedger, indexEntries, type Ledger } from '../../../src/sync/ledger/entries';
import type { EventCheck } from '../../../src/sync/ports';
import type { UsageEvent } from '../../../src/value/usage-event';
import { inWords, ledgerAfter, NOW, planOf, withOutcome } from '../fixture';

const FROM = Date.parse('2026-03-01T00:00:00Z');
const TO = Date.parse('2026-03-31T23:59:59.999Z');
const NONE = { perUnit: '0', perEvent: '0', flat: '0' };

interface Lago {
  readonly aggregation?: string;
  readonly recurring?: boolean;
  readonly isClickHouse?: boolean;
  readonly perUnit?: string;
  /** Whether Lago computes the units itself. */
  readonly isComputed?: boolean;
}

/** A Lago that bills by the month and prices each quantity by its subscription alone. */
function checkOf({
  aggregation = 'sum_agg',
  recurring = false,
  isClickHouse = true,
  perUnit = '0',
  isComputed = false,
}: Lago): EventCheck {
  const bound = { ...NONE, perUnit };
  const price: Price = {
    term: '0',
    charge: '0',
    fee: '',
    name: '',
    words: '',
    model: 'standard',
    payInAdvance: false,
    bound,
  };
  return {
    problemsOf: () => [],
    off: [],
    pricing: {
      countingOf: () => (isComputed ? undefined : { aggregation, recurring, field: 'quantity' }),
      pricesOf: () => [price],
      allPricesOf: () => [price],
      boundOf: () => bound,
      mostTotal: isClickHouse ? new Big('1.7e12') : undefined,
    },
    billingOf: () => ({
      aggregation,
      field: 'quantity',
      expression: undefined,
      recurring,
      charges: [
        { model: 'standard', payInAdvance: false, prorated: false, byEvent: false, keys: [] },
      ],
      period: 'open',
      current: FROM,
      until: TO,
    }),
    runningPeriodOf: ({ timestamp }) => {
      const ms = timestamp * 1000;
      return ms <= TO && (recurring || ms >= FROM) ? { from: FROM, to: TO } : undefined;
    },
  };
}

interface Told {
  readonly lago?: Lago;
  readonly ledger?: Ledger;
  readonly usageIn?: (places: readonly PeriodPlace[]) => readonly PeriodUsage[];
  readonly now?: number;
}

/** What becomes of the rows of a sheet whose changes are corrected. */
const planned = (
  table: string,
  { lago = {}, ledger = emptyLedger, usageIn, now = NOW }: Told = {},
) =>
  planOf(
    table,
    ledger,
    { changed: 'correct', removed: 'correct' },
    { check: checkOf(lago), usageIn, now },
  );

/** The same, a word for each row. */
const actions = (table: string, told: Told = {}): string =>
  planned(table, told)
    .rows.map(({ action, problems: [found] }) => [action, ...(found ? [found.code] : [])].join(' '))
    .join(', ');

/** A sheet of quantities, a row each, of one subscription unless another is named. */
const rows = (...quantities: readonly string[]): string =>
  [
    '| id | sub | date | qty |',
    ...quantities.map((each, at) => {
      const [quantity, sub = 'acme', date = '2026-03-02'] = each.split(' ');
      return `| r${at} | ${sub} | ${date} | ${quantity} |`;
    }),
  ].join('\n');

const TOO_LARGE = 'hold event.total-too-large';
const NINE = '900000000000';
const EIGHT = '800000000000';

describe('rows whose total the event store cannot count', () => {
  test('are held, while those that fit go, whatever their order', () => {
    expect(actions(rows(NINE, EIGHT, '1', '-5', '0'))).toBe(`send, send, ${TOO_LARGE}, send, send`);
    expect(actions(rows(EIGHT, NINE, NINE))).toBe(`send, send, ${TOO_LARGE}`);
    expect(actions(rows(`-${NINE}`, `-${NINE}`, NINE))).toBe(`send, ${TOO_LARGE}, send`);
  });

  test('are named with their metric, their subscription and another unit', () => {
    const [found] = planned(rows(NINE, NINE)).rows.flatMap(({ problems }) => problems);
    expect(found?.message).toContain('“units” (acme)');
    expect(found?.remedy).toContain('gigabytes');
    expect(found?.place).toEqual({ row: 3 });
  });

  test('are those of one subscription, and of one period', () => {
    expect(actions(rows(NINE, `${NINE} globex`))).toBe('send, send');
    expect(actions(rows(NINE, `${NINE} acme 2026-04-02`, `${NINE} acme 2026-04-03`))).toBe(
      `send, send, ${TOO_LARGE}`,
    );
  });

  test('count with everything before where the metric recurs', () => {
    const old = ledgerAfter(rows(`${NINE} acme 2026-02-02`));
    const table = rows(`${NINE} acme 2026-02-02`, NINE);
    expect(actions(table, { ledger: old })).toBe('sent, send');
    expect(actions(table, { ledger: old, lago: { recurring: true } })).toBe(`sent, ${TOO_LARGE}`);
  });

  test.each<[string, Lago]>([
    ['on Postgres', { isClickHouse: false }],
    ['of a highest value', { aggregation: 'max_agg' }],
    ['of events', { aggregation: 'count_agg' }],
    ['that Lago computes', { isComputed: true }],
  ])('do not exist %s', (_, lago) => {
    expect(actions(rows(NINE, NINE, NINE), { lago })).toBe('send, send, send');
  });

  test('make room for others once Lago has what lowers the total', () => {
    const table = rows(NINE, EIGHT, `-${NINE}`, '5');
    expect(actions(table)).toBe(`send, send, send, ${TOO_LARGE}`);
    const ledger = ledgerAfter(rows(NINE, EIGHT, `-${NINE}`));
    expect(actions(table, { ledger })).toBe('sent, sent, sent, send');
    const waiting = indexEntries(
      ledger.entries.map((entry) =>
        entry.index.key === 'r2' ? withOutcome(entry, { state: 'pending' }) : entry,
      ),
    );
    expect(actions(table, { ledger: waiting })).toBe(
      `sent, sent, wait row.unsettled, ${TOO_LARGE}`,
    );
  });

  test('are flagged where Lago has a former event of them', () => {
    const ledger = ledgerAfter(rows(NINE, EIGHT));
    expect(inWords(planned(rows(NINE, '800000000001'), { ledger }))).toEqual([
      'r0 2 unchanged sent',
      'r1 3 changed flag event.total-too-large',
    ]);
    expect(actions(rows(NINE, '799999999999'), { ledger })).toBe('sent, send');
  });

  test('keep a negative one that is gone from the sheet', () => {
    const ledger = ledgerAfter(rows(NINE, NINE, `-${NINE}`));
    expect(inWords(planned(rows(NINE, NINE), { ledger }))).toEqual([
      'r0 2 unchanged sent',
      'r1 3 unchanged sent',
      'r2 - removed flag row.removed-uncorrected',
    ]);
  });
});

describe('rows whose usage could cost more than an invoice holds', () => {
  const lago = { isClickHouse: false, perUnit: '100' };
  const HALF = '500000000000000';

  test('are held on both stores', () => {
    expect(actions(rows(HALF, HALF, '1', '-1'), { lago })).toBe(
      'send, send, hold event.total-too-costly, send',
    );
    expect(actions(rows('500', '500', '500'), { lago: { perUnit: '100000000000000' } })).toBe(
      'send, send, hold event.total-too-costly',
    );
  });

  test('are told without a price', () => {
    const found = planned(rows(HALF, HALF, '1'), { lago }).rows[2]?.problems[0];
    expect(found?.message).toMatch(
      /could cost more in its period than an invoice of Lago can hold/,
    );
    expect(found?.message).not.toMatch(/\d/);
  });
});

describe('what others sent', () => {
  const event = (quantity: string, id = 'other'): UsageEvent => ({
    transaction_id: id,
    external_subscription_id: 'acme',
    code: 'units',
    timestamp: FROM / 1000 + 60,
    properties: { quantity },
  });

  test('counts where a total comes near a limit', () => {
    const asked: PeriodPlace[] = [];
    const usageIn = (places: readonly PeriodPlace[]): PeriodUsage[] => {
      asked.push(...places);
      return places.map(() => [event(NINE)]);
    };
    expect(actions(rows(NINE, '1', '1 globex'), { usageIn })).toBe(`${TOO_LARGE}, send, send`);
    expect(asked).toEqual([{ subscription: 'acme', code: 'units', from: FROM, to: TO }]);
  });

  test('is not asked for where all totals are far from the limits', () => {
    const usageIn = () => {
      throw new Error('asked');
    };
    expect(
      actions(rows('400000000000', '440000000000', `${EIGHT} a`), { usageIn: () => [[], []] }),
    ).toBe('send, send, send');
    expect(actions(rows('400000000000', '440000000000'), { usageIn })).toBe('send, send');
    expect(actions(rows(NINE, NINE), { usageIn, lago: { isClickHouse: false } })).toBe(
      'send, send',
    );
  });

  test('is not asked for where only all periods together come near a limit', () => {
    const usageIn = () => {
      throw new Error('asked');
    };
    const ledger = ledgerAfter(rows(`${NINE} acme 2026-02-02`, `${NINE} acme 2026-01-02`));
    const table = rows(`${NINE} acme 2026-02-02`, `${NINE} acme 2026-01-02`, '1');
    expect(actions(table, { ledger, usageIn })).toBe('sent, sent, send');
    expect(() => actions(table, { ledger, usageIn, lago: { recurring: true } })).toThrow('asked');
  });

  test('is asked for once by the plans of a run, also of usage that lies ahead', () => {
    const asked = new Set<string>();
    for (const now of [NOW, NOW + 1_234]) {
      const usageIn = (places: readonly PeriodPlace[]) => {
        for (const place of places) asked.add(periodPlaceName(place));
        return places.map(() => []);
      };
      planned(rows(`${NINE} acme 2026-04-02`), { usageIn, now });
    }
    expect(asked.size).toBe(1);
  });

  test('counts once beside the sync’s own events, also those that Lago does not list yet', () => {
    const ledger = ledgerAfter(rows(EIGHT, '400000000000'));
    const [first] = ledger.entries;
    const table = rows(EIGHT, '400000000000', '500000000000', '1');
    const usageIn = () => [[...(first === undefined ? [] : [first.event])]];
    expect(actions(table, { ledger, usageIn })).toBe(`sent, sent, send, ${TOO_LARGE}`);
  });

  test.each<[PeriodUsage, string]>([
    ['too-many', 'hold event.total-unread'],
    ['unanswered', 'hold event.total-unread'],
    ['forbidden', 'send'],
  ])('that is %s leaves a row that comes near a limit: %s', (usage, expected) => {
    expect(actions(rows(NINE, '1 globex'), { usageIn: () => [usage] })).toBe(`${expected}, send`);
  });
});
