import { fitsIntoPath, pathPart } from '../value/address';
import type { AskedEvent } from '../value/usage-event';
import { readStoredEvent, type StoredEvent } from './comparison';
import { jsonBody } from './failure';
import { isAnswered, type LagoRequest, type LagoResponse } from './http';
import { listEachAtTime, listEachInSubscription, type PlacedEvent } from './listed-events';
import { type Requests, readEach } from './requests';

/** Asks for the first event of the organization with a transaction_id. */
export const showRequest = ({ transaction_id }: AskedEvent): LagoRequest => ({
  method: 'get',
  path: `/events/${pathPart(transaction_id)}`,
});

/**
 * Whether an address can name an id. Whoever sends or passes on an address tidies the steps `.` and
 * `..` away, even if they are encoded (lago: reading.steps), and Google takes no long ones.
 */
export const canBeNamed = ({ transaction_id }: AskedEvent): boolean =>
  fitsIntoPath(transaction_id) &&
  !transaction_id.split('/').some((step) => step === '.' || step === '..');

/** Statuses for an address that a proxy refuses, such as one with %2F, or that leads nowhere. */
const REFUSED: ReadonlySet<number> = new Set([400, 404]);

/**
 * What an answer says of an event. `absent`: Lago has none. `unnamed`: the address did not reach
 * Lago's events, so only a listing can show it. `unknown`: the answer does not say.
 */
export function shownEvent(response: LagoResponse): StoredEvent | 'absent' | 'unnamed' | 'unknown' {
  const body = jsonBody(response);
  if (isAnswered(response) && REFUSED.has(response.status))
    return body?.['code'] === 'event_not_found' ? 'absent' : 'unnamed';
  return readStoredEvent(body?.['event']) ?? 'unknown';
}

/** What Lago has under an id; undefined if nothing. */
export interface ShownEvent {
  readonly event: StoredEvent | undefined | 'unknown';
  /** The answer that says so, or does not. */
  readonly response: LagoResponse;
}

const NOT_ASKED: LagoResponse = {
  unreachable: 'no address can name this event',
  timedOut: false,
};

/** The first event that Lago has under each id, at any time. */
export function showEvents(requests: Requests, asked: readonly AskedEvent[]): ShownEvent[] {
  const shown = new Map<AskedEvent, ShownEvent>();
  const unnamed = asked.filter((each) => !canBeNamed(each));
  for (const [each, response] of readEach(requests, asked.filter(canBeNamed), showRequest)) {
    const event = shownEvent(response);
    if (event === 'unnamed') unnamed.push(each);
    shown.set(each, {
      event: event === 'absent' ? undefined : event === 'unnamed' ? 'unknown' : event,
      response,
    });
  }
  for (const [each, found] of showByListing(requests, unnamed)) shown.set(each, found);
  return asked.map((each) => shown.get(each) ?? { event: 'unknown', response: NOT_ASKED });
}

const isPlaced = (event: AskedEvent): event is PlacedEvent =>
  event.external_subscription_id !== undefined &&
  event.code !== undefined &&
  event.timestamp !== undefined;

/** Looks for events where they are expected, then among all of their subscription. */
function showByListing(
  requests: Requests,
  events: readonly AskedEvent[],
): Map<AskedEvent, ShownEvent> {
  const shown = new Map<AskedEvent, ShownEvent>();
  const look = (listings: ReturnType<typeof listEachInSubscription>): void => {
    for (const [each, { byId, end, response }] of listings) {
      const event = byId.get(each.transaction_id)?.[0];
      if (event !== undefined) shown.set(each, { event, response });
      else shown.set(each, { event: end === 'whole' ? undefined : 'unknown', response });
    }
  };
  look(listEachAtTime<AskedEvent & PlacedEvent>(requests, events.filter(isPlaced)));
  const open = events.filter((each) => typeof shown.get(each)?.event !== 'object');
  look(listEachInSubscription(requests, open));
  return shown;
}
