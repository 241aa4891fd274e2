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

/** A page that was left alone for a day or two opens itself again to get another token. */
function openAgain(): void {
  if (!isKnown) return;
  isKnown = false;
  google.script.run.openSidebar(encodeURIComponent(JSON.stringify(handover.kept ?? null)));
}

/** Whether the server has sent this, and not Google in its place. */
const isReply = <M extends Method>(answer: unknown): answer is Reply<M> =>
  typeof answer === 'object' && answer !== null && 'ok' in answer;

/** What the server has answered; undefined if it is Google that did. */
function replyIn<M extends Method>(answer: unknown): Reply<M> | undefined {
  const reply = typeof answer === 'string' ? parsedJson(answer) : undefined;
  return isReply<M>(reply) ? reply : undefined;
}

/** Keeps the page able to call. */
function renew(reply: Reply): void {
  if (reply.ok) {
    isKnown = true;
    if (reply.token !== undefined) document.body.dataset.token = reply.token;
  } else if (reply.problem.code === 'page.expired') openAgain();
}

/** Asks the server. The promise rejects with a Problem and nothing else. */
export function call<M extends Method>(method: M, argument: Argument<M>): Promise<Value<M>> {
  const { token = '' } = document.body.dataset;
  const message: Call<M> = { method, argument, token };
  return new Promise((resolve, reject) => {
    google.script.run
      .withSuccessHandler((answer) => {
        const reply = replyIn<M>(answer);
        if (reply !== undefined) renew(reply);
        if (reply?.ok) resolve(reply.value);
        else reject(reply?.problem ?? NO_ANSWER);
      })
      .withFailureHandler(({ message: text }) => {
        failures.unshift(`${new Date().toLocaleTimeString()}: no answer. ${text}`);
        reject(NO_ANSWER);
      })
      .rpc(JSON.stringify(message));
  });
}
