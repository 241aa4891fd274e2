import type {
  FetchOptions,
  FetchRequest,
  HttpResponse,
  UrlFetchService,
} from '../../src/apps-script/runtime';
import type { Caller } from './caller';
import { GoogleException } from './exception';
import { spend } from './quotas';
import { SERVICE } from './service-object';
import type {
  TransportAnswer,
  TransportFailure,
  TransportRequest,
  TransportResponse,
} from './transport';

/** Google's reference for UrlFetchApp and its quotas page (google: fetch.limits). */
export const MAX_URL_CHARACTERS = 2_082;
export const MAX_POST_BYTES = 50 * 1024 * 1024;
export const MAX_RESPONSE_BYTES = 50 * 1024 * 1024;
export const MAX_HEADERS = 100;
export const MAX_HEADER_BYTES = 8 * 1024;
const DEFAULT_TIMEOUT_S = 360;
/** What posts report where the newer option is not honoured. */
const OLD_TIMEOUT_S = 60;
const MAX_REDIRECTS = 20;
const QUOTED_CHARACTERS = 100;
const METHODS = ['get', 'delete', 'patch', 'post', 'put'] as const;
/** Google sets these itself. */
const FORBIDDEN_HEADERS = ['host', 'content-length'];
const FAILURE_TEXT: { readonly [error in TransportFailure['error']]: string } = {
  dns: 'DNS error',
  unavailable: 'Address unavailable',
  reset: 'Address unavailable',
  timeout: 'Timeout',
};
const PRIVATE_HOST =
  /^(localhost|127\..*|10\..*|192\.168\..*|172\.(1[6-9]|2\d|3[01])\..*|\[::1?\]|0\.0\.0\.0|.*\.(local|localhost|internal))$/i;

class FakeHttpResponse implements HttpResponse {
  readonly [SERVICE] = 'HTTPResponse';
  readonly #response: TransportResponse;

  constructor(response: TransportResponse) {
    this.#response = response;
  }

  getResponseCode(): number {
    return this.#response.status;
  }

  /** Nobody documents how a text is read whose charset neither the caller nor the answer names. */
  getContentText(charset?: string): string {
    const { body, headers } = this.#response;
    const said = Object.entries(headers).some(
      ([name, value]) => name.toLowerCase() === 'content-type' && /charset=/i.test(String(value)),
    );
    return charset !== undefined || said ? body : Buffer.from(body, 'utf8').toString('latin1');
  }

  /** One value each, names in the case in which they came. */
  getHeaders(): object {
    return Object.fromEntries(
      Object.entries(this.#response.headers).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : (value.at(-1) ?? ''),
      ]),
    );
  }
}

export class FakeUrlFetchApp implements UrlFetchService {
  readonly [SERVICE] = 'UrlFetchApp';
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  fetch(url: string, options?: FetchOptions): HttpResponse {
    return this.#send([{ ...options, url }])[0] as HttpResponse;
  }

  fetchAll(requests: (FetchRequest | string)[]): HttpResponse[] {
    return this.#send(
      requests.map((request) => (typeof request === 'string' ? { url: request } : request)),
    );
  }

  /**
   * All requests have had their effect before the first failure is thrown, and one failure throws
   * away every answer.
   */
  #send(requests: FetchRequest[]): HttpResponse[] {
    const { quotas, settings } = this.#caller.world;
    const built = requests.map((request) =>
      transportRequest(request, settings.fetchTimeoutHonored),
    );
    spend(quotas, 'urlFetchCalls', built.length);
    const answers = this.#transport(built);
    return answers.map((answer, index) => {
      const { url } = built[index] as TransportRequest;
      if ('error' in answer) throw new GoogleException(`${FAILURE_TEXT[answer.error]}: ${url}`);
      // Google documents the limit, not the text.
      if (isLargerThan(answer.body, MAX_RESPONSE_BYTES))
        throw new GoogleException('Limit Exceeded: URLFetch Response Size.');
      if (answer.status >= 400 && !requests[index]?.muteHttpExceptions)
        throw new GoogleException(failedText(url, answer));
      return new FakeHttpResponse(answer);
    });
  }

  #transport(requests: TransportRequest[]): TransportAnswer[] {
    const { transport, allowLocalhost } = this.#caller.world.settings;
    const reachable = requests.filter(
      ({ url }) => allowLocalhost || !PRIVATE_HOST.test(new URL(url).hostname),
    );
    const answers = reachable.length > 0 ? this.#passTime(reachable, transport(reachable)) : [];
    const answered = new Map(reachable.map((request, index) => [request, answers[index]]));
    return requests.map((request) =>
      this.#redirected(request, answered.get(request) ?? { error: 'dns' }),
    );
  }

  /**
   * The wave takes as long as its slowest request; who waits longer than its time-out gets nothing,
   * though it was carried out.
   */
  #passTime(requests: TransportRequest[], answers: TransportAnswer[]): TransportAnswer[] {
    if (answers.length !== requests.length)
      throw new Error(
        `The transport gave ${answers.length} answers to ${requests.length} requests.`,
      );
    const waited = requests.map(({ timeoutMs }, index) =>
      Math.min(timeoutMs, answers[index]?.delayMs ?? 0),
    );
    const slowest = Math.max(0, ...waited);
    if (slowest > 0) this.#caller.world.settings.advance(slowest);
    return answers.map((answer, index) =>
      (answer.delayMs ?? 0) > (requests[index]?.timeoutMs ?? 0) ? { error: 'timeout' } : answer,
    );
  }

  /** Cookies that a redirect sets are lost; a POST goes on as GET but for 307 and 308. */
  #redirected(request: TransportRequest, first: TransportAnswer): TransportAnswer {
    const { transport } = this.#caller.world.settings;
    let from = request;
    let answer = first;
    for (let hops = 0; from.followRedirects && hops < MAX_REDIRECTS; hops += 1) {
      if ('error' in answer || ![301, 302, 303, 307, 308].includes(answer.status)) return answer;
      const location = Object.entries(answer.headers).find(
        ([name]) => name.toLowerCase() === 'location',
      )?.[1];
      if (typeof location !== 'string') return answer;
      const kept = answer.status >= 307;
      from = {
        ...from,
        url: new URL(location, from.url).href,
        method: kept ? from.method : 'get',
        body: kept ? from.body : '',
      };
      answer = this.#passTime([from], transport([from]))[0] ?? { error: 'unavailable' };
    }
    return answer;
  }
}

/** Counts bytes only where there are enough characters: one is three bytes of UTF-8 at most. */
const isLargerThan = (text: string, bytes: number): boolean =>
  text.length * 3 > bytes && Buffer.byteLength(text, 'utf8') > bytes;

/** Names the host only, not the path. */
function failedText(url: string, { status, body }: TransportResponse): string {
  const { protocol, host } = new URL(url);
  const quoted = body.length > QUOTED_CHARACTERS ? `${body.slice(0, QUOTED_CHARACTERS)}...` : body;
  return `Request failed for ${protocol}//${host} returned code ${status}. Truncated server response: ${quoted} (use muteHttpExceptions option to examine full response)`;
}

function transportRequest(request: FetchRequest, timeoutHonored: boolean): TransportRequest {
  const body = requestBody(request.payload);
  if (Buffer.byteLength(body, 'utf8') > MAX_POST_BYTES)
    throw new GoogleException('Limit Exceeded: URLFetch POST Size.');
  const seconds = timeoutHonored ? (request.timeoutSeconds ?? DEFAULT_TIMEOUT_S) : OLD_TIMEOUT_S;
  return {
    url: requestUrl(request.url),
    method: requestMethod(request),
    headers: requestHeaders(request, body),
    body,
    timeoutMs: seconds * 1000,
    followRedirects: request.followRedirects ?? true,
  };
}

function requestUrl(url: unknown): string {
  if (url === undefined || url === null || url === '')
    throw new GoogleException('Attribute provided with no value: url');
  const text = String(url);
  if (text.length > MAX_URL_CHARACTERS)
    throw new GoogleException('Limit Exceeded: URLFetch URL Length.');
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text))
    throw new GoogleException(`Invalid argument: ${text}`);
  // Nobody documents what becomes of them.
  if (/[[\]]/.test(text.replace(/^[^/]*\/\/[^/]*/, '')))
    throw new GoogleException(`Invalid argument: ${text}`);
  return text;
}

function requestMethod({ method, payload }: FetchRequest): TransportRequest['method'] {
  if (method === undefined) return payload === undefined ? 'get' : 'post';
  const known = METHODS.find((name) => name === String(method).toLowerCase());
  if (!known) throw new GoogleException('Attribute provided with invalid value: method');
  return known;
}

/** An object is sent as form fields. */
function requestBody(payload: unknown): string {
  if (payload === undefined || payload === null) return '';
  if (typeof payload !== 'object') return String(payload);
  return new URLSearchParams(
    Object.entries(payload).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
}

function requestHeaders(
  { headers = {}, contentType, payload }: FetchRequest,
  body: string,
): { [name: string]: string } {
  const entries = Object.entries(headers);
  for (const [name, value] of entries) {
    if (value === undefined || value === null)
      throw new GoogleException(`Attribute provided with no value: Header:${name}`);
    if (
      FORBIDDEN_HEADERS.includes(name.toLowerCase()) ||
      /[\r\n]/.test(String(value)) ||
      !/^[!#$%&'*+.^_`|~\w-]+$/.test(name)
    ) {
      throw new GoogleException(`Attribute provided with invalid value: Header:${name}`);
    }
  }
  const size = entries.reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name + String(value)),
    0,
  );
  // Google documents the limit, not the text.
  if (entries.length > MAX_HEADERS || size > MAX_HEADER_BYTES)
    throw new GoogleException('Limit Exceeded: URLFetch Header Size.');
  const built: { [name: string]: string } = {
    'User-Agent':
      'Mozilla/5.0 (compatible; Google-Apps-Script; beanserver; +https://script.google.com; id: fake)',
  };
  for (const [name, value] of entries) built[name] = String(value);
  const typed = entries.some(([name]) => name.toLowerCase() === 'content-type');
  if (contentType !== undefined) built['Content-Type'] = contentType;
  else if (!typed && (payload !== undefined || body !== ''))
    built['Content-Type'] = 'application/x-www-form-urlencoded';
  return built;
}
