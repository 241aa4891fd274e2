/** A request to Lago as data. The adapter adds the address and the API key. */
export interface LagoRequest {
  readonly method: 'get' | 'post';
  readonly path: string;
  /** JSON text. */
  readonly body?: string | undefined;
}

/** An answer as it came, or why there was none. */
export type LagoResponse =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly unreachable: string; readonly timedOut: boolean };

/** Sends requests. */
export interface Http {
  /** The address that people read in messages. */
  readonly address: string;
  send(requests: readonly LagoRequest[]): LagoResponse[];
}

export const isAnswered = (
  response: LagoResponse,
): response is Extract<LagoResponse, { status: number }> => 'status' in response;
