import { DEFAULT_REQUESTS_PER_SECOND } from '../lago/destination';
import { ProblemError, problem } from '../problem/problem';
import type { ConnectionView, Environment } from '../rpc/contract';
import type { Identity } from '../sync/ports';
import { isObject } from '../value/json';
import type { Runtime } from './runtime';

/** The API key and the address that it belongs to, stored as one value, so that nobody can send the key to another address. */
export interface Connection {
  /** Origin of the API, such as `https://api.getlago.com`. */
  readonly address: string;
  readonly apiKey: string;
  /** Its name; the id is missing in a connection that an older version stored. */
  readonly organization: string;
  readonly organizationId?: string | undefined;
  readonly store: Identity['store'];
  /** IANA zone of the organization, in which periods end unless a customer has another. */
  readonly zone: string;
  readonly requestsPerSecond: number;
  /** Missing in a connection that an older version stored. */
  readonly environment?: Environment | undefined;
}

const CONNECTION = 'lago.connection';

/** A shorter text is no API key of Lago, and would be found by chance in every answer. */
const SHORTEST_SECRET = 8;

const escaped = (letter: string): string =>
  `\\\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A key as it may stand in a text: in large letters, or with letters as JSON may write them (`\u0041`), which are plain again when it is read. */
function secretPattern(apiKey: string): RegExp {
  const letters = [...apiKey].map((letter) => {
    const plain = letter.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    return `(?:${plain}|${escaped(letter.toLowerCase())}|${escaped(letter.toUpperCase())})`;
  });
  return new RegExp(letters.join(''), 'gi');
}

/** A text in which the key is masked, wherever it came from. */
export const withoutSecret = (text: string, apiKey: string | undefined): string =>
  apiKey === undefined || apiKey.length < SHORTEST_SECRET
    ? text
    : text.replace(secretPattern(apiKey), '…');

const MOST_REQUESTS_PER_SECOND = 50;

/** https, or http on this machine; an optional path, of which a given `/api/v1` is dropped. No user, query or fragment. */
const ADDRESS =
  /^(https:\/\/[a-z0-9.-]+(?::\d{1,5})?|http:\/\/(?:localhost|127\.0\.0\.1)(?::\d{1,5})?)((?:\/[\w.~-]+)*)\/*$/i;

/** A user and password before an @ are in no message, whatever letters they have. */
const withoutUser = (address: string): string =>
  address.replace(/^\s*([a-z]+:\/\/)?[\s\S]*@/i, '$1…@');

/** The address as it is stored and shown. @throws ProblemError where it is not one that a key may be sent to. */
export function normalAddress(address: string): string {
  const [, origin, path] = ADDRESS.exec(address.trim()) ?? [];
  if (origin === undefined)
    throw new ProblemError(problem('lago.address', { address: withoutUser(address) }));
  return origin.toLowerCase() + (path ?? '').replace(/\/api\/v1$/, '');
}

const KEY_ENDING = 4;

export const viewOf = ({
  address,
  apiKey,
  organization,
  store,
  requestsPerSecond,
  environment = 'live',
}: Connection): ConnectionView => ({
  address,
  // Of a very short text the last four characters would be most of it.
  keyEnding: apiKey.length >= 3 * KEY_ENDING ? apiKey.slice(-KEY_ENDING) : '',
  organization,
  store,
  requestsPerSecond,
  environment,
});

export function readConnection({ PropertiesService }: Runtime): Connection | undefined {
  const text = PropertiesService.getScriptProperties().getProperty(CONNECTION);
  if (text === null) return undefined;
  try {
    const stored: unknown = JSON.parse(text);
    const isWhole =
      isObject(stored) &&
      typeof stored['address'] === 'string' &&
      typeof stored['apiKey'] === 'string';
    return isWhole ? (stored as unknown as Connection) : undefined;
  } catch {
    // Somebody wrote something else there, perhaps the bare key; no message may repeat it.
    return undefined;
  }
}

/** @throws ProblemError where no key was entered yet. */
export function requireConnection(runtime: Runtime): Connection {
  const connection = readConnection(runtime);
  if (connection === undefined) throw new ProblemError(problem('lago.no-key', { address: 'Lago' }));
  return connection;
}

/** What a person entered, completed: an empty key keeps the stored one, but only for the very address that it was entered for. */
export function enteredConnection(
  runtime: Runtime,
  entered: {
    readonly address: string;
    readonly apiKey: string;
    readonly requestsPerSecond?: number | undefined;
  },
): Connection {
  const before = readConnection(runtime);
  const address = normalAddress(entered.address);
  const apiKey =
    entered.apiKey.trim() !== ''
      ? entered.apiKey.trim()
      : before?.address === address
        ? before.apiKey
        : '';
  if (apiKey === '') throw new ProblemError(problem('lago.no-key', { address }));
  const wanted =
    entered.requestsPerSecond ?? before?.requestsPerSecond ?? DEFAULT_REQUESTS_PER_SECOND;
  return {
    address,
    apiKey,
    organization: '',
    store: 'unknown',
    zone: 'UTC',
    requestsPerSecond: Math.min(Math.max(1, Math.floor(wanted)), MOST_REQUESTS_PER_SECOND),
  };
}

export function storeConnection({ PropertiesService }: Runtime, connection: Connection): void {
  PropertiesService.getScriptProperties().setProperty(CONNECTION, JSON.stringify(connection));
}
