import { isProblem, type Problem, ProblemError, problem } from '../problem/problem';
import type { Clock, EventCheck, EventStore } from '../sync/ports';
import { SUM } from '../value/aggregation';
import type { UsageEvent } from '../value/usage-event';
import { billingOf } from './billing';
import {
  bySubscriptionId,
  type Catalog,
  type Metric,
  neverActiveIn,
  type Plan,
  readMetric,
  readPlan,
  readSubscription,
} from './catalog';
import { type CatalogCache, catalogIn, catalogText } from './catalog-text';
import { checkEvent } from './check';
import { CustomerZones } from './customer-zones';
import { type Drafts, readDrafts } from './drafts';
import { readable } from './field';
import { firstPages, type Listed, type Listing, listAll } from './listing';
import { countingOf, openUntil, periodOf, runningPeriodOf, spanOf } from './periods';
import type { Inventory } from './prerequisites';
import { allPricesOf, boundOf, mostTotalOf, pricesOf, volumePricesOf } from './price';
import type { Requests } from './requests';

/** Plans bring all their charges along, so 500 of them would be a very long page. */
const PLANS_PAGE_SIZE = 100;
const METRICS: Listed = { path: '/billable_metrics', name: 'billable_metrics' };
/**
 * Lago lists only active subscriptions unless states are named
 * (lago: catalog.subscriptions-listed).
 */
const SUBSCRIPTIONS: Listed = {
  path: '/subscriptions?status[]=active&status[]=pending&status[]=terminated',
  name: 'subscriptions',
};
/** Read only for an id that is not among those: there may be many that were given up. */
const NEVER_ACTIVE: Listed = {
  path: '/subscriptions?status[]=incomplete&status[]=canceled',
  name: 'subscriptions',
};
const ACTIVE_SUBSCRIPTIONS: Listed = { path: '/subscriptions', name: 'subscriptions', perPage: 1 };
const PLANS: Listed = { path: '/plans', name: 'plans', perPage: PLANS_PAGE_SIZE };

/** Reads what Lago knows. One reader serves one run and asks for each thing once. */
export interface CatalogReader {
  /** All that Lago knows; perhaps from a cache. */
  catalog(): Catalog | Problem;
  /**
   * The billable metrics by code, without reading the rest of the catalog; undefined if the key may
   * not read them.
   */
  metrics(): Catalog['metrics'] | Problem;
  /** What there is to bill with: the first page of each listing, in one wave of three requests. */
  inventory(): Inventory | Problem;
  /**
   * Checks events against the catalog: against Lago itself if `fresh`, else perhaps against a
   * cache.
   */
  check(fresh?: 'fresh'): EventCheck | Problem;
}

interface Loaded {
  readonly catalog: Catalog;
  /** Whether it came from Lago in this run, not from the cache. */
  readonly isFresh: boolean;
}

const metricsIn = (items: readonly unknown[] | undefined): Catalog['metrics'] =>
  items && new Map(readable(items, readMetric).map((metric) => [metric.code, metric]));

const plansIn = (items: readonly unknown[] | undefined): Catalog['plans'] =>
  items && new Map(readable(items, readPlan).map((plan) => [plan.code, plan]));

const readableOf = <T extends Metric | Plan>(
  page: Listing<unknown> | undefined,
  readItem: (item: unknown) => T | undefined,
): Listing<T> | undefined => page && { items: readable(page.items, readItem), total: page.total };

/** What Lago knows, as far as this run has read it. */
class CatalogOfRun implements CatalogReader {
  private loaded: Loaded | undefined;
  /** Metrics that were read without the rest. */
  private knownMetrics: { readonly byCode: Catalog['metrics'] } | undefined;
  private drafts: Drafts | undefined;
  private neverActive: Catalog['neverActive'];
  /** Whether the cache no longer counts in this run. */
  private isForgotten = false;
  private readonly zones: CustomerZones;

  constructor(
    private readonly requests: Requests,
    private readonly clock: Clock,
    private readonly cache: CatalogCache,
    private readonly storeOf: () => EventStore,
  ) {
    this.zones = new CustomerZones(requests, clock, cache);
  }

  catalog(): Catalog | Problem {
    const found = this.load();
    return isProblem(found) ? found : found.catalog;
  }

  metrics(): Catalog['metrics'] | Problem {
    if (this.loaded === undefined && this.knownMetrics !== undefined)
      return this.knownMetrics.byCode;
    this.loaded ??= this.fromCache();
    if (this.loaded !== undefined) return this.loaded.catalog.metrics;
    const listed = listAll(this.requests, [METRICS]);
    if (isProblem(listed)) return listed;
    this.knownMetrics = { byCode: metricsIn(listed[0]) };
    return this.knownMetrics.byCode;
  }

  inventory(): Inventory | Problem {
    // Lago lists only active subscriptions here, and only those are counted.
    const pages = firstPages(this.requests, [METRICS, PLANS, ACTIVE_SUBSCRIPTIONS]);
    if (isProblem(pages)) return pages;
    const [metrics, plans, subscriptions] = pages;
    return {
      metrics: readableOf(metrics, readMetric),
      plans: readableOf(plans, readPlan),
      subscriptions: subscriptions?.total,
    };
  }

  check(fresh?: 'fresh'): EventCheck | Problem {
    if (fresh !== undefined && this.loaded?.isFresh === false) this.forget();
    const first = this.load(fresh);
    if (isProblem(first)) return first;
    // A check may have read the catalog again since.
    const now = (): Loaded => this.loaded ?? first;
    const hasDraft = (subscription: string, ms: number): boolean =>
      this.knownDrafts().takes(subscription, ms);
    const off = (): readonly Problem[] => this.off(now().catalog);
    return {
      problemsOf: (event) => this.problemsOf(event, now()),
      periodOf: (event) => periodOf(now().catalog, event, hasDraft),
      get isKept() {
        return !now().isFresh;
      },
      billingOf: (event) => billingOf(now().catalog, event, hasDraft),
      spanOf: (event) => spanOf(now().catalog, event, () => this.zoneOf(event)),
      openUntil: (event) => openUntil(now().catalog, event),
      runningPeriodOf: (event) => runningPeriodOf(now().catalog, event),
      pricing: {
        countingOf: (code) => {
          const metric = now().catalog.metrics?.get(code);
          return metric?.expression === undefined ? metric : undefined;
        },
        pricesOf: (event) => pricesOf(now().catalog, event, this.storeOf()),
        allPricesOf: (event) => allPricesOf(now().catalog, event, this.storeOf()),
        boundOf: (code) => boundOf(now().catalog, code),
        mostTotal: mostTotalOf(this.storeOf()),
        volumePricesOf: (event) => volumePricesOf(now().catalog, event, this.storeOf()),
      },
      get off() {
        return off();
      },
      zoneOf: (event) => this.zoneOf(event),
      customerOf: (event) => this.customerOf(event),
      // Lago counts the sum only for these. A maximum or latest value is one of the values, and a
      // count or expression has no such property.
      quantityField: (code) => {
        const metric = now().catalog.metrics?.get(code);
        return metric?.aggregation === SUM && metric.expression === undefined
          ? metric.field
          : undefined;
      },
    };
  }

  private load(fresh?: 'fresh'): Loaded | Problem {
    const mayBeKept = fresh === undefined && !this.isForgotten;
    const found = this.loaded ?? (mayBeKept ? this.fromCache() : undefined) ?? this.fromLago();
    if (!isProblem(found)) this.loaded = found;
    return found;
  }

  private fromCache(): Loaded | undefined {
    const text = this.cache.read('catalog');
    const kept = text === undefined ? undefined : catalogIn(text, this.clock.now());
    return kept && { catalog: kept, isFresh: false };
  }

  private fromLago(): Loaded | Problem {
    const at = this.clock.now();
    const { knownMetrics } = this;
    const listed = listAll(this.requests, [
      SUBSCRIPTIONS,
      PLANS,
      ...(knownMetrics === undefined ? [METRICS] : []),
    ]);
    if (isProblem(listed)) return listed;
    const [subscriptions, plans, metrics] = listed;
    const catalog: Catalog = {
      metrics: knownMetrics === undefined ? metricsIn(metrics) : knownMetrics.byCode,
      subscriptions: subscriptions && bySubscriptionId(readable(subscriptions, readSubscription)),
      plans: plansIn(plans),
    };
    this.cache.write('catalog', catalogText(catalog, at));
    return { catalog, isFresh: true };
  }

  /** Forgets what was kept, zones of customers included, because Lago may know better by now. */
  private forget(): void {
    this.loaded = undefined;
    this.knownMetrics = undefined;
    this.neverActive = undefined;
    this.zones.forget();
    this.isForgotten = true;
  }

  /**
   * Reads the catalog from Lago again.
   * @throws ProblemError if Lago does not answer: then nobody knows whether the row must be held
   */
  private refreshed(): Loaded {
    this.forget();
    const found = this.fromLago();
    if (isProblem(found)) throw new ProblemError(found);
    this.loaded = found;
    return found;
  }

  private problemsOf(event: UsageEvent, { catalog, isFresh }: Loaded): readonly Problem[] {
    const found = checkEvent(catalog, event, this.storeOf());
    if (found.length === 0) return found;
    // Lago may know by now what the cache does not.
    if (!isFresh) return this.problemsOf(event, this.refreshed());
    return found.some(({ code }) => code === 'event.unknown-subscription')
      ? checkEvent(this.withNeverActive(catalog), event, this.storeOf())
      : found;
  }

  /**
   * With the newest of those that were never active: one request, which only changes why a row is
   * held. If Lago does not list them, the subscription stays an unknown one.
   */
  private withNeverActive(catalog: Catalog): Catalog {
    if (this.neverActive === undefined) {
      const pages = firstPages(this.requests, [NEVER_ACTIVE]);
      this.neverActive = neverActiveIn(isProblem(pages) ? [] : (pages[0]?.items ?? []));
    }
    return { ...catalog, neverActive: this.neverActive };
  }

  /** @throws ProblemError if Lago does not answer */
  private knownDrafts(): Drafts {
    if (this.drafts !== undefined) return this.drafts;
    const found = readDrafts(this.requests);
    if (isProblem(found)) throw new ProblemError(found);
    this.drafts = found;
    return found;
  }

  private zoneOf(event: UsageEvent): string | undefined {
    const customer = this.customerOf(event);
    // With a fresh catalog something may be sent, so zones from the cache will not do.
    const mayBeKept = !this.isForgotten && this.loaded?.isFresh !== true;
    return customer === undefined ? undefined : this.zones.of(customer, mayBeKept);
  }

  /**
   * The customer whose subscription counts the event. Its id may have belonged to another customer
   * before.
   */
  private customerOf({ external_subscription_id: id, timestamp }: UsageEvent): string | undefined {
    const subscriptions = this.loaded?.catalog.subscriptions?.get(id) ?? [];
    const counting = countingOf(subscriptions, timestamp * 1000, false);
    return (counting[0] ?? subscriptions[subscriptions.length - 1])?.customer;
  }

  /** Which checks are off, and why. */
  private off({ metrics, subscriptions, plans }: Catalog): readonly Problem[] {
    const unreadable = [
      ...(metrics === undefined ? ['billable metrics'] : []),
      ...(subscriptions === undefined ? ['subscriptions'] : []),
      ...(plans === undefined ? ['plans'] : []),
    ].map((what) => problem('lago.unchecked', { what }));
    const { drafts } = this;
    return [
      ...unreadable,
      ...(this.zones.areUnreadable ? [problem('lago.no-zones')] : []),
      ...(drafts?.isComplete === false ? [problem('lago.no-drafts', { read: drafts.read })] : []),
    ];
  }
}

/**
 * A reader of Lago's catalog.
 * @param storeOf where the organization keeps its events, as far as it is known by then
 */
export const catalogReader = (
  requests: Requests,
  clock: Clock,
  cache: CatalogCache,
  storeOf: () => EventStore = () => 'postgres',
): CatalogReader => new CatalogOfRun(requests, clock, cache, storeOf);
