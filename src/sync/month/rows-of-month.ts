import { type Problem, problem } from '../../problem/problem';
import type { EventReading } from '../../template/read-event';
import type { Cells } from '../../value/cell';
import { groupBy } from '../../value/group';
import type { UsageEvent } from '../../value/usage-event';
import type { Ledger } from '../ledger/entries';
import { ownTime } from '../ledger/entry';
import type { Plan } from '../plan/planned-row';
import { listRows, type Model, type Row } from '../rows/model';
import type { RowEvent } from './compare';
import { isHandedOver } from './totals';

/** What the rows of the tab say now. */
export interface RowsNow {
  /** What a run would do with every row. */
  readonly plan: Plan;
  /** What rows make that the ledger does not know. */
  readonly made: readonly RowEvent[];
  /** The same by the id of the event, as far as a single row makes it. */
  readonly byId: ReadonlyMap<string, RowEvent>;
  /** The event that a row makes, by its number (1-based); undefined if it makes none. */
  readonly eventOf: (row: number) => UsageEvent | undefined;
  /**
   * Names the rows whose keys are empty, double or unreadable: what was sent for a row that is not
   * found may be of one of them. Undefined if every row is known.
   */
  readonly doubt: Problem | undefined;
  /** Why an event with an id may be that of a row although none is known to make it. */
  readonly doubtAbout: (id: string) => Problem | undefined;
}

/**
 * The rows of a plan. An id that several rows make belongs to none of them, and one that contains
 * the key of a row that makes no event may be that row's.
 */
export function rowsNow(plan: Plan, model: Model, eventOf: RowsNow['eventOf']): RowsNow {
  const { made, eventless } = nextEvents(plan, eventOf);
  const byId = new Map<string, RowEvent>();
  const shared = new Map<string, Problem>();
  for (const [id, rows] of groupBy(made, ({ event }) => event.transaction_id)) {
    const [first, ...others] = rows;
    if (first !== undefined && others.length === 0) byId.set(id, first);
    else shared.set(id, idTwice(id, rows));
  }
  const unclear = model.rows.filter((row) => row.problem !== undefined);
  const rows = listRows(unclear.map(({ number }) => number));
  const eventlessIn = keysIn(eventless);
  const doubt = unclear.length === 0 ? undefined : problem('row.uncertain', { rows });
  return {
    plan,
    made,
    byId,
    eventOf,
    doubt,
    doubtAbout: (id) => {
      const maker = eventlessIn(id);
      const unread = maker && problem('row.eventless', { row: maker.row });
      return shared.get(id) ?? doubt ?? unread;
    },
  };
}

/** A row that makes no event. */
interface Eventless {
  readonly key: string;
  readonly row: number;
}

/**
 * Finds the first row whose key stands in an id. An id has few parts as long as a key, while there
 * may be as many keys as rows.
 */
function keysIn(eventless: readonly Eventless[]): (id: string) => Eventless | undefined {
  const placesByKey = groupBy(eventless.keys(), (place) => eventless[place]?.key);
  const lengths = new Set(eventless.map(({ key }) => key.length));
  return (id) => {
    let first = eventless.length;
    for (const length of lengths)
      for (let start = 0; start + length <= id.length; start++)
        first = Math.min(first, placesByKey.get(id.slice(start, start + length))?.[0] ?? first);
    return eventless[first];
  };
}

/** What rows make that the ledger does not know, and rows of which it knows nothing either. */
function nextEvents(
  { rows }: Plan,
  eventOf: RowsNow['eventOf'],
): {
  readonly made: readonly RowEvent[];
  readonly eventless: readonly Eventless[];
} {
  const made: RowEvent[] = [];
  const eventless: Eventless[] = [];
  for (const { key, row, entry, latest } of rows) {
    if (key === undefined || row === undefined) continue;
    const event = entry?.event ?? (latest === undefined ? eventOf(row) : undefined);
    const usedAt = entry === undefined ? event?.timestamp : ownTime(entry);
    if (event !== undefined && usedAt !== undefined) made.push({ key, row, event, usedAt });
    else if (latest === undefined) eventless.push({ key, row });
  }
  return { made, eventless };
}

const idTwice = (id: string, rows: readonly RowEvent[]): Problem =>
  problem('event.id-twice', { id, rows: listRows(rows.map(({ row }) => row)) });

/** Stand for a key that cannot be read: numbers, so that a template may compute with them. */
const STAND_INS = ['1', '2'];

/**
 * The event that a row says. One whose key cannot be read is read with keys that stand in for it:
 * if both say the same, the usage does not depend on the key, and the event has no id.
 * @param keyName the key's column by its name in the template
 */
export function saidEvent(
  { key, cells }: Row,
  keyName: string,
  render: (cells: Cells) => EventReading,
): UsageEvent | undefined {
  const eventIn = (read: Cells): UsageEvent | undefined => {
    const reading = render(read);
    return 'event' in reading ? reading.event : undefined;
  };
  if (key !== undefined) return eventIn(cells);
  const [one, other] = STAND_INS.map((value) => {
    const event = eventIn(new Map([...cells, [keyName, { value, shown: value }]]));
    return event && { ...event, transaction_id: '' };
  });
  return JSON.stringify(one) === JSON.stringify(other) ? one : undefined;
}

/** Events that the ledger has as handed to Lago. */
const handedEvents = ({ entries }: Ledger): UsageEvent[] =>
  entries.filter(isHandedOver).map(({ event }) => event);

/** Codes that the sync has sent or would send, in order. */
export const codesOf = (ledger: Ledger, { made }: RowsNow): string[] =>
  [
    ...new Set([
      ...handedEvents(ledger).map(({ code }) => code),
      ...made.map(({ event }) => event.code),
    ]),
  ].sort();

/**
 * Whether the sync bills a subscription: it has sent or would send usage of it.
 * @param rows reads the tab when first asked
 */
export function ourSubscriptions(
  ledger: Ledger,
  rows: () => RowsNow,
): (subscription: string) => boolean {
  const sent = new Set(handedEvents(ledger).map((event) => event.external_subscription_id));
  let ours: ReadonlySet<string> | undefined;
  return (subscription) => {
    ours ??= new Set([...sent, ...rows().made.map(({ event }) => event.external_subscription_id)]);
    return ours.has(subscription);
  };
}
