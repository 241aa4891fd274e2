import {
  createFakeLago,
  type EventsStoreName,
  type FakeLago,
  type LagoResponse,
} from '../../../sandbox/lago';
import type { Json } from '../../../src/value/json';
import { differences, essenceOf, firstId } from './essence';
import { KEY, type PerStore, recordedFor } from './recording';

/** The status, and what of the body was recorded; without a body only the status was. */
export type Answer = readonly [status: number, body?: Json];

/** What an event is sent with; null or nothing: without it. */
export type SentEvent = readonly [
  transactionId: Json,
  externalSubscriptionId: Json,
  code: Json,
  timestamp: Json,
  properties?: Json,
  cents?: Json,
];

/** A request; they are sent in order. */
export interface Asked {
  readonly name: string;
  /** An event that is sent by itself, in place of `ask` and `body`. */
  readonly event?: SentEvent;
  /** Such as `POST /api/v1/events`; `{id of NAME}` is the first id that NAME was answered with. */
  readonly ask?: string;
  /** Those that are not the usual ones; null: left out. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** JSON, or the text that was sent in its place. */
  readonly body?: Json;
  /** How often the only event of the body is sent in it, with `{n}` counting from 0. */
  readonly times?: number;
}

/** A request, and what a running Lago answered. */
export type Exchange = Asked & PerStore<Answer>;

export const USUAL_HEADERS = {
  accept: 'application/json',
  'content-type': 'application/json',
  authorization: `Bearer ${KEY}`,
};

/** Time passes between two requests, so that Lago knows which event came first. */
const PAUSE_MS = 10;

/**
 * What the fake answers differently, a line for each value.
 * @param atMs when the recording began, ms since 1970
 */
export function differentAnswers(
  exchanges: readonly Exchange[],
  store: EventsStoreName,
  atMs: number,
): string[] {
  let nowMs = atMs;
  const lago = createFakeLago({ eventsStore: store, licence: 'free', now: () => nowMs });
  lago.seed.organization({ name: 'Acme', apiKey: KEY });
  const ids = new Map<string, string>();
  return exchanges.flatMap((exchange) => {
    nowMs += PAUSE_MS;
    const { status, body } = ask(lago, exchange, ids);
    const id = firstId(body);
    if (id !== undefined) ids.set(exchange.name, id);
    return compared(recordedFor(exchange, store), [status, bodyOf(body)], exchange.name);
  });
}

/** What of a body is compared: of one that is no JSON, its text. */
export function bodyOf(text: string): Json {
  try {
    return essenceOf(JSON.parse(text));
  } catch {
    return text;
  }
}

const POST_EVENT = 'POST /api/v1/events';

function ask(lago: FakeLago, asked: Asked, ids: ReadonlyMap<string, string>): LagoResponse {
  const { ask = POST_EVENT, headers } = asked;
  const space = ask.indexOf(' ');
  const withIds = (text: string): string =>
    text.replace(/\{id of ([^}]+)\}/g, (whole, name: string) => ids.get(name) ?? whole);
  return lago.handle({
    method: ask.slice(0, space),
    url: withIds(ask.slice(space + 1)),
    headers: headersOf(headers),
    body: withIds(sentText(asked)),
  });
}

/** The body that is sent. */
export function sentText({ event, body, times = 1 }: Omit<Asked, 'name'>): string {
  if (event !== undefined) return JSON.stringify({ event: fieldsOf(event) });
  if (body === undefined || typeof body === 'string') return body ?? '';
  const text = JSON.stringify(body);
  const [, before = '', first = '', after = ''] = /^(.*\[)(.*)(\].*)$/.exec(text) ?? [];
  const all = Array.from({ length: times }, (_, n) => first.replaceAll('{n}', `${n}`));
  return times === 1 ? text : `${before}${all.join()}${after}`;
}

function fieldsOf([id, subscription, code, timestamp, properties, cents]: SentEvent) {
  return {
    transaction_id: id,
    external_subscription_id: subscription,
    code,
    timestamp,
    ...((properties ?? null) === null ? {} : { properties }),
    ...(cents === undefined ? {} : { precise_total_amount_cents: cents }),
  };
}

function headersOf(others: Asked['headers']): Record<string, string> {
  const headers = Object.entries({ ...USUAL_HEADERS, ...others });
  return Object.fromEntries(
    headers.flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}

/** A body is compared only if one was recorded. */
function compared([status, body]: Answer, played: Answer, name: string): string[] {
  const found = differences(status, played[0], `${name}: status`);
  return body === undefined ? found : [...found, ...differences(body, played[1], name)];
}
