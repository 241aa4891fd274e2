/** A request to Lago as data. `path` begins behind `/api/v1`; the adapter adds the address and the API key. */
export interface LagoRequest {
  readonly method: 'get' | 'post';
  readonly path: string;
  /** JSON text. */
  readonly body?: string | undefined;
}

/** An answer as it came; header names in lower case. `unreachable` holds Google's words where there was none. */
export type LagoResponse =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly unreachable: string; readonly timedOut: boolean };

/** Sends requests in parallel and answers in their order. Never throws for what Lago or the network does. */
export interface Http {
  /** The address that people read in messages. */
  readonly address: string;
  send(requests: readonly LagoRequest[]): LagoResponse[];
}

export const isAnswered = (
  response: LagoResponse,
): response is Extract<LagoResponse, { status: number }> => 'status' in response;
