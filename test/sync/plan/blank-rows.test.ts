import { emptyLedger, type Ledger } from '../../../src/sync/ledger/entries';
import { withoutBlankRows } from '../../../src/sync/plan/blank-rows';
import { readModel } from '../../../src/sync/rows/model';
import { type Changes, ledgerAfter, readyOf, syncOf, utc } from '../fixture';
import { sheet } from '../sheet-table';

/** Numbers of the rows that are left. */
function rowsLeft(table: string, changes: Changes = {}, ledger: Ledger = emptyLedger): number[] {
  const sync = syncOf(table, changes);
  const read = readModel(sync, sheet(table));
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const { rows } = withoutBlankRows(read.model, { ready: readyOf(sync), ledger, rule: utc });
  return rows.map(({ number }) => number);
}

/** Subscription, date and quantity all stand in the key: `s1/2026-03-02/5`. */
const FROM_KEY = `{
  "transaction_id": "{{ row.id }}",
  "external_subscription_id": "{{ row.id | split: '/' | first }}",
  "code": "units",
  "timestamp": {{ row.id | split: "/" | slice: 1 | first | unix }},
  "properties": { "quantity": {{ row.id | split: "/" | last | plus: 0 }} }
}`;

describe('a row in which nothing but the key stands', () => {
  const dragged = '| id | sub | date | qty |\n| 1 | s1 | 2026-03-02 | 5 |\n| 2 | | | |';

  it('is blank where its event lacks another column', () => {
    expect(rowsLeft(dragged)).toEqual([2]);
    expect(rowsLeft(`${dragged}\n| 2 | | | |`)).toEqual([2]);
  });

  it('stays where it was sent, or shows anything else', () => {
    const sent = ledgerAfter(dragged.replace('| 2 | | | |', '| 2 | s1 | 2026-03-02 | 5 |'));
    expect(rowsLeft(dragged, {}, sent)).toEqual([2, 3]);
    expect(rowsLeft(dragged.replace('| 2 | | | |', '| 2 | | | 0 |'))).toEqual([2, 3]);
    expect(rowsLeft(dragged.replace('| 2 | | | |', '| 2 | | #REF! | |'))).toEqual([2, 3]);
  });

  it('stays where an event is made of the key alone, also of one that is mistyped', () => {
    const table = '| id | note |\n| s1/2026-03-02/5 | |\n| s1/2026-03-O2/5 | |\n| s1 | |';
    expect(rowsLeft(table, { template: FROM_KEY })).toEqual([2, 3, 4]);
  });

  it('stays where it is ticked to be sent', () => {
    const ticked = '| id | sub | date | qty | ok |\n| 1 | | | | TRUE |\n| 2 | | | | FALSE |';
    expect(rowsLeft(ticked, { ready: 'ok' })).toEqual([2]);
  });
});
