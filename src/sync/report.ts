import type { Problem } from '../problem/problem';
import type { Ledger } from './ledger/entries';
import type { Approval } from './plan/guard';
import { type Action, NO_ACTIONS, type Plan } from './plan/planned-row';
import type { ProblemGroup } from './plan/problem-group';

/** What began a run. A `test` sends the one row that a person chose. */
export type RunTrigger = 'clock' | 'edit' | 'person' | 'test';

/** What a run did, for the person, the statuses and the mail. */
export interface RunReport {
  /** Id of the sync. */
  readonly sync: string;
  /** What began the run. */
  readonly trigger: RunTrigger;
  /** The page's id of a run that it drives in slices; all slices of one run have it. */
  readonly run?: string | undefined;
  /**
   * Of a run that took back another one: when that one began (ms), and how many of its events are
   * taken back.
   */
  readonly undone?: { readonly startedAt: number; readonly events: number } | undefined;
  /** How many later runs found exactly the same and did nothing; they are listed as one. */
  readonly repeats?: number | undefined;
  /** In ms. */
  readonly startedAt: number;
  /** In ms. */
  readonly endedAt: number;
  /** Rows by where they stand after the run. */
  readonly rows: Readonly<Record<Action, number>>;
  /** Events that Lago accepted in this run, including those settled from earlier runs. */
  readonly delivered: number;
  /** Events that Lago refused in this run. */
  readonly rejected: number;
  /** Events that were planned and not handed over. */
  readonly left: number;
  /** Problems with the rows that have them. */
  readonly problems: readonly ProblemGroup[];
  /** Which checks are off because the key may not read what they need. */
  readonly checksOff: readonly Problem[];
  /** Why the run ended early, if it did. */
  readonly stopped: Problem | undefined;
  /** The numbers that a person must approve before the sync goes on; set if it stopped for that. */
  readonly asks?: Approval | undefined;
}

/** What a run returns. */
export interface RunResult {
  /** What the run did. */
  readonly report: RunReport;
  /**
   * The plan with each row where it stands now; undefined if the run stopped before it had one.
   */
  readonly plan: Plan | undefined;
  /** The ledger after it; undefined if it could not be opened. */
  readonly ledger: Ledger | undefined;
}

/** The report of a run that was stopped before it had handed anything over. */
export const stoppedReport = (
  run: Pick<RunReport, 'sync' | 'trigger' | 'run' | 'startedAt' | 'endedAt'>,
  stopped: Problem,
): RunReport => ({
  ...run,
  rows: NO_ACTIONS,
  delivered: 0,
  rejected: 0,
  left: 0,
  problems: [],
  checksOff: [],
  stopped,
});
