import type { ExecutionReport, GoogleOptions } from '../../sandbox/runtime';
import type { Lasting } from './mishaps';
import type { Policies, Scene } from './scene';

/** What is done that an execution may die in. The last report is of the execution that may die. */
export interface CrashScenario {
  readonly name: string;
  readonly rows: number;
  readonly policies?: Partial<Policies>;
  readonly google?: Partial<GoogleOptions>;
  /** Up to the moment from which each repetition begins. */
  readonly prepare: (scene: Scene) => void;
  readonly act: (scene: Scene, kill: Kill) => readonly ExecutionReport[];
  /** What a person does again who has seen no answer. */
  readonly repeat?: (scene: Scene) => void;
  /** Rows that are billed as the sheet says in the end. */
  readonly billed: number;
  /** What stays wrong to the end. */
  readonly lasting?: Lasting;
}

export interface Kill {
  readonly killAtCall?: number;
  readonly killWhen?: 'before' | 'after';
  readonly unflushed?: 'lost' | 'half' | 'applied';
}
