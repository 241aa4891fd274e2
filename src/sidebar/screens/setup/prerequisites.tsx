import { useEffect } from 'preact/hooks';
import type { Prerequisite } from '../../../rpc/contract';
import { counted } from '../../../value/count';
import { Button } from '../../parts/button';
import { Hint } from '../../parts/hint';
import { RequestState } from '../../parts/request-state';
import { Section } from '../../parts/section';
import { Status } from '../../parts/status';
import { useRequest } from '../../server/request';

const NOUNS: Readonly<Record<Prerequisite['what'], string>> = {
  metrics: 'billable metric',
  plans: 'plan',
  subscriptions: 'subscription',
};

/** What Lago needs before it bills anything. One can go on without it. */
export function Prerequisites() {
  const request = useRequest('prerequisites');
  useEffect(() => request.send({}), []);
  const found = request.value?.prerequisites;
  return (
    <Section title="What Lago needs for billing">
      <RequestState request={request} words="Looking what Lago has" mild />
      {found !== undefined && (
        <ul class="prerequisites">
          {found.map((each) => (
            <li key={each.what}>
              <Found prerequisite={each} />
            </li>
          ))}
        </ul>
      )}
      {found?.some(({ problem }) => problem !== undefined) === true && (
        <Button onClick={request.repeat}>Look again</Button>
      )}
    </Section>
  );
}

/** How many of one thing Lago has, and what is wrong with them. */
function Found({ prerequisite }: { readonly prerequisite: Prerequisite }) {
  const { what, count, problem } = prerequisite;
  const noun = NOUNS[what];
  if (problem === undefined)
    return (
      <Status words={count === undefined ? `Any ${noun}` : counted(count, noun)} tone="good" />
    );
  return (
    <>
      <Status
        words={count === undefined ? `Each ${noun}: not readable` : counted(count, noun)}
        tone="warning"
      />
      <p>{problem.message}</p>
      <Hint>{problem.remedy}</Hint>
    </>
  );
}
