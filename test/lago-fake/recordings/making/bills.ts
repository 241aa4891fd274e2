import type { Json, JsonObject } from '../../../../src/value/json';
import { type Bill, type Billed, type BilledEvent, OWN_NAME, outcomeOf } from '../bills';
import { firstId } from '../essence';
import {
  type FullAnswer,
  type FullBill,
  paired,
  perStore,
  type SentEvent,
  type Turn,
} from './full';

/** The random bills in the form of the copy. */
export const randomBills = (): Bill[] =>
  paired('bills', (postgres: FullBill, clickhouse) => {
    const { seed, plan, asked } = postgres;
    const outcome = ({ usage }: FullBill) =>
      outcomeOf(plan, usage.status, withOwnName(usage.body, `RUN_m${seed}`));
    return {
      name: `seed ${seed}`,
      start: `2026-11-0${asked.start}T00:00:00Z`,
      ...billedOf(asked),
      ...perStore(outcome(postgres), outcome(clickhouse)),
    };
  });

/** What belongs to a plan of one charge that is made only to ask for its usage. */
const SINGLE = /^(?:setup plan|setup subscription|feed|usage) (x-\S+)/;

/** Nothing but its usage is asked of a plan, and that once. */
const isOnce = (turns: readonly Turn[], plan: string): boolean =>
  turns.filter(({ request: { method, url } }) => method !== 'POST' && url.endsWith(plan)).length ===
  1;

/** Takes the bills out of the turns. */
export function withoutBills(turns: readonly Turn[]): { turns: Turn[]; bills: Bill[] } {
  const nameOf = ({ name }: Turn): string => SINGLE.exec(name)?.[1] ?? '';
  const names = new Set(turns.map(nameOf).filter((name) => name !== '' && isOnce(turns, name)));
  return {
    turns: turns.filter((turn) => !names.has(nameOf(turn))),
    bills: [...names].map((name) => singleBill(turns, name)),
  };
}

interface PlanBody {
  readonly plan: { readonly charges: readonly [JsonObject] };
}

function singleBill(turns: readonly Turn[], name: string): Bill {
  const { plan }: PlanBody = bodyOf(turns, `setup plan ${name}`);
  const { subscription } = bodyOf(turns, `setup subscription ${name}`);
  const [charge] = plan.charges;
  const metric = metricOf(turns, charge);
  const made = turnOf(turns, `setup plan ${name}`).postgres;
  const outcome = ({ status, body }: FullAnswer) =>
    outcomeOf(made.status, status, withOwnName(body, metric['code']));
  const { postgres, clickhouse } = turnOf(turns, `usage ${name}`);
  const events = turns
    .filter((turn) => turn.name.startsWith(`feed ${name} `))
    .map(({ request }): SentEvent => JSON.parse(request.body).event);
  return {
    name: name.slice(2),
    start: subscription.subscription_at,
    ...billedOf({ metric, charge, events }),
    ...perStore(outcome(postgres), outcome(clickhouse)),
  };
}

const bodyOf = (turns: readonly Turn[], name: string) =>
  JSON.parse(turnOf(turns, name).request.body);

function turnOf(turns: readonly Turn[], name: string): Turn {
  const turn = turns.find((each) => each.name === name);
  if (turn === undefined) throw new Error(`Nobody asks for ${name}.`);
  return turn;
}

function metricOf(turns: readonly Turn[], charge: JsonObject): JsonObject {
  const id = charge['billable_metric_id'];
  const made = turns.find(({ response }) => firstId(response.body) === id);
  return JSON.parse(made?.request.body ?? '').billable_metric;
}

/** In a bill of the copy everything has the same name. */
const withOwnName = (body: Json, code: Json | undefined): Json =>
  JSON.parse(JSON.stringify(body).replaceAll(`"${code}"`, JSON.stringify(OWN_NAME)));

/** What every metric and charge has alike, and names. */
const USUAL = ['name', 'code', 'billable_metric_id', 'pay_in_advance', 'invoiceable'];

const isUnusual = (name: string): boolean => !USUAL.includes(name);

function billedOf({
  metric,
  charge,
  events,
}: Omit<FullBill['asked'], 'start'>): Pick<Billed, 'metric' | 'charge' | 'events'> {
  const text = JSON.stringify([metric, charge]);
  const counts = (name: string): boolean => name === 'operation_type' || text.includes(`"${name}"`);
  return {
    metric: only(metric, (name) => isUnusual(name) && metric[name] !== false),
    charge: only(charge, isUnusual),
    events: events.map(
      ({ timestamp, properties, precise_total_amount_cents: cents }): BilledEvent => {
        const kept = only(properties ?? {}, counts);
        return cents === undefined ? [timestamp, kept] : [timestamp, kept, cents];
      },
    ),
  };
}

const only = (object: JsonObject, isKept: (name: string) => boolean): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => isKept(name)));
