import { jsonResponse, type LagoRequest, type LagoResponse, textResponse } from './exchange';
import { isObject, type Json, type JsonObject } from './json';
import type { Settings } from './settings';

/** Which requests a fault strikes. Plain data, so that it also travels to the sandbox's thread. */
export interface FaultMatch {
  method?: string;
  /**
   * A path template such as `/api/v1/events/batch`; a trailing `*` matches any rest. Every path if
   * absent.
   */
  path?: string;
  /** Only requests with a longer body. */
  longerThan?: number;
  /** How many matching requests pass before it strikes. */
  after?: number;
  /** How many requests it strikes: 1 unless given, Infinity for all. */
  times?: number;
}

/** What happens to a struck request. `committed`: Lago carries it out first. */
export type FaultEffect =
  | {
      kind: 'answer';
      status: number;
      body?: 'json' | 'html' | 'empty';
      /** The whole body, in place of `body`. */
      text?: string;
      headers?: Record<string, string>;
      /** How long the answer takes to arrive. */
      delayMs?: number;
      committed?: boolean;
    }
  /**
   * Sends elsewhere, under the same path; `to`: another origin such as `https://elsewhere.example`,
   * this one unless given.
   */
  | { kind: 'redirect'; status: 301 | 302 | 303 | 307 | 308; to?: string; committed?: boolean }
  | { kind: 'reset'; committed?: boolean }
  /** Nothing comes back, and no time passes; `slow` beyond the caller's time-out lets it pass. */
  | { kind: 'hang'; committed?: boolean }
  /** Lago's own answer up to this share of its body, a half unless given. */
  | { kind: 'truncated'; share?: number }
  /** Lago's own answer with spaces behind it up to this size: JSON as before. */
  | { kind: 'oversize'; characters: number }
  | { kind: 'slow'; delayMs: number }
  /**
   * Answers 500 to every request with an event whose transaction_id or a property is the marker.
   */
  | { kind: 'poison'; marker: string }
  /** The key that the request comes with is none from this request on. */
  | { kind: 'key-revoked' }
  /** Another Lago from this request on: a lower limit of events in a batch, or another version. */
  | { kind: 'settings'; settings: Partial<Settings> };

export type Fault = FaultMatch & FaultEffect;

interface Armed {
  fault: Fault;
  toPass: number;
  left: number;
}

/**
 * Faults that wait for their request, in the order in which they were added; more may come at any
 * time.
 */
export class Faults {
  readonly #armed: Armed[] = [];
  readonly #injected: Record<string, number> = {};

  add(...faults: Fault[]): void {
    for (const fault of faults) {
      const times = fault.times ?? (fault.kind === 'poison' ? Number.POSITIVE_INFINITY : 1);
      this.#armed.push({ fault, toPass: fault.after ?? 0, left: times });
    }
  }

  clear(): void {
    this.#armed.length = 0;
  }

  /** Faults that have not struck as often as they should. */
  pending(): Fault[] {
    return this.#armed.map(({ fault }) => fault);
  }

  /**
   * How often each kind struck, such as `503 html after commit`; also what options bring about: see
   * `note`.
   */
  injected(): Record<string, number> {
    return { ...this.#injected };
  }

  /** Counts something that hurts a client and that no fault had to be added for. */
  note(kind: 'hidden event' | 'partial batch' | 'rate limit'): void {
    this.#count(kind);
  }

  /** The first fault that strikes this request; it counts as used. */
  take(template: string, request: LagoRequest): Fault | null {
    for (const armed of this.#armed) {
      if (!strikes(armed.fault, template, request)) continue;
      if (armed.toPass > 0) {
        armed.toPass -= 1;
        continue;
      }
      armed.left -= 1;
      if (armed.left <= 0) this.#armed.splice(this.#armed.indexOf(armed), 1);
      this.#count(nameOf(armed.fault));
      return armed.fault;
    }
    return null;
  }

  #count(name: string): void {
    this.#injected[name] = (this.#injected[name] ?? 0) + 1;
  }
}

function nameOf(fault: Fault): string {
  const when = 'committed' in fault && fault.committed ? 'after commit' : 'before commit';
  switch (fault.kind) {
    case 'answer':
      return `${fault.status} ${fault.text === undefined ? (fault.body ?? 'json') : 'text'} ${when}`;
    case 'redirect':
      return `redirect ${fault.status} to ${fault.to === undefined ? 'the same' : 'another'} host ${when}`;
    case 'reset':
    case 'hang':
      return `${fault.kind} ${when}`;
    case 'settings':
      return `settings ${Object.keys(fault.settings).sort().join(', ')}`;
    default:
      return fault.kind;
  }
}

function strikes(fault: Fault, template: string, request: LagoRequest): boolean {
  if (fault.method !== undefined && fault.method !== request.method) return false;
  if (fault.path !== undefined && !pathMatches(fault.path, template)) return false;
  if (fault.longerThan !== undefined && request.body.length <= fault.longerThan) return false;
  return fault.kind !== 'poison' || containsMarked(request, fault.marker);
}

const pathMatches = (pattern: string, template: string): boolean =>
  pattern.endsWith('*') ? template.startsWith(pattern.slice(0, -1)) : pattern === template;

function containsMarked(request: LagoRequest, marker: string): boolean {
  return sentEvents(request.body).some((event) => {
    const properties = event.properties;
    const values = isObject(properties) ? Object.values(properties) : [];
    return [event.transaction_id, ...values].includes(marker);
  });
}

function sentEvents(body: string): JsonObject[] {
  try {
    const parsed = JSON.parse(body) as Json;
    if (!isObject(parsed)) return [];
    const events = Array.isArray(parsed.events) ? parsed.events : [parsed.event];
    return events.filter((event): event is JsonObject => isObject(event));
  } catch {
    return [];
  }
}

/** A request that a fault strikes, and what the fault may do about it. */
export interface Struck {
  request: LagoRequest;
  carryOut(): LagoResponse;
  revokeKey(): void;
  change(settings: Partial<Settings>): void;
}

/** Carries out or prevents a struck request. */
export function suffer(fault: Fault, struck: Struck): LagoResponse {
  if ('committed' in fault && fault.committed) struck.carryOut();
  switch (fault.kind) {
    case 'answer':
      return instead(fault);
    case 'redirect':
      return {
        status: fault.status,
        headers: { location: `${fault.to ?? ''}${struck.request.url}` },
        body: '',
      };
    case 'reset':
      return { status: 0, headers: {}, body: '', lost: 'reset' };
    case 'hang':
      return { status: 0, headers: {}, body: '', lost: 'timeout' };
    case 'truncated':
      return truncated(struck.carryOut(), fault.share ?? 0.5);
    case 'oversize':
      return padded(struck.carryOut(), fault.characters);
    case 'slow':
      return { ...struck.carryOut(), delayMs: fault.delayMs };
    case 'poison':
      return jsonResponse(500, { status: 500, error: REASONS[500] ?? '' });
    case 'key-revoked':
      struck.revokeKey();
      return struck.carryOut();
    case 'settings':
      struck.change(fault.settings);
      return struck.carryOut();
  }
}

const truncated = (response: LagoResponse, share: number): LagoResponse => ({
  ...response,
  body: response.body.slice(0, Math.floor(response.body.length * share)),
});

const padded = (response: LagoResponse, characters: number): LagoResponse => ({
  ...response,
  body: response.body.padEnd(characters),
});

function instead({
  status,
  body = 'json',
  text,
  headers = {},
  delayMs,
}: Extract<Fault, { kind: 'answer' }>): LagoResponse {
  const response = bodyOf(status, body);
  return {
    status,
    headers: { ...response.headers, ...headers },
    body: text ?? response.body,
    ...(delayMs !== undefined && { delayMs }),
  };
}

function bodyOf(status: number, body: 'json' | 'html' | 'empty'): LagoResponse {
  if (body === 'json') return jsonResponse(status, { status, error: REASONS[status] ?? 'Error' });
  if (body === 'html')
    return textResponse(status, 'text/html', `<html><body><h1>${status}</h1></body></html>`);
  return { status, headers: {}, body: '' };
}

const REASONS: Record<number, string> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Payload Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};
