import { type Problem, problem } from '../problem/problem';
import { isObject } from '../template/usage-event';
import { isAnswered, type LagoResponse } from './http';

/** The body as a JSON object, or undefined: proxies answer with HTML or nothing (lago.md, section 5). */
export function jsonBody(response: LagoResponse): { readonly [name: string]: unknown } | undefined {
  if (!isAnswered(response)) return undefined;
  try {
    const parsed: unknown = JSON.parse(response.body);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Longest piece of an unknown answer that is repeated. */
const EXCERPT_CHARACTERS = 120;

/** A short text of an answer for a message or the ledger: its status and its beginning, without markup. */
export function excerpt(response: LagoResponse): string {
  if (!isAnswered(response)) return response.unreachable;
  const plain = response.body
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
  const title = /<title[^>]*>([^<]*)/i.exec(response.body)?.[1]?.replace(/\s+/g, ' ').trim() ?? '';
  return title === '' ? 'a web page' : `a web page, “${title.slice(0, TITLE_CHARACTERS)}”`;
}

const codeOf = (response: LagoResponse): string => String(jsonBody(response)?.['code'] ?? '');

/**
 * Why nothing more can be done with this answer, by its status (lago.md, section 5); undefined for 2xx and for what is worth another try.
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
  if (!isAnswered(response)) return problem('lago.unreachable', { address, answer: response.unreachable });
  if (response.status === 429) return problem('lago.rate-limit');
  if (response.status >= 500) return problem('lago.unavailable', { status: response.status });
  return stopProblem(response, address) ?? problem('lago.unexpected', { answer: excerpt(response) });
}
