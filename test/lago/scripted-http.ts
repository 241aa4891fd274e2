import type { Http, LagoRequest, LagoResponse } from '../../src/lago/http';
import type { Clock } from '../../src/sync/ports';
import type { UsageEvent } from '../../src/value/usage-event';

export const ADDRESS = 'https://lago.test';

export const answered = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): LagoResponse => ({
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

export const unreachable = (timedOut = false): LagoResponse => ({
  unreachable: 'DNS error',
  timedOut,
});

export const validation = (details: unknown): LagoResponse =>
  answered(422, {
    status: 422,
    error: 'Unprocessable Entity',
    code: 'validation_errors',
    error_details: details,
  });

/** Answers requests by a function of their path (without the query) and query, and keeps them. */
export class ScriptedHttp implements Http {
  readonly address = ADDRESS;
  readonly requests: LagoRequest[] = [];
  /** How many requests left at once. */
  readonly sent: number[] = [];

  constructor(
    private readonly answer: (
      path: string,
      query: ReadonlyMap<string, string>,
      request: LagoRequest,
    ) => LagoResponse,
  ) {}

  send(requests: readonly LagoRequest[]): LagoResponse[] {
    this.sent.push(requests.length);
    return requests.map((request) => {
      this.requests.push(request);
      const [path = '', search = ''] = request.path.split('?');
      const query = new Map(
        search
          .split('&')
          .map((part) => [
            decodeURIComponent(part.split('=')[0] ?? ''),
            decodeURIComponent(part.split('=').slice(1).join('=')),
          ]),
      );
      return this.answer(path, query, request);
    });
  }

  paths(): string[] {
    return this.requests.map(({ path }) => path);
  }
}

export class TestClock implements Clock {
  time = Date.parse('2026-03-20T12:00:00Z');
  readonly slept: number[] = [];
  now(): number {
    return this.time;
  }
  sleep(ms: number): void {
    this.slept.push(ms);
    this.time += ms;
  }
  random(): number {
    return 0;
  }
}

export const usageEvent = (id: string, changes: Partial<UsageEvent> = {}): UsageEvent => ({
  transaction_id: id,
  external_subscription_id: 's1',
  code: 'units',
  timestamp: Date.parse('2026-03-02T12:00:00Z') / 1000,
  properties: { quantity: 5 },
  ...changes,
});

/** The event as Lago shows it (lago: event.answer). */
export const shownEvent = (
  event: UsageEvent,
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> => ({
  lago_id: 'x',
  transaction_id: event.transaction_id,
  lago_customer_id: null,
  code: event.code,
  timestamp: new Date(event.timestamp * 1000).toISOString(),
  precise_total_amount_cents: event.precise_total_amount_cents ?? null,
  properties: event.properties,
  lago_subscription_id: null,
  external_subscription_id: event.external_subscription_id,
  created_at: '2026-03-20T12:00:00Z',
  ...changes,
});
