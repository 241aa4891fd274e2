import type { Problem } from '../../problem/problem';
import type { Argument, Call, Method, Reply, Value } from '../../rpc/contract';
import { parsedJson } from '../../value/json';

/**
 * What is shown whenever no answer comes. Google does not say whether the server has done the work,
 * and its own texts are localised, even that of an expired authorisation. Every call is safe to
 * repeat, so one text fits all of these cases.
 */
export const NO_ANSWER: Problem = {
  code: 'run.google',
  actor: 'wait',
  place: {},
  message: 'No answer came from Google.',
  remedy:
    'Check your internet connection and try again: no row is sent twice. If it stays, reload the ' +
    'spreadsheet and open the sidebar again; Google may ask you to allow the add-on.',
};

/** Whether the server has sent this, and not Google in its place. */
const isReply = <M extends Method>(answer: unknown): answer is Reply<M> =>
  typeof answer === 'object' && answer !== null && 'ok' in answer;

/** Asks the server. The promise rejects with a Problem and nothing else. */
export function call<M extends Method>(method: M, argument: Argument<M>): Promise<Value<M>> {
  const message: Call<M> = { method, argument };
  return new Promise((resolve, reject) => {
    const settle = (answer: unknown): void => {
      const reply = typeof answer === 'string' ? parsedJson(answer) : undefined;
      if (!isReply<M>(reply)) reject(NO_ANSWER);
      else if (reply.ok) resolve(reply.value);
      else reject(reply.problem);
    };
    google.script.run
      .withSuccessHandler(settle)
      .withFailureHandler(() => reject(NO_ANSWER))
      .rpc(JSON.stringify(message));
  });
}
