import type { Properties, PropertiesService } from '../../src/apps-script/runtime';
import { type Caller, SERVICE } from './caller';
import { GoogleException } from './exception';
import { spend } from './quotas';

/** Google's quotas page gives both in KB; counted in bytes of UTF-8 (docs/platform.md, an inference). */
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
  }

  delete(key: string): void {
    this.#bytes -= this.#size(key);
    this.#values.delete(key);
  }

  clear(): void {
    this.#values.clear();
    this.#bytes = 0;
  }

  #size(key: string): number {
    const value = this.#values.get(key);
    return value === undefined ? 0 : bytes(key) + bytes(value);
  }
}

class FakeProperties implements Properties {
  readonly [SERVICE] = 'Properties';
  readonly #caller: Caller;
  readonly #store: PropertyStore;

  constructor(caller: Caller, store: PropertyStore) {
    this.#caller = caller;
    this.#store = store;
  }

  getProperty(key: string): string | null {
    spend(this.#caller.world.quotas, 'propertyReads');
    return this.#store.get(key) ?? null;
  }

  getProperties(): { [key: string]: string } {
    spend(this.#caller.world.quotas, 'propertyReads');
    return this.#store.all();
  }

  setProperty(key: string, value: string): Properties {
    spend(this.#caller.world.quotas, 'propertyWrites');
    this.#store.set(key, value);
    return this;
  }

  /** Whether Google takes all or none is not documented; here the ones before a refused one stay written. */
  setProperties(properties: { [key: string]: string }): Properties {
    spend(this.#caller.world.quotas, 'propertyWrites');
    for (const [key, value] of Object.entries(properties)) this.#store.set(key, String(value));
    return this;
  }

  deleteProperty(key: string): Properties {
    spend(this.#caller.world.quotas, 'propertyWrites');
    this.#store.delete(key);
    return this;
  }
}

export class FakePropertiesService implements PropertiesService {
  readonly [SERVICE] = 'PropertiesService';
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  getScriptProperties(): Properties {
    return new FakeProperties(this.#caller, this.#caller.world.script.properties);
  }

  getDocumentProperties(): Properties {
    return new FakeProperties(this.#caller, this.#caller.world.documentProperties);
  }
}
