import type { Problem } from '../../problem/problem';
import type { RunReport } from '../../rpc/contract';
import type { Slice } from './progress';

/**
 * What the drive is doing: a slice is at work, its answer was lost and it is asked for again, or
 * the run of somebody else has to end first.
 */
export type Doing = 'slice' | 'again' | 'other-run';

/** What driving a run needs from the page. */
export interface Drive {
  /** Asks for one slice. Rejects with a Problem and nothing else. */
  ask(): Promise<RunReport>;
  /**
   * Whether a problem says that no answer came. The slice may have been done all the same, and is
   * safe to ask for again.
   */
  isLost(problem: Problem): boolean;
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

/** In a row, before the drive is given up. */
const LOST_TRIES = 3;
const LOST_PAUSE_MS = 3_000;
const BUSY_PAUSE_MS = 5_000;
/**
 * Enough to outlast another run: each try waits ten seconds at the server, and no run lasts more
 * than six minutes.
 */
const BUSY_TRIES = 40;
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
  let lost = 0;
  let busy = 0;
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
      lost = 0;
      busy = 0;
      doing = 'slice';
      if (!goesOn(report)) return { slices, problem: undefined, cancelled: false };
      if (idle >= IDLE_SLICES || drive.isCancelled()) return ended();
      continue;
    }
    const { problem } = answer;
    if (drive.isCancelled()) return ended();
    if (drive.isLost(problem) && lost < LOST_TRIES) {
      lost++;
      doing = 'again';
      drive.onStep(doing, slices);
      await drive.pause(LOST_PAUSE_MS);
    } else if (problem.code === 'run.busy' && busy < BUSY_TRIES) {
      busy++;
      doing = 'other-run';
      drive.onStep(doing, slices);
      await drive.pause(BUSY_PAUSE_MS);
    } else {
      return ended(problem);
    }
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
