import type { Actor, Place } from '../problem/problem';
import type { ConnectionView, DryRun, RowView, SyncView, TestResult, Value } from '../rpc/contract';

type RunReport = Value<'runNow'>;

export const count = (amount: number): string => amount.toLocaleString('en-US');

export const counted = (amount: number, one: string, many = `${one}s`): string => `${count(amount)} ${amount === 1 ? one : many}`;

/** A moment as the browser's own zone and language write it. */
export const moment = (ms: number): string => new Date(ms).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });

const TRIGGERS: Readonly<Record<RunReport['trigger'], string>> = {
  hourly: 'by the hourly trigger',
  edit: 'after an edit',
  person: 'by hand',
  test: 'as a test',
};

/** The last run in one sentence. */
export function runSentence(report: RunReport): string {
  const { hold, refused, flag } = report.rows;
  const rest = [
    ...(hold > 0 ? [`${count(hold)} held`] : []),
    ...(refused > 0 ? [`${count(refused)} refused`] : []),
    ...(flag > 0 ? [`${count(flag)} changed or removed after sending`] : []),
    ...(report.left > 0 ? [`${count(report.left)} left for the next run`] : []),
  ];
  return `${moment(report.startedAt)}, ${TRIGGERS[report.trigger]}: ${[`${counted(report.delivered, 'event')} sent`, ...rest].join(', ')}.`;
}

export type Tone = 'good' | 'warning' | 'bad' | 'quiet';

/** How a sync is, in two words at most. */
export function healthWords({ sync, health }: SyncView): { readonly words: string; readonly tone: Tone } {
  if (health.state === 'stopped') return { words: 'Stopped', tone: 'bad' };
  if (sync.state === 'draft') return { words: 'Not active yet', tone: 'quiet' };
  if (sync.state === 'paused') return { words: 'Paused', tone: 'quiet' };
  return health.state === 'healthy' ? { words: 'Healthy', tone: 'good' } : { words: 'Needs you', tone: 'warning' };
}

const ACTORS: Readonly<Record<Actor, string>> = {
  sheet: 'to do in the sheet',
  template: 'to do in the template',
  settings: 'to do in the settings',
  lago: 'to do in Lago',
  wait: 'solves itself',
  us: 'our mistake',
};

/** Where a problem is, or at least where it has to be put right. */
export function placeWords(actor: Actor, { row, column, line, character }: Place): string {
  if (line !== undefined) return character === undefined ? `Line ${line}` : `Line ${line}:${character}`;
  if (row !== undefined) return column === undefined ? `Row ${count(row)}` : `Row ${count(row)}, ${column}`;
  const words = ACTORS[actor];
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const actorWords = (actor: Actor): string => ACTORS[actor];

export const STORES: Readonly<Record<ConnectionView['store'], string>> = {
  postgres: 'PostgreSQL',
  clickhouse: 'ClickHouse',
  unknown: 'Not told by this Lago (older than 1.47)',
};

export const STATES: Readonly<Record<TestResult['state'], { readonly words: string; readonly tone: Tone }>> = {
  accepted: { words: 'Lago has the event', tone: 'good' },
  rejected: { words: 'Lago refused the event', tone: 'bad' },
  conflict: { words: 'Lago has another event under this id', tone: 'bad' },
  pending: { words: 'Lago\u2019s answer is not known yet', tone: 'warning' },
  stuck: { words: 'Lago fails for this event', tone: 'bad' },
  held: { words: 'Held: nothing was sent', tone: 'warning' },
};

export const ACTIONS: Readonly<Record<RowView['action'], string>> = {
  send: 'To send',
  hold: 'Held',
  wait: 'Waiting',
  sent: 'Sent',
  flag: 'Differs from Lago',
  refused: 'Refused',
};

interface CountLine {
  readonly label: string;
  readonly amount: number;
  readonly hint: string;
}

/** Where the rows stand. Every row is in exactly one line. */
export function countLines(counts: DryRun['counts'], done: boolean): CountLine[] {
  return [
    { label: done ? 'Left to send' : 'To send', amount: counts.send, hint: 'go out with the next run' },
    { label: 'Already sent', amount: counts.sent, hint: 'in Lago, as in the sheet' },
    { label: 'Held', amount: counts.hold, hint: 'not sent so far, each for a reason' },
    { label: 'Differ from Lago', amount: counts.flag, hint: 'changed or removed after they were sent' },
    { label: 'Refused by Lago', amount: counts.refused, hint: 'not billed' },
    { label: 'Waiting', amount: counts.wait, hint: 'solves itself with the next runs' },
  ];
}

export const listed = (rows: readonly number[], total: number): string => {
  const more = total - rows.length;
  const shown = rows.map(count).join(', ');
  if (rows.length === 0) return counted(total, 'row');
  return `${rows.length === 1 && more === 0 ? 'Row' : 'Rows'} ${shown}${more > 0 ? ` and ${count(more)} more` : ''}`;
};
