import type { Cache, CacheService } from '../../src/apps-script/runtime';
import { type CacheStore, MAX_KEY_CHARACTERS } from './cache-store';
import type { Caller } from './caller';
import { GoogleException } from './exception';
import { SERVICE } from './service-object';

/** Of reads and removals too: whether Google minds there is not documented. */
function requireKey(key: string): void {
  if (key.length > MAX_KEY_CHARACTERS) throw new GoogleException('Argument too large: key');
}

/** What writes answers null, not the cache (google: cache.writers). */
class FakeCache implements Cache {
  readonly [SERVICE] = 'Cache';
  readonly #store: CacheStore;

  constructor(store: CacheStore) {
    this.#store = store;
  }

  get(key: string): string | null {
    requireKey(key);
    return this.#store.get(key) ?? null;
  }

  getAll(keys: string[]): { [key: string]: string } {
    const found = keys.map((key) => [key, this.get(key)] as const);
    return Object.fromEntries(
      found.filter((entry): entry is readonly [string, string] => entry[1] !== null),
    );
  }

  /**
   * Anything becomes a text, an object the useless `[object Object]`; null and undefined leave no
   * item.
   */
  put(key: string, value: unknown, expirationInSeconds?: number): null {
    requireKey(key);
    if (value === null || value === undefined) this.#store.remove(key);
    else this.#store.put(key, String(value), expirationInSeconds);
    return null;
  }

  /**
   * Whether Google takes all or none is not documented; here the ones before a refused one are
   * there.
   */
  putAll(values: { [key: string]: string }, expirationInSeconds?: number): null {
    for (const [key, value] of Object.entries(values)) this.put(key, value, expirationInSeconds);
    return null;
  }

  remove(key: string): null {
    requireKey(key);
    this.#store.remove(key);
    return null;
  }

  removeAll(keys: string[]): null {
    for (const key of keys) this.remove(key);
    return null;
  }
}

export class FakeCacheService implements CacheService {
  readonly [SERVICE] = 'CacheService';
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  getDocumentCache(): Cache | null {
    const { documentCache, settings } = this.#caller.world;
    return settings.documentCache ? new FakeCache(documentCache) : null;
  }

  getScriptCache(): Cache {
    return new FakeCache(this.#caller.world.script.cache);
  }
}
