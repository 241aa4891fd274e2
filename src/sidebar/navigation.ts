import type { SyncView } from '../rpc/contract';
import type { ScreenProps } from './screen-props';
import type { Action, Door, Screen } from './state';

type Dispatch = (action: Action) => void;

/** For a button: the function that opens a screen. */
export const opening =
  (dispatch: Dispatch, screen: Screen | Door): (() => void) =>
  () =>
    dispatch({ type: 'opened', screen });

/** For the way back: the function that leaves the screen. */
export const leaving =
  (dispatch: Dispatch): (() => void) =>
  () =>
    dispatch({ type: 'left' });

/** For an answer with a changed sync: the function that shows it, and asks for the rest again. */
export const changing =
  ({ dispatch, refresh }: Pick<ScreenProps, 'dispatch' | 'refresh'>): ((view: SyncView) => void) =>
  (view) => {
    dispatch({ type: 'sync-changed', view });
    refresh();
  };

/** Screens of a sync that need its id and nothing else. */
type SyncPlace = Extract<Screen | Door, { readonly id: string }>['name'] | 'activity';

/** For the buttons of a screen: the function that opens a place of the sync with this id. */
export const opener =
  (dispatch: Dispatch, id: string) =>
  (name: Exclude<SyncPlace, 'rebill' | 'undo'>): (() => void) =>
    opening(dispatch, { name, id });
