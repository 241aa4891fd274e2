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
    'Try again: no row is sent twice. If it stays, reload the spreadsheet in a window with one ' +
    'Google account only and allow what Google asks for.',
};

/** When no answer came, with what Google itself said; the newest first. */
export const failures: string[] = [];

/**
 * What an expired page hands to the one that takes its place, as JSON can: at first what this page
 * has got, then what the app keeps.
 */
export const handover: { kept: unknown } = { kept: undefined };

/** Whether this page has been answered: one that is refused at once would open again and again. */
let isKnown = false;

/** A token counts for a day or two; the page opens itself again to get another one. */
function openAgain(): void {
  if (!isKnown) return;
  isKnown = false;
  google.script.run.openSidebar(encodeURIComponent(JSON.stringify(handover.kept ?? null)));
}

/** Whether the server has sent this, and not Google in its place. */
const isReply = <M extends Method>(answer: unknown): answer is Reply<M> =>
  typeof answer === 'object' && answer !== null && 'ok' in answer;

/** Asks the server. The promise rejects with a Problem and nothing else. */
export function call<M extends Method>(method: M, argument: Argument<M>): Promise<Value<M>> {
  const { token = '' } = document.body.dataset;
  const message: Call<M> = { method, argument, token };
  return new Promise((resolve, reject) => {
    const settle = (answer: unknown): void => {
      const reply = typeof answer === 'string' ? parsedJson(answer) : undefined;
      if (!isReply<M>(reply)) reject(NO_ANSWER);
      else if (reply.ok) {
        isKnown = true;
        resolve(reply.value);
      } else {
        if (reply.problem.code === 'page.expired') openAgain();
        reject(reply.problem);
      }
    };
    google.script.run
      .withSuccessHandler(settle)
      .withFailureHandler(({ message: text }) => {
        failures.unshift(`${new Date().toLocaleTimeString()}: no answer. ${text}`);
        reject(NO_ANSWER);
      })
      .rpc(JSON.stringify(message));
  });
}
