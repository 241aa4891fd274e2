import { isProblem, type Problem, ProblemError, problem } from '../problem/problem';
import type { Clock, EventCheck, EventStore } from '../sync/ports';
import { SUM } from '../value/aggregation';
import { isObject } from '../value/json';
import type { UsageEvent } from '../value/usage-event';
import { billingOf } from './billing';
import { bySubscriptionId, type Catalog, readMetric, readPlan, readSubscription } from './catalog';
import { catalogIn, catalogText, KEPT_MS } from './catalog-text';
import { checkEvent } from './check';
import { type Drafts, readDrafts } from './drafts';
import { countingOf, openUntil, periodOf } from './periods';
import type { Inventory } from './prerequisites';
import { type Listed, type Listing, type Requests, readable } from './requests';
import { scalarText } from './scalar';

/** Keeps texts between executions for a while; it may forget each of them at any moment. */
export interface CatalogCache {
  read(name: 'catalog' | 'zones'): string | undefined;
  write(name: 'catalog' | 'zones', text: string): void;
}

/** Remembers nothing. */
export const noCache: CatalogCache = { read: () => undefined, write: () => undefined };

/** Plans bring all of their charges along, so that a page of them is long. */
const PLANS_PAGE_SIZE = 100;
const METRICS: Listed = { path: '/billable_metrics', name: 'billable_metrics' };
/** Only active ones are listed unless the states are named (lago: catalog.subscriptions-listed). */
const SUBSCRIPTIONS: Listed = {
  path: '/subscriptions?status[]=active&status[]=pending&status[]=terminated',
  name: 'subscriptions',
};
const ACTIVE_SUBSCRIPTIONS: Listed = { path: '/subscriptions', name: 'subscriptions', perPage: 1 };
const PLANS: Listed = { path: '/plans', name: 'plans', perPage: PLANS_PAGE_SIZE };
const CUSTOMERS: Listed = { path: '/customers', name: 'customers' };

/** Learns what Lago knows, once in a run. */
export interface CatalogReader {
  catalog(): Catalog | Problem;
  /** All billable metrics by code, without the subscriptions that a catalog has; undefined where the key may not read them. */
  metrics(): Catalog['metrics'] | Problem;
  /** What there is to bill with: the first page of each listing, in one wave of three requests. */
  inventory(): Inventory | Problem;
  check(fresh?: 'fresh'): EventCheck | Problem;
}

interface Loaded {
  readonly catalog: Catalog;
  /** Whether it came from Lago in this run. */
  readonly isFresh: boolean;
}

const metricsIn = (items: readonly unknown[] | undefined): Catalog['metrics'] =>
  items && new Map(readable(items, readMetric).map((metric) => [metric.code, metric]));

/** @param storeOf the organization's event store; `unknown` while nobody has asked */
export function catalogReader(
  requests: Requests,
  clock: Clock,
  cache: CatalogCache,
  storeOf: () => EventStore = () => 'postgres',
): CatalogReader {
  let loaded: Loaded | undefined;
  let knownMetrics: { readonly byCode: Catalog['metrics'] } | undefined;
  let zones: { readonly byCustomer: ReadonlyMap<string, string> | undefined } | undefined;
  let drafts: Drafts | undefined;
  let isForgotten = false;

  function fromCache(): Loaded | undefined {
    const text = cache.read('catalog');
    const kept = text === undefined ? undefined : catalogIn(text, clock.now());
    return kept && { catalog: kept, isFresh: false };
  }

  function metrics(): Catalog['metrics'] | Problem {
    if (loaded !== undefined) return loaded.catalog.metrics;
    if (knownMetrics !== undefined) return knownMetrics.byCode;
    loaded = fromCache();
    if (loaded !== undefined) return loaded.catalog.metrics;
    const listed = requests.list([METRICS]);
    if (isProblem(listed)) return listed;
    knownMetrics = { byCode: metricsIn(listed[0]) };
    return knownMetrics.byCode;
  }

  function fromLago(): Loaded | Problem {
    const at = clock.now();
    const listed = requests.list([
      SUBSCRIPTIONS,
      PLANS,
      ...(knownMetrics === undefined ? [METRICS] : []),
    ]);
    if (isProblem(listed)) return listed;
    const [subscriptions, plans, listedMetrics] = listed;
    const catalog: Catalog = {
      metrics: knownMetrics === undefined ? metricsIn(listedMetrics) : knownMetrics.byCode,
      subscriptions: subscriptions && bySubscriptionId(readable(subscriptions, readSubscription)),
      plans: plans && new Map(readable(plans, readPlan).map((plan) => [plan.code, plan])),
    };
    cache.write('catalog', catalogText(catalog, at));
    return { catalog, isFresh: true };
  }

  /** What was kept is worth nothing any more, the zones of customers included. */
  function forget(): void {
    loaded = undefined;
    knownMetrics = undefined;
    zones = undefined;
    isForgotten = true;
  }

  function load(fresh?: 'fresh'): Loaded | Problem {
    const found =
      loaded ?? (fresh === undefined && !isForgotten ? fromCache() : undefined) ?? fromLago();
    if (!isProblem(found)) loaded = found;
    return found;
  }

  function catalog(): Catalog | Problem {
    const found = load();
    return isProblem(found) ? found : found.catalog;
  }

  /** Read anew from Lago, once. @throws ProblemError where it does not answer: then nobody knows whether the row is to be held. */
  function refreshed(): Loaded {
    forget();
    const found = fromLago();
    if (isProblem(found)) throw new ProblemError(found);
    loaded = found;
    return found;
  }

  /** Zones by customer, read when a date without a time first needs one. @throws ProblemError where Lago does not answer. */
  function customerZones(): ReadonlyMap<string, string> | undefined {
    if (zones !== undefined) return zones.byCustomer;
    // What is sent by a fresh catalog is not dated by older zones.
    const kept = isForgotten || loaded?.isFresh === true ? undefined : cache.read('zones');
    const known = kept === undefined ? undefined : zonesIn(kept, clock.now());
    if (known !== undefined) {
      zones = { byCustomer: known };
      return known;
    }
    const at = clock.now();
    const listed = requests.list([CUSTOMERS]);
    // A guessed zone could put usage into another month; nothing is sent then.
    if (isProblem(listed)) throw new ProblemError(listed);
    const [customers] = listed;
    const byCustomer =
      customers &&
      new Map(
        customers
          .filter(isObject)
          .filter((customer) => typeof customer['applicable_timezone'] === 'string')
          .map((customer) => [
            scalarText(customer['external_id']),
            scalarText(customer['applicable_timezone']),
          ]),
      );
    zones = { byCustomer };
    if (byCustomer !== undefined)
      cache.write('zones', JSON.stringify({ at, zones: [...byCustomer] }));
    return byCustomer;
  }

  /** The customer whose subscription counts the event; an id may have been another one's before. */
  function customerOf({ external_subscription_id, timestamp }: UsageEvent): string | undefined {
    const subscriptions = loaded?.catalog.subscriptions?.get(external_subscription_id) ?? [];
    const counting = countingOf(subscriptions, timestamp * 1000, false);
    return (counting[0] ?? subscriptions[subscriptions.length - 1])?.customer;
  }

  function zoneOf(event: UsageEvent): string | undefined {
    const customer = customerOf(event);
    return customer === undefined ? undefined : customerZones()?.get(customer);
  }

  /** @throws ProblemError where Lago does not answer. */
  function knownDrafts(): Drafts {
    if (drafts !== undefined) return drafts;
    const found = readDrafts(requests);
    if (isProblem(found)) throw new ProblemError(found);
    drafts = found;
    return found;
  }

  function off({ metrics: byCode, subscriptions, plans }: Catalog): readonly Problem[] {
    const unreadable = [
      ...(byCode === undefined ? ['billable metrics'] : []),
      ...(subscriptions === undefined ? ['subscriptions'] : []),
      ...(plans === undefined ? ['plans'] : []),
    ].map((what) => problem('lago.unchecked', { what }));
    return [
      ...unreadable,
      ...(zones !== undefined && zones.byCustomer === undefined ? [problem('lago.no-zones')] : []),
      ...(drafts?.isComplete === false ? [problem('lago.no-drafts', { read: drafts.read })] : []),
    ];
  }

  function check(fresh?: 'fresh'): EventCheck | Problem {
    if (fresh !== undefined && loaded?.isFresh === false) forget();
    const first = load(fresh);
    if (isProblem(first)) return first;
    const now = (): Catalog => (loaded ?? first).catalog;
    return {
      problemsOf(event) {
        const found = checkEvent(now(), event, storeOf());
        // What the cache does not know, Lago may know since.
        return found.length === 0 || (loaded ?? first).isFresh
          ? found
          : checkEvent(refreshed().catalog, event, storeOf());
      },
      periodOf: (event) =>
        periodOf(now(), event, (subscription, ms) => knownDrafts().takes(subscription, ms)),
      get isKept() {
        return !(loaded ?? first).isFresh;
      },
      billingOf: (event) =>
        billingOf(now(), event, (subscription, ms) => knownDrafts().takes(subscription, ms)),
      openUntil: (event) => openUntil(now(), event),
      get off() {
        return off(now());
      },
      zoneOf,
      // Only of these is the sum what Lago counts: a maximum or the latest value is one of the values, a count or an expression has no such property.
      quantityField(code) {
        const metric = now().metrics?.get(code);
        return metric?.aggregation === SUM && metric.expression === undefined
          ? metric.field
          : undefined;
      },
    };
  }

  function inventory(): Inventory | Problem {
    const pages: (Listing<unknown> | undefined)[] = [];
    // Only active subscriptions are counted, as Lago lists them unless the states are named.
    for (const page of requests.firstPages([METRICS, PLANS, ACTIVE_SUBSCRIPTIONS])) {
      if (page !== undefined && isProblem(page)) return page;
      pages.push(page);
    }
    const [metricPage, planPage, subscriptionPage] = pages;
    return {
      metrics: metricPage && {
        items: readable(metricPage.items, readMetric),
        total: metricPage.total,
      },
      plans: planPage && { items: readable(planPage.items, readPlan), total: planPage.total },
      subscriptions: subscriptionPage?.total,
    };
  }

  return { catalog, metrics, inventory, check };
}

function zonesIn(text: string, now: number): ReadonlyMap<string, string> | undefined {
  try {
    const stored = JSON.parse(text) as {
      readonly at: number;
      readonly zones: readonly [string, string][];
    };
    return now - stored.at < KEPT_MS ? new Map(stored.zones) : undefined;
  } catch {
    return undefined;
  }
}
