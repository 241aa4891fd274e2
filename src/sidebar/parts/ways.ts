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

/** What the button for a way out of a problem of the sync with this id does. */
export function actionOf(way: WayOfButton, id: string): Action {
  switch (way) {
    case 'settings':
      return { type: 'setup-resumed', id, step: 'rows' };
    case 'event':
      return { type: 'opened', screen: { name: 'preview', id } };
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
