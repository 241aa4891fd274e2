import { baselineEntries, carryOver } from '../../../src/sync/delivery/baseline';
import { emptyLedger, indexEntries } from '../../../src/sync/ledger/entries';
import type { LedgerEntry } from '../../../src/sync/ledger/entry';
import type { LedgerOwner } from '../../../src/sync/ledger/former';
import { readLedger, voidIndex } from '../../../src/sync/ledger/ledger';
import { indexText } from '../../../src/sync/ledger/line';
import type { StoredLedger } from '../../../src/sync/ports';
import { inWords, ledgerAfter, NOW, planOf, syncOf } from '../fixture';
import { MemoryLedger, worldOf } from '../world';

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
    entries.map((entry, line) => ({
      line: line + 2,
      index: indexText(entry),
      event: entry.frozen,
      outcome: JSON.stringify(entry.outcome),
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
      entries.map(({ index, outcome }) => [{ ...index, digest: expect.any(String) }, outcome]),
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

/** The ledgers of a sync that sent to another organization before. */
class Ledgers extends MemoryLedger {
  readonly former = new MemoryLedger();

  override open(_owner?: LedgerOwner, organization = ''): ReturnType<MemoryLedger['open']> {
    return organization === 'org-0' ? this.former.open() : super.open();
  }
}

const headerOf = (organization: string): StoredLedger['header'] => ({
  ledger: 1,
  file: 'file-1',
  tab: 7,
  sync: 'sync-1',
  organization,
});

describe('rows that are taken into the ledger of another organization', () => {
  const table = tab(A, 'b | s1 | 2026-03-03 | 6');
  const sync = syncOf(table, { organization: 'org-0' });
  const identity = {
    organization: 'org-1',
    address: 'https://lago.example',
    name: 'Org',
    store: 'postgres',
    zone: 'UTC',
  } as const;

  const carrying = (): { ledger: Ledgers; carry: () => void } => {
    const ledger = new Ledgers();
    ledger.former.header = headerOf('org-0');
    ledger.former.append(taken(table), { lines: 2 });
    const world = { ...worldOf(), ledger };
    return { ledger, carry: () => carryOver(world, sync, identity) };
  };

  it('make its ledger, and are there once however often they are carried over', () => {
    const { ledger, carry } = carrying();
    carry();
    carry();
    expect(ledger.calls).toEqual(['create', 'append 2']);
    expect(ledger.record).toMatchObject({ lines: 2 });
  });

  it('are counted beside its void lines, so that a line that is deleted later is missed', () => {
    const { ledger, carry } = carrying();
    const [other] = taken(tab('c | s1 | 2026-03-03 | 6'));
    ledger.header = headerOf('org-1');
    ledger.append(other === undefined ? [] : [other], { lines: 1 });
    ledger.lines.push({ line: 4, index: voidIndex('damaged', NOW), event: '', outcome: '' });
    carry();
    expect(ledger.record).toMatchObject({ lines: 4 });
    ledger.lines = ledger.lines.filter(({ line }) => line !== 3);
    expect(readLedger(ledger.lines, ledger.record)).toEqual({
      vanished: { lines: 3, recorded: 4 },
    });
  });

  it('are left where a run would stop at the ledger', () => {
    const { ledger, carry } = carrying();
    ledger.header = { ...headerOf('org-1'), file: 'file-2' };
    carry();
    expect(ledger.calls).toEqual([]);
  });
});
