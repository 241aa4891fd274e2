import type { PeriodPlace, PeriodUsage } from '../../../src/sync/billing/period-usage';
import type { Price, Pricing } from '../../../src/sync/billing/priced-total';
import type { Counting } from '../../../src/sync/billing/running-total';
import type { EventStore } from '../../../src/sync/event-store';
import { indexEntries } from '../../../src/sync/ledger/entries';
import { type LedgerEntry, newEntry } from '../../../src/sync/ledger/entry';
import type { Unit } from '../../../src/sync/ledger/unit';
import { VolumeCover } from '../../../src/sync/plan/volume-cover';
import type { EventCheck } from '../../../src/sync/ports';
import type { JsonObject } from '../../../src/value/json';
import { placeName, type UsageEvent } from '../../../src/value/usage-event';
import { withOutcome } from '../fixture';

const FROM = Date.parse('2026-03-01T00:00:00Z');
const TO = Date.parse('2026-03-31T23:59:59.999Z');

interface Lago {
  readonly store?: EventStore;
  readonly counting?: Partial<Counting>;
  /** `group`: each region has a price of its own. */
  readonly prices?: 'one' | 'group' | 'none' | 'uncounted';
  /** By which Lago computes the value. */
  readonly expression?: string;
  /** The day on which it is asked; the period is over unless given. */
  readonly today?: string;
  /** What Lago has: `10`, or `10 eu`, or `10 @03-02`; or why that is not known. */
  readonly has?: readonly string[] | Extract<PeriodUsage, string>;
  /** Lines of the ledger that have no answer yet, and those that were accepted. */
  readonly pending?: readonly string[];
  readonly accepted?: readonly string[];
}

let ids = 0;

/** `-3`, `-3 eu`, `-3 @03-05` (a day), `-3 of:globex`. */
function eventOf(text: string, id = `e${++ids}`): UsageEvent {
  const [amount = '', ...rest] = text.split(' ');
  const day = rest.find((each) => each.startsWith('@'))?.slice(1) ?? '03-10';
  const of = rest.find((each) => each.startsWith('of:'))?.slice(3) ?? 'acme';
  const region = rest.find((each) => /^[a-z]+$/.test(each));
  const properties: JsonObject = { quantity: amount, ...(region === undefined ? {} : { region }) };
  return {
    transaction_id: id,
    external_subscription_id: of,
    code: 'units',
    timestamp: Date.parse(`2026-${day}T00:00:00Z`) / 1000,
    properties,
  };
}

const entryOf = (text: string, id?: string): LedgerEntry =>
  newEntry(
    { key: text, kind: 'usage', revision: 1, content: {}, templateRevision: 1, at: FROM },
    eventOf(text, id),
  );

/** `-10 + 3` are the two halves of a correction. */
const unitOf = (text: string): Unit => text.split(' + ').map((each) => entryOf(each));

const priceOf = (name: string): Price => ({
  term: '0',
  charge: '0',
  fee: '',
  name,
  words: name === '' ? '' : `region “${name}”`,
  model: 'volume',
  payInAdvance: false,
});

function checkOf({ counting = {}, prices = 'one', expression }: Lago): EventCheck {
  const pricing: Pricing = {
    countingOf: () =>
      expression === undefined
        ? { aggregation: 'sum_agg', field: 'quantity', ...counting }
        : undefined,
    pricesOf: () => undefined,
    volumePricesOf: ({ properties }) => {
      if (prices === 'none') return [];
      if (prices === 'uncounted') return prices;
      return [priceOf(prices === 'group' ? String(properties['region'] ?? '') : '')];
    },
  };
  return {
    problemsOf: () => [],
    off: [],
    pricing,
    aggregationOf: () => ({ aggregation: 'sum_agg', field: 'quantity', expression }),
    runningPeriodOf: ({ timestamp }) =>
      timestamp * 1000 >= FROM && timestamp * 1000 <= TO ? { from: FROM, to: TO } : undefined,
  };
}

interface Played {
  readonly cover: VolumeCover;
  readonly units: readonly Unit[];
  readonly asked: PeriodPlace[];
}

function played(sheet: readonly string[], lago: Lago): Played {
  const units = sheet.map(unitOf);
  const asked: PeriodPlace[] = [];
  const { has = [], pending = [], accepted = [] } = lago;
  const shown = typeof has === 'string' ? has : has.map((text, at) => eventOf(text, `has${at}`));
  const lines = (texts: readonly string[], state: 'pending' | 'accepted') =>
    texts.map((text, at) => withOutcome(entryOf(text, `${state}${at}`), { state }, 3 + at));
  const cover = new VolumeCover(
    {
      check: checkOf(lago),
      store: lago.store ?? 'postgres',
      now: lago.today === undefined ? TO : Date.parse(`2026-${lago.today}T00:00:00Z`),
      ledger: indexEntries([...lines(pending, 'pending'), ...lines(accepted, 'accepted')]),
      usageIn: (places) => {
        asked.push(...places);
        return places.map((place) =>
          typeof shown === 'string'
            ? shown
            : shown.filter((event) => {
                const of = { external_subscription_id: place.subscription, code: place.code };
                return placeName(event) === placeName(of);
              }),
        );
      },
    },
    units,
  );
  return { cover, units, asked };
}

const textOf = (unit: Unit): string => unit.map(({ index }) => index.key).join(' + ');

/** The turns in which units go if Lago accepts all, as `a, b | c`, and those that are held. */
function turnsOf(sheet: readonly string[], lago: Lago = {}): string {
  const { cover, units } = played(sheet, lago);
  const uncovered = cover.uncovered(units);
  let open: readonly Unit[] = units.filter((unit) => !uncovered.has(unit));
  const turns: string[] = [];
  while (open.length > 0) {
    const going = cover.next(open);
    if (going.length === 0) return `${turns.join(' | ')}; stuck: ${open.map(textOf).join(', ')}`;
    turns.push(going.map(textOf).join(', '));
    cover.accept(going.flat());
    open = open.filter((unit) => !going.includes(unit));
  }
  const held = [...uncovered].map(
    ([unit, reason]) =>
      `${textOf(unit)} (${'total' in reason ? reason.total : reason.because}${'total' in reason && reason.price.words !== '' ? ` ${reason.price.words}` : ''})`,
  );
  return `${turns.join(' | ') || 'nothing'}${held.length === 0 ? '' : `; held: ${held.join(', ')}`}`;
}

describe('under a volume price', () => {
  test.each<[what: string, sheet: readonly string[], lago: Lago, turns: string]>([
    ['what Lago has covers a return', ['-3'], { has: ['5'] }, '-3'],
    ['down to zero', ['-5'], { has: ['5'] }, '-5'],
    ['and no further', ['-6'], { has: ['5'] }, 'nothing; held: -6 (-1)'],
    ['a fraction counts too', ['-0.5'], {}, 'nothing; held: -0.5 (-0.5)'],
    ['a return goes after its cover was accepted', ['-3', '5'], {}, '5 | -3'],
    ['elsewhere after Lago shows it', ['-3', '5'], { store: 'clickhouse' }, '5; held: -3 (-3)'],
    ['also where the store is not known', ['-3', '5'], { store: 'unknown' }, '5; held: -3 (-3)'],
    ['returns share a cover', ['-3', '-3', '-2'], { has: ['5'] }, '-3, -2; held: -3 (-3)'],
    ['what has no answer covers nothing', ['-3'], { pending: ['5'] }, 'nothing; held: -3 (-3)'],
    ['nor what was accepted and is gone', ['-3'], { accepted: ['5'] }, 'nothing; held: -3 (-3)'],
    [
      'a return without an answer counts',
      ['-3'],
      { has: ['5'], pending: ['-4'] },
      'nothing; held: -3 (-2)',
    ],
    [
      'so does one that Lago does not show yet',
      ['-3'],
      { has: ['5'], accepted: ['-4'] },
      'nothing; held: -3 (-2)',
    ],
    ['a return of another month does not', ['-3'], { has: ['5'], pending: ['-4 @02-10'] }, '-3'],
    ['others may have lowered it', ['-3'], { has: ['5', '-4'] }, 'nothing; held: -3 (-2)'],
    ['and may make it worse than it gets', ['-3', '4'], { has: ['-9'] }, '4; held: -3 (-8)'],
    ['more usage always goes', ['4'], { has: ['-9'] }, '4'],
    [
      'of two regions each has its own',
      ['-3 us', '2 us', '-1 eu'],
      { prices: 'group', has: ['5 eu'] },
      '2 us, -1 eu; held: -3 us (-1 region “us”)',
    ],
    [
      'of two subscriptions as well',
      ['-3 of:globex', '-3'],
      { has: ['5'] },
      '-3; held: -3 of:globex (-3)',
    ],
  ])('%s', (_, sheet, lago, turns) => {
    expect(turnsOf(sheet, lago)).toBe(turns);
  });

  test.each<[what: string, sheet: readonly string[], lago: Lago, turns: string]>([
    [
      'covers nothing that counts before',
      ['-3'],
      { today: '03-15', has: ['1', '5 @03-20'] },
      'nothing; held: -3 (-2)',
    ],
    ['covers it once its time has come', ['-3'], { today: '03-20', has: ['1', '5 @03-20'] }, '-3'],
    ['covers what counts later', ['-3 @03-21'], { today: '03-15', has: ['5 @03-20'] }, '-3 @03-21'],
    ['and at the same time', ['-3 @03-20'], { today: '03-15', has: ['5 @03-20'] }, '-3 @03-20'],
    [
      'can be taken back with it',
      ['-5 @03-20 + 7 @03-20'],
      { today: '03-15', has: ['5 @03-20'] },
      '-5 @03-20 + 7 @03-20',
    ],
    [
      'cannot be put off by a correction',
      ['-5 @03-10 + 5 @03-20'],
      { today: '03-15', has: ['5 @03-10', '-2 @03-09', '2 @03-18'] },
      'nothing; held: -5 @03-10 + 5 @03-20 (-2)',
    ],
    [
      'leaves what is left of it for others',
      ['-3 @03-21', '-3 @03-22'],
      { today: '03-15', has: ['5 @03-20'] },
      '-3 @03-21; held: -3 @03-22 (-1)',
    ],
  ])('usage that is dated ahead %s', (_, sheet, lago, turns) => {
    expect(turnsOf(sheet, lago)).toBe(turns);
  });

  test.each<[what: string, sheet: readonly string[], lago: Lago, turns: string]>([
    ['are one request on Postgres', ['-10 + 9'], { has: ['10', '-8'] }, '-10 + 9'],
    [
      'must not fall below zero together',
      ['-10 + 7'],
      { has: ['10', '-8'] },
      'nothing; held: -10 + 7 (-1)',
    ],
    ['may raise what is below zero', ['-1 + 2'], { has: ['-8'] }, '-1 + 2'],
    [
      'count by themselves elsewhere',
      ['-10 + 9'],
      { has: ['10', '-8'], store: 'clickhouse' },
      'nothing; held: -10 + 9 (-8)',
    ],
    [
      'go elsewhere if the rest is not below zero',
      ['-10 + 9'],
      { has: ['10', '8'], store: 'clickhouse' },
      '-10 + 9',
    ],
    [
      'of two regions do not cover each other',
      ['-10 eu + 9 us'],
      { prices: 'group', has: ['8 eu'] },
      'nothing; held: -10 eu + 9 us (-2 region “eu”)',
    ],
    ['cover others once they were accepted', ['-2', '-1 + 4'], { has: ['1'] }, '-1 + 4 | -2'],
  ])('the halves of a correction %s', (_, sheet, lago, turns) => {
    expect(turnsOf(sheet, lago)).toBe(turns);
  });

  test.each<
    [
      counted: string,
      counting: Partial<Counting>,
      sheet: readonly string[],
      lago: Lago,
      turns: string,
    ]
  >([
    ['the highest value', { aggregation: 'max_agg' }, ['-3', '0'], {}, '0 | -3'],
    [
      'the highest of values below zero',
      { aggregation: 'max_agg' },
      ['-3'],
      { has: ['-5'] },
      'nothing; held: -3 (-3)',
    ],
    ['the highest of all', { aggregation: 'max_agg' }, ['-3', '-9'], { has: ['1'] }, '-3, -9'],
    [
      'a value over time',
      { aggregation: 'weighted_sum_agg' },
      ['-3 @03-20'],
      { has: ['3 @03-10'] },
      '-3 @03-20',
    ],
    [
      'a value over a longer time',
      { aggregation: 'weighted_sum_agg' },
      ['-3 @03-10'],
      { has: ['3 @03-20'] },
      'nothing; held: -3 @03-10 (-0.967741935)',
    ],
    [
      'a value over time that is set back at once',
      { aggregation: 'weighted_sum_agg' },
      ['-3 @03-10'],
      { has: ['1 @03-10', '1 @03-10', '1 @03-10'] },
      '-3 @03-10',
    ],
    ['a rounded value', { rounding: { by: 'round', digits: 0 } }, ['-0.4'], {}, '-0.4'],
    [
      'a value that is rounded down',
      { rounding: { by: 'floor', digits: 0 } },
      ['-0.4'],
      {},
      'nothing; held: -0.4 (-1)',
    ],
    [
      'the latest value, which Lago cuts off at zero',
      { aggregation: 'latest_agg' },
      ['-3'],
      {},
      '-3',
    ],
    ['how many there are', { aggregation: 'count_agg' }, ['-3'], {}, '-3'],
    ['different values', { aggregation: 'unique_count_agg' }, ['-3'], {}, '-3'],
  ])('%s is what counts', (_, counting, sheet, lago, turns) => {
    expect(turnsOf(sheet, { ...lago, counting })).toBe(turns);
  });

  test.each<[because: string, lago: Lago, sheet: string]>([
    ['forbidden', { has: 'forbidden' }, '-3'],
    ['too-many', { has: 'too-many' }, '-3'],
    ['unanswered', { has: 'unanswered' }, '-3'],
    ['uncounted', { prices: 'uncounted' }, '-3'],
    ['not-begun', { has: ['9'] }, '-3 @04-02'],
  ])(
    'rows below zero wait while the total is not known (%s), and others go',
    (because, lago, sheet) => {
      expect(turnsOf([sheet, '4'], lago)).toBe(`4; held: ${sheet} (${because})`);
    },
  );

  test.each([
    ['event.properties.quantity * 2', '3', '3'],
    ['event.properties.quantity * 2', '-3', 'nothing; held: -3 (uncounted)'],
    ['-event.properties.quantity', '3', 'nothing; held: 3 (uncounted)'],
    ["concat(event.properties.quantity, '-1')", '3', '3'],
  ])('what Lago computes may come below zero: %s of %s', (expression, sheet, turns) => {
    expect(turnsOf([sheet], { expression, prices: 'uncounted' })).toBe(turns);
  });

  test('nothing is asked of Lago unless something below zero would go into it', () => {
    const asked = (sheet: readonly string[], lago: Lago = {}): number =>
      played(sheet, lago).asked.length;
    expect(asked(['3', '0', '7'])).toBe(0);
    expect(asked(['-3'], { prices: 'none' })).toBe(0);
    expect(asked(['-3'], { counting: { aggregation: 'latest_agg' } })).toBe(0);
    expect(asked(['-3', '-4', '5', '-1 of:globex', '2 of:third'])).toBe(2);
  });

  test('what recurs is added up from the beginning of time', () => {
    const { asked } = played(['-3'], { counting: { recurring: true } });
    expect(asked).toEqual([
      { subscription: 'acme', code: 'units', from: Number.NEGATIVE_INFINITY, to: TO },
    ]);
  });

  test('a total that is below zero in Lago already is known as such, by its own list alone', () => {
    const broken = (lago: Lago): number => played(['-3'], lago).cover.brokenTotals.length;
    expect(broken({ has: ['5', '-6'] })).toBe(1);
    expect(broken({ has: ['5'], pending: ['-6'] })).toBe(0);
    expect(broken({ prices: 'group', has: ['5 eu', '-6 us', '-1 asia'] })).toBe(2);
  });

  test('a total that was below zero is none any more once Lago has accepted what outweighs it', () => {
    const brokenAfter = (store: EventStore, accepted: string): number => {
      const { cover } = played(['-1'], { store, has: ['5', '-8'] });
      cover.accept(unitOf(accepted));
      return cover.brokenTotals.length;
    };
    expect(brokenAfter('postgres', '2')).toBe(1);
    expect(brokenAfter('postgres', '3')).toBe(0);
    expect(brokenAfter('clickhouse', '3')).toBe(1);
  });
});
