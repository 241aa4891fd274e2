/**
 * The one lock of the document. Its holder is an execution, or anything else that is not the one
 * who asks.
 */
export class DocumentLock {
  #holder: object | undefined;

  get held(): boolean {
    return this.#holder !== undefined;
  }

  take(holder: object): boolean {
    if (this.#holder !== undefined && this.#holder !== holder) return false;
    this.#holder = holder;
    return true;
  }

  release(holder: object): void {
    if (this.#holder === holder) this.#holder = undefined;
  }

  /** As if an execution of somebody else ran; gives the end of it. */
  hold(): () => void {
    const stranger = {};
    if (!this.take(stranger)) throw new Error('The lock is held already.');
    return () => this.release(stranger);
  }
}
