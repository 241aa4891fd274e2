import * as v from 'valibot';
import { DEFAULT_REQUESTS_PER_SECOND } from '../lago/destination';
import { MOST_A_SECOND } from '../lago/pace';
import { ProblemError, problem } from '../problem/problem';
import type { Argument, ConnectionView, Environment, Header } from '../rpc/contract';
import { type EntriesOf, valueBy } from '../schema/fit';
import type { Identity } from '../sync/ports';
import { parsedJson } from '../value/json';
import { fileId } from './file-id';
import { enteredHeaders } from './headers';
import type { Runtime } from './runtime';
import { ENVIRONMENT, HEADER } from './schema/call-schema';

/** What requests to Lago need. */
export interface Access {
  /** Origin of the API, such as `https://api.getlago.com`, and its path, without `/api/v1`. */
  readonly address: string;
  readonly apiKey: string;
  /** Most requests per second that runs send. */
  readonly requestsPerSecond: number;
  /** Further headers, such as a proxy in front of Lago asks for. Their values are secrets. */
  readonly headers?: readonly Header[] | undefined;
}

/**
 * The API key with the address that it belongs to and what Lago said of its organization. Stored as
 * one value, so that nobody can send the key to another address.
 */
export interface Connection extends Access {
  /** Name of the organization. */
  readonly organization: string;
  /** Lago's id of the organization. */
  readonly organizationId: string;
  /** Where the organization keeps its events. */
  readonly store: Identity['store'];
  /** IANA zone of the organization, in which periods end unless a customer has another. */
  readonly zone: string;
  /** The person's label. */
  readonly environment: Environment;
}

const STORED = v.object({
  address: v.string(),
  apiKey: v.string(),
  requestsPerSecond: v.number(),
  headers: v.optional(v.array(HEADER)),
  organization: v.string(),
  organizationId: v.string(),
  store: v.picklist(['postgres', 'clickhouse', 'unknown']),
  zone: v.string(),
  environment: ENVIRONMENT,
} satisfies EntriesOf<Connection>);

/**
 * The script property that holds the connection of this file. Script properties are those of all
 * files that use the script (google: properties.add-on), and those of one file would go along with
 * a copy of it.
 */
const nameIn = (runtime: Runtime): string => `lago.connection.${fileId(runtime)}`;

const HTTPS = /https:\/\/[a-z0-9.-]+(?::\d{1,5})?/;
const THIS_MACHINE = /http:\/\/(?:localhost|127\.0\.0\.1)(?::\d{1,5})?/;
const PATH = /(?:\/[\w.~-]+)*/;

/** An origin and an optional path. No user, query or fragment. */
const ADDRESS = new RegExp(`^(${HTTPS.source}|${THIS_MACHINE.source})(${PATH.source})/*$`, 'i');

/** What guides name as Lago's address ends with it. */
const API_PATH = /\/api\/v1(?:\/events(?:\/batch)?)?$/;

/** Keeps a user and password before an @ out of messages, whatever letters they have. */
const withoutUser = (address: string): string =>
  address.trim().replace(/^([a-z]+:\/\/)?[\s\S]*@/i, '$1…@');

/**
 * The address as it is stored and shown.
 * @throws ProblemError if no key may be sent to it
 */
export function normalAddress(address: string): string {
  const [, origin, path] = ADDRESS.exec(address.trim()) ?? [];
  if (origin === undefined)
    throw new ProblemError(problem('lago.address', { address: withoutUser(address) }));
  // The port that is meant without one: two spellings of one address must not stop a sync.
  const host = origin.toLowerCase().replace(/^(https:.*):443$/, '$1');
  return host + (path ?? '').replace(API_PATH, '');
}

const KEY_ENDING = 4;

/** The connection as a page may see it. */
export const viewOf = ({
  address,
  apiKey,
  organization,
  organizationId,
  store,
  requestsPerSecond,
  environment,
  headers,
}: Connection): ConnectionView => ({
  address,
  // Of a very short text the last four characters would be most of it.
  keyEnding: apiKey.length >= 3 * KEY_ENDING ? apiKey.slice(-KEY_ENDING) : '',
  organization,
  organizationId,
  store,
  requestsPerSecond,
  environment,
  headers: headers?.map(({ name }) => name),
});

/**
 * The stored connection of this file; undefined if there is none. Somebody may have written
 * something else there, perhaps the bare key, so no message repeats it.
 */
export const readConnection = (runtime: Runtime): Connection | undefined =>
  valueBy(
    STORED,
    parsedJson(runtime.PropertiesService.getScriptProperties().getProperty(nameIn(runtime)) ?? ''),
  );

/** The stored connection. @throws ProblemError if there is none */
export function requireConnection(runtime: Runtime): Connection {
  const connection = readConnection(runtime);
  if (connection === undefined) throw new ProblemError(problem('lago.no-key', { address: 'Lago' }));
  return connection;
}

/**
 * What a person entered, completed. An empty key keeps the stored one, and an empty value of a
 * header its stored one, but only for the very address that they were entered for. Without headers
 * the stored ones stay there, too.
 * @param before the stored connection, if there is one
 * @throws ProblemError if the address is none, there is no key for it, or a header cannot be sent
 */
export function enteredAccess(
  before: Connection | undefined,
  entered: Argument<'connect'>,
): Access {
  const address = normalAddress(entered.address);
  const typed = entered.apiKey.trim();
  const kept = before?.address === address ? before : undefined;
  const apiKey = typed === '' ? (kept?.apiKey ?? '') : typed;
  if (apiKey === '') throw new ProblemError(problem('lago.no-key', { address }));
  const wanted =
    entered.requestsPerSecond ?? before?.requestsPerSecond ?? DEFAULT_REQUESTS_PER_SECOND;
  return {
    address,
    apiKey,
    requestsPerSecond: Math.min(Math.max(1, Math.floor(wanted)), MOST_A_SECOND),
    headers: enteredHeaders(kept?.headers, entered.headers),
  };
}

/** Stores a connection in the place of any other of the file. */
export function storeConnection(runtime: Runtime, connection: Connection): void {
  runtime.PropertiesService.getScriptProperties().setProperty(
    nameIn(runtime),
    JSON.stringify(connection),
  );
}
