import type { Lock, LockService } from '../../src/apps-script/runtime';
import { type Caller, SERVICE } from './caller';
import { GoogleException } from './exception';

/** The one lock of the document. Its holder is an execution, or anything else that is not the one who asks. */
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

class FakeLock implements Lock {
  readonly [SERVICE] = 'Lock';
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Entering again in one execution succeeds, and the first release then frees it for everybody (docs/platform.md). */
  tryLock(timeout: number): boolean {
    if (timeout < 0) throw new GoogleException('Timeout must be non-negative.');
    const { lock, settings } = this.#caller.world;
    if (lock.take(this.#caller)) return true;
    settings.advance(timeout);
    return false;
  }

  releaseLock(): void {
    this.#caller.world.lock.release(this.#caller);
  }
}

export class FakeLockService implements LockService {
  readonly [SERVICE] = 'LockService';
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  getDocumentLock(): Lock {
    return new FakeLock(this.#caller);
  }
}
