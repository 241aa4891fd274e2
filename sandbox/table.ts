import type { JobResult } from './job';
import type { Outcome } from './outcome';

const line = (label: string, value: string | number, remark = ''): string =>
  `  ${label.padEnd(34)}${String(value).padStart(12)}${remark === '' ? '' : `   ${remark}`}`;

/** What happened, for a person at a terminal. */
export function table(outcome: Outcome, job: JobResult): string {
  const held = job.after.counts.hold;
  const posts = Object.entries(outcome.requests)
    .filter(([name]) => name.startsWith('POST'))
    .reduce((total, [, count]) => total + count, 0);
  const all = Object.values(outcome.requests).reduce((total, count) => total + count, 0);
  const reasons = job.after.problems.filter(({ action }) => action === 'hold');
  return [
    `Lago usage sync: the tab “${job.tab.tab.name}” to ${job.connection.organization} (${job.connection.store})`,
    '',
    line('rows in the sheet', outcome.rows),
    line(
      'in Lago, each once',
      outcome.accepted,
      job.test === undefined ? '' : `one of them by the test send (row ${job.test.row})`,
    ),
    line('held, not sent', held),
    ...reasons.map(({ problem, count, rows }) =>
      line(
        `  ${problem.code}`,
        count,
        `row ${rows.slice(0, 4).join(', ')}${count > 4 ? ', …' : ''}: ${job.after.problems.find((group) => group.problem === problem)?.alike === false ? 'for example, ' : ''}${problem.message}`,
      ),
    ),
    line('refused by Lago', outcome.rejected),
    '',
    line(`sum of ${outcome.field ?? 'events'} in the sheet`, outcome.sheetTotal),
    line('  of which held', outcome.heldTotal),
    line('counted by Lago', outcome.lagoTotal, 'current usage of all subscriptions'),
    '',
    line('requests to Lago', all, `${posts} of them POST`),
    ...Object.entries(outcome.requests).map(([name, count]) => line(`  ${name}`, count)),
    line('calls of Google’s services', outcome.serviceCalls.total),
    ...outcome.serviceCalls.steps.map(({ step, serviceCalls }) => line(`  ${step}`, serviceCalls)),
    '',
    outcome.accepted === 0
      ? `Nothing was sent: ${held === 0 ? 'there are no rows' : `all ${held} rows are held`}.`
      : outcome.complete
        ? 'All that should be sent is in Lago, once.'
        : 'NOT all that should be sent is in Lago.',
  ].join('\n');
}
