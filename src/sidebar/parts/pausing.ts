import { changing, opening } from '../navigation';
import type { SyncScreenProps } from '../screen-props';
import { timesOf } from '../screens/setup/activation-choices';
import { useRequest } from '../server/request';
import { activationQuestion } from '../words/account';

/**
 * What pauses an active sync, and resumes a paused one with what was chosen before. It opens the
 * review where a person has to do or to look at something first: without a connection, in a copy of
 * the file, after a run was taken back, and where another account ran it.
 */
export function usePausing(props: SyncScreenProps) {
  const { view, home, dispatch } = props;
  const { id, revision, changed, removed, late, state, activatedBy } = view.sync;
  const pause = useRequest('pause', changing(props));
  const activate = useRequest('activate', changing(props));
  if (state === 'active') return { ...pause, words: 'Pause', press: () => pause.send({ id }) };
  const { onEdit } = timesOf(home, view.sync);
  return {
    ...activate,
    words: 'Resume',
    press:
      activationQuestion(home.account, activatedBy) !== undefined ||
      home.isCopy ||
      home.connection === undefined ||
      view.lastRun?.undone !== undefined
        ? opening(dispatch, { name: 'activation', id })
        : () => activate.send({ id, revision, changed, removed, late, onEdit }),
  };
}
