import type { Lock, LockService } from '../../src/apps-script/runtime';
import type { Caller } from './caller';
import { inFile } from './open-file';
import { SERVICE } from './service-object';

class FakeLock implements Lock {
  readonly [SERVICE] = 'Lock';
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Entering again in one execution succeeds, and the first release then frees it for everybody
   * (google: lock.re-entered, lock.released-once).
   */
  tryLock(timeout: number): boolean {
    const { lock, settings } = this.#caller.world;
    if (timeout < 0) return false;
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
    return inFile(this.#caller, () => new FakeLock(this.#caller));
  }
}
