import type { LedgerEntry } from '../ledger/entry';
import type { Unit } from '../ledger/unit';
import { type Batch, entriesOf, pack } from './batch';

const isWritten = (batch: Batch): boolean =>
  entriesOf(batch).every(({ line }) => line !== undefined);

/**
 * Batches that wait for a request, in the order in which they go. A step costs as much as a wave
 * has batches, not as the queue.
 */
export class BatchQueue {
  /** What goes before the rest. */
  private ahead: Batch[] = [];
  private readonly rest: readonly Batch[];
  /** Place of the next one of the rest. */
  private next = 0;
  /** What has failed, and goes after the rest. */
  private readonly behind: Batch[] = [];
  private size: number;

  /** @param size most events of a batch */
  constructor(units: readonly Unit[], size: number) {
    this.rest = pack(units, size);
    this.size = size;
  }

  get isEmpty(): boolean {
    return this.ahead.length + this.behind.length === 0 && this.next >= this.rest.length;
  }

  /** Takes up to so many batches out. */
  take(width: number): Batch[] {
    const taken: Batch[] = [];
    for (let next = this.pop(); next !== undefined; next = this.pop()) {
      taken.push(next);
      if (taken.length === width) break;
    }
    return taken;
  }

  /** From now on no batch has more events. */
  limit(size: number): void {
    this.size = Math.min(this.size, size);
  }

  /**
   * Puts batches back. Those that failed go last; until Lago has accepted something they go before
   * batches without lines, which would only add lines that the next run has to settle.
   */
  putBack(batches: readonly Batch[], hasGotThrough: boolean): void {
    const failing = batches.filter(({ failures }) => failures > 0);
    const others = batches.filter(({ failures }) => failures === 0);
    const next = this.rest[this.next];
    const isBefore = !hasGotThrough && next !== undefined && !isWritten(next);
    this.ahead = [...others, ...this.ahead, ...(isBefore ? failing : [])];
    if (!isBefore) this.behind.push(...failing);
  }

  /** All entries that are left. */
  entries(): LedgerEntry[] {
    return [...this.ahead, ...this.rest.slice(this.next), ...this.behind].flatMap(entriesOf);
  }

  private pop(): Batch | undefined {
    const next = this.ahead.shift() ?? this.rest[this.next++] ?? this.behind.shift();
    if (next === undefined || entriesOf(next).length <= this.size) return next;
    const [first, ...others] = pack(next.units, this.size, next.failures);
    this.ahead.unshift(...others);
    return first;
  }
}
