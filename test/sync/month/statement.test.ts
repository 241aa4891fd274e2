import fc from 'fast-check';
import { type LedgerEntry, newEntry } from '../../../src/sync/ledger/entry';
import { statementCells, statementChoices, statementOf } from '../../../src/sync/month/statement';
import type { JsonObject } from '../../../src/value/json';

const DAY = 86_400;
const FIRST = Date.UTC(2026, 10, 1) / 1000;

function line(
  id: string,
  day: number,
  properties: JsonObject,
  more: {
    readonly kind?: 'usage' | 'reversal' | 'baseline';
    readonly subscription?: string;
    readonly at?: number;
    readonly usedAt?: number;
    readonly state?: 'accepted' | 'rejected';
  } = {},
): LedgerEntry {
  const { kind = 'usage', subscription = 'acme', at = 0, usedAt, state = 'accepted' } = more;
  const entry = newEntry(
    {
      key: `row ${id}`,
      kind,
      revision: 1,
      content: {},
      templateRevision: 1,
      at,
      ...(usedAt === undefined ? {} : { usedAt }),
    },
    {
      transaction_id: id,
      external_subscription_id: subscription,
      code: 'units',
      timestamp: FIRST + day * DAY,
      properties,
    },
  );
  return { ...entry, outcome: { ...entry.outcome, state } };
}

/** Of a metric whose prices are not known. */
const SUM = {
  countingOf: () => ({ aggregation: 'sum_agg', field: 'value' }),
  pricing: undefined,
};

const november = () => ({ from: FIRST * 1000, to: (FIRST + 30 * DAY) * 1000 });
test('the total of a sum is the same in whatever order events were handed over', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 29 }), fc.integer({ min: -500, max: 500 })), {
        minLength: 1,
      }),
      (values) => {
        const lines = values.map(([day, cents], index) =>
          line(`e${index}`, day, { value: cents / 100 }),
        );
        const [section] = statementOf([...lines].reverse(), new Set(['acme']), november, SUM);
        const cents = values.reduce((sum, [, each]) => sum + each, 0);
        expect(Math.round(Number(section?.total) * 100)).toBe(cents);
        const times = section?.lines.map(({ entry }) => entry.event.timestamp) ?? [];
        expect(times).toEqual([...times].sort((left, right) => left - right));
      },
    ),
  );
});

test('only accepted events of the subscription and the month are stated, reversals included', () => {
  const sections = statementOf(
    [
      line('a', 3, { value: 5 }, { at: 1 }),
      line('a~x1', 3, { value: -5 }, { at: 2, kind: 'reversal' }),
      line('b', 2, { value: 2, usage_date: '2026-10-31T00:00:00.000Z' }, { usedAt: FIRST - DAY }),
      line('refused', 2, { value: 100 }, { state: 'rejected' }),
      line('elsewhere', 2, { value: 100 }, { kind: 'baseline' }),
      line('other', 2, { value: 100 }, { subscription: 'globex' }),
      line('later', 30, { value: 100 }),
    ],
    new Set(['acme']),
    november,
    SUM,
  );
  expect(sections.map(({ subscription, code, total }) => [subscription, code, total])).toEqual([
    ['acme', 'units', '2'],
  ]);
  expect(sections[0]?.lines.map((each) => statementCells(each, 'Europe/Berlin'))).toEqual([
    ['acme', 'units', '2026-11-03 01:00', 'row b', 'Usage', '2', '2', 'b', '2026-10-31'],
    ['acme', 'units', '2026-11-04 01:00', 'row a', 'Usage', '5', '7', 'a', ''],
    ['acme', 'units', '2026-11-04 01:00', 'row a~x1', 'Taken back', '-5', '2', 'a~x1', ''],
  ]);
});

test('a section says that another one keeps Lago from making the invoice of its subscription', () => {
  const lines = (['units', 'seats'] as const).flatMap((code) =>
    (['acme', 'globex'] as const).map((subscription) => {
      const value = code === 'units' && subscription === 'acme' ? -3 : 5;
      const entry = line(`${code} ${subscription}`, 3, { value }, { subscription });
      return { ...entry, event: { ...entry.event, code } };
    }),
  );
  const sections = statementOf(lines, new Set(['acme', 'globex']), november, {
    ...SUM,
    pricing: {
      ...SUM,
      pricesOf: () => [
        {
          term: '0',
          charge: '0',
          name: '',
          fee: '',
          words: '',
          model: 'volume',
          payInAdvance: false,
        },
      ],
    },
  });
  expect(
    sections.map(({ subscription, code, total, notes }) => [subscription, code, total, ...notes]),
  ).toEqual([
    [
      'acme',
      'seats',
      '5',
      'Lago makes no invoice for the subscription: the total of “units” is below zero under a volume charge.',
    ],
    [
      'acme',
      'units',
      '0',
      'All events together come to -3.',
      'Of “units” the events come to -3 under a volume charge: Lago makes no invoice for the subscription.',
    ],
    ['globex', 'seats', '5'],
    ['globex', 'units', '5'],
  ]);
});

test('customers and subscriptions with events are offered, the newest month first', () => {
  const entries = [
    line('a', 3, {}),
    line('b', 4, {}),
    line('c', 40, {}),
    line('d', 1, {}, { subscription: 'Zeta' }),
    line('e', 1, {}, { kind: 'baseline', subscription: 'none' }),
    line('f', 1, {}, { subscription: 'unknown' }),
  ];
  const monthOf = ({ event }: (typeof entries)[number]): string =>
    new Date(event.timestamp * 1000).toISOString().slice(0, 7);
  // A subscription that was ended and begun anew stands in Lago twice.
  const customersOf = (subscription: string): string[] =>
    subscription === 'unknown' ? [] : ['Acme Ltd', 'Acme Ltd'];
  const november = [{ month: '2026-11', events: 1 }];
  const acme = (events: number) => [
    { month: '2026-12', events: 1 },
    { month: '2026-11', events },
  ];
  expect(statementChoices(entries, monthOf, customersOf)).toEqual([
    { of: 'customer', name: 'Acme Ltd', months: acme(3) },
    { of: 'subscription', name: 'Zeta', months: november },
    { of: 'subscription', name: 'acme', months: acme(2) },
    { of: 'subscription', name: 'unknown', months: november },
  ]);
});
