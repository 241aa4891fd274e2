import { MINUTE_MS } from '../value/duration';
import { isObject } from '../value/json';
import type { Catalog, Charge, Plan, Subscription } from './catalog';

/** Keeps texts between executions for a while. It may forget any of them at any moment. */
export interface CatalogCache {
  read(name: 'catalog' | 'zones'): string | undefined;
  write(name: 'catalog' | 'zones', text: string): void;
}

/** A cache that remembers nothing. */
export const noCache: CatalogCache = { read: () => undefined, write: () => undefined };

/**
 * How long a kept catalog counts (ms). An older one could show as running what has ended in Lago
 * meanwhile.
 */
export const KEPT_MS = 5 * MINUTE_MS;

/** The form of the text. Any other form is not read. */
const FORM = 1;

/** A subscription as a list: the text of 10,000 of them stays below 1.5 MB. Undefined times are null. */
type SubscriptionTuple = readonly [
  id: string,
  customer: string,
  plan: string,
  startedAt: number | null,
  startsAt: number | null,
  endedAt: number | null,
  isOver: 0 | 1,
  periodFrom: number | null,
  periodTo: number | null,
];

const orNull = (ms: number | undefined): number | null => ms ?? null;
const orUndefined = (ms: number | null): number | undefined => ms ?? undefined;

const tupleOf = (id: string, each: Subscription): SubscriptionTuple => [
  id,
  each.customer,
  each.plan,
  orNull(each.startedAt),
  orNull(each.startsAt),
  orNull(each.endedAt),
  each.isOver ? 1 : 0,
  orNull(each.periodFrom),
  orNull(each.periodTo),
];

const subscriptionIn = ([
  ,
  customer,
  plan,
  startedAt,
  startsAt,
  endedAt,
  isOver,
  periodFrom,
  periodTo,
]: SubscriptionTuple): Subscription => ({
  customer,
  plan,
  startedAt: orUndefined(startedAt),
  startsAt: orUndefined(startsAt),
  endedAt: orUndefined(endedAt),
  isOver: isOver === 1,
  periodFrom: orUndefined(periodFrom),
  periodTo: orUndefined(periodTo),
});

const mapsAsLists = (_: string, value: unknown): unknown =>
  value instanceof Map ? { '': [...value] } : value;
const listsAsMaps = (_: string, value: unknown): unknown =>
  isObject(value) && Array.isArray(value[''])
    ? new Map(value[''] as unknown as [string, unknown][])
    : value;

interface StoredCatalog {
  readonly form: typeof FORM;
  readonly at: number;
  readonly metrics: Catalog['metrics'] | null;
  readonly plans: ReadonlyMap<
    string,
    Plan & { readonly charges: ReadonlyMap<string, readonly Charge[]> }
  > | null;
  readonly subscriptions: readonly SubscriptionTuple[] | null;
}

/** A catalog as text. @param at when it was read (ms) */
export function catalogText({ metrics, plans, subscriptions }: Catalog, at: number): string {
  const stored: StoredCatalog = {
    form: FORM,
    at,
    metrics: metrics ?? null,
    plans: plans ?? null,
    subscriptions:
      subscriptions === undefined
        ? null
        : [...subscriptions].flatMap(([id, all]) => all.map((each) => tupleOf(id, each))),
  };
  return JSON.stringify(stored, mapsAsLists);
}

/** Whether a period has ended since: then Lago may have made its invoice. */
const hasTurned = ({ periodTo, isOver }: Subscription, now: number): boolean =>
  !isOver && periodTo !== undefined && periodTo < now;

/** The catalog in a text, unless it is damaged, too old, or a period has ended since it was read. @param now in ms */
export function catalogIn(text: string, now: number): Catalog | undefined {
  let stored: StoredCatalog;
  try {
    stored = JSON.parse(text, listsAsMaps) as StoredCatalog;
  } catch {
    return undefined;
  }
  if (
    !isObject(stored) ||
    stored.form !== FORM ||
    !(now - stored.at >= 0 && now - stored.at < KEPT_MS)
  )
    return undefined;
  const subscriptions = new Map<string, Subscription[]>();
  for (const tuple of stored.subscriptions ?? []) {
    const subscription = subscriptionIn(tuple);
    if (hasTurned(subscription, now)) return undefined;
    const others = subscriptions.get(tuple[0]);
    if (others === undefined) subscriptions.set(tuple[0], [subscription]);
    else others.push(subscription);
  }
  return {
    metrics: stored.metrics ?? undefined,
    plans: stored.plans ?? undefined,
    subscriptions: stored.subscriptions === null ? undefined : subscriptions,
  };
}
