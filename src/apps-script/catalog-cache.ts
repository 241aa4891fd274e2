import * as v from 'valibot';
import type { CatalogCache } from '../lago/catalog-text';
import { valueBy } from '../schema/fit';
import { digest } from '../sync/rows/content';
import { parsedJson } from '../value/json';
import type { Connection } from './connection';
import type { Cache, Runtime } from './runtime';
import { inAscii } from './stored-json';

/**
 * Most characters of a part. A value of the cache holds 100 KB (google: cache.too-large), and the
 * text is ASCII, so characters are bytes.
 */
const PART_CHARACTERS = 100_000;
/** How long Google keeps the parts, in seconds. The catalog itself says how old it is. */
const KEPT_SECONDS = 600;
/** Larger texts are not kept: the cache takes 1,000 values, of everybody who uses it. */
const MOST_PARTS = 60;

/** What stands under the key of a text: which parts it is made of. */
const HEAD = v.object({ generation: v.string(), parts: v.number() });

type Head = v.InferOutput<typeof HEAD>;

const partKeys = (key: string, { generation, parts }: Head): string[] =>
  Array.from({ length: parts }, (_, part) => `${key}.${generation}.${part}`);

function readText(cache: Cache, key: string): string | undefined {
  const head = valueBy(HEAD, parsedJson(cache.get(key) ?? ''));
  if (head === undefined) return undefined;
  const keys = partKeys(key, head);
  const values = cache.getAll(keys);
  // Google forgets each value by itself.
  return keys.every((each) => values[each] !== undefined)
    ? keys.map((each) => values[each]).join('')
    : undefined;
}

/**
 * Keeps what Lago knows in Google's cache for the next execution on this file. What the cache
 * refuses or forgets is read from Lago again.
 */
export function catalogCache(
  { CacheService, Utilities }: Runtime,
  { address, organizationId }: Connection,
): CatalogCache {
  const keyOf = (name: string): string => `${name}.${digest(`${address} ${organizationId}`)}`;

  function withCache<T>(work: (cache: Cache) => T): T | undefined {
    try {
      const cache = CacheService.getDocumentCache();
      return cache === null ? undefined : work(cache);
    } catch {
      // Without the cache everything works, only slower.
      return undefined;
    }
  }

  function write(cache: Cache, key: string, text: string): void {
    const content = inAscii(text);
    const head: Head = {
      generation: Utilities.getUuid().slice(0, 8),
      parts: Math.ceil(content.length / PART_CHARACTERS),
    };
    if (head.parts > MOST_PARTS) return;
    const values = partKeys(key, head).map(
      (each, part) =>
        [each, content.slice(part * PART_CHARACTERS, (part + 1) * PART_CHARACTERS)] as const,
    );
    cache.putAll({ ...Object.fromEntries(values), [key]: JSON.stringify(head) }, KEPT_SECONDS);
  }

  return {
    read: (name) => withCache((cache) => readText(cache, keyOf(name))),
    write: (name, text) => withCache((cache) => write(cache, keyOf(name), text)),
  };
}
