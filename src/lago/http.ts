import type { Problem } from '../problem/problem';

/** A request to Lago as data. The adapter adds the address and the API key. */
export interface LagoRequest {
  /** HTTP method. */
  readonly method: 'get' | 'post';
  /** Begins behind `/api/v1`; may have parameters. */
  readonly path: string;
  /** Whether the path begins behind Lago's address instead. */
  readonly isOutsideApi?: true | undefined;
  /** JSON text. */
  readonly body?: string | undefined;
}

/** An answer as it came, or why there was none. */
export type LagoResponse =
  | {
      /** HTTP status. */
      readonly status: number;
      /** By name in lower case. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | {
      /** Google's words. */
      readonly unreachable: string;
      /** Whether the time was up; then Lago may have done what was asked. */
      readonly timedOut: boolean;
      /** Which limit of Google's kept the request back, if one did. */
      readonly limit?: Problem | undefined;
    };

/** Sends requests. */
export interface Http {
  /** Lago's address, as people read it in messages. */
  readonly address: string;
  /**
   * Sends requests in parallel and answers in their order. Never throws for what Lago or the
   * network does.
   */
  send(requests: readonly LagoRequest[]): LagoResponse[];
}

/** Whether Lago, or something in its place, answered at all. */
export const isAnswered = (
  response: LagoResponse,
): response is Extract<LagoResponse, { status: number }> => 'status' in response;
