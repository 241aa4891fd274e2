import { IN_THE_SIDEBAR, type JobResult } from './job';
import type { MetricOutcome, Outcome } from './outcome';

const line = (label: string, value: string | number | null, remark = ''): string =>
  `  ${label.padEnd(34)}${String(value ?? 'not read').padStart(12)}${remark === '' ? '' : `   ${remark}`}`;

/** What the add-on did, for a person at a terminal, before anything is read of Lago. */
export function jobTable(
  job: JobResult,
  handedOver: number,
  requests: Readonly<Record<string, number>>,
): string {
  const { counts, problems } = job.after;
  const posts = Object.entries(requests)
    .filter(([name]) => name.startsWith('POST'))
    .reduce((total, [, count]) => total + count, 0);
  const all = Object.values(requests).reduce((total, count) => total + count, 0);
  const { costs } = job;
  const reasons = (action: string): string[] =>
    problems
      .filter((group) => group.action === action)
      .map(({ problem, count, rows, alike }) =>
        line(
          `  ${problem.code}`,
          count,
          `row ${rows.slice(0, 4).join(', ')}${count > 4 ? ', …' : ''}: ${alike ? '' : 'for example, '}${problem.message} ${problem.remedy}`,
        ),
      );
  const some = (label: string, count: number, action: string): string[] =>
    count === 0 ? [] : [line(label, count), ...reasons(action)];
  return [
    `Lago usage sync: the tab “${job.tab.tab.name}” to ${job.connection.organization} (${job.connection.store})`,
    '',
    line(
      'events handed over by this run',
      handedOver,
      job.test === undefined ? '' : `one of them by the test send (row ${job.test.row})`,
    ),
    line('rows sent, by this run or before', counts.sent),
    line('held, not sent', counts.hold),
    ...reasons('hold'),
    ...some('sent, but different now', counts.flag, 'flag'),
    line('refused by Lago', counts.refused),
    ...reasons('refused'),
    ...some('waiting for an answer', counts.wait, 'wait'),
    ...(counts.send === 0 ? [] : [line('not sent yet', counts.send)]),
    '',
    line('requests to Lago', all, `${posts} of them POST`),
    ...Object.entries(requests).map(([name, count]) => line(`  ${name}`, count)),
    line(
      'calls of Google’s services',
      costs.reduce((total, { serviceCalls }) => total + serviceCalls, 0),
    ),
    ...costs.map(({ step, serviceCalls }) => line(`  ${step}`, serviceCalls)),
    '',
  ].join('\n');
}

const metricLines = ({ code, field, total, counted }: MetricOutcome, real: boolean): string[] => [
  line(`${field === null ? 'events' : `sum of ${field}`} of “${code}”`, total ?? 'not a sum'),
  line(
    '  counted by Lago',
    counted,
    real
      ? 'current usage of these subscriptions, with what else was sent to them'
      : 'current usage of all subscriptions',
  ),
];

/** What Lago has of it. */
export function lagoTable(outcome: Outcome, real: boolean): string {
  return [
    line('rows in the sheet', outcome.rows),
    ...(outcome.handedOver === 0
      ? []
      : [
          line(
            'in Lago, each once',
            outcome.accepted,
            `of ${outcome.handedOver} handed over by this run`,
          ),
        ]),
    ...outcome.metrics.flatMap((metric) => metricLines(metric, real)),
    '',
    ...outcome.unread,
    ...(outcome.notFound.length === 0
      ? []
      : [`Not in Lago as they were sent: ${outcome.notFound.join(', ')}.`]),
    verdict(outcome, real),
  ].join('\n');
}

function verdict(outcome: Outcome, real: boolean): string {
  const { standing, handedOver, accepted, complete, stopped } = outcome;
  if (stopped !== null)
    return `Stopped: ${stopped.message} ${stopped.remedy}${real ? ` For the sidebar, ${IN_THE_SIDEBAR}.` : ''}`;
  if (complete && handedOver > 0) return 'All that should be sent is in Lago, once.';
  if (complete && standing.sent > 0)
    return `Nothing new: ${standing.sent} rows were sent before${standing.hold === 0 ? '' : `, ${standing.hold} are held`}.`;
  if (complete)
    return `Nothing was sent: ${standing.hold === 0 ? 'there are no rows' : `all ${standing.hold} rows are held`}.`;
  return accepted === null
    ? 'Whether all that should be sent is in Lago is not known.'
    : 'NOT all that should be sent is in Lago.';
}
