import type { LagoRequest } from '../../../../sandbox/lago';
import { isObject, type JsonObject, parsedJson } from '../../../../src/value/json';
import { type Answer, type Asked, type Exchange, sentText, USUAL_HEADERS } from '../answers';
import { essenceOf, firstId } from '../essence';
import { type FullAnswer, perStore, type Turn } from './full';

/** The turns in the form of the copy. */
export function exchangesOf(turns: readonly Turn[]): Exchange[] {
  const names = new Map<string, string>();
  return turns.map(({ name, request, response, postgres, clickhouse }) => {
    const asked = askedOf(name, request, names);
    const id = firstId(response.body);
    if (id !== undefined && !names.has(id)) names.set(id, name);
    return { ...asked, ...perStore(answerOf(postgres), answerOf(clickhouse)) };
  });
}

/** What only makes ready what is asked later: the status of its answer says enough. */
const PREPARES = /^(setup (plan|subscription|customer)|feed) /;

const answerOf = ({ name, status, body }: FullAnswer): Answer =>
  PREPARES.test(name) ? [status] : [status, essenceOf(body)];

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

function askedOf(
  name: string,
  { method, url, headers, body }: LagoRequest,
  names: ReadonlyMap<string, string>,
): Asked {
  const withNames = (text: string): string =>
    text.replace(UUID, (id) => (names.has(id) ? `{id of ${names.get(id)}}` : id));
  const others = unusual(headers);
  const sent = formOf(withNames(body));
  return {
    name,
    ...('event' in sent ? {} : { ask: `${method} ${withNames(url)}` }),
    ...(Object.keys(others).length === 0 ? {} : { headers: others }),
    ...sent,
  };
}

function unusual(headers: LagoRequest['headers']): Record<string, string | null> {
  const others = Object.entries(USUAL_HEADERS).filter(([name, usual]) => headers[name] !== usual);
  return Object.fromEntries(others.map(([name]) => [name, headers[name] ?? null]));
}

type Sent = Pick<Asked, 'event' | 'body' | 'times'>;

/** The shortest form from which the text can be made again. */
function formOf(text: string): Sent {
  if (text === '') return {};
  const parsed = parsedJson(text);
  const forms = isObject(parsed) ? [...eventIn(parsed), ...onceOf(parsed), { body: parsed }] : [];
  return forms.find((form) => sentText(form) === text) ?? { body: text };
}

function eventIn({ event }: JsonObject): Sent[] {
  if (!isObject(event)) return [];
  const { transaction_id: id, external_subscription_id: subscription, code, timestamp } = event;
  if (id === undefined || subscription === undefined) return [];
  if (code === undefined || timestamp === undefined) return [];
  const { properties = null, precise_total_amount_cents: cents = null } = event;
  const always = [id, subscription, code, timestamp] as const;
  return [
    { event: always },
    { event: [...always, properties] },
    { event: [...always, properties, cents] },
  ];
}

/** The first of many events, as the one that is repeated. */
function onceOf(body: JsonObject): Sent[] {
  const { events } = body;
  if (!Array.isArray(events) || events.length < 3) return [];
  const first = JSON.stringify({ events: events.slice(0, 1) });
  return [{ body: JSON.parse(first.replace('0"', '{n}"')), times: events.length }];
}
