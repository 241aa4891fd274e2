import { useEffect, useRef, useState } from 'preact/hooks';
import type { Approval, Rebill, Undo } from '../../../rpc/contract';
import { type Doing, type Driven, type DrivenSlice, driveRun } from '../../server/drive-run';
import { call } from '../../server/server';

/**
 * Seconds of one slice. Short, so that a cancel takes effect soon; but long enough to send more
 * than the reading of sheet and ledger costs that each slice begins with.
 */
export const SLICE_SECONDS = 20;

/** A run as the page drives it, slice by slice. */
export interface Driving {
  /** What is being waited for. */
  readonly doing: Doing;
  /** The slices that are done. */
  readonly slices: readonly DrivenSlice[];
  /** How it ended; undefined while it goes on. */
  readonly ended: Driven | undefined;
  /** Whether a person has cancelled it while a slice is under way. */
  readonly cancelling: boolean;
  /** Ends the run after the slice that is under way. */
  cancel(): void;
  /** Goes on with what is left, as the same run. */
  goOn(): void;
  /** Goes on with these numbers approved, as the same run. */
  approve(approved: Approval): void;
}

/** What the driven run is to do. */
export interface RunOrder {
  /** Id of the sync. */
  readonly id: string;
  /** The numbers that a person has approved before it begins. */
  readonly approved?: Approval | undefined;
  /** Sent rows that are billed again; if defined, nothing else is sent. */
  readonly rebill?: Rebill | undefined;
  /** The run that is taken back; if defined, nothing else is sent. */
  readonly undo?: Undo | undefined;
}

/** A pause that can be ended early: it resolves after `ms`, or when `wake` is called. */
function pauseOf(ms: number): { readonly over: Promise<void>; readonly wake: () => void } {
  let wake = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  return { over, wake };
}

/**
 * Drives a run while the screen is open. Leaving it lets the slice that is under way end, and asks
 * for no further one.
 */
export function useDrivenRun(order: RunOrder, onEnd: () => void): Driving {
  const { id, approved, rebill, undo } = order;
  const [run] = useState(() => crypto.randomUUID());
  const [step, setStep] = useState<Pick<Driving, 'doing' | 'slices'>>({
    doing: 'slice',
    slices: [],
  });
  const [ended, setEnded] = useState<Driven | undefined>(undefined);
  const [cancelling, setCancelling] = useState(false);
  const allowed = useRef(approved);
  const cancelled = useRef(false);
  const left = useRef(false);
  const wake = useRef<() => void>(() => undefined);

  const ask = () =>
    call('runNow', {
      id,
      run,
      seconds: SLICE_SECONDS,
      approved: allowed.current,
      rebill,
      undo,
      only: rebill === undefined ? undefined : 'corrections',
    });
  const drive = (before: readonly DrivenSlice[]): void => {
    cancelled.current = false;
    setCancelling(false);
    setEnded(undefined);
    void driveRun(
      {
        ask,
        pause: (ms) => {
          const pause = pauseOf(ms);
          wake.current = pause.wake;
          return pause.over;
        },
        isCancelled: () => cancelled.current,
        now: () => Date.now(),
        onStep: (doing, slices) => {
          if (!left.current) setStep({ doing, slices });
        },
      },
      before,
    ).then((driven) => {
      onEnd();
      if (!left.current) setEnded(driven);
    });
  };
  const cancel = (): void => {
    cancelled.current = true;
    setCancelling(true);
    wake.current();
  };
  useEffect(() => {
    drive([]);
    return () => {
      left.current = true;
      cancelled.current = true;
      wake.current();
    };
  }, []);
  const goOn = (): void => drive(ended?.slices ?? []);
  const approve = (numbers: Approval): void => {
    allowed.current = numbers;
    goOn();
  };
  return { ...step, ended, cancelling, cancel, goOn, approve };
}
