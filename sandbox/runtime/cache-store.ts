import { GoogleException } from './exception';
/** Google's limits (google: cache.too-large, cache.thousand). Both sizes are exact. */
export const MAX_KEY_CHARACTERS = 250;

export const MAX_CACHED_BYTES = 100 * 1024;

export const MAX_ITEMS = 1000;

/**
 * What is left when there is one item too many: the newest by when they were put, however often the
 * others were read.
 */
export const ITEMS_LEFT = 900;

export const DEFAULT_SECONDS = 600;

export const MAX_SECONDS = 21_600;

interface Item {
  readonly value: string;
  /** The first instant at which it is gone. */
  readonly ends: number;
}

/** What a test may look at before it evicts an item. */
export interface CachedItem {
  readonly cache: 'document' | 'script';
  readonly key: string;
  readonly value: string;
}

/** One cache, durable at every call as properties are, but never for sure. Oldest items first. */
export class CacheStore {
  readonly #items = new Map<string, Item>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get(key: string): string | undefined {
    const item = this.#items.get(key);
    if (item !== undefined && this.#now() < item.ends) return item.value;
    this.#items.delete(key);
    return undefined;
  }

  all(): { [key: string]: string } {
    return Object.fromEntries([...this.#items.keys()].flatMap((key) => this.#entry(key)));
  }

  /**
   * `seconds` up to six hours; more is cut to that, and what is not positive counts as if nothing
   * were said.
   */
  put(key: string, value: string, seconds = DEFAULT_SECONDS): void {
    if (Buffer.byteLength(value, 'utf8') > MAX_CACHED_BYTES)
      throw new GoogleException('Argument too large: value');
    const kept = seconds > 0 ? Math.min(seconds, MAX_SECONDS) : DEFAULT_SECONDS;
    this.#items.delete(key);
    this.#items.set(key, { value, ends: this.#now() + kept * 1000 });
    if (this.#items.size <= MAX_ITEMS) return;
    for (const oldest of [...this.#items.keys()].slice(0, -ITEMS_LEFT)) this.#items.delete(oldest);
  }

  remove(key: string): void {
    this.#items.delete(key);
  }

  /** Those for which `chosen` holds; Google may do so at any moment. */
  evict(chosen: (key: string, value: string) => boolean): void {
    for (const [key, { value }] of [...this.#items])
      if (chosen(key, value)) this.#items.delete(key);
  }

  #entry(key: string): [string, string][] {
    const value = this.get(key);
    return value === undefined ? [] : [[key, value]];
  }
}
