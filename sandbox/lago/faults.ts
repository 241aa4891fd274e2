import { jsonResponse, type LagoRequest, type LagoResponse, textResponse } from './exchange';
import { isObject, type Json, type JsonObject } from './json';

/** Which requests a fault strikes. Plain data, so that it also travels to the sandbox's thread. */
export interface FaultMatch {
  method?: string;
  /** A path template such as `/api/v1/events/batch`; a trailing `*` matches any rest. Every path if absent. */
  path?: string;
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
      headers?: Record<string, string>;
      committed?: boolean;
    }
  | { kind: 'reset'; committed?: boolean }
  | { kind: 'hang'; committed?: boolean }
  | { kind: 'truncated' }
  | { kind: 'slow'; delayMs: number }
  /** Answers 500 to every request with an event whose transaction_id or a property is the marker. */
  | { kind: 'poison'; marker: string };

export type Fault = FaultMatch & FaultEffect;

interface Armed {
  fault: Fault;
  toPass: number;
  left: number;
}

/** Faults that wait for their request, in the order in which they were added. */
export class Faults {
  readonly #armed: Armed[] = [];

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
      return armed.fault;
    }
    return null;
  }
}

function strikes(fault: Fault, template: string, request: LagoRequest): boolean {
  if (fault.method !== undefined && fault.method !== request.method) return false;
  if (fault.path !== undefined && !pathMatches(fault.path, template)) return false;
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

/** Carries out or prevents a struck request. */
export function suffer(fault: Fault, carryOut: () => LagoResponse): LagoResponse {
  if ('committed' in fault && fault.committed) carryOut();
  switch (fault.kind) {
    case 'answer':
      return instead(fault.status, fault.body ?? 'json', fault.headers ?? {});
    case 'reset':
      return { status: 0, headers: {}, body: '', lost: 'reset' };
    case 'hang':
      return { status: 0, headers: {}, body: '', lost: 'timeout' };
    case 'truncated':
      return truncated(carryOut());
    case 'slow':
      return { ...carryOut(), delayMs: fault.delayMs };
    case 'poison':
      return instead(500, 'json', {});
  }
}

const truncated = (response: LagoResponse): LagoResponse => ({
  ...response,
  body: response.body.slice(0, Math.floor(response.body.length / 2)),
});

function instead(status: number, body: 'json' | 'html' | 'empty', headers: Record<string, string>): LagoResponse {
  const response = bodyOf(status, body);
  return { ...response, headers: { ...response.headers, ...headers } };
}

function bodyOf(status: number, body: 'json' | 'html' | 'empty'): LagoResponse {
  if (body === 'json') return jsonResponse(status, { status, error: REASONS[status] ?? 'Error' });
  if (body === 'html') return textResponse(status, 'text/html', `<html><body><h1>${status}</h1></body></html>`);
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
