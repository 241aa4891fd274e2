import { problem } from '../../../src/problem/problem';
import { indexEntries } from '../../../src/sync/ledger/entries';
import { derivedId } from '../../../src/sync/plan/next-entry';
import { countActions } from '../../../src/sync/plan/planned-row';
import { groupProblems } from '../../../src/sync/plan/problem-group';
import { prepare } from '../../../src/sync/sync';
import {
  entriesIn,
  inWords,
  ledgerAfter,
  NOW,
  planOf,
  readyOf,
  syncOf,
  TEMPLATE,
  withOutcome,
} from '../fixture';

const HEADER = '| id | sub | date | qty |';
const tab = (...rows: string[]): string => [HEADER, ...rows.map((row) => `| ${row} |`)].join('\n');
const A = 'a | s1 | 2026-03-02 | 5';
const B = 'b | s1 | 2026-03-03 | 6';
const words = (...arguments_: Parameters<typeof planOf>): string[] =>
  inWords(planOf(...arguments_));

describe('a row', () => {
  it('that is new is sent, as the template says', () => {
    const plan = planOf(tab(A, B));
    expect(inWords(plan)).toEqual(['a 2 added send as a', 'b 3 added send as b']);
    expect(entriesIn(plan)[0]).toMatchObject({
      line: undefined,
      index: { id: 'a', key: 'a', kind: 'usage', revision: 1, templateRevision: 1 },
      event: {
        transaction_id: 'a',
        timestamp: Date.parse('2026-03-02T12:00:00Z') / 1000,
        properties: { quantity: 5 },
      },
      outcome: { id: 'a', state: 'pending', tries: 0 },
    });
    expect(JSON.parse(entriesIn(plan)[0]?.frozen ?? '')).toEqual(entriesIn(plan)[0]?.event);
  });

  it('that was sent and is as it was is not sent again', () => {
    expect(words(tab(A), ledgerAfter(tab(A)))).toEqual(['a 2 unchanged sent']);
  });

  it('is known by its key, wherever it stands and whatever is beside it', () => {
    const moved =
      '| note | qty | id | date | sub |\n(blank)\n| new | 6 | b | 2026-03-03 | s1 |\n| x | 5 | a | 2026-03-02 | s1 |';
    expect(words(moved, ledgerAfter(tab(A, B)), { source: syncOf(tab()).source })).toEqual([
      'b 3 unchanged sent',
      'a 4 unchanged sent',
    ]);
  });

  it('that was sent by another revision of the template is not sent again', () => {
    const ledger = ledgerAfter(tab(A));
    const changes = { templateRevision: 2, template: TEMPLATE.replace('"units"', '"other"') };
    expect(words(tab(A), ledger, changes)).toEqual(['a 2 unchanged sent']);
    expect(words(tab(A), ledger, { ...changes, changed: 'add' })).toEqual(['a 2 unchanged sent']);
  });

  it('that changes in a column that the template does not read is unchanged', () => {
    const ledger = ledgerAfter('| id | sub | date | qty | note |\n| a | s1 | 2026-03-02 | 5 | x |');
    expect(
      words('| id | sub | date | qty | note |\n| a | s1 | 2026-03-02 | 5 | y |', ledger),
    ).toEqual(['a 2 unchanged sent']);
  });

  it.each([
    ['flag', ['a 2 changed flag row.changed']],
    ['add', ['a 2 changed send as a~r2']],
    [undefined, ['a 2 changed flag row.changed']],
  ] as const)('that changed after it was sent, by the policy %s', (changed, expected) => {
    expect(words(tab('a | s1 | 2026-03-02 | 7'), ledgerAfter(tab(A)), { changed })).toEqual(
      expected,
    );
  });

  it.each([
    ['flag', ['a - removed flag row.removed']],
    ['ignore', ['a - removed sent']],
    [undefined, ['a - removed flag row.removed']],
  ] as const)('that is gone after it was sent, by the policy %s', (removed, expected) => {
    expect(words(tab(), ledgerAfter(tab(A)), { removed })).toEqual(expected);
  });

  it('that lacks a cell, shows an error or has no date is held', () => {
    expect(
      words(tab('a | s1 | 2026-03-02 | ', 'b | #N/A | 2026-03-02 | 1', 'c | s1 | 03/02/2026 | 1')),
    ).toEqual([
      'a 2 added hold row.empty-cell',
      'b 3 added hold row.error-cell',
      'c 4 added hold row.not-a-time',
    ]);
  });

  it('that Lago would not bill is held', () => {
    const check = {
      problemsOf: () => [problem('event.unknown-code', { value: 'units' })],
      off: [],
    };
    expect(words(tab(A), undefined, {}, { check })).toEqual(['a 2 added hold event.unknown-code']);
  });

  it('whose event does not fit into the ledger is held', () => {
    const table = tab(A).replaceAll('| 5 |', `| ${'x'.repeat(45_000)} |`);
    expect(words(table)).toEqual(['a 2 added hold event.too-long']);
    expect(words(tab(A).replaceAll('| 5 |', `| ${'x'.repeat(44_000)} |`))).toEqual([
      'a 2 added send as a',
    ]);
  });

  it.each([
    ['2026-04-20 12:00', ['a 2 added send as a']],
    ['2026-04-20 12:01', ['a 2 added hold event.far-future']],
    ['2001-01-01', ['a 2 added send as a']],
  ])('dated %s, seen on 2026-03-20', (date, expected) => {
    expect(words(tab(`a | s1 | ${date} | 5`))).toEqual(expected);
  });

  it('carries its row number in its problems', () => {
    expect(planOf(tab(A, 'b | s1 | | 1')).rows[1]?.problems).toMatchObject([
      { code: 'row.empty-cell', place: { row: 3, column: 'date' } },
    ]);
  });
});

describe('keys', () => {
  it('that are double hold both rows, and no row counts as removed', () => {
    expect(words(tab(A, A, B), ledgerAfter(tab('x | s1 | 2026-03-02 | 1')))).toEqual([
      'a 2 added hold key.duplicate',
      'a 3 added hold key.duplicate',
      'b 4 added send as b',
    ]);
  });

  it('that are double after the row was sent flag both', () => {
    expect(words(tab(A, A), ledgerAfter(tab(A)))).toEqual([
      'a 2 unchanged flag key.duplicate',
      'a 3 unchanged flag key.duplicate',
    ]);
  });

  it.each([
    ['#N/A', 'key.unreadable'],
    ['Loading...', 'key.unreadable'],
    ['', 'key.empty'],
    ['1234567890123456', 'key.imprecise'],
  ])('that are unreadable (%s) hold the row, and no row counts as removed', (key, code) => {
    expect(words(tab(`${key} | s1 | 2026-03-02 | 1`), ledgerAfter(tab(A)))).toEqual([
      `- 2 added hold ${code}`,
    ]);
  });

  it('that were renamed hold the row and do not count as removed', () => {
    expect(words(tab('x | s1 | 2026-03-02 | 5', B), ledgerAfter(tab(A, B)))).toEqual([
      'x 2 added hold key.renamed',
      'b 3 unchanged sent',
    ]);
    expect(
      planOf(tab('x | s1 | 2026-03-02 | 5'), ledgerAfter(tab(A))).rows[0]?.problems[0]?.message,
    ).toBe('This row looks like the sent row “a” under another key.');
  });

  it('that are new with other content are new rows', () => {
    expect(words(tab('x | s1 | 2026-03-02 | 6'), ledgerAfter(tab(A)))).toEqual([
      'x 2 added send as x',
      'a - removed flag row.removed',
    ]);
  });

  it('that are new beside an equal row are new rows', () => {
    expect(words(tab(A, 'x | s1 | 2026-03-02 | 5'), ledgerAfter(tab(A)))).toEqual([
      'a 2 unchanged sent',
      'x 3 added send as x',
    ]);
  });

  it('that come again in another month are held, under every policy', () => {
    const table = tab('a | s1 | 2026-04-02 | 9');
    expect(words(table, ledgerAfter(tab(A)), { changed: 'add' })).toEqual([
      'a 2 changed flag key.reused',
    ]);
    expect(words(table, ledgerAfter(tab(A)), { changed: 'flag' })).toEqual([
      'a 2 changed flag row.changed',
    ]);
  });

  it('with names of prototypes are keys like any other', () => {
    const table = tab('__proto__ | s1 | 2026-03-02 | 5', 'constructor | s1 | 2026-03-03 | 5');
    expect(words(table)).toEqual([
      '__proto__ 2 added send as __proto__',
      'constructor 3 added send as constructor',
    ]);
    expect(words(table, ledgerAfter(table))).toEqual([
      '__proto__ 2 unchanged sent',
      'constructor 3 unchanged sent',
    ]);
  });
});

describe('transaction ids', () => {
  const template = TEMPLATE.replace('row.id', 'row.ref');
  const refs = (...rows: string[]): string =>
    ['| id | sub | date | qty | ref |', ...rows.map((row) => `| ${row} |`)].join('\n');

  it('that two rows share hold both', () => {
    expect(
      words(
        refs(
          'a | s1 | 2026-03-02 | 5 | r',
          'b | s1 | 2026-03-02 | 6 | r',
          'c | s1 | 2026-03-02 | 6 | q',
        ),
        undefined,
        { template },
      ),
    ).toEqual([
      'a 2 added hold event.id-twice',
      'b 3 added hold event.id-twice',
      'c 4 added send as q',
    ]);
  });

  it('that another row has used hold the row, whatever became of it', () => {
    const ledger = ledgerAfter(
      refs('a | s1 | 2026-03-02 | 5 | r'),
      { state: 'rejected' },
      undefined,
      { template },
    );
    const plan = planOf(refs('b | s1 | 2026-03-02 | 6 | r'), ledger, { template });
    expect(inWords(plan)).toEqual(['b 2 added hold event.id-used']);
    expect(plan.rows[0]?.problems[0]?.message).toBe(
      'The transaction_id “r” was already used by the row “a”.',
    );
  });

  it('that the same event has used under another key are those of a renamed row', () => {
    const ledger = ledgerAfter(refs('a | s1 | 2026-03-02 | 5 | r'), undefined, undefined, {
      template,
    });
    const both = refs('a | s1 | 2026-03-02 | 5 | r', 'b | s1 | 2026-03-02 | 5 | r');
    const plan = planOf(both, ledger, { template });
    expect(inWords(plan)).toEqual(['a 2 unchanged sent', 'b 3 added hold key.renamed']);
    expect(plan.rows[1]?.problems[0]?.remedy).not.toContain('transaction_id');
  });

  it.each([
    ['of the same row and metric', 'a', { code: 'units' }, 'event.sent-elsewhere'],
    ['of the same row at another time', 'a', { timestamp: 5 }, 'event.sent-elsewhere'],
    ['of the same usage under another key', 'x', {}, 'event.sent-elsewhere'],
    ['that cannot be read any more', 'a', undefined, 'event.sent-elsewhere'],
    ['of the same row for another metric', 'a', { code: 'seats' }, 'event.id-elsewhere'],
    ['of another subscription', 'a', { external_subscription_id: 's2' }, 'event.id-elsewhere'],
    ['of other usage', 'x', { timestamp: 5 }, 'event.id-elsewhere'],
  ])('that another sync has used for an event %s are told as what they are', (_, key, as, code) => {
    const event = {
      transaction_id: 'a',
      external_subscription_id: 's1',
      code: 'units',
      timestamp: Date.parse('2026-03-02T12:00:00Z') / 1000,
      properties: {},
    };
    const usedElsewhere = () => ({
      key,
      tab: 7,
      event: () => (as === undefined ? undefined : { ...event, ...as }),
    });
    const plan = planOf(tab(A), undefined, {}, { usedElsewhere });
    expect(inWords(plan)).toEqual([`a 2 added hold ${code}`]);
  });

  it('that the same key has in another tab, at another time, are other usage', () => {
    const usedElsewhere = () => ({
      key: 'a',
      tab: 8,
      event: () => ({
        transaction_id: 'a',
        external_subscription_id: 's1',
        code: 'units',
        timestamp: 5,
        properties: {},
      }),
    });
    const plan = planOf(tab(A), undefined, {}, { usedElsewhere });
    expect(inWords(plan)).toEqual(['a 2 added hold event.id-elsewhere']);
  });

  it('of later revisions are derived from the template’s own, and the same at every try', () => {
    const ledger = ledgerAfter(tab(A));
    const changed = tab('a | s1 | 2026-03-02 | 7');
    expect(words(changed, ledger, { changed: 'add' })).toEqual(
      words(changed, ledger, { changed: 'add' }),
    );
    const second = ledgerAfter(changed, { state: 'accepted' }, ledger);
    expect(words(tab('a | s1 | 2026-03-02 | 8'), second, { changed: 'add' })).toEqual([
      `a 2 changed send as ${derivedId('a', 3)}`,
    ]);
    expect(words(changed, second, { changed: 'add' })).toEqual(['a 2 unchanged sent']);
  });
});

describe('what Lago answered', () => {
  it.each([
    ['pending', 'wait row.unsettled'],
    ['stuck', 'wait event.stuck'],
    ['rejected', 'refused event.rejected'],
    ['conflict', 'refused event.conflict'],
    ['accepted', 'sent'],
  ] as const)('%s: an unchanged row is left out of the plan', (state, expected) => {
    expect(words(tab(A, B), ledgerAfter(tab(A), { state, answer: 'why' }))).toEqual([
      `a 2 unchanged ${expected}`,
      'b 3 added send as b',
    ]);
  });

  it.each([
    ['pending', 'wait row.unsettled'],
    ['stuck', 'wait event.stuck'],
    ['rejected', 'send as a~r2'],
    ['conflict', 'refused event.conflict'],
    ['accepted', 'flag row.changed'],
  ] as const)('%s: a changed row', (state, expected) => {
    expect(words(tab('a | s1 | 2026-03-02 | 7'), ledgerAfter(tab(A), { state }))).toEqual([
      `a 2 changed ${expected}`,
    ]);
  });

  it.each([
    ['pending', 'wait row.unsettled'],
    ['stuck', 'wait event.stuck'],
    ['rejected', 'send as a~r2'],
    ['conflict', 'send as a~r2'],
    ['accepted', 'sent'],
  ] as const)('%s: a row that a person wants sent again', (state, expected) => {
    expect(words(tab(A), ledgerAfter(tab(A), { state }), {}, { again: new Set(['a']) })).toEqual([
      `a 2 unchanged ${expected}`,
    ]);
  });

  it.each([
    ['pending', ['a - removed wait row.unsettled']],
    ['stuck', ['a - removed wait event.stuck']],
    ['rejected', []],
    ['accepted', ['a - removed flag row.removed']],
  ] as const)('%s: a removed row', (state, expected) => {
    expect(words(tab(), ledgerAfter(tab(A), { state }))).toEqual(expected);
  });

  it('rejected: a new revision of the template sends the row again, and it is held where it still lacks something', () => {
    const ledger = ledgerAfter(tab(A), { state: 'rejected' });
    expect(words(tab(A), ledger, { templateRevision: 2 })).toEqual(['a 2 unchanged send as a~r2']);
    expect(words(tab('a | s1 | 2026-03-02 | '), ledger)).toEqual([
      'a 2 changed hold row.empty-cell',
    ]);
  });

  it('says what Lago said', () => {
    const [row] = planOf(
      tab(A),
      ledgerAfter(tab(A), { state: 'rejected', answer: '{"code":["value_is_mandatory"]}' }),
    ).rows;
    expect(row?.problems[0]?.message).toBe(
      'Lago refused the event: {"code":["value_is_mandatory"]}.',
    );
    expect(row?.problems[0]?.place).toEqual({ row: 2 });
  });
});

describe('a baseline', () => {
  it('was billed elsewhere: the row is not sent, a change is told and never sent on top, and a removal concerns nobody', () => {
    const [entry] = ledgerAfter(tab(A)).entries;
    if (entry === undefined) throw new Error('no entry');
    const ledger = indexEntries([{ ...entry, index: { ...entry.index, kind: 'baseline' } }]);
    expect(words(tab(A), ledger)).toEqual(['a 2 unchanged elsewhere']);
    expect(words(tab('a | s1 | 2026-04-02 | 9'), ledger, { changed: 'add' })).toEqual([
      'a 2 changed flag row.changed-elsewhere',
    ]);
    expect(words(tab('b | s1 | 2026-04-02 | 9'), ledger)).toEqual(['b 2 added send as b']);
  });
});

describe('a sent row that is gone while another key is double', () => {
  const table = tab(A.replace('a |', 'b |'), A.replace('a |', 'b |').replace('| 5', '| 9'));

  it('is no removed row, but is counted', () => {
    const plan = planOf(table, ledgerAfter(tab(A.replace('| 5', '| 77'))));
    expect(inWords(plan).filter((line) => line.includes('removed'))).toEqual([]);
    expect(plan.missing).toBe(1);
  });

  it('is not counted where all keys can be read', () => {
    expect(planOf(tab(B), ledgerAfter(tab(A))).missing).toBe(0);
  });
});

describe('a ready column', () => {
  const table =
    '| id | sub | date | qty | ok |\n| a | s1 | 2026-03-02 | 5 | TRUE |\n| b | s1 | 2026-03-02 | 6 | FALSE |\n| c | s1 | 2026-03-02 | 7 | |\n| d | s1 | 2026-03-02 | 8 | yes |';

  it('lets only ticked rows go', () => {
    expect(words(table, undefined, { ready: 'ok' })).toEqual([
      'a 2 added send as a',
      'b 3 added hold row.not-ready',
      'c 4 added hold row.not-ready',
      'd 5 added hold row.no-tick-box',
    ]);
  });

  it('spares the rest after an edit', () => {
    expect(words(table, undefined, { ready: 'ok' }, { resting: () => true })[0]).toBe(
      'a 2 added send as a',
    );
  });

  it('does not matter for a sent row', () => {
    expect(
      words(
        table.replace('TRUE', 'FALSE'),
        ledgerAfter(table, { state: 'accepted' }, undefined, { ready: 'ok' }),
        { ready: 'ok' },
      )[0],
    ).toBe('a 2 unchanged sent');
  });
});

describe('a row that rests after an edit', () => {
  it('is held until it has rested', () => {
    const plan = planOf(tab(A, B), undefined, {}, { resting: (key) => key === 'a' });
    expect(inWords(plan)).toEqual(['a 2 added hold row.resting', 'b 3 added send as b']);
    expect(plan.rows[0]?.problems[0]).toMatchObject({
      actor: 'wait',
      remedy: 'Nothing: it goes out when it has rested for 5 minutes.',
    });
  });

  it('is asked for by key and content', () => {
    const asked: string[] = [];
    const plan = planOf(
      tab(A),
      undefined,
      {},
      { resting: (key, content) => asked.push(`${key} ${content}`) < 0 },
    );
    expect(asked).toEqual([`a ${plan.rows[0]?.content}`]);
  });
});

describe('totals', () => {
  it('count every row once', () => {
    const plan = planOf(tab(A, B, 'c | s1 | | 1', 'd | | | 1'), ledgerAfter(tab(A)));
    expect(countActions(plan)).toEqual({
      send: 1,
      hold: 2,
      wait: 0,
      sent: 1,
      flag: 0,
      refused: 0,
      elsewhere: 0,
    });
  });

  it('group problems by action and code, the most frequent first', () => {
    const rows = Array.from({ length: 12 }, (_, index) => `k${index} | s1 | | 1`);
    const groups = groupProblems(planOf(tab('z | s1 | 30.1.2026 | 1', ...rows)));
    expect(
      groups.map(({ action, problem: { code }, count, rows }) => ({ action, code, count, rows })),
    ).toEqual([
      {
        action: 'hold',
        code: 'row.empty-cell',
        count: 12,
        rows: [3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
      },
      { action: 'hold', code: 'row.not-a-time', count: 1, rows: [2] },
    ]);
  });
});

describe('a sync', () => {
  it('is ready when its parts fit together', () => {
    expect(readyOf(syncOf(tab())).template.reads.map(({ name }) => name)).toEqual([
      'id',
      'sub',
      'date',
      'qty',
    ]);
  });

  it.each([
    [
      'no columns',
      { source: { tabId: 1, tabName: 'U', headerRow: 1, columns: [] } },
      'no columns are chosen',
    ],
    ['another key', { key: 'nope' }, 'no column is chosen as the key'],
    ['another ready column', { ready: 'nope' }, 'the ready column is not among the chosen ones'],
  ])('with %s is not complete', (_, changes, detail) => {
    const ready = prepare(syncOf(tab(), changes));
    expect('problems' in ready && ready.problems.map(({ message }) => message)).toContain(
      `The sync is not complete: ${detail}.`,
    );
  });

  it('with a wrong template is told all at once', () => {
    const ready = prepare(syncOf(tab(), { key: 'nope', template: '{ "a": {{ row.x }} }' }));
    expect('problems' in ready && ready.problems.map(({ code }) => code)).toEqual(
      expect.arrayContaining([
        'settings.incomplete',
        'template.unknown-column',
        'template.missing-field',
      ]),
    );
  });
});

describe('a plan', () => {
  it('knows what Lago was last told, and when new lines are written', () => {
    const [entry] = ledgerAfter(tab(A)).entries;
    expect(entry?.index.at).toBe(NOW);
    const ledger = indexEntries([
      withOutcome(entry as NonNullable<typeof entry>, { answer: 'said' }),
    ]);
    expect(planOf(tab(A), ledger).rows[0]?.latest?.outcome.answer).toBe('said');
  });
});
