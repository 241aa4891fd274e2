import type { Properties, PropertiesService } from '../../src/apps-script/runtime';
import type { Caller } from './caller';
import { inFile } from './open-file';
import type { PropertyStore } from './property-store';
import { spend } from './quotas';
import { SERVICE } from './service-object';

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

  /**
   * Whether Google takes all or none is not documented; here the ones before a refused one stay
   * written.
   */
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
    const { documentProperties } = this.#caller.world;
    return inFile(this.#caller, () => new FakeProperties(this.#caller, documentProperties));
  }
}
