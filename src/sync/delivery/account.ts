import { indexEntries, type Ledger } from '../ledger/entries';
import type { LedgerEntry } from '../ledger/entry';
import type { Delivery } from './delivery';

/** What a run has done so far: the ledger as it stands, and how many events were answered. */
export class Account {
  /** With all that was booked. */
  ledger: Ledger;
  private delivered = 0;
  private rejected = 0;

  /** @param ledger as it was opened */
  constructor(ledger: Ledger) {
    this.ledger = ledger;
  }

  /** Books what a delivery did. */
  book({ entries }: Pick<Delivery, 'entries'>): void {
    this.note(entries);
    for (const { outcome } of entries) {
      if (outcome.state === 'accepted') this.delivered += 1;
      if (outcome.state === 'rejected') this.rejected += 1;
    }
  }

  /** Notes how lines stand by now, though this run has not sent them. */
  note(entries: readonly LedgerEntry[]): void {
    if (entries.length === 0) return;
    const { ledger } = this;
    const changed = new Map(entries.map((entry) => [entry.index.id, entry]));
    this.ledger = indexEntries([
      ...ledger.entries.map((entry) => changed.get(entry.index.id) ?? entry),
      ...entries.filter(({ index, line }) => !ledger.byId.has(index.id) && line !== undefined),
    ]);
  }

  /** Events that Lago accepted and refused, also those of earlier runs that were settled. */
  tally(): { readonly delivered: number; readonly rejected: number } {
    const { delivered, rejected } = this;
    return { delivered, rejected };
  }
}
