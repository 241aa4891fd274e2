import type { Value } from '../../rpc/contract';
import { draftOf } from '../draft/draft';
import type { Action } from '../state';
import type { WayOut } from '../way-out';

/** Ways out that one button leads to; the others have choices of their own. */
export type WayOfButton = Exclude<WayOut, 'choice' | 'approval'>;

/** The words of the button for each way out. */
export const WAY_LABELS: Readonly<Record<WayOfButton, string>> = {
  connection: 'Fix the connection',
  settings: 'Fix the settings',
  statuses: 'Choose the status column',
  event: 'Change the event',
  activation: 'Activate again',
  late: 'Decide about late usage',
  'next-tab': 'Use next month\u2019s tab',
  rows: 'See what to do',
};

/** What the button for a way out of a sync's problem does. */
export function actionOf(way: WayOfButton, sync: Value<'saveSync'>): Action {
  const { id } = sync;
  switch (way) {
    case 'settings':
      return { type: 'editing-began', draft: draftOf(sync) };
    case 'event':
      return { type: 'opened', screen: { name: 'preview', draft: draftOf(sync) } };
    case 'connection':
      return { type: 'opened', screen: { name: 'connection' } };
    case 'late':
      return { type: 'opened', screen: { name: 'activation', id } };
    case 'rows':
      return { type: 'opened', screen: { name: 'report', id } };
    default:
      return { type: 'opened', screen: { name: way, id } };
  }
}
