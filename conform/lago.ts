import { InputProblem } from '../sandbox/input-problem';
import type { Transport, TransportRequest, TransportResponse } from '../sandbox/runtime';
import type { Clock } from './clock';
import { type Json, type JsonObject, parsedObject } from './json';

/** Where an organization's events are kept, as Lago names it. */
export type Store = 'postgres' | 'clickhouse';

/** An answer as it came, and its body as JSON: an empty object if it is none. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: JsonObject;
}

/** What a request says besides its method and path. */
export interface Asking {
  readonly body?: Json;
  /** In place of `body`, byte for byte. */
  readonly raw?: string;
  /** In place of those that go with every request; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

const TIMEOUT_MS = 60_000;
const TOO_MANY = 429;
/** Tries of a request that a rate limit refuses, each after a second or the time it asks for. */
const MOST_WAITS = 30;
const SECOND_MS = 1_000;

/** Lago over HTTP, request by request, with one key. */
export class Lago {
  constructor(
    private readonly transport: Transport,
    private readonly clock: Clock,
    readonly address: string,
    readonly apiKey: string,
  ) {}

  /** @throws InputProblem if no answer comes. */
  ask(method: TransportRequest['method'], path: string, asking: Asking = {}): Answer {
    for (let waits = 0; ; waits++) {
      const response = this.#send(method, path, asking);
      if (response.status !== TOO_MANY || waits === MOST_WAITS)
        return { status: response.status, text: response.body, body: parsedObject(response.body) };
      this.clock.wait(limitedFor(response));
    }
  }

  get(path: string): Answer {
    return this.ask('get', `/api/v1${path}`);
  }

  post(path: string, body: Json): Answer {
    return this.ask('post', `/api/v1${path}`, { body });
  }

  put(path: string, body: Json): Answer {
    return this.ask('put', `/api/v1${path}`, { body });
  }

  delete(path: string): Answer {
    return this.ask('delete', `/api/v1${path}`);
  }

  /** One event, as an object of Lago's fields. */
  event(event: JsonObject): Answer {
    return this.post('/events', { event });
  }

  batch(events: readonly Json[]): Answer {
    return this.post('/events/batch', { events: [...events] });
  }

  #send(method: TransportRequest['method'], path: string, asking: Asking): TransportResponse {
    const { body, raw = body === undefined ? '' : JSON.stringify(body), headers = {} } = asking;
    const [answer] = this.transport([
      {
        method,
        url: this.address + path,
        headers: given({
          authorization: `Bearer ${this.apiKey}`,
          accept: 'application/json',
          'content-type': 'application/json',
          ...headers,
        }),
        body: raw,
        timeoutMs: TIMEOUT_MS,
        followRedirects: false,
      },
    ]);
    if (answer === undefined || 'error' in answer)
      throw new InputProblem(
        `${method.toUpperCase()} ${path} had no answer (${answer?.error ?? 'none'}).`,
      );
    return answer;
  }
}

const given = (headers: NonNullable<Asking['headers']>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  );

/** How long Lago, or what stands in front of it, wants to be left alone (ms). */
function limitedFor({ headers }: TransportResponse): number {
  const found = Object.entries(headers).find(([name]) =>
    ['x-ratelimit-reset', 'retry-after'].includes(name.toLowerCase()),
  );
  const seconds = Number(found?.[1]);
  return seconds > 0 && seconds <= 60 ? seconds * SECOND_MS : SECOND_MS;
}

/** An id as a part of a path; Lago takes what follows a dot for a format (lago: requests.dots). */
export const inPath = (id: string): string => encodeURIComponent(id).replaceAll('.', '%2E');
