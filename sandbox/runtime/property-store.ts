import { GoogleException } from './exception';
/**
 * Google's quotas page gives both in KB; counted in bytes of UTF-8 (google: properties.bytes).
 */
export const MAX_VALUE_BYTES = 9 * 1024;

export const MAX_STORE_BYTES = 500 * 1024;

const VALUE_TOO_LARGE = 'Argument too large: value';

const STORE_FULL =
  'You have exceeded the property storage quota. Please remove some properties and try again.';

const bytes = (text: string): number => Buffer.byteLength(text, 'utf8');

/** One of the stores, durable at every call: properties are not batched. */
export class PropertyStore {
  readonly #values = new Map<string, string>();
  #bytes = 0;
  /** Grows with every change. */
  revision = 0;

  get(key: string): string | undefined {
    return this.#values.get(key);
  }

  all(): { [key: string]: string } {
    return Object.fromEntries(this.#values);
  }

  set(key: string, value: string): void {
    if (bytes(value) > MAX_VALUE_BYTES) throw new GoogleException(VALUE_TOO_LARGE);
    const grown = this.#bytes - this.#size(key) + bytes(key) + bytes(value);
    if (grown > MAX_STORE_BYTES) throw new GoogleException(STORE_FULL);
    this.#values.set(key, value);
    this.#bytes = grown;
    this.revision += 1;
  }

  delete(key: string): void {
    this.#bytes -= this.#size(key);
    this.#values.delete(key);
    this.revision += 1;
  }

  clear(): void {
    this.#values.clear();
    this.#bytes = 0;
    this.revision += 1;
  }

  #size(key: string): number {
    const value = this.#values.get(key);
    return value === undefined ? 0 : bytes(key) + bytes(value);
  }
}
