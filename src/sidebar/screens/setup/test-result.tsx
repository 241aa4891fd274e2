import { useLayoutEffect } from 'preact/hooks';
import type { TestResult } from '../../../rpc/contract';
import { Facts } from '../../parts/facts';
import { Hint } from '../../parts/hint';
import { JsonView } from '../../parts/json-view';
import { Notice } from '../../parts/notice';
import { ProblemList } from '../../parts/problem-card';
import { Status } from '../../parts/status';
import { testState } from '../../words/events';

/** Whether the row had been sent before this test, so that this test has sent nothing. */
export const wasSentBefore = ({ problems }: TestResult): boolean =>
  problems.some(({ code }) => code === 'test.already-sent');

/** What a test did: where the row stands, the event as it was sent and as Lago has it. */
export function TestOutcome({ result }: { readonly result: TestResult }) {
  const { row, key, state, answer, sent, stored } = result;
  const isOld = wasSentBefore(result);
  const problems = result.problems.filter(({ code }) => code !== 'test.already-sent');
  useLayoutEffect(() => window.scrollTo(0, 0), []);
  return (
    <>
      {isOld ? (
        <Notice message="Lago already has this row; nothing was sent now." isNews>
          <p>
            If you changed the template since, Lago keeps the event that it has. Test another row to
            see the new one.
          </p>
        </Notice>
      ) : (
        <p class="state-line" role="status">
          <Status {...testState(result)} />
        </p>
      )}
      <Facts
        facts={[
          ['Row', String(row)],
          ['Key', <bdi key="key">{key ?? 'None'}</bdi>],
          answer === '' ? undefined : ['Lago said', <bdi key="answer">{answer}</bdi>],
        ]}
      />
      {problems.length > 0 && <ProblemList problems={problems} />}
      {sent !== undefined && (
        <JsonView title={isOld ? 'As it was sent before' : 'As it was sent'} text={sent} />
      )}
      {stored !== undefined && <JsonView title="As Lago has it" text={stored} />}
      {state === 'accepted' && stored === undefined && (
        <Hint>Lago does not show the event yet; that can take a minute.</Hint>
      )}
    </>
  );
}
