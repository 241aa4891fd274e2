import type { Home } from '../../../rpc/contract';
import type { Setup } from '../../setup';
import type { Action } from '../../state';

/** What made somebody open the connection. */
export interface ConnectionPurpose {
  /** Its syncs tell whether this is the first one. */
  readonly home: Pick<Home, 'syncs'>;
  /** The sync that is being set up; undefined if none is. */
  readonly setup: Setup | undefined;
  /** Id of the sync whose review comes next; undefined if none does. */
  readonly review: string | undefined;
}

/** Whether the connection is the first step of the guided way. */
export const isFirstStep = ({ home, setup, review }: ConnectionPurpose): boolean =>
  review === undefined && (setup !== undefined || home.syncs.length === 0);

/** Where the connection leads to: the words of the button, and what it does. */
export function afterConnecting(purpose: ConnectionPurpose): {
  readonly words: string;
  readonly action: Action;
} {
  const { setup, review } = purpose;
  if (review !== undefined)
    return {
      words: 'Next: review',
      action: { type: 'opened', screen: { name: 'activation', id: review } },
    };
  if (!isFirstStep(purpose))
    return { words: 'Done', action: { type: 'opened', screen: { name: 'home' } } };
  return {
    words: 'Next: choose the rows',
    action: setup === undefined ? { type: 'setup-began' } : { type: 'stepped', step: 'rows' },
  };
}
