import { useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../../problem/problem';
import type { SyncDraft } from '../../../rpc/contract';
import { call } from '../../server/server';
import { draftToSave, isUnsaved, type Setup, type Step } from '../../setup';
import type { Action } from '../../state';

/** How long changes have to rest before they are saved by themselves; of a sync that the server does not have yet less is risked. */
const REST_MS = 1500;
const FIRST_REST_MS = 300;

/** How the saving of the draft stands. */
export interface Saving {
  /** Whether the server has everything that is on the screen. */
  readonly saved: boolean;
  readonly busy: boolean;
  readonly problem: Problem | undefined;
  /** Saves at once, also what does not save itself. */
  save(onDone?: () => void): void;
  /** For settings that are read anew: what was to be saved is given up. */
  forget(): void;
  /** Nothing is saved while a call that needs the newest revision is at work. */
  hold(held: boolean): void;
}

interface Failure {
  readonly problem: Problem;
  /** What stood on the screen then. */
  readonly draft: SyncDraft | undefined;
  readonly step: Step | undefined;
}

/** Who closes the sidebar leaves it before, with the pointer or with the keyboard: then nothing rests any longer. */
const LEAVING: readonly (readonly [() => EventTarget, string])[] = [
  [() => document.documentElement, 'mouseleave'],
  [() => window, 'blur'],
  [() => window, 'pagehide'],
];

/** Whether the server may have done what was asked, although no answer came. */
const isUnclear = ({ code }: Problem): boolean => code === 'run.google';

/**
 * Saves the setup's draft: by itself after a pause in changing, and at once when a step or the sidebar is left. One save is at work at a time, and each is made from the
 * revision that the last one answered. A save without an answer is repeated as it was before a newer one is made: the server knows it by its content, while a
 * newer content of an old revision would look like another person's.
 */
export function useAutosave(
  setup: Setup | undefined,
  isShown: boolean,
  dispatch: (action: Action) => void,
): Saving {
  const [busy, setBusy] = useState(false);
  const [held, setHeld] = useState(false);
  const [failed, setFailed] = useState<Failure | undefined>(undefined);
  const unclear = useRef<SyncDraft | undefined>(undefined);
  const draft = setup === undefined ? undefined : draftToSave(setup);
  const due = setup !== undefined && isUnsaved(setup);

  const send = (onDone?: () => void): void => {
    const sent = unclear.current ?? draft;
    if (sent === undefined || busy) return;
    setBusy(true);
    call('saveSync', { draft: sent }).then(
      (sync) => {
        unclear.current = undefined;
        setFailed(undefined);
        setBusy(false);
        dispatch({ type: 'draft-saved', sync, sent });
        onDone?.();
      },
      (problem: Problem) => {
        unclear.current = isUnclear(problem) ? sent : undefined;
        setFailed({ problem, draft: setup?.draft, step: setup?.step });
        setBusy(false);
      },
    );
  };

  // What failed is tried again by itself only after a further change, and never where another window's settings would be overwritten.
  const unchanged = failed?.draft === setup?.draft && failed?.step === setup?.step;
  const waits = failed !== undefined && (failed.problem.code === 'settings.stale' || unchanged);
  const rest = setup?.saved?.revision === 0 ? FIRST_REST_MS : REST_MS;
  const atOnce = !isShown || setup?.saved?.step !== draft?.step;
  const savesItself = due && setup?.savesItself === true && !busy && !held && !waits;
  useEffect(() => {
    if (!savesItself) return undefined;
    const save = (): void => {
      leave();
      send();
    };
    const timer = setTimeout(save, atOnce ? 0 : rest);
    const leave = (): void => {
      clearTimeout(timer);
      for (const [target, event] of LEAVING) target().removeEventListener(event, save);
    };
    for (const [target, event] of LEAVING) target().addEventListener(event, save);
    return leave;
  }, [setup?.draft, setup?.step, savesItself, atOnce]);

  const forget = (): void => {
    unclear.current = undefined;
    setFailed(undefined);
  };
  const id = setup?.draft?.id;
  useEffect(() => setFailed(undefined), [id]);

  return {
    saved: !due && !busy,
    busy,
    problem: failed?.problem,
    save: send,
    forget,
    hold: setHeld,
  };
}
