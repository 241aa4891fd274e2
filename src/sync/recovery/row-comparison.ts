import type { Problem } from '../../problem/problem';
import type { Ledger } from '../ledger/entries';
import type { LedgerEntry } from '../ledger/entry';
import type { PlannedRow } from '../plan/planned-row';
import type { EventCheck } from '../ports';
import { digest } from '../rows/content';
import type { ReadySync } from '../sync';
import { GrowingStep } from './growing-step';
import type { AskedLago } from './known-lago';
import { silentLago } from './lost-lines';
import { baseIdOf, type Search, searchFor, searchLago } from './search';

/**
 * Rows that are compared at once. The first are few, since at one request a second even those take
 * minutes; many are compared by listings.
 */
const FIRST_ROWS = 50;
const MOST_ROWS = 1_000;
const FEWEST_ROWS = 3;

/** What rows are compared with. */
export interface ComparedWith {
  /** The sync with its compiled template. */
  readonly ready: ReadySync;
  /** The ledger's lines so far. */
  readonly ledger: Ledger;
  /** What Lago knows. */
  readonly check: EventCheck;
  /** The highest revision that damaged lines mention, by the id of a row's first event. */
  readonly hints: ReadonlyMap<string, number>;
  /** Whether Lago was listed as a whole, so that no row costs a request. */
  readonly isListed: boolean;
  /** Writes lines into the ledger. */
  readonly append: (lines: readonly LedgerEntry[]) => void;
}

/** A row with the search for its events. */
interface Searched {
  readonly row: PlannedRow;
  readonly search: Search;
}

/**
 * Compares rows with Lago from the top of the tab, in steps, and writes a line for each event
 * found.
 */
export class RowComparison {
  /**
   * Rows so far: Lago has exactly their event, has another one, or has none and a run would send
   * it.
   */
  readonly counts = { found: 0, different: 0, absent: 0 };
  private next = 0;

  /**
   * @param rows of the tab, in its order
   * @param settled rows that have a line and need no comparison
   */
  constructor(
    private readonly lago: AskedLago,
    private readonly rows: readonly PlannedRow[],
    private readonly settled: Set<PlannedRow>,
    private readonly compared: ComparedWith,
  ) {}

  /** Number of rows that are compared. */
  done(): number {
    return this.next;
  }

  /** Whether all rows are compared. */
  isComplete(): boolean {
    return this.next === this.rows.length;
  }

  /**
   * Digest of those events of the first `count` rows that Lago does not have. If it differs later,
   * rows were added, moved or changed in between.
   */
  absentDigest(count: number): string {
    return digest(
      JSON.stringify(
        this.rows
          .slice(0, count)
          .flatMap((row) =>
            row.entry === undefined || this.settled.has(row) ? [] : [row.entry.frozen],
          ),
      ),
    );
  }

  /**
   * Compares rows.
   * @param start place of the first one (0-based)
   * @param until no further step begins after this moment (ms), apart from the first
   * @returns why it could not go on, if it got nowhere
   */
  compareFrom(start: number, until: number): Problem | undefined {
    const { clock } = this.lago;
    const step = new GrowingStep(
      this.compared.isListed ? MOST_ROWS : FIRST_ROWS,
      MOST_ROWS,
      FEWEST_ROWS,
    );
    this.next = start;
    let isAnswered = true;
    while (!this.isComplete() && isAnswered && (this.next === start || clock.now() < until)) {
      const began = clock.now();
      const done = this.compareSome(this.rows.slice(this.next, this.next + step.size()));
      if (typeof done !== 'number') return done;
      this.next += done;
      if (done > 0) step.took(clock.now() - began);
      else isAnswered = step.shrink();
    }
    return this.next === start && !this.isComplete() ? silentLago() : undefined;
  }

  /** Returns how many of the rows are done: those before the first without a clear answer. */
  private compareSome(some: readonly PlannedRow[]): number | Problem {
    const { ledger, check, hints, append } = this.compared;
    const searches = some.flatMap((row): Searched[] =>
      row.entry === undefined || this.settled.has(row)
        ? []
        : [{ row, search: searchFor(row.entry, hints.get(baseIdOf(row.entry))) }],
    );
    const failed = searchLago(
      this.lago,
      searches.map(({ search }) => search),
      ledger,
      check,
    );
    if (failed !== undefined) return failed;
    const open = searches.findIndex(({ search }) => search.state === 'not-known');
    const known = open < 0 ? searches : searches.slice(0, open);
    append(known.flatMap(({ search }) => search.lines));
    for (const searched of known) this.count(searched);
    const firstOpen = searches[open]?.row;
    return firstOpen === undefined ? some.length : some.indexOf(firstOpen);
  }

  private count({ row, search: { lines, state } }: Searched): void {
    if (lines.length > 0) this.settled.add(row);
    else if (wouldSend(row, this.compared.ready)) this.counts.absent++;
    if (state === 'done') this.counts.found++;
    else if (lines.length > 0) this.counts.different++;
  }
}

/** Whether a run would send the row once the ledger is whole, although Lago has no event of it. */
function wouldSend({ latest, change }: PlannedRow, { sync }: ReadySync): boolean {
  if (latest === undefined) return true;
  const { state } = latest.outcome;
  if (state === 'rejected')
    return change === 'changed' || latest.index.templateRevision !== sync.templateRevision;
  return (
    state === 'accepted' &&
    change === 'changed' &&
    sync.changed === 'add' &&
    latest.index.kind !== 'baseline'
  );
}
