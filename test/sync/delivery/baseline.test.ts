import { baselineEntries } from '../../../src/sync/delivery/baseline';
import { emptyLedger, indexEntries } from '../../../src/sync/ledger/entries';
import type { LedgerEntry } from '../../../src/sync/ledger/entry';
import { readLedger } from '../../../src/sync/ledger/ledger';
import { inWords, ledgerAfter, NOW, planOf, syncOf } from '../fixture';

const tab = (...rows: string[]): string =>
  ['| id | sub | date | qty |', ...rows.map((row) => `| ${row} |`)].join('\n');
const A = 'a | s1 | 2026-03-02 | 5';
const HALF = 'half | s1 | 2026-03-04 | ';

const taken = (
  table: string,
  incomplete: readonly string[] = [],
  ledger = emptyLedger,
): LedgerEntry[] => baselineEntries(planOf(table, ledger), syncOf(table), new Set(incomplete), NOW);

/** The entries as they come back from the ledger's sheet. */
const stored = (entries: readonly LedgerEntry[]): readonly LedgerEntry[] => {
  const reading = readLedger(
    entries.map(({ index, frozen, outcome }, line) => ({
      line: line + 2,
      index: JSON.stringify(index),
      event: frozen,
      outcome: JSON.stringify(outcome),
    })),
    undefined,
  );
  if (!('ledger' in reading)) throw new Error(JSON.stringify(reading));
  return reading.ledger.entries;
};

describe('rows that are taken as billed elsewhere', () => {
  it('are the complete ones that were never sent', () => {
    expect(
      taken(tab(A, HALF)).map(
        ({ index, outcome }) => `${index.key} ${index.kind} ${outcome.state}`,
      ),
    ).toEqual(['a baseline accepted']);
    expect(taken(tab(A), [], ledgerAfter(tab(A)))).toEqual([]);
  });

  it('include an incomplete one only where a person chose it', () => {
    expect(taken(tab(A, HALF), ['half']).map(({ index }) => index.key)).toEqual(['a', 'half']);
    expect(taken(tab(A, HALF), ['nobody']).map(({ index }) => index.key)).toEqual(['a']);
  });

  it('are read back from the ledger as they were written, without an event too', () => {
    const entries = taken(tab(A, HALF), ['half']);
    expect(stored(entries).map(({ index, outcome }) => [index, outcome])).toEqual(
      entries.map(({ index, outcome }) => [index, outcome]),
    );
  });

  it('count as billed elsewhere from then on, the incomplete ones until they change', () => {
    const ledger = indexEntries(stored(taken(tab(A, HALF), ['half'])));
    expect(inWords(planOf(tab(A, HALF), ledger))).toEqual([
      'a 2 unchanged elsewhere',
      'half 3 unchanged elsewhere',
    ]);
    expect(inWords(planOf(tab(A, `${HALF}9`), ledger, { changed: 'add' }))).toEqual([
      'a 2 unchanged elsewhere',
      'half 3 changed flag row.changed-elsewhere',
    ]);
  });

  it('are known again under another key, so that they are not billed after all', () => {
    const ledger = indexEntries(stored(taken(tab(A))));
    expect(inWords(planOf(tab(A.replace('a |', 'z |')), ledger))).toEqual([
      'z 2 added hold key.renamed',
    ]);
  });

  it('take the id that their event would have had, so that no other row can take it', () => {
    const ledger = indexEntries(stored(taken(tab(A))));
    const table =
      '| id | sub | date | qty | other |\n| a | s1 | 2026-03-02 | 5 | a |\n| b | s1 | 2026-03-05 | 5 | a |';
    const template = syncOf(table).template.replace('row.id', 'row.other');
    expect(inWords(planOf(table, ledger, { template }))).toEqual([
      'a 2 unchanged elsewhere',
      'b 3 added hold event.id-used',
    ]);
  });
});
