import { useEffect } from 'preact/hooks';
import { Button } from '../../parts/button';
import { Hint } from '../../parts/hint';
import { Section } from '../../parts/section';
import { Busy } from '../../parts/status';
import { useRequest } from '../../server/request';
import { arrivalWords } from '../../words/events';

/**
 * The events that Lago received last. They are asked for after the rest is shown, so that a slow
 * or failing Lago delays nothing else.
 */
export function NewestEvents() {
  const request = useRequest('newestEvents');
  useEffect(() => {
    const timer = setTimeout(() => request.send({}));
    return () => clearTimeout(timer);
  }, []);
  const events = request.value?.events ?? [];
  return (
    <Section title="Newest events in Lago">
      {request.busy && <Busy words="Asking Lago" />}
      {request.problem !== undefined && (
        <>
          <Hint>
            They cannot be shown now. {request.problem.message}
            {request.problem.actor === 'wait' ? '' : ` ${request.problem.remedy}`}
          </Hint>
          <Button onClick={request.repeat}>Ask Lago again</Button>
        </>
      )}
      {request.value !== undefined && events.length === 0 && <Hint>Lago has no event yet.</Hint>}
      <ul class="event-list">
        {events.map(({ transactionId, subscription, code, time, receivedAt, properties }) => (
          <li key={transactionId}>
            <details>
              <summary>
                <bdi>{code}</bdi> for <bdi>{subscription}</bdi>
              </summary>
              <pre>{properties}</pre>
            </details>
            <Hint>
              {arrivalWords(time, receivedAt)}, <bdi>{transactionId}</bdi>
            </Hint>
          </li>
        ))}
      </ul>
    </Section>
  );
}
