/**
 * What becomes of writes that were not flushed when an execution is killed. Google does not say
 * (google: execution.unflushed), so all three occur.
 */
export type Unflushed = 'lost' | 'half' | 'applied';

/**
 * Google batches writes: they land at a flush, before the next read, or at the end. Until then
 * nobody else sees them.
 */
export class PendingWrites {
  #pending: (() => void)[] = [];
  /** Of this execution, whether they have landed or not. */
  made = 0;

  add(write: () => void): void {
    this.made += 1;
    this.#pending.push(write);
  }

  flush(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const write of pending) write();
  }

  /** After a kill. */
  abandon(unflushed: Unflushed): void {
    const kept =
      unflushed === 'applied'
        ? this.#pending.length
        : unflushed === 'half'
          ? Math.ceil(this.#pending.length / 2)
          : 0;
    this.#pending.length = kept;
    this.flush();
  }
}
