import type { RunReport } from '../../rpc/contract';
import { count, counted } from '../../value/count';
import { moment } from './moments';

/** What a run was started by. */
export const TRIGGERS: Readonly<Record<RunReport['trigger'], string>> = {
  clock: 'by the schedule',
  edit: 'after an edit',
  person: 'by hand',
  test: 'as a test',
};

/** What a run sent, in words. */
export const sentWords = ({ delivered, undone }: RunReport): string =>
  undone === undefined
    ? `${counted(delivered, 'event')} sent`
    : `Took back ${counted(undone.events, 'event')} of the run of ${moment(undone.startedAt)}`;

const WAITING = 'waiting for your approval';

/**
 * Where the rows stand that were not sent, one phrase each. Of a test only its own row is news, so
 * the others are left out.
 */
export function restWords({
  trigger,
  rejected,
  rows: { hold, refused, flag },
  left,
  asks,
}: RunReport): readonly string[] {
  if (trigger === 'test') return rejected > 0 ? [`${count(rejected)} refused`] : [];
  return [
    ...(hold > 0 ? [`${counted(hold, 'row')} held`] : []),
    ...(refused > 0 ? [`${count(refused)} refused`] : []),
    ...(flag > 0 ? [`${count(flag)} changed or removed after sending`] : []),
    ...(left > 0
      ? [`${count(left)} ${asks === undefined ? 'left for the next run' : WAITING}`]
      : []),
  ];
}

/** When a run was; of runs that are listed as one, from when to when they were and how many. */
export function runTimeWords({ startedAt, endedAt, repeats = 0 }: RunReport): string {
  return repeats === 0
    ? moment(startedAt)
    : `${moment(startedAt)} to ${moment(endedAt)}, ${count(repeats + 1)} runs`;
}

/** What a run sent, and where the other rows stand. */
export const runWords = (report: RunReport): string =>
  [sentWords(report), ...restWords(report)].join(', ');

/** A run in one sentence: when, by what it was started, and what it did. */
export const runSentence = (report: RunReport): string =>
  `${moment(report.startedAt)}, ${TRIGGERS[report.trigger]}: ${runWords(report)}.`;
