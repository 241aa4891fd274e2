import { type Problem, problem } from '../problem/problem';
import { fitted, type Schema } from '../schema/fit';
import { isDeeper, isObject } from '../value/json';
import { isAnswered, type LagoResponse } from './http';
import { scalarText } from './scalar';

/**
 * Longest body that is read. A page of 500 items has a few MB at most; Google takes 50
 * (google: fetch.large-answer).
 */
const LONGEST_BODY = 20_000_000;
/**
 * Plans with charges and prices are eight levels deep; other senders' events may fill the hundred
 * levels that Lago takes of a request. JSON that is far deeper can't be written again.
 */
const DEEPEST = 120;

/**
 * The body as a JSON object; undefined if it is none, since proxies answer with HTML or nothing
 * (lago: requests.proxies).
 */
export function jsonBody(response: LagoResponse): { readonly [name: string]: unknown } | undefined {
  if (!isAnswered(response)) return undefined;
  if (response.body.length > LONGEST_BODY) return undefined;
  try {
    const parsed: unknown = JSON.parse(response.body);
    return isObject(parsed) && !isDeeper(parsed, DEEPEST) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Longest piece of an unknown answer that is repeated to a person. */
const EXCERPT_CHARACTERS = 120;
/** How much of an answer is searched for that. */
const LOOKED_AT_CHARACTERS = 5_000;

const isPage = (body: string): boolean => /^\s*</.test(body);

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** The title of a web page; empty if it has none. */
const titleOf = (page: string): string =>
  oneLine(/<title[^<>]*>([^<]*)/i.exec(page.slice(0, LOOKED_AT_CHARACTERS))?.[1] ?? '');

const withoutMarkup = (body: string): string =>
  oneLine(body.slice(0, LOOKED_AT_CHARACTERS).replace(/<[^<>]*>/g, ' '));

/** The status and beginning of an answer, without markup, for a message or the ledger. */
export function excerpt(response: LagoResponse): string {
  if (!isAnswered(response)) return response.unreachable;
  const { status, body } = response;
  // A proxy's page says the same in its title and below, both with the status in front.
  const said = (isPage(body) && titleOf(body)) || withoutMarkup(body);
  const words = said.replace(new RegExp(`^${status}(?!\\w)\\W*`), '');
  return `${status} ${words.slice(0, EXCERPT_CHARACTERS)}`.trim();
}

/** Longest title of a web page that is repeated. */
const TITLE_CHARACTERS = 60;

/**
 * What answered instead of Lago, in words: a web page by its title, anything else by its beginning.
 */
export function strangeAnswer(response: LagoResponse): string {
  if (!isAnswered(response) || !isPage(response.body)) return excerpt(response);
  const title = titleOf(response.body);
  return title === '' ? 'a web page' : `a web page, “${title.slice(0, TITLE_CHARACTERS)}”`;
}

const isSuccess = (response: LagoResponse): response is Extract<LagoResponse, { status: number }> =>
  isAnswered(response) && response.status >= 200 && response.status < 300;

const codeOf = (response: LagoResponse): string => scalarText(jsonBody(response)?.['code']);

/**
 * Why an answer of this status ends all work (lago: requests.order, requests.permissions);
 * undefined for 2xx and for what is worth another try.
 * @param address of the API, for the message
 */
export function stopProblem(response: LagoResponse, address: string): Problem | undefined {
  if (!isAnswered(response)) return undefined;
  const { status } = response;
  // Lago answers each refusal in JSON (lago: requests.order): anything else is a proxy's, and says
  // nothing about the key.
  const isOfProxy = jsonBody(response) === undefined;
  if (status >= 300 && status < 400) return problem('lago.redirect', { address });
  if (status === 404) return problem('lago.not-found', { address });
  if (isOfProxy && (isSuccess(response) || status === 401 || status === 403))
    return problem('lago.not-lago', { address, answer: strangeAnswer(response) });
  if (status === 401) return problem('lago.unauthorized');
  if (status === 403) return problem('lago.forbidden', { answer: codeOf(response) });
  return undefined;
}

/**
 * The problem of a read that did not succeed, for whatever reason.
 * @param address of the API, for the message
 * @param misfit what is not as expected in the answer, if it is JSON
 */
export function readProblem(response: LagoResponse, address: string, misfit?: string): Problem {
  if (!isAnswered(response))
    return response.limit ?? problem('lago.unreachable', { address, answer: response.unreachable });
  if (response.status === 429) return problem('lago.rate-limit');
  if (response.status >= 500)
    return problem('lago.unavailable', { status: String(response.status) });
  const stop = stopProblem(response, address);
  if (stop !== undefined) return stop;
  const answer =
    misfit !== undefined && isSuccess(response)
      ? `${response.status}, ${misfit}`
      : excerpt(response);
  return problem('lago.unexpected', { answer });
}

/** Reads the body of an answer by a schema; a problem that names the field if it does not fit. */
export function bodyBy<T extends object>(
  schema: Schema<T>,
  response: LagoResponse,
  address: string,
): T | Problem {
  const read = fitted(schema, jsonBody(response));
  return 'misfit' in read ? readProblem(response, address, read.misfit) : read.value;
}
