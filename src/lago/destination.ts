import { isProblem, type Problem, ProblemError, problem } from '../problem/problem';
import type { Answer, Clock, Destination, EventCheck, EventStore, Found, Identity } from '../sync/ports';
import { isoText } from '../template/time';
import { isObject, type UsageEvent } from '../template/usage-event';
import { exhaustedUntil, readAnswer, waitOf } from './answer';
import { type Catalog, checkEvent, readMetric, readSubscription, type Subscription } from './catalog';
import { isSameEvent, type ListedEvent, readListedEvent, readStoredEvent, type StoredEvent } from './comparison';
import { jsonBody, readProblem, strangeAnswer } from './failure';
import { type Http, isAnswered, type LagoRequest, type LagoResponse } from './http';
import { pace } from './pace';
import { type Inventory, type Listing, readPlan } from './prerequisites';

/** Lago documents 50 requests per second for most calls (lago.md, section 5); half of it leaves room for others. */
export const DEFAULT_REQUESTS_PER_SECOND = 25;
/** Requests that one fetchAll carries; more bring “Service invoked too many times” (apps-script.md, section 2). */
const PARALLEL_REQUESTS = 20;
const READ_TRIES = 3;
const PAGE_SIZE = 500;
/** Pages of a listing that are read at most: 100,000 metrics or subscriptions. */
const MOST_PAGES = 200;
/** Plans bring all of their charges along, so that a page of them is long. */
const PLANS_PAGE_SIZE = 100;
/** Requests that one look-up of events may cost. */
const LOOK_UP_REQUESTS = 400;
/** A listing is worth it from so many events of one subscription and code on; below, each is shown alone. */
const LISTED_FROM = 4;
const LISTED_PAGES = 5;

/** Lago, over HTTP, at a pace. Each instance serves one run and remembers what it has read. */
export interface LagoDestination extends Destination {
  /** The event that Lago has under an id, wherever it is. */
  show(id: string): StoredEvent | undefined | Problem;
  catalog(): Catalog | Problem;
  /** All billable metrics by code, without the subscriptions that a catalog has; undefined where the key may not read them. */
  metrics(): Catalog['metrics'] | Problem;
  /** What there is to bill with: the first page of each listing, in one wave of three requests. */
  inventory(): Inventory | Problem;
  /** The first events as Lago lists them: Postgres by time of usage, ClickHouse by time of arrival, the newest first (lago.md, section 1). */
  newest(count: number): readonly ListedEvent[] | Problem;
}

const storeOf = (value: unknown): EventStore => (value === 'postgres' || value === 'clickhouse' ? value : 'unknown');

const query = (path: string, parameters: Readonly<Record<string, string | number>>): string =>
  `${path}${path.includes('?') ? '&' : '?'}${Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')}`;

/** The items that can be read; Lago may list things that later versions have. */
const readable = <T>(items: readonly unknown[], readItem: (item: unknown) => T | undefined): T[] =>
  items.map(readItem).filter((item): item is Exclude<typeof item, undefined> => item !== undefined);

const showRequest = (id: string): LagoRequest => ({ method: 'get', path: `/events/${encodeURIComponent(id)}` });

/** Lago's own word that it has no such event; another 404 is a wrong path. */
const isMissingEvent = (response: LagoResponse): boolean =>
  isAnswered(response) && response.status === 404 && jsonBody(response)?.['code'] === 'event_not_found';

/** Reads that failed for a moment; not those that timed out, since Google counts the minutes. */
const isWorthAnotherTry = (response: LagoResponse): boolean =>
  isAnswered(response) ? response.status === 429 || response.status >= 500 : !response.timedOut;

export function lagoDestination(http: Http, clock: Clock, requestsPerSecond: number): LagoDestination {
  let busyUntil = 0;
  let known: Catalog | undefined;
  let knownMetrics: { readonly byCode: Catalog['metrics'] } | undefined;
  let identity: Identity | undefined;
  let zones: ReadonlyMap<string, string> | undefined;

  /** Sends as many requests as wanted, in chunks that keep the rate. */
  function send(requests: readonly LagoRequest[]): LagoResponse[] {
    const responses: LagoResponse[] = [];
    const size = Math.max(1, Math.min(PARALLEL_REQUESTS, Math.floor(requestsPerSecond)));
    for (let start = 0; start < requests.length; start += size) {
      const chunk = requests.slice(start, start + size);
      const paced = pace(busyUntil, clock.now(), chunk.length, requestsPerSecond);
      if (paced.waitMs > 0) clock.sleep(paced.waitMs);
      busyUntil = paced.busyUntil;
      const answered = http.send(chunk);
      busyUntil = Math.max(busyUntil, ...answered.map((response) => exhaustedUntil(response, clock.now())));
      responses.push(...answered);
    }
    return responses;
  }

  /** Reads, and tries again what failed; not after a time-out, since Google counts the minutes. */
  function read(requests: readonly LagoRequest[]): LagoResponse[] {
    const responses = send(requests);
    for (let attempt = 1; attempt < READ_TRIES; attempt++) {
      const failed = responses.flatMap((response, index) => (isWorthAnotherTry(response) ? [index] : []));
      if (failed.length === 0) break;
      clock.sleep(Math.max(...failed.map((index) => waitBefore(responses[index], attempt))));
      const again = send(failed.map((index) => requests[index] as LagoRequest));
      failed.forEach((index, place) => {
        responses[index] = again[place] as LagoResponse;
      });
    }
    return responses;
  }

  const waitBefore = (response: LagoResponse | undefined, attempt: number): number =>
    response !== undefined && isAnswered(response) && response.status === 429 ? Math.min(waitOf(response.headers), 20_000) : 500 * attempt;

  function identify(): Identity | Problem {
    if (identity !== undefined) return identity;
    const [response] = read([{ method: 'get', path: '/organizations' }]);
    if (response === undefined || !isAnswered(response) || response.status !== 200)
      return response === undefined ? problem('lago.unexpected', { answer: 'nothing' }) : identityProblem(response);
    const organization = jsonBody(response)?.['organization'];
    if (!isObject(organization) || typeof organization['lago_id'] !== 'string')
      return problem('lago.not-lago', { address: http.address, answer: strangeAnswer(response) });
    identity = {
      organization: organization['lago_id'],
      name: String(organization['name'] ?? ''),
      store: storeOf(organization['events_store']),
      zone: String(organization['timezone'] ?? 'UTC'),
    };
    return identity;
  }

  function identityProblem(response: LagoResponse): Problem {
    const found = readProblem(response, http.address);
    return found.code === 'lago.forbidden' ? problem('lago.unknown-organization', { answer: 'the key may not read it' }) : found;
  }

  const deliver = (batches: readonly (readonly string[])[]): Answer[] =>
    send(batches.map((texts) => ({ method: 'post', path: '/events/batch', body: `{"events":[${texts.join(',')}]}` }))).map(
      (response, index) => readAnswer(response, batches[index]?.length ?? 0, http.address),
    );

  /** The first page of a listing with the number of all its items, as it was answered. Undefined where the key may not read it. */
  function firstPage(response: LagoResponse | undefined, name: string): Listing<unknown> | undefined | Problem {
    if (response === undefined) return problem('lago.unexpected', { answer: name });
    if (isAnswered(response) && response.status === 403) return undefined;
    const body = jsonBody(response);
    const meta = body?.['meta'];
    const items = body?.[name];
    if (!Array.isArray(items)) return readProblem(response, http.address);
    return { items, total: Math.max(items.length, isObject(meta) ? Number(meta['total_count'] ?? 0) : 0) };
  }

  /** All items of a listing, its later pages in parallel. Undefined where the key may not read it. */
  function list(path: string, name: string, parameters: Readonly<Record<string, string | number>>): unknown[] | undefined | Problem {
    const page = (number: number): LagoRequest => ({
      method: 'get',
      path: query(path, { per_page: PAGE_SIZE, ...parameters, page: number }),
    });
    const [first] = read([page(1)]);
    const body = first === undefined ? undefined : jsonBody(first);
    if (first !== undefined && isAnswered(first) && first.status === 403) return undefined;
    if (first === undefined || body === undefined || !Array.isArray(body[name]))
      return first === undefined ? problem('lago.unexpected', { answer: path }) : readProblem(first, http.address);
    const meta = body['meta'];
    const pages = Math.min(MOST_PAGES, isObject(meta) ? Number(meta['total_pages'] ?? 1) : 1);
    const rest = read(Array.from({ length: Math.max(0, pages - 1) }, (_, index) => page(index + 2)));
    const bad = rest.find((response) => !Array.isArray(jsonBody(response)?.[name]));
    return bad === undefined
      ? [...body[name], ...rest.flatMap((response) => jsonBody(response)?.[name] as unknown[])]
      : readProblem(bad, http.address);
  }

  function metrics(): Catalog['metrics'] | Problem {
    if (knownMetrics !== undefined) return knownMetrics.byCode;
    const listed = list('/billable_metrics', 'billable_metrics', {});
    if (listed !== undefined && !Array.isArray(listed)) return listed;
    knownMetrics = { byCode: listed && new Map(readable(listed, readMetric).map((metric) => [metric.code, metric])) };
    return knownMetrics.byCode;
  }

  function catalog(): Catalog | Problem {
    if (known !== undefined) return known;
    const byCode = metrics();
    if (byCode !== undefined && isProblem(byCode)) return byCode;
    // Only active ones are listed unless the states are named (lago.md, section 1).
    const listed = list('/subscriptions?status[]=active&status[]=pending&status[]=terminated', 'subscriptions', {});
    if (listed !== undefined && !Array.isArray(listed)) return listed;
    const plans = list('/plans', 'plans', { per_page: PLANS_PAGE_SIZE });
    if (plans !== undefined && !Array.isArray(plans)) return plans;
    const subscriptions = new Map<string, Subscription[]>();
    for (const { id, subscription } of readable(listed ?? [], readSubscription)) {
      const others = subscriptions.get(id);
      if (others === undefined) subscriptions.set(id, [subscription]);
      else others.push(subscription);
    }
    known = {
      metrics: byCode,
      subscriptions: listed && subscriptions,
      plans: plans && new Map(readable(plans, readPlan).map(({ code, metrics: charged }) => [code, new Set(charged)])),
    };
    return known;
  }

  function inventory(): Inventory | Problem {
    const [metricPage, planPage, subscriptionPage] = read([
      { method: 'get', path: query('/billable_metrics', { per_page: PAGE_SIZE, page: 1 }) },
      { method: 'get', path: query('/plans', { per_page: PLANS_PAGE_SIZE, page: 1 }) },
      // Only active ones are counted, as Lago lists them unless the states are named.
      { method: 'get', path: query('/subscriptions', { per_page: 1, page: 1 }) },
    ]);
    const listedMetrics = firstPage(metricPage, 'billable_metrics');
    if (listedMetrics !== undefined && isProblem(listedMetrics)) return listedMetrics;
    const plans = firstPage(planPage, 'plans');
    if (plans !== undefined && isProblem(plans)) return plans;
    const subscriptions = firstPage(subscriptionPage, 'subscriptions');
    if (subscriptions !== undefined && isProblem(subscriptions)) return subscriptions;
    return {
      metrics: listedMetrics && { items: readable(listedMetrics.items, readMetric), total: listedMetrics.total },
      plans: plans && { items: readable(plans.items, readPlan), total: plans.total },
      subscriptions: subscriptions?.total,
    };
  }

  function newest(count: number): readonly ListedEvent[] | Problem {
    const [response] = read([{ method: 'get', path: query('/events', { per_page: count, page: 1 }) }]);
    const events = response === undefined ? undefined : jsonBody(response)?.['events'];
    if (response === undefined || !Array.isArray(events))
      return response === undefined ? problem('lago.unexpected', { answer: 'nothing' }) : readProblem(response, http.address);
    return readable(events, readListedEvent);
  }

  /** Zones by customer, read when a date without a time first needs one. Where the key may not read them, the organization's zone counts. @throws ProblemError where Lago does not answer. */
  function customerZones(): ReadonlyMap<string, string> {
    if (zones !== undefined) return zones;
    const customers = list('/customers', 'customers', {});
    // A guessed zone could put usage into another month; nothing is sent then.
    if (customers !== undefined && !Array.isArray(customers)) throw new ProblemError(customers);
    zones = new Map(
      (customers ?? [])
        .filter(isObject)
        .filter((customer) => typeof customer['applicable_timezone'] === 'string')
        .map((customer) => [String(customer['external_id']), String(customer['applicable_timezone'])]),
    );
    return zones;
  }

  const zoneOf = (event: UsageEvent): string | undefined => {
    const customer = known?.subscriptions?.get(event.external_subscription_id)?.[0]?.customer;
    return customer === undefined ? undefined : customerZones().get(customer);
  };

  function check(): EventCheck | Problem {
    const loaded = catalog();
    if (isProblem(loaded)) return loaded;
    const unreadable = [
      ...(loaded.metrics === undefined ? ['billable metrics'] : []),
      ...(loaded.subscriptions === undefined ? ['subscriptions'] : []),
      ...(loaded.plans === undefined ? ['plans'] : []),
    ];
    // Only of these is the sum what Lago counts: a maximum or the latest value is one of the values, a count or an expression has no such property.
    const quantityField = (code: string): string | undefined => {
      const metric = loaded.metrics?.get(code);
      return metric?.aggregation === 'sum_agg' && !metric.hasExpression ? metric.field : undefined;
    };
    return {
      problemsOf: (event) => checkEvent(loaded, event),
      off: unreadable.map((what) => problem('lago.unchecked', { what })),
      zoneOf,
      quantityField,
    };
  }

  /** The property that Lago computes by the metric's expression and adds to the event. */
  function computedOf(event: UsageEvent, known: Catalog['metrics']): string | undefined {
    const metric = known?.get(event.code);
    return metric?.hasExpression === true ? metric.field : undefined;
  }

  const verdict = (event: UsageEvent, stored: readonly StoredEvent[], loaded: Catalog['metrics']): Found | undefined => {
    const mine = stored.filter(
      ({ transaction_id, external_subscription_id }) =>
        transaction_id === event.transaction_id && external_subscription_id === event.external_subscription_id,
    );
    if (mine.length === 0) return undefined;
    if (mine.every((each) => isSameEvent(event, each, computedOf(event, loaded)))) return 'same';
    // Where the metrics may not be read, a property that Lago computed looks like a difference.
    return loaded === undefined ? 'unknown' : 'different';
  };

  /** Listings of the groups that have many events, found by subscription, code and time. */
  function listGroups(events: readonly UsageEvent[]): {
    readonly stored: ReadonlyMap<string, StoredEvent[]>;
    readonly whole: ReadonlySet<UsageEvent>;
  } {
    const groups = new Map<string, UsageEvent[]>();
    for (const event of events) {
      const name = JSON.stringify([event.external_subscription_id, event.code]);
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [event]);
      else group.push(event);
    }
    const stored = new Map<string, StoredEvent[]>();
    const whole = new Set<UsageEvent>();
    for (const group of groups.values()) {
      if (group.length < LISTED_FROM) continue;
      const listed = listGroup(group);
      for (const each of listed.stored) stored.set(each.transaction_id, [...(stored.get(each.transaction_id) ?? []), each]);
      if (listed.whole) for (const event of group) whole.add(event);
    }
    return { stored, whole };
  }

  /** Lago's events among those of a group's subscription, code and times. `whole`: every page was read, so what is not there is not in Lago. */
  function listGroup(group: readonly UsageEvent[]): { readonly stored: StoredEvent[]; readonly whole: boolean } {
    const times = group.map(({ timestamp }) => timestamp * 1000);
    const [event] = group;
    const parameters = {
      external_subscription_id: event?.external_subscription_id ?? '',
      code: event?.code ?? '',
      timestamp_from: isoText(Math.min(...times)),
      timestamp_to: isoText(Math.max(...times)),
      per_page: PAGE_SIZE,
    };
    const wanted = new Set(group.map(({ transaction_id }) => transaction_id));
    const stored: StoredEvent[] = [];
    for (let page = 1; page <= LISTED_PAGES; page++) {
      const [response] = read([{ method: 'get', path: query('/events', { ...parameters, page }) }]);
      const body = response === undefined ? undefined : jsonBody(response);
      const meta = body?.['meta'];
      if (!Array.isArray(body?.['events']) || !isObject(meta)) return { stored, whole: false };
      for (const each of body['events'].map(readStoredEvent)) if (each !== undefined && wanted.has(each.transaction_id)) stored.push(each);
      if (meta['next_page'] === null || meta['next_page'] === undefined) return { stored, whole: true };
    }
    return { stored, whole: false };
  }

  function find(events: readonly UsageEvent[]): Found[] | Problem {
    // Alone of what Lago knows they decide what a stored event looks like.
    const loaded = metrics();
    if (loaded !== undefined && isProblem(loaded)) return events.map(() => 'unknown');
    const listed = listGroups(events);
    // Where Lago refuses no duplicates, only the very event matters; else another one under the id is a conflict, which must be seen.
    const provesAbsence = identity?.store !== 'postgres';
    const found = events.map(
      (event) =>
        verdict(event, listed.stored.get(event.transaction_id) ?? [], loaded) ??
        (provesAbsence && listed.whole.has(event) ? 'absent' : undefined),
    );
    const open = events.flatMap((_, index) => (found[index] === undefined ? [index] : [])).slice(0, LOOK_UP_REQUESTS);
    const shown = read(open.map((index) => showRequest(events[index]?.transaction_id ?? '')));
    const refused = shown.find((response) => isAnswered(response) && (response.status === 401 || response.status === 403));
    if (refused !== undefined) return readProblem(refused, http.address);
    open.forEach((index, place) => {
      found[index] = foundByShow(events[index] as UsageEvent, shown[place], loaded);
    });
    return found.map((each) => each ?? 'unasked');
  }

  function foundByShow(event: UsageEvent, response: LagoResponse | undefined, loaded: Catalog['metrics']): Found {
    if (response === undefined || !isAnswered(response)) return 'unknown';
    if (isMissingEvent(response)) return 'absent';
    const stored = readStoredEvent(jsonBody(response)?.['event']);
    if (response.status !== 200 || stored === undefined) return 'unknown';
    const own = verdict(event, [stored], loaded);
    if (own !== undefined) return own;
    // Lago shows the first event with this id in the organization; ours may stand behind one of another subscription (lago.md, section 3).
    const behind = listGroup([event]);
    return verdict(event, behind.stored, loaded) ?? (behind.whole ? 'absent' : 'unknown');
  }

  function show(id: string): StoredEvent | undefined | Problem {
    const [response] = read([showRequest(id)]);
    if (response === undefined) return undefined;
    if (isMissingEvent(response)) return undefined;
    return readStoredEvent(jsonBody(response)?.['event']) ?? readProblem(response, http.address);
  }

  return { identify, deliver, find, check, show, catalog, metrics, inventory, newest };
}
