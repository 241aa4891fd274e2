import { eventless } from '../../../src/sync/ledger/entry';
import { CHARGE, CorrectedSheet } from '../corrected-sheet';

const A = 'a | s1 | 2026-03-02 | 5';
const B = 'b | s1 | 2026-03-03 | 6';
const C = 'c | s1 | 2026-03-04 | 7';
const NONE_INSTEAD = 'no other row of the period has a value that could take its place';

const latest = (): CorrectedSheet => {
  const sheet = new CorrectedSheet();
  sheet.billing = { terms: { aggregation: 'latest_agg' } };
  return sheet;
};

const unique = (): CorrectedSheet => {
  const sheet = new CorrectedSheet();
  sheet.billing = { terms: { aggregation: 'unique_count_agg' } };
  return sheet;
};

describe('of the latest value a run sends', () => {
  test.each<[string, string[], string[], string[]]>([
    [
      'the new value of the newest row, with a time that wins',
      [A, B],
      [A, 'b | s1 | 2026-03-03 | 9'],
      ['b~r2 s1 03+.001 9'],
    ],
    ['a row that is no news', [A, B], ['a | s1 | 2026-03-02 | 9', B], ['a~r2 s1 02 9']],
    ['the value that is newest once the newest row is gone', [A, B], [A], ['b~x1 s1 03+.001 5']],
    ['nothing for a removed row that is no news', [A, B], [B], []],
    ['nothing where the newest two rows say the same', [A, 'b | s1 | 2026-03-03 | 5'], [A], []],
    ['a row that becomes the newest', [A, B], ['a | s1 | 2026-03-04 | 5', B], ['a~r2 s1 04 5']],
    [
      'what is newest once the newest row is moved back',
      [A, B],
      [A, 'b | s1 | 2026-03-01 | 6'],
      ['b~x1 s1 03+.001 5', 'b~r2 s1 01 6'],
    ],
    [
      'what is newest once the newest row goes to another customer',
      [A, B],
      [A, 'b | s2 | 2026-03-03 | 6'],
      ['b~x1 s1 03+.001 5', 'b~r2 s2 03 6'],
    ],
    ['nothing where there is no other value', [A], [], [`(a flag: ${NONE_INSTEAD})`]],
    [
      'of two rows of one time that of the one below',
      [A, 'b | s1 | 2026-03-02 | 6', C],
      [A, 'b | s1 | 2026-03-02 | 6'],
      ['c~x1 s1 04+.001 6'],
    ],
  ])('%s', (_, before, after, events) => {
    const sheet = latest();
    sheet.sent(...before);
    expect(sheet.sent(...after)).toEqual(events);
    expect(sheet.sent(...after).filter((each) => !each.startsWith('('))).toEqual([]);
  });

  describe('where two were sent with one time, as an older version of the product did,', () => {
    const TIED = [A, 'b | s1 | 2026-03-02 | 6'];
    const tied = (...more: string[]): CorrectedSheet => {
      const sheet = latest();
      // The time of a sum does not matter, so none moves.
      sheet.billing = {};
      sheet.sent(...TIED, ...more);
      sheet.billing = { terms: { aggregation: 'latest_agg' } };
      return sheet;
    };

    test('the value that is left of the two: nobody knows which of them Lago has taken', () => {
      const sheet = tied();
      const left = ['a | s2 | 2026-03-02 | 5', 'b | s1 | 2026-03-02 | 6'];
      expect(sheet.sent(...left)).toEqual(['a~r2 s2 02 5', 'b~x1 s1 02+.001 6']);
      expect(sheet.sent(...left)).toEqual([]);
    });

    test('the value of the one that stands last, where both could take the place of the newest', () => {
      expect(tied(C).sent(...TIED)).toEqual(['c~x1 s1 04+.001 6']);
    });
  });

  test('row after row until none is left', () => {
    const sheet = latest();
    expect([[A, B, C], [A, B], [A], [], [A]].map((rows) => sheet.sent(...rows))).toEqual([
      ['a s1 02 5', 'b s1 03 6', 'c s1 04 7'],
      ['c~x1 s1 04+.001 6'],
      ['c~x1~x1 s1 04+.002 5'],
      // Whose value Lago has, not whose event it was that had been the newest once.
      [`(a flag: ${NONE_INSTEAD})`],
      [],
    ]);
  });

  test('what is newest once the period is not over: at its last millisecond nothing comes after it', () => {
    const sheet = latest();
    sheet.billing = { ...sheet.billing, until: Date.parse('2026-03-03T12:00:00.000Z') };
    sheet.sent(A, B);
    expect(sheet.sent(A)).toEqual(['(b flag: there is no time left in its period)']);
  });
});

describe('of unique values a run sends', () => {
  const SAME = 'b | s1 | 2026-03-03 | 5';

  test.each<[string, string[], string[], string[]]>([
    [
      'a removal after the add, and the new value',
      [A, B],
      ['a | s1 | 2026-03-02 | 9', B],
      ['a~x1 s1 02+.001 5 remove', 'a~r2 s1 02 9'],
    ],
    ['a removal of the value of a removed row', [A, B], [B], ['a~x1 s1 02+.001 5 remove']],
    ['no removal while another row holds the value', [A, SAME], [SAME], []],
    [
      'the new value alone while another row holds the old one',
      [A, SAME],
      ['a | s1 | 2026-03-02 | 9', SAME],
      ['a~r2 s1 02 9'],
    ],
    [
      'one removal when all that hold the value go',
      [A, SAME, C],
      [C],
      ['b~x1 s1 03+.001 5 remove'],
    ],
    [
      'nothing of its own for a value that moves from row to row',
      [A, B],
      ['a | s1 | 2026-03-02 | 6', 'b | s1 | 2026-03-03 | 5'],
      ['a~r2 s1 02 6', 'b~r2 s1 03 5'],
    ],
    [
      'a later time alone: the value stays',
      [A, B],
      ['a | s1 | 2026-03-05 | 5', B],
      ['a~r2 s1 05 5'],
    ],
  ])('%s', (_, before, after, events) => {
    const sheet = unique();
    sheet.sent(...before);
    expect(sheet.sent(...after)).toEqual(events);
    expect(sheet.sent(...after)).toEqual([]);
  });

  test('an add after the removal where a value comes back', () => {
    const sheet = unique();
    expect(
      [[A, B], [B], [A, B], [B], ['n | s1 | 2026-03-02 | 5', B]].map((rows) => sheet.sent(...rows)),
    ).toEqual([
      ['a s1 02 5', 'b s1 03 6'],
      ['a~x1 s1 02+.001 5 remove'],
      ['a~r2 s1 02+.002 5'],
      ['a~r2~x1 s1 02+.003 5 remove'],
      ['n s1 02+.004 5'],
    ]);
  });

  test('an add of each row that comes back after one removal has taken the value from several', () => {
    const sheet = unique();
    sheet.sent(A, SAME, C);
    expect(sheet.sent(C)).toEqual(['b~x1 s1 03+.001 5 remove']);
    expect(sheet.sent(A, C)).toEqual(['a~r2 s1 03+.002 5']);
    expect(sheet.sent(A, SAME, C)).toEqual(['b~r2 s1 03 5']);
    expect(sheet.sent(C)).toEqual(['a~r2~x1 s1 03+.003 5 remove']);
  });

  test('nothing back where rows say themselves what is removed', () => {
    const sheet = unique();
    const template = `{ "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.sub }}", "code": "units",
      "timestamp": {{ row.date | unix }}, "properties": { "quantity": {{ row.qty | abs }}, "operation_type": "{% if row.qty < 0 %}remove{% else %}add{% endif %}" } }`;
    sheet.sync = { template };
    const removing = 'b | s1 | 2026-03-03 | -5';
    sheet.sent(A, removing, C);
    const because = 'rows of the sheet say themselves which values are removed';
    expect(sheet.sent(A, C)).toEqual([`(b flag: ${because})`]);
    expect(sheet.sent(removing, C)).toEqual([`(a flag: ${because})`]);
  });

  test('nothing back while another sent row is not in the tab and a key is unreadable', () => {
    const sheet = unique();
    sheet.sent(A, SAME, C);
    const because =
      'a further sent row is not in the tab, and cannot be told from a removed one while keys are unreadable';
    expect(sheet.sent('a | s1 | 2026-03-02 | 9', ' | s1 | 2026-03-03 | 5', C)).toEqual([
      `(a flag: ${because})`,
      '(undefined hold: key.empty)',
    ]);
    expect(sheet.sent('a | s1 | 2026-03-02 | 9', SAME, C)).toEqual(['a~r2 s1 02 9']);
  });

  test('a value that comes back after its removal, also while another sent row is not in the tab and a key is unreadable', () => {
    const sheet = unique();
    sheet.sent(A, C);
    expect(sheet.sent(C)).toEqual(['a~x1 s1 02+.001 5 remove']);
    expect(sheet.sent(' | s1 | 2026-03-03 | 7', 'd | s1 | 2026-03-01 | 5')).toEqual([
      'd s1 02+.002 5',
      '(undefined hold: key.empty)',
    ]);
  });
});

test('a changed row whose events add to the first keeps its former unique value until it is removed', () => {
  const sheet = unique();
  sheet.sync = { changed: 'add' };
  sheet.sent(A, B);
  expect(sheet.sent('a | s1 | 2026-03-02 | 9', B)).toEqual(['a~r2 s1 02 9']);
  expect(sheet.sent('a | s1 | 2026-03-02 | 9', B)).toEqual([]);
  expect(sheet.sent(B)).toEqual(['a~x1 s1 02+.001 5 remove', 'a~r2~x1 s1 02+.001 9 remove']);
});

test.each([
  ['unique', unique, ['b~x1 s1 03+.001 6 remove'], ['b~r2 s1 03+.002 6']],
  ['latest', latest, ['b~x1 s1 03+.001 5'], ['b~r2 s1 03+.002 6']],
])(
  'a %s value that was taken back counts when its row comes back, also if rows are not corrected any more',
  (_, made, taken, back) => {
    const sheet = made();
    sheet.sent(A, B);
    expect(sheet.sent(A)).toEqual(taken);
    sheet.sync = { changed: 'flag', removed: 'flag' };
    expect(sheet.sent(A, B)).toEqual(back);
  },
);

describe('where another sync of the file has sent the same metric for the subscription, a run sends', () => {
  const SHARED = 'another sync of this file sends the same metric for the same subscription';
  const beside = (sheet: CorrectedSheet): CorrectedSheet => {
    const event = eventless('other-1', 0);
    const sent = { ...event, external_subscription_id: 's1', code: 'units' };
    const other = { key: 'o', tab: 9, isLeft: false, event: () => sent, isRefused: () => false };
    sheet.world.ledger.others.set('other-1', other);
    return sheet;
  };

  test.each<[string, () => CorrectedSheet, string[], string[], string[]]>([
    [
      'no older value for the newest row that is gone',
      latest,
      [A, B],
      [A],
      [`(b flag: ${SHARED})`],
    ],
    [
      'nor keeps its value because the next row has it, too',
      latest,
      [A, 'b | s1 | 2026-03-03 | 5'],
      [A],
      [`(b flag: ${SHARED})`],
    ],
    [
      'no newest row that is moved back',
      latest,
      [A, B],
      [A, 'b | s1 | 2026-03-01 | 6'],
      [`(b flag: ${SHARED})`],
    ],
    ['nothing for an older row that is gone', latest, [A, B], [B], []],
    [
      'the new value of the newest row',
      latest,
      [A, B],
      [A, 'b | s1 | 2026-03-03 | 9'],
      ['b~r2 s1 03+.001 9'],
    ],
    ['no removal of a unique value', unique, [A, B], [A], [`(b flag: ${SHARED})`]],
    [
      'nothing for a removed row whose unique value another row has',
      unique,
      [A, 'b | s1 | 2026-03-03 | 5'],
      [A],
      [],
    ],
  ])('%s', (_, made, before, after, events) => {
    const sheet = beside(made());
    sheet.sent(...before);
    expect(sheet.sent(...after)).toEqual(events);
    expect(sheet.sent(...after).filter((each) => !each.startsWith('('))).toEqual([]);
  });

  test('the removal for a customer whose usage the other sync does not send', () => {
    const sheet = beside(unique());
    sheet.sent('a | s2 | 2026-03-02 | 5');
    expect(sheet.sent()).toEqual(['a~x1 s2 02+.001 5 remove']);
  });
});

test('a row that cannot enter where it goes to stays where it was, for the rows around it too', () => {
  const sheet = new CorrectedSheet();
  sheet.billing = {
    until: Date.parse('2026-03-04T12:00:00.000Z'),
    termsFor: ({ external_subscription_id }) => ({
      aggregation: external_subscription_id === 's1' ? 'unique_count_agg' : 'latest_agg',
      charges: [CHARGE],
    }),
  };
  sheet.sent(A, 'x | s2 | 2026-03-04 | 1');
  // The newest value of s2 lies at the very end of the period: nothing can come after it.
  expect(sheet.sent('a | s2 | 2026-03-03 | 5')).toEqual([
    '(a flag: there is no time left in its period)',
    `(x flag: ${NONE_INSTEAD})`,
  ]);
  expect(sheet.world.destination.ids()).toEqual(['a', 'x']);
});

test('a row that cannot leave is not sent to where it would have become the newest', () => {
  const sheet = latest();
  sheet.sent(A, 'x | s2 | 2026-03-04 | 1');
  expect(sheet.sent('a | s2 | 2026-03-03 | 5')).toEqual([
    `(a flag: ${NONE_INSTEAD})`,
    `(x flag: ${NONE_INSTEAD})`,
  ]);
  expect(sheet.world.destination.ids()).toEqual(['a', 'x']);
  expect(sheet.sent('a | s2 | 2026-03-03 | 5', 'b | s1 | 2026-03-01 | 2')).toEqual([
    'a~r2 s2 04+.001 5',
    'b s1 02+.001 2',
  ]);
});
