import type { JobResult } from './job';
import type { Outcome } from './outcome';

const line = (label: string, value: string | number | null, remark = ''): string =>
  `  ${label.padEnd(34)}${String(value ?? 'not read').padStart(12)}${remark === '' ? '' : `   ${remark}`}`;

/** What the add-on did, for a person at a terminal, before anything is read of Lago. */
export function jobTable(job: JobResult, requests: Readonly<Record<string, number>>): string {
  const { counts, problems } = job.after;
  const reasons = problems.filter(({ action }) => action === 'hold');
  const posts = Object.entries(requests)
    .filter(([name]) => name.startsWith('POST'))
    .reduce((total, [, count]) => total + count, 0);
  const all = Object.values(requests).reduce((total, count) => total + count, 0);
  const { costs } = job;
  return [
    `Lago usage sync: the tab “${job.tab.tab.name}” to ${job.connection.organization} (${job.connection.store})`,
    '',
    line(
      'sent',
      counts.sent,
      job.test === undefined ? '' : `one of them by the test send (row ${job.test.row})`,
    ),
    line('held, not sent', counts.hold),
    ...reasons.map(({ problem, count, rows, alike }) =>
      line(
        `  ${problem.code}`,
        count,
        `row ${rows.slice(0, 4).join(', ')}${count > 4 ? ', …' : ''}: ${alike ? '' : 'for example, '}${problem.message}`,
      ),
    ),
    line('refused by Lago', counts.refused),
    ...(counts.send + counts.wait === 0 ? [] : [line('not sent yet', counts.send + counts.wait)]),
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

/** What Lago has of it. */
export function lagoTable(outcome: Outcome, job: JobResult, real: boolean): string {
  return [
    line('rows in the sheet', outcome.rows),
    line('in Lago, each once', outcome.accepted),
    '',
    line(`sum of ${outcome.field ?? 'events'} in the sheet`, outcome.sheetTotal),
    line('  of which held', outcome.heldTotal),
    line(
      'counted by Lago',
      outcome.lagoTotal,
      real
        ? 'current usage of the sheet’s subscriptions, with what others sent'
        : 'current usage of all subscriptions',
    ),
    '',
    ...outcome.unread,
    verdict(outcome, job),
  ].join('\n');
}

function verdict({ accepted, complete }: Outcome, { after: { counts } }: JobResult): string {
  if (counts.sent === 0)
    return `Nothing was sent: ${counts.hold === 0 ? 'there are no rows' : `all ${counts.hold} rows are held`}.`;
  if (complete) return 'All that should be sent is in Lago, once.';
  return accepted === null
    ? 'Whether all that should be sent is in Lago is not known.'
    : 'NOT all that should be sent is in Lago.';
}
