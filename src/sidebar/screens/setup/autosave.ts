import { useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../../problem/problem';
import type { SyncDraft } from '../../../rpc/contract';
import { call } from '../../server/server';
import { draftToSave, isUnsaved, type Setup, type Step } from '../../setup';
import type { Action } from '../../state';

/** Changes are saved by themselves once nothing was changed for this long. */
const REST_MS = 1500;
/** Shorter for a sync that the server does not have yet, of which all would be lost. */
const FIRST_REST_MS = 300;

/** Where the saving of the draft stands. */
export interface Saving {
  /** Whether the server has everything that is on the screen. */
  readonly saved: boolean;
  /** Whether a save is under way. */
  readonly busy: boolean;
  /** Why the last save failed; undefined if it did not. */
  readonly problem: Problem | undefined;
  /** Saves at once, also settings that are saved only when a person says so. */
  save(): void;
  /** Gives up what was to be saved, since the settings are read again. */
  forget(): void;
  /** Keeps anything from being saved while a call that needs the newest revision is under way. */
  hold(held: boolean): void;
}

interface Failure {
  readonly problem: Problem;
  /** What was on the screen then. */
  readonly draft: SyncDraft | undefined;
  /** The step that was open then. */
  readonly step: Step | undefined;
}

/**
 * To close the sidebar one has to leave it first, with the pointer or with the keyboard. These
 * events announce that, and changes are saved without waiting any longer.
 */
const LEAVING: readonly (readonly [() => EventTarget, string])[] = [
  [() => document.documentElement, 'mouseleave'],
  [() => window, 'blur'],
  [() => window, 'pagehide'],
];

/** Whether the server may have done what was asked, although no answer came. */
export const isUnclear = ({ code }: Problem): boolean => code === 'run.google';

/**
 * Saves the draft of the setup: by itself after a pause in typing, and at once when a step or the
 * sidebar is left. One save is under way at a time, and each starts from the revision that the last
 * one answered. A save without an answer is repeated unchanged before a newer one is made: the
 * server recognises it by its content, while other content of an old revision would look like
 * another person's change.
 * @param isShown whether the setup is on the screen
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

  const send = (): void => {
    const sent = unclear.current ?? draft;
    if (sent === undefined || busy) return;
    setBusy(true);
    call('saveSync', { draft: sent }).then(
      (sync) => {
        unclear.current = undefined;
        setFailed(undefined);
        setBusy(false);
        dispatch({ type: 'draft-saved', sync, sent });
      },
      (problem: Problem) => {
        unclear.current = isUnclear(problem) ? sent : undefined;
        setFailed({ problem, draft: setup?.draft, step: setup?.step });
        setBusy(false);
      },
    );
  };

  // What failed is tried again by itself only after another change, and never if that would
  // overwrite what another window has saved.
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
