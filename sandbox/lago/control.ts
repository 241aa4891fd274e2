import type { EventBilling } from './billing';
import type { IngestedEvent } from './events';
import type { FakeLago, LoggedRequest } from './fake-lago';
import type { Fault } from './faults';
import type { HandedEvent } from './handed';
import type { JsonObject } from './json';
import type { OrganizationSeed } from './organization';
import type { CatalogSeed } from './seed';
import type { Settings } from './settings';

/** What a running server can be told and asked; plain data, because it crosses a thread. */
export type ControlCommand =
  | { type: 'organization'; organization: OrganizationSeed }
  | { type: 'catalog'; catalog: CatalogSeed; apiKey?: string }
  | { type: 'terminate'; externalId: string; apiKey?: string }
  | { type: 'add-key'; key: Parameters<FakeLago['addKey']>[0]; apiKey?: string }
  | { type: 'revoke-key'; apiKey: string }
  | { type: 'clock'; clock: ClockChange }
  | { type: 'fault'; faults: Fault[] }
  | { type: 'clear-faults' }
  | { type: 'injected' }
  | { type: 'settings'; settings: Partial<Settings> }
  | { type: 'handed'; apiKey?: string }
  | { type: 'events'; apiKey?: string }
  | { type: 'billing'; apiKey?: string }
  | { type: 'invoices'; apiKey?: string }
  | { type: 'usage'; externalCustomerId: string; externalSubscriptionId: string; apiKey?: string }
  | { type: 'requests' }
  | { type: 'clear-requests' };

/**
 * Stop at an instant, go on from an instant, move by an amount, or return to the machine's time.
 */
export type ClockChange = { fixed: number } | { running: number } | { advanceMs: number } | 'real';

interface Answers {
  organization: { lagoId: string };
  injected: Record<string, number>;
  handed: HandedEvent[];
  events: IngestedEvent[];
  billing: EventBilling[];
  invoices: JsonObject[];
  usage: JsonObject;
  requests: { counts: Record<string, number>; entries: LoggedRequest[] };
}

export type ControlAnswer<C extends ControlCommand> = C['type'] extends keyof Answers
  ? Answers[C['type']]
  : undefined;

/** Milliseconds since 1970 as the server sees them. */
export class Clock {
  #offset = 0;
  #fixed: number | null = null;

  readonly now = (): number => this.#fixed ?? Date.now() + this.#offset;

  change(change: ClockChange): void {
    if (change === 'real') {
      this.#offset = 0;
      this.#fixed = null;
    } else if ('fixed' in change) {
      this.#fixed = change.fixed;
    } else if ('running' in change) {
      this.#fixed = null;
      this.#offset = change.running - Date.now();
    } else if (this.#fixed === null) {
      this.#offset += change.advanceMs;
    } else {
      this.#fixed += change.advanceMs;
    }
  }
}

export function obey(lago: FakeLago, clock: Clock, command: ControlCommand): unknown {
  switch (command.type) {
    case 'organization':
      return lago.seed.organization(command.organization);
    case 'catalog':
      return lago.seed.catalog(command.catalog, command.apiKey);
    case 'terminate':
      return lago.seed.terminate(command.externalId, command.apiKey);
    case 'add-key':
      return lago.addKey(command.key, command.apiKey);
    case 'revoke-key':
      return lago.revokeKey(command.apiKey);
    case 'clock':
      return clock.change(command.clock);
    case 'fault':
      return lago.faults.add(...command.faults);
    case 'clear-faults':
      return lago.faults.clear();
    case 'injected':
      return lago.faults.injected();
    case 'settings':
      return void Object.assign(lago.settings, command.settings);
    case 'handed':
      return lago.handed(command.apiKey);
    case 'events':
      return lago.events(command.apiKey);
    case 'billing':
      return lago.billing(command.apiKey);
    case 'invoices':
      return lago.invoices(command.apiKey);
    case 'usage':
      return lago.usage(command.externalCustomerId, command.externalSubscriptionId, command.apiKey);
    case 'requests':
      return { counts: lago.requests.counts(), entries: [...lago.requests.entries] };
    case 'clear-requests':
      return lago.requests.clear();
  }
}
