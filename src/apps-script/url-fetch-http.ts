import type { Http, LagoRequest, LagoResponse } from '../lago/http';
import { ProblemError } from '../problem/problem';
import type { Clock } from '../sync/ports';
import { missingAuthorization } from './authorization';
import type { Access } from './connection';
import { quotaProblem } from './quota';
import type { FetchRequest, HttpResponse, Runtime } from './runtime';
import { secretsOf, withoutSecrets } from './secrets';

/** A request that takes longer is abandoned; a later run finds out whether Lago received it. */
const TIMEOUT_SECONDS = 60;
/** Google's messages are localised, so a time-out is recognised by how long the call took. */
const TIMED_OUT_AFTER_MS = 0.9 * TIMEOUT_SECONDS * 1000;

function lowerCaseNames(headers: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : String(value),
    ]),
  );
}

const readResponse = (
  response: HttpResponse,
  scrubKey: (text: string) => string,
): LagoResponse => ({
  status: response.getResponseCode(),
  headers: lowerCaseNames(response.getHeaders()),
  // A proxy may repeat the request's headers, and with them what is secret, in its error page.
  // Without a charset of its own an answer might be read in another one (google: fetch.charset).
  body: scrubKey(response.getContentText('UTF-8')),
});

/**
 * Lago through UrlFetchApp: the only place where the API key and further headers meet a request.
 * @throws ProblemError if a person has to allow requests first
 */
export function urlFetchHttp(
  runtime: Pick<Runtime, 'UrlFetchApp' | 'ScriptApp'>,
  access: Access,
  clock: Pick<Clock, 'now'>,
): Http {
  const { address, apiKey, headers = [] } = access;
  const further = Object.fromEntries(headers.map(({ name, value }) => [name, value]));
  const secrets = secretsOf(access);
  const toFetch = ({ method, path, isOutsideApi, body }: LagoRequest): FetchRequest => ({
    url: `${address}${isOutsideApi ? '' : '/api/v1'}${path}`,
    method,
    headers: { ...further, Authorization: `Bearer ${apiKey}`, Accept: 'application/json' },
    contentType: 'application/json',
    ...(body === undefined ? {} : { payload: body }),
    muteHttpExceptions: true,
    // A redirect would carry the key to another host.
    followRedirects: false,
    timeoutSeconds: TIMEOUT_SECONDS,
  });
  const scrubKey = (text: string): string => withoutSecrets(text, secrets);
  // Google's error texts contain the whole address.
  const scrub = (text: string): string => scrubKey(text).replace(/https?:\/\/[^\s/]+\S*/g, address);

  function send(requests: readonly LagoRequest[]): LagoResponse[] {
    if (requests.length === 0) return [];
    const startedAt = clock.now();
    try {
      return runtime.UrlFetchApp.fetchAll(requests.map(toFetch)).map((response) =>
        readResponse(response, scrubKey),
      );
    } catch (error) {
      const missing = missingAuthorization(runtime);
      if (missing !== undefined) throw new ProblemError(missing);
      // If one request fails to connect, the whole call throws; the others may have got through.
      const said = error instanceof Error ? error.message : String(error);
      return requests.map(() => ({
        unreachable: scrub(said),
        timedOut: clock.now() - startedAt >= TIMED_OUT_AFTER_MS,
        limit: quotaProblem(said),
      }));
    }
  }

  return { address, send };
}
