import { isUsedUp } from '../problem/needs-somebody';
import type { Clock } from '../sync/ports';
import { encoded } from '../value/address';
import { exhaustedUntil, waitOf } from './answer';
import { type Http, isAnswered, type LagoRequest, type LagoResponse } from './http';
import { Pace, widestAt } from './pace';

/** A read is sent up to this many times before it counts as failed. */
const READ_TRIES = 3;
/** Pause before the next try of a read, in ms, times the number of tries so far. */
const RETRY_PAUSE_MS = 500;
/** Longest pause that a read accepts when Lago asks to wait. */
const LONGEST_READ_PAUSE_MS = 20_000;

/** A path with its parameters, which follow any that it already has. */
export const query = (
  path: string,
  parameters: Readonly<Record<string, string | number>>,
): string =>
  `${path}${path.includes('?') ? '&' : '?'}${Object.entries(parameters)
    .map(([name, value]) => `${name}=${encoded(String(value))}`)
    .join('&')}`;

/** Requests to Lago, no faster than Lago allows. */
export interface Requests {
  /** Lago's address, for messages. */
  readonly address: string;
  /** Most requests that leave together. */
  readonly widest: number;
  /** Sends any number of requests in chunks that keep the rate. Answers come in their order. */
  send(requests: readonly LagoRequest[]): LagoResponse[];
  /** Sends requests that only read, and repeats those whose failure may pass. */
  read(requests: readonly LagoRequest[]): LagoResponse[];
}

/**
 * Whether a failed read may succeed if it is repeated at once. One that timed out is not repeated,
 * because Google limits a run's minutes.
 */
function isWorthAnotherTry(response: LagoResponse): boolean {
  if (isAnswered(response)) return response.status === 429 || response.status >= 500;
  const { timedOut, limit } = response;
  return !timedOut && (limit === undefined || !isUsedUp(limit));
}

/** Pause after a failed read (ms). @param attempt 1 after the first one */
const pauseAfter = (response: LagoResponse, attempt: number): number =>
  isAnswered(response) && response.status === 429
    ? Math.min(waitOf(response.headers), LONGEST_READ_PAUSE_MS)
    : RETRY_PAUSE_MS * attempt;

const TOO_LATE: LagoResponse = {
  unreachable: 'Lago was so slow that there is no time left to read on',
  timedOut: true,
};

const NO_ANSWER: LagoResponse = { unreachable: 'nothing', timedOut: false };

/** Reads with one request. */
export const readOne = (requests: Requests, request: LagoRequest): LagoResponse =>
  requests.read([request])[0] ?? NO_ANSWER;

/** Reads with one request for each of some things, in one wave. Each comes with its answer. */
export function readEach<T>(
  requests: Requests,
  things: readonly T[],
  requestOf: (thing: T) => LagoRequest,
): (readonly [T, LagoResponse])[] {
  const responses = requests.read(things.map(requestOf));
  return things.map((thing, index) => [thing, responses[index] ?? NO_ANSWER]);
}

class PacedRequests implements Requests {
  readonly address: string;
  readonly widest: number;
  private readonly readUntil: number;
  private readonly pace: Pace;

  constructor(
    private readonly http: Http,
    private readonly clock: Clock,
    private readonly requestsPerSecond: number,
    { readUntil = Number.POSITIVE_INFINITY, pace = new Pace() }: Timing,
  ) {
    this.address = http.address;
    this.widest = widestAt(requestsPerSecond);
    this.readUntil = readUntil;
    this.pace = pace;
  }

  send(requests: readonly LagoRequest[]): LagoResponse[] {
    return this.sendUntil(requests, Number.POSITIVE_INFINITY);
  }

  read(requests: readonly LagoRequest[]): LagoResponse[] {
    const responses = this.sendUntil(requests, this.readUntil);
    for (let attempt = 1; attempt < READ_TRIES; attempt++) {
      const failed = [...requests.entries()].flatMap(([index, request]) => {
        const response = responses[index];
        return response !== undefined && isWorthAnotherTry(response)
          ? [{ index, request, response }]
          : [];
      });
      if (failed.length === 0) break;
      this.clock.sleep(Math.max(...failed.map(({ response }) => pauseAfter(response, attempt))));
      const again = this.sendUntil(
        failed.map(({ request }) => request),
        this.readUntil,
      );
      for (const [place, { index, response }] of failed.entries())
        responses[index] = again[place] ?? response;
    }
    return responses;
  }

  /** @param until no request leaves after this moment (ms) */
  private sendUntil(requests: readonly LagoRequest[], until: number): LagoResponse[] {
    const responses: LagoResponse[] = [];
    for (let start = 0; start < requests.length; start += this.widest) {
      const chunk = requests.slice(start, start + this.widest);
      const answered = this.sendChunk(chunk, until);
      if (answered === 'too late')
        return [...responses, ...requests.slice(start).map(() => TOO_LATE)];
      responses.push(...answered);
    }
    return responses;
  }

  private sendChunk(chunk: readonly LagoRequest[], until: number): LagoResponse[] | 'too late' {
    const { clock, pace } = this;
    const waitMs = pace.waitMs(chunk.length, clock.now(), this.requestsPerSecond);
    if (clock.now() + waitMs > until) return 'too late';
    if (waitMs > 0) clock.sleep(waitMs);
    pace.leave(chunk.length, clock.now());
    const answered = this.http.send(chunk);
    for (const response of answered) pace.close(exhaustedUntil(response, clock.now()));
    return answered;
  }
}

/** When requests may leave, beside their rate. */
export interface Timing {
  /**
   * No read leaves after this moment (ms), because Google ends long executions without warning.
   */
  readonly readUntil?: number | undefined;
  /** What has left already, if others send to the same Lago. */
  readonly pace?: Pace | undefined;
}

/**
 * Requests over HTTP.
 * @param requestsPerSecond at most
 */
export const requestsTo = (
  http: Http,
  clock: Clock,
  requestsPerSecond: number,
  timing: Timing = {},
): Requests => new PacedRequests(http, clock, requestsPerSecond, timing);

/** Requests of which only so many are sent. */
export interface LimitedRequests extends Requests {
  /** How many may still be sent. */
  readonly left: number;
}

const NOT_SENT: LagoResponse = {
  unreachable: 'no request is left for this in the run',
  timedOut: true,
};

class CountedRequests implements LimitedRequests {
  readonly address: string;
  readonly widest: number;

  constructor(
    private readonly requests: Requests,
    public left: number,
  ) {
    this.address = requests.address;
    this.widest = requests.widest;
  }

  send(requests: readonly LagoRequest[]): LagoResponse[] {
    return this.limited(requests, (some) => this.requests.send(some));
  }

  read(requests: readonly LagoRequest[]): LagoResponse[] {
    return this.limited(requests, (some) => this.requests.read(some));
  }

  private limited(
    requests: readonly LagoRequest[],
    pass: (some: readonly LagoRequest[]) => LagoResponse[],
  ): LagoResponse[] {
    const sent = requests.slice(0, this.left);
    this.left -= sent.length;
    const answered = sent.length === 0 ? [] : pass(sent);
    return [...answered, ...requests.slice(sent.length).map(() => NOT_SENT)];
  }
}

/** Requests of which the first `most` are sent; a further one is answered as one too late. */
export const limitedTo = (requests: Requests, most: number): LimitedRequests =>
  new CountedRequests(requests, most);
