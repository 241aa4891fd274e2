import { changing, opening } from '../navigation';
import type { SyncScreenProps } from '../screen-props';
import { useRequest } from '../server/request';

/**
 * What pauses an active sync, and resumes a paused one with what was chosen before. It opens the
 * review where a person has to do or to look at something first: without a connection, in a copy of
 * the file, and after a run was taken back.
 */
export function usePausing(props: SyncScreenProps) {
  const { view, home, dispatch } = props;
  const { id, revision, changed, removed, late, state } = view.sync;
  const pause = useRequest('pause', changing(props));
  const activate = useRequest('activate', changing(props));
  if (state === 'active') return { ...pause, words: 'Pause', press: () => pause.send({ id }) };
  const { onEdit } = home.triggers;
  return {
    ...activate,
    words: 'Resume',
    press:
      home.isCopy || home.connection === undefined || view.lastRun?.undone !== undefined
        ? opening(dispatch, { name: 'activation', id })
        : () => activate.send({ id, revision, changed, removed, late, onEdit }),
  };
}
