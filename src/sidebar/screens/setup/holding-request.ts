import { useEffect } from 'preact/hooks';
import type { Method, Value } from '../../../rpc/contract';
import { type Request, useRequest } from '../../server/request';
import { isUnclear, type Saving } from './autosave';

/**
 * A request that changes the newest revision of the sync: nothing else is saved while it is under
 * way, since that would take the revision away from it. It cannot be repeated as it was: what a
 * person has changed since then counts.
 */
export function useHoldingRequest<M extends Method>(
  method: M,
  saving: Saving,
  onDone: (value: Value<M>) => void,
): Omit<Request<M>, 'repeat'> {
  const request = useRequest(method, (value) => {
    saving.hold(false);
    onDone(value);
  });
  // Without an answer nobody knows which revision is the newest: a save might be taken for another
  // person's change.
  const isOver = request.problem !== undefined && !isUnclear(request.problem);
  useEffect(() => {
    if (isOver) saving.hold(false);
  }, [isOver]);
  useEffect(() => () => saving.hold(false), []);
  return {
    ...request,
    send: (argument) => {
      saving.hold(true);
      request.send(argument);
    },
  };
}
