import type { World } from './world';
import type { PendingWrites } from './writes';

/**
 * Who started an execution. `time` has no user interface; `open` is a simple trigger with little
 * authority; `cell` is a formula, which needs no consent and may do what custom functions may; in
 * the rest everything works (google: open.authority, trigger.creator, cell.services).
 */
export type TriggerKind = 'menu' | 'rpc' | 'edit' | 'time' | 'open' | 'cell';

/** What the services know about the execution that calls them. */
export interface Caller {
  readonly world: World;
  /** As whom it runs: the person in front of it, or the creator of the trigger. */
  readonly user: string;
  readonly trigger: TriggerKind;
  readonly writes: PendingWrites;
  /** Cells that it has read so far, values and displayed texts alike. */
  cellsRead: number;
}
