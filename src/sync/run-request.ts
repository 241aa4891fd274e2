import type { Approval, Usual } from './plan/guard';
import type { PlannedRow } from './plan/planned-row';
import type { ConfirmedUndo } from './plan/undo';
import type { RunTrigger } from './report';
import type { RestingRule } from './rows/resting';
import type { ReadySync } from './sync';
/** What a run is asked to do. Times are in ms. */
export interface RunRequest {
  /** The sync with its compiled template. */
  readonly ready: ReadySync;
  /** What began the run. */
  readonly trigger: RunTrigger;
  /** No request leaves after this moment. */
  readonly deadline: number;
  /** Which rows may be sent; all of them if undefined. Every row is planned. */
  readonly only?: ((key: string, row: PlannedRow) => boolean) | undefined;
  /** What a person has approved beyond what is usual. */
  readonly approved: Approval | undefined;
  /** What is usual for the sync. */
  readonly usual: Usual;
  /** Whether a row still rests after an edit. */
  readonly resting: RestingRule;
  /** Keys of refused rows that a person wants sent again. */
  readonly again: ReadonlySet<string>;
  /** Which sent rows are billed again by the newer template. */
  readonly rebill?: ((key: string) => boolean) | undefined;
  /** The run that is taken back; nothing else is sent then. */
  readonly undo?: ConfirmedUndo | undefined;
  /** When it began, with what was looked at before; now if undefined. */
  readonly startedAt?: number | undefined;
  /** See RunReport. */
  readonly run?: string | undefined;
  /**
   * Of a run in slices: how long this one may deliver (ms), not counting what it has to read
   * before.
   */
  readonly deliveryMs?: number | undefined;
}
