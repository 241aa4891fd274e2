/** One HTTP request as it leaves Google's servers. */
export interface TransportRequest {
  readonly method: 'get' | 'head' | 'post' | 'put' | 'patch' | 'delete';
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  readonly timeoutMs: number;
  /**
   * What the script asked for. The fake follows redirects itself (one place for the rule), a
   * transport never does.
   */
  readonly followRedirects: boolean;
}

export interface TransportResponse {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | string[] };
  readonly body: string;
  /**
   * How long it took on the world's clock, which passes that time; an answer later than the
   * request's `timeoutMs` is lost.
   */
  readonly delayMs?: number;
}

export interface TransportFailure {
  readonly error: 'dns' | 'unavailable' | 'timeout' | 'reset';
  /** As for an answer. Without it the time has passed already. */
  readonly delayMs?: number;
}

export type TransportAnswer = TransportResponse | TransportFailure;

/** Sends one wave. Synchronous; answers come in the order of the requests, one each. */
export type Transport = (requests: TransportRequest[]) => TransportAnswer[];

/** For worlds in which nothing is reachable. */
export const noNetwork: Transport = (requests) => requests.map(() => ({ error: 'dns' }));
