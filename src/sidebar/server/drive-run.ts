import type { Problem } from '../../problem/problem';
import type { RunReport } from '../../rpc/contract';
import type { Slice } from './progress';
import { Retries, type Retry } from './retries';

/**
 * What the drive is doing: a slice is at work, its answer was lost and it is asked for again, or
 * the run of somebody else has to end first.
 */
export type Doing = 'slice' | Retry['doing'];

/** What driving a run needs from the page. */
export interface Drive {
  /** Asks for one slice. Rejects with a Problem and nothing else. */
  ask(): Promise<RunReport>;
  /** Ends early when the drive is cancelled. */
  pause(ms: number): Promise<void>;
  /** Whether a person has cancelled the run. */
  isCancelled(): boolean;
  /** In ms; only differences matter. */
  now(): number;
  /** Called before each thing that takes time, with the slices that are done. */
  onStep(doing: Doing, slices: readonly DrivenSlice[]): void;
}

/** A slice that is done, with its report. */
export interface DrivenSlice extends Slice {
  readonly report: RunReport;
}

/**
 * How a drive ended. Without a problem everything is done, the run itself reported why it stopped,
 * or a person cancelled it.
 */
export interface Driven {
  readonly slices: readonly DrivenSlice[];
  readonly problem: Problem | undefined;
  /** Whether a person cancelled it. */
  readonly cancelled: boolean;
}

/** After this many slices in a row that moved nothing, further ones would not either. */
const IDLE_SLICES = 3;

const isIdle = (slice: DrivenSlice, before: DrivenSlice | undefined): boolean =>
  slice.handled === 0 && (before === undefined || slice.left >= before.left);

/**
 * Whether another slice follows: something is left, and only the end of the slice stopped the run.
 */
const goesOn = ({ left, stopped }: RunReport): boolean =>
  left > 0 && (stopped === undefined || stopped.code === 'run.time');

/**
 * Drives a run slice by slice until it is done, cancelled, or cannot go on.
 * @param before slices that were done earlier, behind which it goes on
 */
export async function driveRun(drive: Drive, before: readonly DrivenSlice[] = []): Promise<Driven> {
  let slices = before;
  let retries = new Retries();
  let idle = 0;
  let doing: Doing = 'slice';
  const ended = (problem?: Problem): Driven => ({
    slices,
    problem,
    cancelled: problem === undefined && drive.isCancelled(),
  });

  for (;;) {
    drive.onStep(doing, slices);
    const began = drive.now();
    const answer = await drive.ask().then(
      (report) => ({ report }),
      (problem: Problem) => ({ problem }),
    );
    if ('report' in answer) {
      const { report } = answer;
      const slice = {
        report,
        handled: report.delivered + report.rejected,
        left: report.left,
        ms: drive.now() - began,
      };
      idle = isIdle(slice, slices[slices.length - 1]) ? idle + 1 : 0;
      slices = [...slices, slice];
      retries = new Retries();
      doing = 'slice';
      if (!goesOn(report)) return { slices, problem: undefined, cancelled: false };
      if (idle >= IDLE_SLICES || drive.isCancelled()) return ended();
      continue;
    }
    const { problem } = answer;
    if (drive.isCancelled()) return ended();
    const retry = retries.next(problem);
    if (retry === undefined) return ended(problem);
    doing = retry.doing;
    drive.onStep(doing, slices);
    await drive.pause(retry.pauseMs);
    if (drive.isCancelled()) return ended();
  }
}

/**
 * The slices of a run as one report: what they did together, and where the rows stand after the
 * last one. Undefined if none is done.
 */
export function joinReports(slices: readonly DrivenSlice[]): RunReport | undefined {
  const [first] = slices;
  const last = slices[slices.length - 1];
  if (first === undefined || last === undefined) return undefined;
  const sum = (of: (report: RunReport) => number): number =>
    slices.reduce((total, { report }) => total + of(report), 0);
  return {
    ...last.report,
    startedAt: first.report.startedAt,
    delivered: sum(({ delivered }) => delivered),
    rejected: sum(({ rejected }) => rejected),
  };
}
