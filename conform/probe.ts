import type { Check } from './check';
import type { Store } from './lago';
import type { Scene } from './scene';

/** How one fact of docs/lago.md is asked. */
export interface Probe {
  /** Its id there. */
  readonly fact: string;
  /** The event store that it is a fact of; undefined for both. */
  readonly store?: Store;
  /** The part of the fact that is not asked, as the end of “without …”. */
  readonly without?: string;
  ask(scene: Scene): Checks;
}

/** What was looked at; or why this Lago cannot be asked, as a sentence. */
export type Checks = readonly Check[] | NotAsked;

export interface NotAsked {
  readonly because: string;
}
