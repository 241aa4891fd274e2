import { createHash } from 'node:crypto';
import type { ExecutionReport, ServiceCall } from '../../sandbox/runtime';
import type { CrashScenario, Kill } from './crash-scenario';
import type { Moment } from './moment';
import type { Scene } from './scene';

export const callsOf = (reports: readonly ExecutionReport[]): number =>
  reports.at(-1)?.serviceCalls.total ?? 0;

/**
 * One run of an action in which nothing dies, to see what a death at each of its calls would leave
 * behind. A run makes the same calls up to the call that it dies at, so one run is enough.
 */
export class Rehearsal {
  /** Service calls of the execution that may die. */
  readonly calls: number;
  /** By call: everything that has landed before it, as a digest. */
  readonly #landed: string[] = [];
  /** By call: writes that were made before it. */
  readonly #writes: number[] = [];

  constructor(scene: Scene, moment: Moment, { act }: CrashScenario) {
    moment.return();
    const { between } = scene;
    scene.between = ({ index, writes }: ServiceCall) => {
      // Of several executions the last one may die, so it overwrites what the others left here.
      this.#landed[index] = createHash('sha256').update(moment.state()).digest('base64');
      this.#writes[index] = writes;
    };
    const reports = act(scene, {});
    scene.between = between;
    this.calls = callsOf(reports);
    this.#landed.length = this.calls + 1;
    this.#writes.length = this.calls + 1;
  }

  /**
   * Equal marks mean that two deaths leave the same state behind. Undefined if this cannot be said
   * beforehand: half of the writes may land, or no later call shows what the last one did.
   */
  mark({ killAtCall = 0, killWhen, unflushed }: Kill): string | undefined {
    if (killWhen === 'before' && unflushed === 'lost') return this.#landed[killAtCall];
    const landed = this.#landed[killAtCall + 1];
    if (killWhen !== 'after' || unflushed !== 'applied' || landed === undefined) return undefined;
    return `${landed} and ${this.#writes[killAtCall + 1]} writes`;
  }
}
