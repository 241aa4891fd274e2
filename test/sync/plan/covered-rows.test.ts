import { APRIL, CHARGE, CorrectedSheet } from '../corrected-sheet';

const A = 'a | s1 | 2026-03-02 | 5';
const B = 'b | s1 | 2026-03-03 | 6';
const C = 'c | s1 | 2026-03-04 | 9';

const counting = (aggregation: string, charge: Partial<typeof CHARGE> = {}): CorrectedSheet => {
  const sheet = new CorrectedSheet();
  sheet.billing = { terms: { aggregation, charges: [{ ...CHARGE, ...charge }] } };
  return sheet;
};

/** The same sheet in April. */
function inApril(sheet: CorrectedSheet): CorrectedSheet {
  sheet.billing = { ...sheet.billing, ...APRIL };
  return sheet;
}

const LOWER = 'a lower value does not replace a maximum';
const PRICED = 'its price depends on further properties';
const INVOICED = 'its period is closed';
const NOT_BEGUN = 'its period has not begun yet';

describe('of a maximum a run sends', () => {
  test.each<[string, string[], string[], string[]]>([
    ['nothing for a removed row below another one', [A, B], [B], []],
    ['nothing for one of two highest rows', [A, 'b | s1 | 2026-03-03 | 5'], [A], []],
    ['nothing for the highest row, which is flagged', [A, B], [A], [`(b flag: ${LOWER})`]],
    [
      'the lower value of a row below another one',
      [A, B],
      ['a | s1 | 2026-03-02 | 1', B],
      ['a~r2 s1 02 1'],
    ],
    [
      'nothing for the highest row that is lowered, which is flagged',
      [A, B],
      [A, 'b | s1 | 2026-03-03 | 1'],
      [`(b flag: ${LOWER})`],
    ],
    [
      'a row that goes to another customer from below another one',
      [A, B],
      ['a | s2 | 2026-03-02 | 5', B],
      ['a~r2 s2 02 5'],
    ],
    [
      'nothing for a row beside one that goes at the same time: both are flagged',
      [A, B],
      [],
      [`(a flag: ${LOWER})`, `(b flag: ${LOWER})`],
    ],
    [
      'nothing for a row that only a new one is above, until Lago has that',
      [A],
      [B],
      ['b s1 03 6', `(a flag: ${LOWER})`],
    ],
    [
      'nothing for a row that another customer’s is above',
      [A, 'b | s2 | 2026-03-03 | 9'],
      ['b | s2 | 2026-03-03 | 9'],
      [`(a flag: ${LOWER})`],
    ],
    [
      'nothing for a row that one of the next month is above',
      [A, 'b | s1 | 2026-04-03 | 9'],
      ['b | s1 | 2026-04-03 | 9'],
      [`(a flag: ${LOWER})`],
    ],
  ])('%s', (_, before, after, events) => {
    const sheet = counting('max_agg');
    sheet.sent(...before);
    expect(sheet.sent(...after)).toEqual(events);
  });

  test('is judged again in every run: a row that goes is flagged once nothing is above it any more', () => {
    const sheet = counting('max_agg');
    sheet.sent(A, B, C);
    expect(sheet.sent(B, C)).toEqual([]);
    expect(sheet.sent(C)).toEqual([]);
    expect(sheet.sent()).toEqual(['a', 'b', 'c'].map((key) => `(${key} flag: ${LOWER})`));
    expect(sheet.sent(C)).toEqual([]);
    // Lago has the lower value only beside the old one.
    expect(sheet.sent('c | s1 | 2026-03-04 | 1')).toEqual(
      ['c', 'a', 'b'].map((key) => `(${key} flag: ${LOWER})`),
    );
    expect(sheet.world.destination.ids()).toEqual(['a', 'b', 'c']);
  });

  test('never goes below what a lowered row has left in Lago: the row above it is flagged', () => {
    const sheet = counting('max_agg');
    sheet.sent(B, C);
    expect(sheet.sent('b | s1 | 2026-03-03 | 2', C)).toEqual(['b~r2 s1 03 2']);
    expect(sheet.sent('b | s1 | 2026-03-03 | 2')).toEqual([`(c flag: ${LOWER})`]);
    // What it has left there is above its own new value, too.
    expect(sheet.sent('b | s1 | 2026-03-03 | 4')).toEqual([
      `(b flag: ${LOWER})`,
      `(c flag: ${LOWER})`,
    ]);
  });

  test('of what was added before, all has to be below: the last event alone says too little', () => {
    const sheet = counting('max_agg');
    sheet.sync = { changed: 'add' };
    sheet.sent(C, A);
    sheet.sent('c | s1 | 2026-03-04 | 1', A);
    sheet.sync = { changed: 'correct' };
    expect(sheet.sent('c | s1 | 2026-03-04 | 3', A)).toEqual([`(c flag: ${LOWER})`]);
  });

  test('says the same of an invoiced month', () => {
    const sheet = counting('max_agg');
    sheet.sent(A, B, C);
    sheet.sent(B, C);
    expect(inApril(sheet).sent(B, C)).toEqual([]);
    expect(sheet.sent(C)).toEqual([]);
    expect(sheet.sent()).toEqual(['a', 'b', 'c'].map((key) => `(${key} flag: ${LOWER})`));
  });

  test.each([
    ['an expression', { expression: 'event.properties.quantity' }],
    ['a charge that looks at single events', { charges: [{ ...CHARGE, byEvent: true }] }],
    ['amounts that add up', { charges: [{ ...CHARGE, model: 'dynamic' }] }],
  ])('is not judged by other rows with %s', (_, terms) => {
    const sheet = new CorrectedSheet();
    sheet.billing = { terms: { aggregation: 'max_agg', ...terms } };
    sheet.sent(A, B);
    expect(sheet.sent(B)).toEqual([expect.stringMatching(/^\(a flag: /)]);
  });
});

describe('of values whose price depends on further properties a run sends', () => {
  test('nothing for a latest value that is not the newest', () => {
    const sheet = counting('latest_agg', { keys: ['region'] });
    sheet.sent(A, B, C);
    expect(sheet.sent('a | s1 | 2026-03-02 | 8', B, C)).toEqual(['a~r2 s1 02 8']);
    expect(sheet.sent(B, C)).toEqual([]);
    expect(sheet.sent(B)).toEqual([`(c flag: ${PRICED})`]);
    expect(sheet.sent()).toEqual(['a', 'b', 'c'].map((key) => `(${key} flag: ${PRICED})`));
  });

  test('a latest value that becomes newer than its old one', () => {
    const sheet = counting('latest_agg', { keys: ['region'] });
    sheet.sent(A);
    expect(sheet.sent('a | s1 | 2026-03-05 | 8')).toEqual(['a~r2 s1 05 8']);
  });

  test('nothing for a unique value of a removed row that another one has', () => {
    const sheet = counting('unique_count_agg', { keys: ['region'] });
    const same = 'b | s1 | 2026-03-03 | 5';
    sheet.sent(A, same, C);
    expect(sheet.sent(A, C)).toEqual([]);
    expect(sheet.sent(C)).toEqual(['a', 'b'].map((key) => `(${key} flag: ${PRICED})`));
    expect(sheet.sent('a | s1 | 2026-03-02 | 7', same, C)).toEqual([`(a flag: ${PRICED})`]);
  });

  test('nothing at another price', () => {
    const sheet = counting('max_agg', { keys: ['quantity'] });
    sheet.sent(A, B);
    expect(sheet.sent(B)).toEqual([`(a flag: ${LOWER})`]);
  });
});

describe('a removed row of which nothing had to be taken back stays so after its month', () => {
  test.each([
    ['a latest value that was not the newest', 'latest_agg', B],
    ['a unique value that another row has', 'unique_count_agg', 'b | s1 | 2026-03-03 | 5'],
  ])('%s', (_, aggregation, other) => {
    const sheet = counting(aggregation);
    sheet.sent(A, other);
    expect(sheet.sent(other)).toEqual([]);
    expect(inApril(sheet).sent(other)).toEqual([]);
    expect(sheet.sent()).toEqual(['a', 'b'].map((key) => `(${key} flag: ${INVOICED})`));
  });

  test('but not where rows say themselves which unique values are removed', () => {
    const sheet = counting('unique_count_agg');
    const template = `{ "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.sub }}", "code": "units",
      "timestamp": {{ row.date | unix }}, "properties": { "quantity": {{ row.qty | abs }}, "operation_type": "{% if row.qty < 0 %}remove{% else %}add{% endif %}" } }`;
    sheet.sync = { template };
    const rows = ['b | s1 | 2026-03-04 | 5', 'c | s1 | 2026-03-03 | -9'];
    sheet.sent(A, ...rows);
    expect(inApril(sheet).sent(...rows)).toEqual([`(a flag: ${INVOICED})`]);
  });
});

describe('usage of the next month', () => {
  const NEXT = 'n | s1 | 2026-04-02 | 5';
  const ahead = (aggregation: string): CorrectedSheet => {
    const sheet = counting(aggregation);
    sheet.world.clock.time = Date.parse('2026-03-20T00:00:00Z');
    sheet.billing = {
      ...sheet.billing,
      termsFor: ({ timestamp }) => (timestamp * 1000 > APRIL.from ? { period: 'open' } : {}),
    };
    return sheet;
  };

  test('is no newer value of this one', () => {
    const sheet = ahead('latest_agg');
    sheet.sent('z | s1 | 2026-03-01 | 3', A, NEXT);
    expect(sheet.sent('z | s1 | 2026-03-01 | 3', NEXT)).toEqual(['a~x1 s1 02+.001 3']);
    const changed = ahead('latest_agg');
    changed.sent(A, NEXT);
    expect(changed.sent('a | s1 | 2026-03-02 | 8', NEXT)).toEqual(['a~r2 s1 02+.001 8']);
  });

  test('holds no unique value of this one', () => {
    const sheet = ahead('unique_count_agg');
    sheet.sent(A, NEXT);
    expect(sheet.sent(NEXT)).toEqual(['a~x1 s1 02+.001 5 remove']);
  });

  test('is corrected once that has begun', () => {
    const sheet = ahead('unique_count_agg');
    sheet.sent(A, NEXT, 'm | s1 | 2026-04-03 | 7');
    expect(sheet.sent(A, NEXT)).toEqual([`(m flag: ${NOT_BEGUN})`]);
    sheet.billing = { terms: { aggregation: 'unique_count_agg' }, ...APRIL };
    expect(sheet.sent(A, NEXT)).toEqual(['m~x1 s1 03+.001 7 remove']);
  });
});

test('a recurring unique value is removed in this month whatever there was in months before', () => {
  const sheet = counting('unique_count_agg');
  sheet.billing = { terms: { ...sheet.billing.terms, recurring: true } };
  sheet.sent(A);
  inApril(sheet);
  sheet.world.destination.check = recurringCheck(sheet);
  sheet.sent(A, 'n | s1 | 2026-04-02 | 7');
  expect(sheet.sent(A)).toEqual(['n~x1 s1 02+.001 7 remove']);
});

/** Of a recurring metric every event counts in the running period, as Lago's own check has it. */
function recurringCheck(sheet: CorrectedSheet): CorrectedSheet['world']['destination']['check'] {
  const { check } = sheet.world.destination;
  return () => {
    const found = check();
    return 'off' in found ? { ...found, openUntil: () => APRIL.until } : found;
  };
}

describe('a count whose date alone changes', () => {
  test.each<[string, string, string[]]>([
    ['sends nothing in the same month', 'a | s1 | 2026-03-20 | 5', []],
    [
      'is flagged in another month',
      'a | s1 | 2026-04-02 | 5',
      ['(a flag: an event that was counted cannot be taken back)'],
    ],
    [
      'is flagged of another customer',
      'a | s2 | 2026-03-20 | 5',
      ['(a flag: an event that was counted cannot be taken back)'],
    ],
  ])('%s', (_, row, events) => {
    const sheet = counting('count_agg');
    sheet.world.clock.time = Date.parse('2026-03-20T00:00:00Z');
    sheet.sent(A);
    expect(sheet.sent(row)).toEqual(events);
  });

  test('sends nothing in a month that is invoiced', () => {
    const sheet = counting('count_agg');
    sheet.sent(A, B);
    expect(inApril(sheet).sent('a | s1 | 2026-03-20 | 5', B)).toEqual([]);
  });

  test('is flagged in another month of one period: its key might name further usage', () => {
    const sheet = counting('count_agg');
    sheet.world.clock.time = Date.parse('2026-04-05T00:00:00Z');
    sheet.billing = { ...sheet.billing, until: APRIL.until };
    sheet.sent(A);
    expect(sheet.sent('a | s1 | 2026-03-20 | 5')).toEqual([]);
    expect(sheet.sent('a | s1 | 2026-04-02 | 5')).toEqual([
      '(a flag: an event that was counted cannot be taken back)',
    ]);
  });

  test('is flagged once its row names another customer, too', () => {
    const sheet = counting('count_agg');
    sheet.sent(A);
    sheet.sent('a | s1 | 2026-03-20 | 5');
    expect(sheet.sent('a | s2 | 2026-03-20 | 5')).toHaveLength(1);
    expect(sheet.world.destination.ids()).toEqual(['a']);
  });

  test('sends nothing where a sum is paid in advance by the unit, and is corrected where it can be', () => {
    const advance = counting('sum_agg', { payInAdvance: true });
    advance.sent(A);
    expect(advance.sent('a | s1 | 2026-03-20 | 5')).toEqual([]);
    const sum = counting('sum_agg');
    sum.sent(A);
    expect(sum.sent('a | s1 | 2026-03-20 | 5')).toEqual(['a~x1 s1 02 -5', 'a~r2 s1 20 5']);
  });

  test('sends nothing of a sum in a month that is invoiced, whether late usage is booked or not', () => {
    for (const late of ['hold', 'book'] as const) {
      const sheet = counting('sum_agg');
      sheet.sync = { late };
      sheet.sent(A, B);
      expect(inApril(sheet).sent('a | s1 | 2026-03-20 | 5', B)).toEqual([]);
      expect(sheet.sent('a | s2 | 2026-03-20 | 5', B)).toHaveLength(1);
    }
  });
});
