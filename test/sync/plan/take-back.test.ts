import { GIVEN_UP } from '../../../src/sync/ledger/unit';
import { APRIL, CHARGE, CorrectedSheet } from '../corrected-sheet';

const A = 'a | s1 | 2026-03-02 | 5';
const B = 'b | s1 | 2026-03-03 | 6';
const C = 'c | s2 | 2026-03-03 | 7';

const NONE: string[] = [];

describe('a sum: what a run sends', () => {
  test.each<[string, string[], string[], string[]]>([
    [
      'of a changed value',
      [A, B],
      ['a | s1 | 2026-03-02 | 9', B],
      ['a~x1 s1 02 -5', 'a~r2 s1 02 9'],
    ],
    [
      'of a row of another day',
      [A, B],
      ['a | s1 | 2026-03-05 | 5', B],
      ['a~x1 s1 02 -5', 'a~r2 s1 05 5'],
    ],
    [
      'of a row of another customer',
      [A, B],
      ['a | s2 | 2026-03-02 | 5', B],
      ['a~x1 s1 02 -5', 'a~r2 s2 02 5'],
    ],
    ['of a removed row', [A, B], [B], ['a~x1 s1 02 -5']],
    ['of a row that is set back', [A, B], [A, B], NONE],
    ['of rows in another order', [A, B, C], [C, B, A], NONE],
    ['of a value that is written otherwise', [A, B], ["a | s1 | 2026-03-02 | '5", B], NONE],
    ['of a doubled row', [A, B], [A, B, A], ['(a flag: key.duplicate)', '(a flag: key.duplicate)']],
    [
      'of a row that is not complete any more',
      [A, B],
      ['a | s1 | 2026-03-02 |', B],
      ['(a flag: row.empty-cell)'],
    ],
    [
      'of a row under another key',
      [A, B],
      ['x | s1 | 2026-03-02 | 5', B],
      ['(x hold: key.renamed)'],
    ],
    [
      'of several rows at once',
      [A, B, C],
      ['a | s1 | 2026-03-02 | 1', 'd | s1 | 2026-03-04 | 2', C],
      ['a~x1 s1 02 -5', 'a~r2 s1 02 1', 'd s1 04 2', 'b~x1 s1 03 -6'],
    ],
  ])('%s', (_, before, after, events) => {
    const sheet = new CorrectedSheet();
    sheet.sent(...before);
    expect(sheet.sent(...after)).toEqual(events);
    expect(sheet.sent(...after).filter((each) => !each.startsWith('('))).toEqual([]);
  });

  test('of a row that is changed twice, removed, and back again', () => {
    const sheet = new CorrectedSheet();
    const histories = [
      [A, B],
      ['a | s1 | 2026-03-02 | 9', B],
      ['a | s1 | 2026-03-02 | 1', B],
      [B],
      [A, B],
      [B],
    ];
    expect(histories.map((rows) => sheet.sent(...rows))).toEqual([
      ['a s1 02 5', 'b s1 03 6'],
      ['a~x1 s1 02 -5', 'a~r2 s1 02 9'],
      ['a~r2~x1 s1 02 -9', 'a~r3 s1 02 1'],
      ['a~r3~x1 s1 02 -1'],
      ['a~r4 s1 02 5'],
      ['a~r4~x1 s1 02 -5'],
    ]);
  });
});

describe('what cannot be taken back is flagged, and nothing is sent', () => {
  test.each([
    ['a count', { aggregation: 'count_agg' }, 'an event that was counted cannot be taken back'],
    [
      'a charge that is paid in advance',
      { charges: [{ ...CHARGE, payInAdvance: true }] },
      /paid in advance/,
    ],
    [
      'an expression',
      { expression: 'event.properties.quantity' },
      'Lago computes its value by an expression',
    ],
    [
      'a period that nobody knows',
      { period: 'unknown' as const },
      'it is not known how Lago bills it',
    ],
  ])('%s', (_, terms, because) => {
    const sheet = new CorrectedSheet();
    sheet.billing = { terms };
    sheet.sent(A, B);
    const shown = sheet.sent('a | s2 | 2026-03-02 | 9');
    expect(shown).toEqual([
      expect.stringMatching(
        new RegExp(`^\\(a flag: .*${because instanceof RegExp ? because.source : because}`),
      ),
      expect.stringMatching(/^\(b flag: /),
    ]);
  });

  test('an event whose value Lago does not count', () => {
    const sheet = new CorrectedSheet();
    sheet.billing = { terms: { field: 'other' } };
    sheet.sent(A);
    expect(sheet.sent('a | s2 | 2026-03-02 | 5')).toEqual([
      '(a flag: its value is none that can be taken back)',
    ]);
  });
});

describe('a period that is invoiced', () => {
  const inApril = (late?: 'book'): CorrectedSheet => {
    const sheet = new CorrectedSheet();
    if (late !== undefined) sheet.sync = { late };
    sheet.sent(A, B);
    sheet.billing = APRIL;
    return sheet;
  };
  const INVOICED = 'its period is closed';

  test('keeps what it has', () => {
    // The changed row is late usage itself.
    expect(inApril().sent('a | s1 | 2026-03-02 | 9')).toEqual([
      '(a flag: event.late)',
      `(b flag: ${INVOICED})`,
    ]);
  });

  test('is corrected upwards where late usage is booked: both halves lie in the running one', () => {
    expect(inApril('book').sent('a | s1 | 2026-03-02 | 9', B)).toEqual([
      expect.stringMatching(/^a~x1 s1 01T00:00:00.000 -5$/),
      expect.stringMatching(/^a~r2 s1 01T00:00:00.000 9$/),
    ]);
  });

  test.each([
    ['downwards', 'a | s1 | 2026-03-02 | 1'],
    ['to another customer', 'a | s2 | 2026-03-02 | 9'],
  ])('is not corrected %s, since Lago gives nothing back', (_, row) => {
    expect(inApril('book').sent(row, B)).toEqual([
      `(a flag: ${INVOICED}, and the running one can only take more of the same)`,
    ]);
  });

  test('gives nothing back for a removed row', () => {
    expect(inApril('book').sent(B)).toEqual([`(a flag: ${INVOICED})`]);
  });

  test('is never billed again for what was booked: a second change takes back the booked half', () => {
    const sheet = inApril('book');
    sheet.sent('a | s1 | 2026-03-02 | 9', B);
    expect(sheet.sent('a | s1 | 2026-03-02 | 7', B)).toEqual([
      'a~r2~x1 s1 01T00:00:00.000 -9',
      'a~r3 s1 01T00:00:00.000 7',
    ]);
  });
});

describe('usage of an invoiced period that was corrected upwards in the running one', () => {
  const INVOICED = 'its period is closed, and the running one can only take more of the same';
  const corrected = (): CorrectedSheet => {
    const sheet = new CorrectedSheet();
    sheet.sync = { late: 'book' };
    sheet.sent(A, B);
    sheet.billing = APRIL;
    sheet.sent('a | s1 | 2026-03-02 | 9', B);
    sheet.sent('a | s1 | 2026-03-02 | 8', B);
    return sheet;
  };

  test('may come to less again, but never to less than what was invoiced', () => {
    expect(corrected().sent('a | s1 | 2026-03-02 | 5', B)).toEqual([
      'a~r3~x1 s1 01T00:00:00.000 -8',
      'a~r4 s1 01T00:00:00.000 5',
    ]);
    expect(corrected().sent('a | s1 | 2026-03-02 | 4', B)).toEqual([`(a flag: ${INVOICED})`]);
    expect(corrected().sent('a | s2 | 2026-03-02 | 9', B)).toEqual([`(a flag: ${INVOICED})`]);
  });

  test('is not taken back when its row is removed', () => {
    expect(corrected().sent(B)).toEqual([`(a flag: ${INVOICED})`]);
  });
});

test('a sync that added changes takes all of them back once it corrects', () => {
  const sheet = new CorrectedSheet();
  sheet.sync = { changed: 'add' };
  sheet.sent(A);
  sheet.sent('a | s1 | 2026-03-02 | 9');
  sheet.sent('a | s1 | 2026-03-02 | 1');
  sheet.sync = { changed: 'correct' };
  expect(sheet.sent('a | s1 | 2026-03-02 | 1')).toEqual([]);
  expect(sheet.sent('a | s1 | 2026-03-02 | 2')).toEqual([
    'a~x1 s1 02 -5',
    'a~r2~x1 s1 02 -9',
    'a~r3~x1 s1 02 -1',
    'a~r4 s1 02 2',
  ]);
  expect(sheet.sent(B, 'a | s1 | 2026-03-02 | 3')).toEqual([
    'b s1 03 6',
    'a~r4~x1 s1 02 -2',
    'a~r5 s1 02 3',
  ]);
});

test('a row that had been a unique value before is corrected like any other', () => {
  const sheet = new CorrectedSheet();
  sheet.billing = {
    termsFor: ({ external_subscription_id }) =>
      external_subscription_id === 'u' ? { aggregation: 'unique_count_agg' } : {},
  };
  sheet.sent('a | u | 2026-03-02 | 5', 'b | u | 2026-03-02 | 5');
  expect(sheet.sent(A, 'b | u | 2026-03-02 | 5')).toEqual(['a~r2 s1 02 5']);
  expect(sheet.sent('a | s1 | 2026-03-02 | 8', 'b | u | 2026-03-02 | 5')).toEqual([
    'a~r2~x1 s1 02 -5',
    'a~r3 s1 02 8',
  ]);
});

describe('half of a unit never goes alone', () => {
  const CHANGED = 'a | s1 | 2026-03-02 | 9';

  test.each(['postgres', 'clickhouse'] as const)(
    'where Lago refuses the new event, on %s',
    (store) => {
      const sheet = new CorrectedSheet(store);
      sheet.sent(A, B);
      sheet.world.destination.rejected.add('a~r2');
      expect(sheet.sent(CHANGED, B)).toEqual(['(a refused: event.rejected)']);
      expect(sheet.world.ledger.states()).toMatchObject({
        a: 'accepted',
        'a~x1': 'rejected',
        'a~r2': 'rejected',
      });
      sheet.world.destination.rejected.clear();
      expect(sheet.sent('a | s1 | 2026-03-02 | 8', B)).toEqual(['a~x2 s1 02 -5', 'a~r3 s1 02 8']);
    },
  );

  test('where Lago refuses the reversal', () => {
    const sheet = new CorrectedSheet();
    sheet.sent(A, B);
    sheet.world.destination.rejected.add('a~x1');
    expect(sheet.sent(CHANGED, B)).toEqual(['(a refused: event.rejected)']);
    expect(sheet.sent(B)).toEqual(['a~x2 s1 02 -5']);
  });

  test('but what takes a row back a second time is no half of what Lago refused the first time', () => {
    const sheet = new CorrectedSheet();
    const { destination } = sheet.world;
    sheet.sent(A, B);
    destination.rejected.add('a~x1');
    sheet.sent(B);
    sheet.sent(A, B);
    destination.faults = Array.from({ length: 9 }, () => 'lost');
    sheet.run([B]);
    destination.faults = [];
    expect(sheet.sent(B)).toEqual(['a~x2 s1 02 -5']);
    expect(sheet.world.ledger.states()).toMatchObject({ 'a~x1': 'rejected', 'a~x2': 'accepted' });
  });

  test('where another event is in the place of one', () => {
    const sheet = new CorrectedSheet();
    sheet.sent(A, B);
    const { destination, clock } = sheet.world;
    destination.stored.push({
      text: JSON.stringify({ transaction_id: 'a~r2', other: true }),
      at: clock.time,
    });
    sheet.run([CHANGED, B]);
    expect(sheet.world.ledger.states()).toMatchObject({ 'a~x1': 'rejected', 'a~r2': 'conflict' });
    expect(destination.has('a~x1')).toBe(false);
  });

  test('where one of a batch was there already, as Lago 1.32 to 1.38 leaves it: the other one follows', () => {
    const sheet = new CorrectedSheet();
    sheet.sent(A, B);
    const { destination } = sheet.world;
    const stores = destination.deliver.bind(destination);
    // The first answer is lost after half of the batch was stored.
    destination.deliver = (batches) => {
      destination.deliver = stores;
      destination.stored.push({ text: batches[0]?.[0] ?? '', at: sheet.world.clock.time });
      return batches.map(() => ({
        kind: 'failed',
        stored: 'maybe',
        answer: '502',
        timedOut: false,
      }));
    };
    sheet.run([CHANGED, B]);
    expect(destination.ids()).toEqual(['a', 'b', 'a~x1', 'a~r2']);
    expect(sheet.world.ledger.states()).toMatchObject({ 'a~x1': 'accepted', 'a~r2': 'accepted' });
  });

  test('at the end of a batch: a unit is never parted', () => {
    const sheet = new CorrectedSheet();
    const rows = Array.from(
      { length: 130 },
      (_, index) => `k${index} | s1 | 2026-03-02 | ${index + 1}`,
    );
    sheet.sent(...rows);
    const before = sheet.world.destination.requests.length;
    // 99 additions leave room for one event: the first unit begins the second batch.
    const added = Array.from({ length: 99 }, (_, index) => `n${index} | s1 | 2026-03-04 | 1`);
    const changed = rows.map((row, index) =>
      index < 60 ? `k${index} | s1 | 2026-03-02 | 500` : row,
    );
    sheet.sent(...added, ...changed);
    const requests = sheet.world.destination.requests
      .slice(before)
      .map((texts) =>
        texts.map((text) => (JSON.parse(text) as { transaction_id: string }).transaction_id),
      );
    expect(requests.map(({ length }) => length)).toEqual([99, 100, 20]);
    for (const ids of requests)
      expect(
        ids
          .filter((id) => id.includes('~'))
          .map((id) => id.split('~')[0])
          .sort(),
      ).toEqual(
        ids.flatMap((id) => (id.includes('~x') ? [id.split('~')[0], id.split('~')[0]] : [])).sort(),
      );
  });
});

describe.each(['postgres', 'clickhouse'] as const)(
  'a correction that did not arrive before its period was invoiced, on %s',
  (store) => {
    const lost = (late?: 'book'): CorrectedSheet => {
      const sheet = new CorrectedSheet(store);
      if (late !== undefined) sheet.sync = { late };
      sheet.sent(A, B);
      sheet.world.destination.faults = Array(8).fill('lost');
      sheet.run(['a | s1 | 2026-03-02 | 9', B]);
      sheet.world.destination.faults = [];
      sheet.billing = APRIL;
      return sheet;
    };

    test('is not sent any more, since Lago would take it and never bill it', () => {
      const sheet = lost();
      expect(sheet.sent('a | s1 | 2026-03-02 | 9', B)).toEqual(['(a flag: event.late)']);
      expect(sheet.world.ledger.states()).toMatchObject({ 'a~x1': 'rejected', 'a~r2': 'rejected' });
      expect(
        sheet.world.ledger.lines.find(({ index }) => index.includes('a~x1'))?.outcome,
      ).toContain(GIVEN_UP);
    });

    test('is booked instead where late usage is', () => {
      expect(lost('book').sent('a | s1 | 2026-03-02 | 9', B)).toEqual([
        'a~x2 s1 01T00:00:00.000 -5',
        'a~r3 s1 01T00:00:00.000 9',
      ]);
    });

    test('stands where Lago had taken it in time', () => {
      const sheet = new CorrectedSheet(store);
      sheet.sent(A, B);
      sheet.world.destination.faults = ['stored-and-lost', ...Array(8).fill('lost')];
      sheet.run(['a | s1 | 2026-03-02 | 9', B]);
      sheet.world.destination.faults = [];
      sheet.billing = APRIL;
      sheet.run(['a | s1 | 2026-03-02 | 9', B]);
      expect(sheet.world.ledger.states()).toMatchObject({
        a: 'accepted',
        'a~x1': 'accepted',
        'a~r2': 'accepted',
      });
      expect(sheet.world.destination.ids()).toEqual(['a', 'b', 'a~x1', 'a~r2']);
    });
  },
);

test('new usage that did not arrive before its period was invoiced is late usage', () => {
  const sheet = new CorrectedSheet();
  sheet.world.destination.faults = Array(8).fill('lost');
  sheet.run([A]);
  sheet.world.destination.faults = [];
  sheet.billing = APRIL;
  expect(sheet.sent(A)).toEqual(['(a hold: event.late)']);
  sheet.sync = { late: 'book' };
  expect(sheet.sent(A)).toEqual(['a~r2 s1 01T00:00:00.000 5']);
});

test('a row that is taken as billed elsewhere is flagged when it changes, and nothing when it goes', () => {
  const sheet = new CorrectedSheet();
  sheet.sent(B);
  const { ledger } = sheet.world;
  const [line] = ledger.lines;
  if (line === undefined) throw new Error('no line');
  ledger.lines = [{ ...line, index: line.index.replace('"kind":"usage"', '"kind":"baseline"') }];
  expect(sheet.sent('b | s1 | 2026-03-03 | 8')).toEqual(['(b flag: row.changed-elsewhere)']);
  expect(sheet.sent()).toEqual([]);
});

test('an event that was found in Lago is taken back like one of ours', () => {
  const sheet = new CorrectedSheet();
  sheet.sent(A);
  const { ledger } = sheet.world;
  ledger.lines = ledger.lines.map((line) => ({
    ...line,
    index: line.index.replace('"kind":"usage"', '"kind":"adopted"'),
  }));
  expect(sheet.sent('a | s1 | 2026-03-02 | 9')).toEqual(['a~x1 s1 02 -5', 'a~r2 s1 02 9']);
});

test('a template that says the same in other words sends nothing, and one that says something else is no change of a row', () => {
  const sheet = new CorrectedSheet();
  sheet.sent(A, B);
  const template = `{ "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.sub }}", "code": "units",
    "timestamp": {{ row.date | unix }}, "properties": { "quantity": {{ row.qty | times: 2 }}, "note": "x" } }`;
  sheet.sync = { template, templateRevision: 2 };
  expect(sheet.sent(A, B)).toEqual([]);
});
