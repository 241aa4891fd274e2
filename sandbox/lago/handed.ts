import { type Node, parseTree } from 'jsonc-parser';
import type { LagoResponse } from './exchange';
import { arrayAt, isObject, type Json, type JsonObject, parseJson, scalarText } from './json';

/** An event as somebody handed it over, whatever became of it. */
export interface HandedEvent {
  /** Of the key that it came with; null: of none. */
  organization: string | null;
  transactionId: string | null;
  externalSubscriptionId: string | null;
  /** Its JSON text, byte for byte. */
  text: string;
  /** Milliseconds since 1970. */
  at: number;
  /**
   * `stored`: Lago has it from this request. `exists`: refused as a duplicate. `refused`: named as
   * faulty. `not stored`: not carried out, or taken back for the sake of others.
   */
  outcome: 'stored' | 'exists' | 'refused' | 'not stored';
  /** Of the answer that its sender got; 0: none came. */
  status: number;
}

/** A request with events. */
export interface HandedRequest {
  organization: string | null;
  body: string;
  at: number;
  /** What Lago itself answered, if it was carried out. */
  answer: LagoResponse | null;
  /** Of the events that it added to the store. */
  stored: StoredName[];
  status: number;
}

type StoredName = { transactionId: string | null; externalSubscriptionId: string | null };

/** Every event that was ever handed over, in order. Requests are read only when somebody asks. */
export class HandedLog {
  readonly #unread: HandedRequest[] = [];
  readonly #events: HandedEvent[] = [];

  add(request: HandedRequest): void {
    this.#unread.push(request);
  }

  events(): HandedEvent[] {
    for (const request of this.#unread.splice(0)) this.#events.push(...eventsOf(request));
    return this.#events;
  }
}

function eventsOf({
  organization,
  body,
  at,
  answer,
  stored,
  status,
}: HandedRequest): HandedEvent[] {
  const faults = namedFaults(answer);
  const left = stored.map(nameOf);
  return texts(body).map((text, position) => {
    const value = parseJson(text)?.value;
    const event = isObject(value) ? value : {};
    const transactionId = scalarText(event.transaction_id);
    const externalSubscriptionId = scalarText(event.external_subscription_id);
    const found = left.indexOf(nameOf({ transactionId, externalSubscriptionId }));
    if (found >= 0) left.splice(found, 1);
    const outcome = found >= 0 ? 'stored' : outcomeOf(faults(position));
    return { organization, transactionId, externalSubscriptionId, text, at, outcome, status };
  });
}

const nameOf = ({ transactionId, externalSubscriptionId }: StoredName): string =>
  JSON.stringify([transactionId, externalSubscriptionId]);

/**
 * What Lago's answer says of the event at a place: of a single event at any, in a batch by index.
 */
function namedFaults(answer: LagoResponse | null): (position: number) => Json | undefined {
  if (answer?.status !== 422) return () => undefined;
  const details = (JSON.parse(answer.body) as JsonObject).error_details;
  if (!isObject(details)) return () => details;
  const indexed = Object.keys(details).every((key) => /^\d+$/.test(key));
  if (indexed) return (position) => details[String(position)];
  return () => ('events' in details ? undefined : details);
}

function outcomeOf(fault: Json | undefined): HandedEvent['outcome'] {
  if (fault === undefined) return 'not stored';
  return isObject(fault) && arrayAt(fault, 'transaction_id').includes('value_already_exist')
    ? 'exists'
    : 'refused';
}

/** The texts of the events in a body: `{event}` or `{events}`. A body that is no JSON has none. */
function texts(body: string): string[] {
  const root = parsed(body);
  if (root === undefined) return [];
  const single = member(root, 'event');
  const many = member(root, 'events')?.children ?? [];
  return [...many, ...(single === undefined ? [] : [single])]
    .filter(({ type }) => type === 'object')
    .map(({ offset, length }) => body.slice(offset, offset + length));
}

function parsed(body: string): Node | undefined {
  try {
    JSON.parse(body);
    return parseTree(body);
  } catch {
    return undefined;
  }
}

/** Of a name that comes twice the last one, as JSON.parse has it. */
const member = (node: Node, name: string): Node | undefined =>
  node.children?.filter(({ children }) => children?.[0]?.value === name).at(-1)?.children?.[1];
