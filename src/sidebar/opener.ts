import type { Action, Door, Screen } from './state';

/** Screens of a sync that need its id and nothing else. */
type SyncPlace = Extract<Screen | Door, { readonly id: string }>['name'];

/** For the buttons of a screen: given a place of the sync with this id, the function that opens it. */
export const opener =
  (dispatch: (action: Action) => void, id: string) =>
  (name: Exclude<SyncPlace, 'rebill'>) =>
  (): void =>
    dispatch({ type: 'opened', screen: { name, id } });
