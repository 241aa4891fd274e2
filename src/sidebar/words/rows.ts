import type { DryRun, RowView, RunReport } from '../../rpc/contract';
import { count, counted } from '../../value/count';
import type { StatusWords } from './tone';

/** Where a row stands, by what a run would do with it. */
export const ACTIONS: Readonly<Record<RowView['action'], string>> = {
  send: 'To send',
  hold: 'Held',
  wait: 'Waiting',
  sent: 'Sent',
  flag: 'Differs from Lago',
  refused: 'Refused',
  elsewhere: 'Billed elsewhere',
};

/** Where a row stands. A row that was changed after it was sent bills on top of what Lago has. */
export function actionWords({ action, change }: Pick<RowView, 'action' | 'change'>): string {
  if (change !== 'changed') return ACTIONS[action];
  if (action === 'send') return 'To send as a new event';
  return action === 'sent' ? 'Sent as a new event' : ACTIONS[action];
}

const AGAIN = {
  added: ' as a further event, on top of what Lago has',
  corrected: ', in the place of what Lago has',
} as const;

/**
 * Where a row stands and what that means for it.
 * @param isActive whether the sync sends by itself
 * @param again what a further event does to one of this row that Lago has already; undefined if it
 *   has none
 */
export function standingWords(
  action: RowView['action'],
  isActive: boolean,
  again: keyof typeof AGAIN | undefined,
): StatusWords {
  switch (action) {
    case 'send': {
      const begin = isActive ? 'Goes out with the next run' : 'Would be sent by a run';
      return { words: begin + (again === undefined ? '' : AGAIN[again]), tone: 'quiet' };
    }
    case 'hold':
      return { words: 'Held: it is not sent before this is put right', tone: 'warning' };
    case 'wait':
      return { words: 'Waiting: solves itself with the next runs', tone: 'quiet' };
    case 'sent':
      return { words: 'Sent, and as it was sent', tone: 'good' };
    case 'flag':
      return { words: 'Differs from what Lago has and bills', tone: 'warning' };
    case 'refused':
      return { words: 'Refused: not billed as it stands here', tone: 'bad' };
    case 'elsewhere':
      return { words: 'Taken as billed elsewhere, never sent to Lago', tone: 'quiet' };
  }
}

/** Reports of older versions count rows that were billed elsewhere as sent. */
type Counted = Omit<DryRun['counts'], 'elsewhere'> & Partial<DryRun['counts']>;

interface CountLine {
  readonly label: string;
  readonly amount: number;
  /** What that means, in a few words. */
  readonly hint: string;
}

/**
 * Where the rows stand. Every row is in exactly one line.
 * @param done whether the run that counted them has ended
 * @param waits whether it waits for an approval
 */
export function countLines(counts: Counted, done: boolean, waits = false): CountLine[] {
  return [
    {
      label: done ? 'Left to send' : 'To send',
      amount: counts.send,
      hint: waits ? 'wait for your approval' : 'go out with the next run',
    },
    { label: 'Already sent', amount: counts.sent, hint: 'in Lago, as in the sheet' },
    {
      label: 'Taken as billed elsewhere',
      amount: counts.elsewhere ?? 0,
      hint: 'never sent to Lago',
    },
    { label: 'Held', amount: counts.hold, hint: 'not sent so far, each for a reason' },
    {
      label: 'Differ from Lago',
      amount: counts.flag,
      hint: 'changed or removed after they were sent',
    },
    { label: 'Refused by Lago', amount: counts.refused, hint: 'not billed' },
    { label: 'Waiting', amount: counts.wait, hint: 'solves itself with the next runs' },
  ];
}

/** How many of a run's counted rows are gone from the sheet, by the problems that it reported. */
export const goneRows = ({ problems }: Pick<RunReport, 'problems'>): number =>
  problems
    .filter(({ problem }) => problem.code.startsWith('row.removed'))
    .reduce((sum, group) => sum + group.count, 0);

/**
 * The rows of the tab, and those that are gone from it.
 * @param gone how many of the `all` rows are
 */
export function rowsWords(all: number, gone: number): string {
  const rows = `Rows: ${count(all - gone)}`;
  if (gone === 0) return rows;
  return `${rows}, and ${counted(gone, 'that is', 'that are')} gone from the sheet`;
}

const BY_NUMBER =
  'It was looked for by its number: if rows have moved since, it is another one now.';

/**
 * Which row was selected in the sheet for a wanted one.
 * @param row where it is now (1-based)
 */
export function jumpWords(
  wanted: { readonly key?: string | undefined; readonly row?: number | undefined },
  row: number,
): string {
  const selected = `Row ${row} is selected in the sheet`;
  if (wanted.key === undefined) return `${selected}. ${BY_NUMBER}`;
  return wanted.row === undefined || wanted.row === row
    ? `${selected}.`
    : `${selected}: it was row ${wanted.row} before.`;
}
