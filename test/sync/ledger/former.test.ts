import type { LedgerEntry } from '../../../src/sync/ledger/entry';
import { contentsOf, type FormerLedger, formerOf } from '../../../src/sync/ledger/former';
import type { LineTexts } from '../../../src/sync/ledger/ledger';
import { indexText } from '../../../src/sync/ledger/line';
import { ledgerAfter, syncOf, TEMPLATE } from '../fixture';

const textsOf = (entries: readonly LedgerEntry[]): LineTexts[] =>
  entries.map((entry, place) => ({
    line: place + 2,
    index: indexText(entry),
    event: entry.frozen,
    outcome: JSON.stringify(entry.outcome),
  }));

const SENT = `
  | id | sub | date       | qty |
  | a  | s1  | 2026-03-02 | 5   |
  | 7  | s1  | 2026-03-02 | 6   |`;

describe('what a ledger says of itself', () => {
  test('are its rows, metrics and the column that identified them, also where numbers do', () => {
    expect(contentsOf(textsOf(ledgerAfter(SENT).entries))).toEqual({
      rows: 2,
      codes: ['units'],
      key: 'id',
    });
  });

  test('a row that was sent twice counts once, a refused one not at all', () => {
    const twice = ledgerAfter(
      SENT.replace('| 5 ', '| 8 '),
      { state: 'accepted' },
      ledgerAfter(SENT),
    ).entries;
    expect(twice).toHaveLength(3);
    expect(contentsOf(textsOf(twice)).rows).toBe(2);
    const refused = ledgerAfter(SENT, { state: 'rejected' }).entries;
    expect(contentsOf(textsOf(refused))).toEqual({ rows: 0, codes: [], key: undefined });
  });

  test('a column that the template did not read is not known', () => {
    const template = TEMPLATE.replace('row.id', 'row.ref');
    const sent = ledgerAfter(
      '| id | sub | date | qty | ref |\n| a | s1 | 2026-03-02 | 5 | r1 |',
      { state: 'accepted' },
      undefined,
      { template },
    );
    expect(contentsOf(textsOf(sent.entries)).key).toBeUndefined();
  });
});

const left = (name: string, rows: number, ...codes: string[]): FormerLedger => ({
  sync: `id of ${name}`,
  name,
  rows,
  codes,
  key: 'id',
});

const CALLS = left('Calls', 300, 'calls');
const SEATS = left('Seats', 40, 'seats');
const BOTH = left('Both', 20, 'calls', 'seats');
const NONE = left('Baseline', 10);

const coded = (...codes: string[]): string =>
  codes.map((code) => `{ "code": "${code}" }`).join(' {% else %} ');

describe('which ledger of a tab counts for a new sync', () => {
  test.each<[string, string, string, readonly FormerLedger[], string | undefined]>([
    ['the one of its metric', 'Usage', coded('seats'), [CALLS, SEATS], 'Seats'],
    ['the one of its name', 'Seats', coded('{{ row.what }}'), [CALLS, SEATS], 'Seats'],
    ['of one metric, that of its name', 'Both', coded('calls'), [CALLS, BOTH], 'Both'],
    ['the one with the most rows', 'Usage', coded('{{ row.what }}'), [SEATS, CALLS], 'Calls'],
    ['none that sent other metrics only', 'Calls', coded('disks'), [CALLS, SEATS], undefined],
    ['one whose metric is not known', 'Usage', coded('disks'), [CALLS, NONE], 'Baseline'],
    ['one of several metrics', 'Usage', coded('disks', 'seats'), [CALLS, SEATS], 'Seats'],
    ['a template in which one branch reads a cell', 'U', coded('a', '{{ x }}'), [SEATS], 'Seats'],
    ['a code that a cell ends', 'U', '{ "code": "seats_{{ row.x }}" }', [SEATS], 'Seats'],
    ['a code that a cell gives', 'U', '{ "code": {{ row.x | json }} }', [SEATS], 'Seats'],
    [
      'a code that a cell gives beside a property that is called so',
      'U',
      '{ "code": {{ row.x | json }}, "properties": { "code": "disks" } }',
      [SEATS],
      'Seats',
    ],
    ['a code with a sign of Liquid', 'U', coded('cpu%'), [left('Cpu', 3, 'cpu%')], 'Cpu'],
    ['a code with an escaped letter', 'U', coded('s\\u0065ats'), [SEATS], 'Seats'],
    ['no metric is written yet', 'Usage', '', [SEATS, CALLS], 'Calls'],
  ])('%s', (_, name, template, ledgers, found) => {
    expect(formerOf(ledgers, { ...syncOf(SENT), name, template })?.name).toBe(found);
  });

  test('the chosen one, whatever its metric', () => {
    const owner = { ...syncOf(SENT), template: coded('seats'), former: CALLS.sync };
    expect(formerOf([CALLS, SEATS], owner)).toBe(CALLS);
    expect(formerOf([SEATS], owner)).toBeUndefined();
  });
});
