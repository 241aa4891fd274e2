import type { PropertyStore } from '../../sandbox/runtime/property-store';
import { MINUTE } from '../bundle/world';
import { Chance } from './chance';
import type { Scene } from './scene';

const contentsOf = (store: PropertyStore): (() => void) => {
  const contents = store.all();
  return () => {
    store.clear();
    for (const [name, value] of Object.entries(contents)) store.set(name, value);
  };
};

/**
 * A moment of a scene that it can be returned to, so that one beginning serves for many ends. Caches are emptied: Google may do that at any moment.
 * Made between executions only.
 */
export class Moment {
  readonly #scene: Scene;
  readonly #restore: () => void;

  constructor(scene: Scene) {
    this.#scene = scene;
    const { google, lago, time } = scene.world;
    google.evictCache();
    const sheets = google.spreadsheet.version();
    const restoreProperties = [google.documentProperties, google.scriptProperties].map(contentsOf);
    const events = lago.events().length;
    const { maxBatch } = lago.settings;
    const now = time.now;
    const witnessed = scene.witness.moment();
    const { wasRebuilt } = scene;
    const undone = [...scene.undone];
    const triggers = [...google.triggers];
    const mails = scene.mails();
    this.#restore = () => {
      google.spreadsheet.restore(sheets);
      for (const restore of restoreProperties) restore();
      google.evictCache();
      google.faults.clear();
      google.resetQuotas();
      google.pendingEdits.length = 0;
      google.access.authorize(google.user, 'granted');
      scene.haveTriggers(triggers);
      let kept = 0;
      lago.rewriteEvents((event) => (kept++ < events ? [event] : []));
      lago.faults.clear();
      lago.settings.maxBatch = maxBatch;
      time.now = now;
      scene.witness.returnTo(witnessed);
      scene.hadMails(mails);
      scene.wasRebuilt = wasRebuilt;
      scene.unseenByRebuild.clear();
      scene.undone.clear();
      for (const id of undone) scene.undone.add(id);
      scene.broken.length = 0;
      // Of two moments of one history each draws ids of its own.
      scene.chance = new Chance(events + 2 + (Math.round(now / MINUTE) % 1_000_000));
    };
  }

  return(): void {
    this.#restore();
  }

  /** Everything that outlives an execution, as text: two equal ones go on alike. */
  state(): string {
    const { google, lago } = this.#scene.world;
    return JSON.stringify([
      google.spreadsheet.sheets.map(({ name, hidden }) => [
        name,
        hidden,
        google.spreadsheet.table(name),
      ]),
      google.documentProperties.all(),
      google.scriptProperties.all(),
      google.documentCache.all(),
      google.triggers.length,
      this.#scene.mails().length,
      lago.events().map(({ transactionId, ingestedAtMs }) => [transactionId, ingestedAtMs]),
    ]);
  }
}
