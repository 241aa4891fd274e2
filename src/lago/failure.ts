import { type Problem, problem } from '../problem/problem';
import { isObject } from '../value/json';
import { isAnswered, type LagoResponse } from './http';
import { scalarText } from './scalar';

/** A page of 500 items has some megabytes at most; Google takes 50 (google: fetch.large-answer). */
const LONGEST_BODY = 20_000_000;
/** Plans with charges and their prices are eight levels deep. What is far deeper than anything of Lago's cannot be written down again. */
const DEEPEST = 60;

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)));

/** The body as a JSON object, or undefined: proxies answer with HTML or nothing (lago: requests.proxies). */
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

/** Longest piece of an unknown answer that is repeated. */
const EXCERPT_CHARACTERS = 120;
/** So much of an answer is looked at for it: markup that is never closed is looked for to the end from each of its beginnings. */
const LOOKED_AT_CHARACTERS = 5_000;

/** A short text of an answer for a message or the ledger: its status and its beginning, without markup. */
export function excerpt(response: LagoResponse): string {
  if (!isAnswered(response)) return response.unreachable;
  const plain = response.body
    .slice(0, LOOKED_AT_CHARACTERS)
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return `${response.status} ${plain.slice(0, EXCERPT_CHARACTERS)}`.trim();
}

/** Longest title of a web page that is repeated. */
const TITLE_CHARACTERS = 60;

/** What answered instead of Lago, in words: a web page with its title, else the beginning of what it said. */
export function strangeAnswer(response: LagoResponse): string {
  if (!isAnswered(response) || !/^\s*</.test(response.body)) return excerpt(response);
  const title =
    /<title[^>]*>([^<]*)/i
      .exec(response.body.slice(0, LOOKED_AT_CHARACTERS))?.[1]
      ?.replace(/\s+/g, ' ')
      .trim() ?? '';
  return title === '' ? 'a web page' : `a web page, “${title.slice(0, TITLE_CHARACTERS)}”`;
}

const codeOf = (response: LagoResponse): string => scalarText(jsonBody(response)?.['code']);

/**
 * Why nothing more can be done with this answer, by its status (lago: requests.order, requests.permissions); undefined for 2xx and for what is worth another try.
 * @param address of the API, for the message
 */
export function stopProblem(response: LagoResponse, address: string): Problem | undefined {
  if (!isAnswered(response)) return undefined;
  const { status } = response;
  if (status >= 300 && status < 400) return problem('lago.redirect', { address });
  if (status === 401) return problem('lago.unauthorized');
  if (status === 403) return problem('lago.forbidden', { answer: codeOf(response) });
  if (status === 404) return problem('lago.not-found', { address });
  if (status >= 200 && status < 300 && jsonBody(response) === undefined)
    return problem('lago.not-lago', { address, answer: strangeAnswer(response) });
  return undefined;
}

/** The problem of a read that did not succeed, whatever the reason. */
export function readProblem(response: LagoResponse, address: string): Problem {
  if (!isAnswered(response))
    return problem('lago.unreachable', { address, answer: response.unreachable });
  if (response.status === 429) return problem('lago.rate-limit');
  if (response.status >= 500)
    return problem('lago.unavailable', { status: String(response.status) });
  return (
    stopProblem(response, address) ?? problem('lago.unexpected', { answer: excerpt(response) })
  );
}
