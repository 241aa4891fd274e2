import { isUsedUp } from '../problem/needs-somebody';
import { problem } from '../problem/problem';
import type { Answer, EventRefusal } from '../sync/ports';
import { isObject, type JsonObject } from '../value/json';
import { excerpt, jsonBody, stopProblem } from './failure';
import { isAnswered, type LagoResponse } from './http';

/**
 * Pause if Lago is over its limit and doesn't say for how long. Lago documents no Retry-After, but
 * proxies may send one (lago: requests.rate-limit).
 */
const UNSAID_WAIT_MS = 2_000;

const SECOND_MS = 1_000;

/** How long Lago asks to wait, in ms: `X-RateLimit-Reset` and `Retry-After` are in seconds. */
export function waitOf(headers: Readonly<Record<string, string>>): number {
  const seconds = Number(headers['x-ratelimit-reset'] ?? headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0
    ? Math.max(seconds, 1) * SECOND_MS
    : UNSAID_WAIT_MS;
}

/**
 * A longer wait cannot be a limit per second, so it is ignored. If Lago means it, it answers the
 * next request with 429, and the run ends.
 */
const LONGEST_PAUSE_MS = 60_000;

/** Until when (ms) Lago's limit is used up, as an answered request says; 0 if it doesn't. */
export function exhaustedUntil(response: LagoResponse, now: number): number {
  if (
    !isAnswered(response) ||
    response.status === 429 ||
    response.headers['x-ratelimit-remaining'] !== '0'
  )
    return 0;
  const wait = waitOf(response.headers);
  return wait > LONGEST_PAUSE_MS ? 0 : now + wait;
}

const EXISTS = 'value_already_exist';

/** Whether an event was refused because its id is taken, and for no other reason. */
function saysExists(details: JsonObject): boolean {
  const ids = details['transaction_id'];
  const isAlone = Object.keys(details).length === 1;
  return isAlone && Array.isArray(ids) && ids.length === 1 && ids[0] === EXISTS;
}

function refusalOf(details: unknown): EventRefusal {
  if (isObject(details) && saysExists(details)) return { kind: 'exists' };
  return {
    kind: 'rejected',
    answer: typeof details === 'string' ? details : JSON.stringify(details),
  };
}

/**
 * Whether an event in the answer may be the one that was sent. Lago answers in the order of the
 * request (lago: batch.answer).
 */
const mayBe = (listed: unknown, id: string | undefined): boolean =>
  isObject(listed) &&
  (id === undefined || listed['transaction_id'] === undefined || listed['transaction_id'] === id);

/**
 * Reads a 422 of the batch endpoint: error_details keyed by the event's place, each an object or a
 * text (lago: batch.first-stage).
 */
function readRefusal(response: LagoResponse, events: number): Answer {
  const details = jsonBody(response)?.['error_details'];
  // Without details it is no verdict about events, such as lock_acquisition_failed
  // (lago: requests.other-errors).
  if (details === undefined || details === null)
    return { kind: 'failed', stored: 'no', answer: excerpt(response), timedOut: false };
  if (isObject(details)) {
    if (Array.isArray(details['events']) && details['events'].includes('too_many_events'))
      return { kind: 'too-many' };
    const named = Object.entries(details).filter(
      ([place]) => /^\d+$/.test(place) && Number(place) < events,
    );
    if (named.length > 0 && named.length === Object.keys(details).length)
      return {
        kind: 'refused',
        events: new Map(named.map(([place, cause]) => [Number(place), refusalOf(cause)])),
      };
  }
  return { kind: 'unclear', answer: excerpt(response) };
}

/** Statuses by which a proxy says that it did not ask Lago, or did not wait for its answer. */
const TOO_LARGE = 413;
const TIMED_OUT = new Set([408, 504]);
const TOO_EARLY = 425;

/** What it means that there was no answer. */
function readSilence({
  unreachable,
  timedOut,
  limit,
}: Exclude<LagoResponse, { status: number }>): Answer {
  return limit !== undefined && isUsedUp(limit)
    ? { kind: 'stop', problem: limit }
    : { kind: 'failed', stored: 'maybe', answer: unreachable, timedOut, limit };
}

/**
 * What an answer to a batch of `events` events means.
 * @param address of the API, for messages
 * @param ids of the events, in their order
 */
export function readAnswer(
  response: LagoResponse,
  events: number,
  address: string,
  ids: readonly string[] = [],
): Answer {
  if (!isAnswered(response)) return readSilence(response);
  const { status, headers } = response;
  if (status === 429) return { kind: 'slow-down', waitMs: waitOf(headers) };
  if (status === 422) return readRefusal(response, events);
  if (status === TOO_LARGE) return { kind: 'too-large', answer: excerpt(response) };
  if (status >= 500 || status === TOO_EARLY || TIMED_OUT.has(status))
    return {
      kind: 'failed',
      stored: 'maybe',
      answer: excerpt(response),
      timedOut: TIMED_OUT.has(status),
    };
  const stop = stopProblem(response, address);
  if (stop?.code === 'lago.not-lago' && response.body.trim().startsWith('{'))
    return { kind: 'failed', stored: 'maybe', answer: `${status}, cut off`, timedOut: false };
  if (stop !== undefined) return { kind: 'stop', problem: stop };
  if (status >= 200 && status < 300) {
    const listed = jsonBody(response)?.['events'];
    // An answer that lists other events than were sent does not prove that ours were stored.
    return Array.isArray(listed) &&
      listed.length === events &&
      listed.every((each, place) => mayBe(each, ids[place]))
      ? { kind: 'accepted' }
      : { kind: 'failed', stored: 'maybe', answer: excerpt(response), timedOut: false };
  }
  // Any other refusal is about the request, not about its events: none is marked as refused, and
  // nothing more is sent.
  return { kind: 'stop', problem: problem('lago.unexpected', { answer: excerpt(response) }) };
}
