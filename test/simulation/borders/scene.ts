import { API_KEY, HOUR, MINUTE, type World } from '../../bundle/world';
import { BATCH, OFTEN } from '../scenarios';
import { BORDER, type Calendar, type Code, FOUNDED, type Seeded } from './calendar';
import { BorderHistory } from './history';
import type { Store } from './typed-row';

/** A history around the border that is told, not drawn. Times in hours after the border. */
export interface BorderScene {
  readonly store?: Store;
  readonly late?: Calendar['late'];
  /** Of the customer of all subscriptions; UTC unless told. */
  readonly zone?: string;
  readonly graceDays?: number;
  /** One that goes on, `s`, unless told. */
  readonly subscriptions?: readonly Seeded[];
  readonly outage?: Calendar['outage'];
  readonly rows: readonly SceneRow[];
  readonly runs: readonly number[];
  /** The run whose first events take so many minutes on their way to Lago. */
  readonly slow?: { readonly run: number; readonly minutes: number };
  /** The run whose events do not arrive, and are not answered. */
  readonly unanswered?: number;
  /** What the key may not read. */
  readonly hides?: '/invoices' | '/plans' | '/events?';
  /** The id of a row that somebody else uses before the second run. */
  readonly taken?: string;
  /** Rows that are billed in the end. */
  readonly billed: number;
}

export interface SceneRow {
  /** When it is typed. */
  readonly typed: number;
  /** When its usage was. */
  readonly at: number;
  readonly code: Code;
  /** 5 unless told. */
  readonly n?: number;
  /** The subscription: `s` unless told. */
  readonly of?: string;
}

const FORBIDDEN = { status: 403, headers: {}, body: '{"status":403,"error":"Forbidden"}' };
const CUSTOMER = 'customer-a';

const iso = (ms: number): string => new Date(ms).toISOString();
const hours = (after: number): number => BORDER + Math.round(after * HOUR);

/** A subscription of a scene; its plan is the small one, and it was made in August. */
export const subscribed = (
  { kind = 'plain', changes = 'before' }: Partial<Pick<Seeded, 'kind' | 'changes'>> = {},
  input: Seeded['input'] = {},
): Seeded => ({
  id: input['external_id'] ?? 's',
  customer: CUSTOMER,
  kind,
  changes,
  input: {
    external_id: 's',
    external_customer_id: CUSTOMER,
    plan_code: 'small',
    created_at: iso(FOUNDED),
    subscription_at: iso(FOUNDED),
    ...input,
  },
});

/** A moment in hours after the border, as Lago reads it. */
export const moment = (after: number): string => iso(hours(after));

const calendarOf = (scene: BorderScene): Calendar => ({
  late: scene.late ?? 'hold',
  interval: 'monthly',
  customers: [{ id: CUSTOMER, zone: scene.zone ?? 'UTC', graceDays: scene.graceDays ?? 0 }],
  subscriptions: scene.subscriptions ?? [subscribed()],
  outage: scene.outage,
});

/** What is wrong after a scene; nothing for the script as it should be. */
export function wrongAfter(
  scene: BorderScene,
  code?: string,
  tell?: (line: string) => void,
): readonly string[] {
  const staged = { store: scene.store ?? 'postgres', ...(code && { code }), ...(tell && { tell }) };
  const history = new BorderHistory(staged, calendarOf(scene));
  const typings = scene.rows.map((row) => ({ at: row.typed, act: () => typed(history, row) }));
  const runs = scene.runs.map((at) => ({ at, act: () => ran(history, scene, at) }));
  for (const { at, act } of [...typings, ...runs].sort((one, other) => one.at - other.at)) {
    history.passTo(hours(at));
    act();
  }
  history.close();
  const { violations, counts } = history.audited();
  const billed = counts['billed'] ?? 0;
  return billed === scene.billed
    ? violations
    : [...violations, `${billed} rows are billed, not ${scene.billed}`];
}

const typed = (history: BorderHistory, { at, code, n = 5, of = 's' }: SceneRow): void =>
  history.type({ subscription: of, at: hours(at), code, n });

function ran(history: BorderHistory, scene: BorderScene, at: number): void {
  const { slow, unanswered, taken, hides } = scene;
  const { world } = history;
  if (taken !== undefined && scene.runs.indexOf(at) === 1) take(world, taken);
  if (unanswered === at)
    world.lago.faults.add({ ...BATCH, kind: 'hang', committed: false, times: OFTEN });
  let delay = slow?.run === at ? slow.minutes * MINUTE : 0;
  world.intercept = ({ url }) => {
    if (hides !== undefined && url.includes(hides)) return FORBIDDEN;
    if (url.includes('/events/batch')) {
      world.time.now += delay;
      delay = 0;
    }
    return undefined;
  };
  history.run();
  world.lago.faults.clear();
}

/** Somebody else sends an event that nothing bills. */
function take({ lago }: World, id: string): void {
  const event = { transaction_id: id, external_subscription_id: 's', code: 'unknown' };
  lago.handle({
    method: 'POST',
    url: '/api/v1/events',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ event }),
  });
}
