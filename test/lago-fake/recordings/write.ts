import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventsStoreName, LagoRequest } from '../../../sandbox/lago';
import { isObject, type Json, type JsonObject, parsedJson } from '../../../src/value/json';
import { CONTRACT, ORIGIN, PARTS, run } from '../contract';
import { type Answer, type Asked, type Exchange, textOf, USUAL_HEADERS } from './answers';
import { type Bill, type Billed, OWN_NAME, outcomeOf } from './bills';
import { chosenOf } from './choice';
import { essenceOf, firstId } from './essence';
import { overhear } from './overheard';
import { fileOf, KEY, type PerStore, type RecordingName } from './recording';

/** An exchange of the full recordings. */
interface FullExchange {
  readonly name: string;
  readonly status: number;
  readonly body: Json;
}

/** A random bill of the full recordings. */
interface FullBill {
  readonly seed: number;
  /** Status of the answer to the plan. */
  readonly plan: number;
  readonly asked: {
    readonly metric: JsonObject;
    readonly charge: JsonObject;
    /** Day of November 2026. */
    readonly start: number;
    readonly events: readonly {
      readonly timestamp: number;
      readonly properties: JsonObject;
      readonly precise_total_amount_cents?: string;
    }[];
  };
  readonly usage: { readonly status: number; readonly body: Json };
}

/** Makes the project's own copy of the full recordings. */
export async function writeRecordings(): Promise<void> {
  write('answers', await exchanges());
  write('bills', chosenOf(bills()));
}

function write(name: RecordingName, entries: readonly object[]): void {
  const lines = [ORIGIN, ...entries].map((entry) => `${JSON.stringify(entry)}\n`);
  writeFileSync(fileOf(name), lines.join(''));
}

const readFull = <T>(part: RecordingName, store: EventsStoreName): T[] =>
  JSON.parse(readFileSync(join(CONTRACT, PARTS[part][store]), 'utf8'));

/** Once, if both stores have the same. */
const perStore = <T>(postgres: T, clickhouse: T): PerStore<T> =>
  JSON.stringify(postgres) === JSON.stringify(clickhouse)
    ? { both: postgres }
    : { postgres, clickhouse };

async function exchanges(): Promise<Exchange[]> {
  const heard = await overhear(
    (address) => run(PARTS.answers.script[0], [address, KEY]),
    Date.parse(ORIGIN.recorded),
  );
  const full = readFull<FullExchange>('answers', 'postgres');
  const other = readFull<FullExchange>('answers', 'clickhouse');
  const names = new Map<string, string>();
  return heard.map(({ request, response }, index) => {
    const recorded = at(full, index);
    const id = firstId(response.body);
    const asked = askedOf(recorded.name, request, names);
    if (id !== undefined && !names.has(id)) names.set(id, recorded.name);
    return { ...asked, ...perStore(answerOf(recorded), answerOf(at(other, index))) };
  });
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error('There are more requests than answers.');
  return item;
}

/** What only makes ready what is asked later: the status of its answer says enough. */
const PREPARES = /^(setup (plan|subscription|customer)|feed) /;

const answerOf = ({ name, status, body }: FullExchange): Answer =>
  PREPARES.test(name) ? [status] : [status, essenceOf(body)];

function askedOf(
  name: string,
  { method, url, headers, body }: LagoRequest,
  names: ReadonlyMap<string, string>,
): Asked {
  const withNames = (text: string): string =>
    text.replace(UUID, (id) => (names.has(id) ? `{id of ${names.get(id)}}` : id));
  const others = unusual(headers);
  return {
    name,
    ask: `${method} ${withNames(url)}`,
    ...(Object.keys(others).length === 0 ? {} : { headers: others }),
    ...(body === '' ? {} : formOf(withNames(body))),
  };
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

function unusual(headers: LagoRequest['headers']): Record<string, string | null> {
  const others = Object.entries(USUAL_HEADERS).filter(([name, usual]) => headers[name] !== usual);
  return Object.fromEntries(others.map(([name]) => [name, headers[name] ?? null]));
}

type Body = Pick<Asked, 'body' | 'times'>;

/** The shortest form from which the text can be made again. */
function formOf(text: string): Body {
  const parsed = parsedJson(text);
  const forms: Body[] = isObject(parsed) ? [...onceOf(parsed), { body: parsed }] : [];
  return forms.find(({ body, times }) => textOf(body, times) === text) ?? { body: text };
}

/** The first of many events, as the one that is repeated. */
function onceOf(body: JsonObject): Body[] {
  const { events } = body;
  if (!Array.isArray(events) || events.length < 3) return [];
  const first = JSON.stringify({ events: events.slice(0, 1) });
  return [{ body: JSON.parse(first.replace('0"', '{n}"')), times: events.length }];
}

function bills(): Bill[] {
  const others = readFull<FullBill>('bills', 'clickhouse');
  return readFull<FullBill>('bills', 'postgres').map((full, index) => ({
    ...billedOf(full),
    ...perStore(fullOutcome(full), fullOutcome(at(others, index))),
  }));
}

const fullOutcome = ({ plan, usage }: FullBill) =>
  outcomeOf(plan, usage.status, withOwnName(usage.body));

/** Each bill calls its metric by a name of its own there. */
const withOwnName = (body: Json): Json =>
  JSON.parse(JSON.stringify(body).replace(/"RUN_m\d+"/g, JSON.stringify(OWN_NAME)));

/** What every charge has in the same way, and names. */
const USUAL = ['name', 'code', 'pay_in_advance', 'invoiceable'];

function billedOf({ seed, asked: { metric, charge, start, events } }: FullBill): Billed {
  const text = JSON.stringify([metric, charge]);
  const counts = (name: string): boolean => name === 'operation_type' || text.includes(`"${name}"`);
  return {
    seed,
    metric: only(metric, (name) => !USUAL.includes(name)),
    charge: only(charge, (name) => !USUAL.includes(name)),
    start: `2026-11-0${start}T00:00:00Z`,
    events: events.map(({ timestamp, properties, precise_total_amount_cents: cents }) => {
      const kept = only(properties, counts);
      return cents === undefined ? [timestamp, kept] : [timestamp, kept, cents];
    }),
  };
}

const only = (object: JsonObject, isKept: (name: string) => boolean): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => isKept(name)));
