import type { Problem } from '../../problem/problem';
import type { Argument, Call, Method, Reply, Value } from '../../rpc/contract';

/**
 * Google says nothing about whether the server has done the work, and its own texts are localised, that of an expired authorisation too;
 * every call is safe to repeat, so one answer fits all of these cases.
 */
export const NO_ANSWER: Problem = {
  code: 'run.google',
  actor: 'wait',
  place: {},
  message: 'No answer came from Google.',
  remedy:
    'Check your internet connection and try again; trying again never sends a row twice. If it stays, reload the spreadsheet and open the sidebar from the menu again; Google may ask you to allow the add-on.',
};

function isReply<M extends Method>(answer: unknown): answer is Reply<M> {
  return typeof answer === 'object' && answer !== null && 'ok' in answer;
}

function readReply<M extends Method>(answer: unknown): Reply<M> | undefined {
  if (typeof answer !== 'string') return undefined;
  try {
    const reply: unknown = JSON.parse(answer);
    return isReply<M>(reply) ? reply : undefined;
  } catch {
    return undefined;
  }
}

/** Asks the server. Rejects with a Problem and nothing else. */
export function call<M extends Method>(method: M, argument: Argument<M>): Promise<Value<M>> {
  const message: Call<M> = { method, argument };
  return new Promise((resolve, reject) => {
    const settle = (answer: unknown): void => {
      const reply = readReply<M>(answer);
      if (reply === undefined) reject(NO_ANSWER);
      else if (reply.ok) resolve(reply.value);
      else reject(reply.problem);
    };
    google.script.run
      .withSuccessHandler(settle)
      .withFailureHandler(() => reject(NO_ANSWER))
      .rpc(JSON.stringify(message));
  });
}
