import { isProblem, type Problem, ProblemError, problem } from '../problem/problem';
import type { AskedBill, Bill } from '../sync/billing/bill';
import type { EventStore } from '../sync/event-store';
import type { Clock, EventCheck } from '../sync/ports';
import { SUM } from '../value/aggregation';
import { DAY_MS, HOUR_MS } from '../value/duration';
import type { UsageEvent } from '../value/usage-event';
import { billingOf, inAdvanceOf } from './billing';
import { type Border, borderOf } from './border';
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
import { closesAt } from './closing';
import { CustomerZones } from './customer-zones';
import { type Drafts, readDrafts } from './drafts';
import { readable } from './field';
import { type Invoice, Invoices, invoicedPeriod, MOST_REQUESTS } from './invoices';
import { firstPages, type Listed, type Listing, listAll } from './listing';
import { countingOf, type Ended, openUntil, periodOf, runningPeriodOf, spanOf } from './periods';
import { withPlanned } from './planned-change';
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
  path: '/subscriptions?status%5B%5D=active&status%5B%5D=pending&status%5B%5D=terminated',
  name: 'subscriptions',
};
/** Read only for an id that is not among those: there may be many that were given up. */
const NEVER_ACTIVE: Listed = {
  path: '/subscriptions?status%5B%5D=incomplete&status%5B%5D=canceled',
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

/** Requests that looking at rows leaves for what was sent after the end of its period. */
const KEPT_FOR_PROOF = MOST_REQUESTS / 2;

/** A run lasts a few minutes, and the job that makes drafts final comes once an hour. */
const MAY_BE_FINAL_MS = HOUR_MS;

/** A period whose invoice is a draft that takes usage up to a moment (ms). */
const draftState = (finalAt: number, to: number, now: number): Ended => ({
  state: 'draft',
  ...(finalAt <= now + MAY_BE_FINAL_MS ? { end: to } : {}),
});

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
  private readonly invoices: Invoices;

  constructor(
    private readonly requests: Requests,
    private readonly clock: Clock,
    private readonly cache: CatalogCache,
    private readonly storeOf: () => EventStore,
  ) {
    this.zones = new CustomerZones(requests, clock, cache);
    this.invoices = new Invoices(requests);
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
    const endedOf = (id: string, ms: number): Ended => this.endedOf(id, ms);
    const off = (): readonly Problem[] => this.off(now().catalog);
    const known = (event: UsageEvent, asked?: 'exactly' | 'soon'): Catalog =>
      this.withPlanned(now().catalog, event, asked);
    return {
      problemsOf: (event) => this.problemsOf(event, now()),
      periodOf: (event) => periodOf(known(event), event, endedOf, () => this.zoneOf(event)),
      get isKept() {
        return !now().isFresh;
      },
      billingOf: (event) => billingOf(known(event), event, endedOf, this.storeOf()),
      spanOf: (event) => spanOf(known(event, 'exactly'), event, () => this.zoneOf(event)),
      openUntil: (event) => openUntil(known(event, 'soon'), event),
      closesAt: (event) => closesAt(known(event, 'soon'), event),
      inAdvance: (event) => inAdvanceOf(known(event), event),
      runningPeriodOf: (event) => runningPeriodOf(known(event), event),
      pricing: {
        countingOf: (code) => {
          const metric = now().catalog.metrics?.get(code);
          return metric === undefined || metric.expression !== undefined
            ? undefined
            : { ...metric, store: this.storeOf() };
        },
        pricesOf: (event) => pricesOf(known(event), event, this.storeOf()),
        allPricesOf: (event) => allPricesOf(known(event), event, this.storeOf()),
        boundOf: (code) => boundOf(now().catalog, code),
        mostTotal: mostTotalOf(this.storeOf()),
        volumePricesOf: (event) => volumePricesOf(known(event), event, this.storeOf()),
      },
      store: this.storeOf(),
      aggregationOf: (code) => now().catalog.metrics?.get(code),
      get off() {
        return off();
      },
      zoneOf: (event) => this.zoneOf(event),
      customerOf: ({ external_subscription_id: id, timestamp }) =>
        this.customerAt(id, timestamp * 1000),
      askUnasked: (isProofDue) =>
        this.invoices.ask(
          isProofDue === true ? KEPT_FOR_PROOF : 0,
          Math.floor(this.clock.now() / HOUR_MS),
        ),
      billsOf: (asked) => this.billsOf(asked),
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

  private problemsOf(event: UsageEvent, { catalog: read, isFresh }: Loaded): readonly Problem[] {
    const catalog = this.withPlanned(read, event);
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

  /** What became of the ended period in which usage of a subscription lies. */
  private endedOf(id: string, ms: number): Ended {
    const now = this.clock.now();
    const subscriptions = this.loaded?.catalog.subscriptions?.get(id) ?? [];
    const border = borderOf(subscriptions, ms, now, () => this.zoneAt(id, ms));
    const draft = border === undefined || border.isOver ? this.knownDrafts().at(id, ms) : undefined;
    if (draft !== undefined) return draftState(draft.finalAt, draft.to, now);
    return border === undefined ? { state: 'invoiced' } : this.atBorder(id, ms, border);
  }

  /** What became of a period while the day lasts on which Lago's job makes its invoice. */
  private atBorder(id: string, ms: number, border: Border): Ended {
    const { customer, end, since, until, isChanged } = border;
    const invoices = this.invoices.since(customer, since);
    if (invoices === 'unasked') return { state: 'unasked' };
    const waiting: Ended = { state: 'invoiced', booksFrom: until };
    // As before: what cannot be looked up is late.
    if (typeof invoices === 'string') return waiting;
    const period = (each: Invoice) => invoicedPeriod(each, id, ms);
    const invoice = invoices.find((each) => period(each) !== undefined);
    if (invoice?.isDraft === true)
      return draftState(invoice.finalAt, period(invoice)?.to ?? end, this.clock.now());
    if (invoice !== undefined) return { state: 'invoiced' };
    return isChanged ? waiting : { state: 'unbilled', end, until };
  }

  private billsOf(asked: readonly AskedBill[]): readonly Bill[] {
    return this.invoices.bills(
      asked.map((each) => ({
        ...each,
        customer: this.customerAt(each.subscription, each.end) ?? '',
      })),
    );
  }

  private zoneOf({ external_subscription_id: id, timestamp }: UsageEvent): string | undefined {
    return this.zoneAt(id, timestamp * 1000);
  }

  private zoneAt(subscription: string, ms: number): string | undefined {
    const customer = this.customerAt(subscription, ms);
    return customer === undefined ? undefined : this.zoneOfCustomer(customer);
  }

  /** The catalog with what the subscriptions of an event's id wait for. */
  private withPlanned(
    catalog: Catalog,
    { external_subscription_id: id, timestamp }: UsageEvent,
    asked: 'exactly' | 'soon' | undefined = undefined,
  ): Catalog {
    return withPlanned(catalog, id, asked ?? timestamp * 1000, {
      now: this.clock.now(),
      zoneOf: (customer) => this.zoneOfCustomer(customer),
    });
  }

  private zoneOfCustomer(customer: string): string | undefined {
    // With a fresh catalog something may be sent, so zones from the cache will not do.
    const mayBeKept = !this.isForgotten && this.loaded?.isFresh !== true;
    return this.zones.of(customer, mayBeKept);
  }

  /**
   * The customer whose subscription counts a moment (ms). Its id may have belonged to another
   * customer before.
   */
  private customerAt(subscription: string, ms: number): string | undefined {
    const subscriptions = this.loaded?.catalog.subscriptions?.get(subscription) ?? [];
    const [counting] = countingOf(subscriptions, ms, false);
    const pending = subscriptions.find(
      ({ startedAt, startsAt }) =>
        startedAt === undefined && startsAt !== undefined && startsAt - DAY_MS <= ms,
    );
    return (counting ?? pending ?? subscriptions[subscriptions.length - 1])?.customer;
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
      ...(drafts?.isComplete === false || this.invoices.areUnreadable
        ? [problem('lago.no-drafts', { read: drafts?.read ?? 0 })]
        : []),
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
