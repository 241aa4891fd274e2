import { pathPart } from '../value/path-part';
import { readStoredEvent, type StoredEvent } from './comparison';
import { jsonBody } from './failure';
import { isAnswered, type LagoRequest, type LagoResponse } from './http';

/** Asks for the first event of the organization with a transaction_id. */
export const showRequest = (id: string): LagoRequest => ({
  method: 'get',
  path: `/events/${pathPart(id)}`,
});

/** Whether Lago itself says that it has no such event. Any other 404 means a wrong address. */
const isMissing = (response: LagoResponse): boolean =>
  isAnswered(response) &&
  response.status === 404 &&
  jsonBody(response)?.['code'] === 'event_not_found';

/** The event of an answer; `absent` if Lago has none, `unknown` if the answer does not say. */
export function shownEvent(response: LagoResponse): StoredEvent | 'absent' | 'unknown' {
  if (isMissing(response)) return 'absent';
  return readStoredEvent(jsonBody(response)?.['event']) ?? 'unknown';
}
