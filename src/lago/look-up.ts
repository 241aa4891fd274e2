import type { Problem } from '../problem/problem';
import type { Found } from '../sync/ports';
import { addTo, groupBy } from '../value/group';
import { isObject } from '../value/json';
import { isoText } from '../value/time';
import type { UsageEvent } from '../value/usage-event';
import type { Catalog } from './catalog';
import { isSameEvent, readStoredEvent, type StoredEvent } from './comparison';
import { jsonBody, readProblem } from './failure';
import { isAnswered, type LagoResponse } from './http';
import { query, type Requests, readEach, readOne } from './requests';
import { shownEvent, showRequest } from './shown-event';

const PAGE_SIZE = 500;
/** Requests that one look-up may spend on showing single events. */
const MOST_SHOWN = 400;
/** From this many events of one subscription and code on, listing costs less than showing each. */
const LISTED_FROM = 4;
/** Most pages of a listing; events that are not on them are shown one by one. */
const LISTED_PAGES = 5;

/** What a look-up depends on besides the events. */
export interface LookUpTerms {
  /** Metrics by code; undefined if the key may not read them. */
  readonly metrics: Catalog['metrics'];
  /** Whether Lago refuses no duplicates, so that only the very event matters. */
  readonly takesDuplicates: boolean;
  /**
   * `anywhere`: another event of any subscription, code or time under the id counts as different,
   * and so does one that can't be compared exactly.
   */
  readonly taken: 'anywhere' | undefined;
}

/** Lago's events among those of a listing. */
interface ListedGroup {
  readonly stored: readonly StoredEvent[];
  /** Whether every page was read, so what is not there is not in Lago. */
  readonly isWhole: boolean;
}

const hasNoNextPage = (meta: { readonly [name: string]: unknown }): boolean =>
  meta['next_page'] === null || meta['next_page'] === undefined;

/** Whether Lago refuses the key itself, not just an answer about one event. */
const refusesKey = (response: LagoResponse): boolean =>
  isAnswered(response) && (response.status === 401 || response.status === 403);

/** Compares events with what Lago has under their ids, in as few requests as it can. */
export class LookUp {
  constructor(
    private readonly requests: Requests,
    private readonly terms: LookUpTerms,
  ) {}

  /** What Lago has of each event, in their order; a problem if the key may not ask. */
  find(events: readonly UsageEvent[]): Found[] | Problem {
    const found = this.foundInListings(events);
    const open = events
      .map((event, index) => ({ event, index }))
      .filter(({ index }) => found[index] === undefined)
      .slice(0, MOST_SHOWN);
    const shown = readEach(this.requests, open, ({ event }) => showRequest(event.transaction_id));
    const refusal = shown.find(([, response]) => refusesKey(response));
    if (refusal !== undefined) return readProblem(refusal[1], this.requests.address);
    for (const [{ event, index }, response] of shown) found[index] = this.foundIn(event, response);
    return found.map((each) => each ?? 'unasked');
  }

  /** What is found of events of which Lago has many; undefined if they must be shown. */
  private foundInListings(events: readonly UsageEvent[]): (Found | undefined)[] {
    const stored = new Map<string, StoredEvent[]>();
    const proven = new Set<UsageEvent>();
    const groups = groupBy(events, ({ external_subscription_id: subscription, code }) =>
      JSON.stringify([subscription, code]),
    );
    for (const group of groups.values()) {
      if (group.length < LISTED_FROM) continue;
      const listed = this.list(group);
      for (const each of listed.stored) addTo(stored, each.transaction_id, each);
      if (listed.isWhole) for (const event of group) proven.add(event);
    }
    const { takesDuplicates, taken } = this.terms;
    // If Lago refuses duplicates, another event under the id is a conflict, which must be seen.
    const provesAbsence = takesDuplicates && taken === undefined;
    return events.map(
      (event) =>
        this.verdict(event, stored.get(event.transaction_id) ?? []) ??
        (provesAbsence && proven.has(event) ? 'absent' : undefined),
    );
  }

  /** Lists what Lago has at the times of events of one subscription and code. */
  private list(group: readonly UsageEvent[]): ListedGroup {
    const times = group.map(({ timestamp }) => timestamp * 1000);
    const [event] = group;
    // ClickHouse may list an event a millisecond earlier, and Postgres keeps fractions of one.
    const parameters = {
      external_subscription_id: event?.external_subscription_id ?? '',
      code: event?.code ?? '',
      timestamp_from: isoText(Math.floor(Math.min(...times)) - 1),
      timestamp_to: isoText(Math.ceil(Math.max(...times))),
      per_page: PAGE_SIZE,
    };
    const wanted = new Set(group.map(({ transaction_id }) => transaction_id));
    const stored: StoredEvent[] = [];
    for (let page = 1; page <= LISTED_PAGES; page++) {
      const path = query('/events', { ...parameters, page });
      const body = jsonBody(readOne(this.requests, { method: 'get', path }));
      const [events, meta] = [body?.['events'], body?.['meta']];
      if (!Array.isArray(events) || !isObject(meta)) break;
      for (const each of events.map(readStoredEvent))
        if (each !== undefined && wanted.has(each.transaction_id)) stored.push(each);
      if (hasNoNextPage(meta)) return { stored, isWhole: true };
    }
    return { stored, isWhole: false };
  }

  private foundIn(event: UsageEvent, response: LagoResponse): Found {
    if (!isAnswered(response)) return 'unknown';
    const stored = shownEvent(response);
    if (stored === 'absent') return 'absent';
    if (response.status !== 200 || stored === 'unknown') return 'unknown';
    const own = this.verdict(event, [stored]);
    if (own !== undefined) return own;
    // Lago shows only the first event with this id in the organization, which may be one of another
    // subscription (lago: reading.first).
    const behind = this.list([event]);
    const absent = this.terms.taken === undefined ? 'absent' : 'different';
    return this.verdict(event, behind.stored) ?? (behind.isWhole ? absent : 'unknown');
  }

  /** Judges by Lago's events of the same id and subscription; undefined if there are none. */
  private verdict(event: UsageEvent, stored: readonly StoredEvent[]): Found | undefined {
    const { metrics, taken } = this.terms;
    const mine = stored.filter(
      ({ transaction_id, external_subscription_id }) =>
        transaction_id === event.transaction_id &&
        external_subscription_id === event.external_subscription_id,
    );
    if (mine.length === 0) return undefined;
    const computed = this.computedOf(event);
    if (mine.every((each) => isSameEvent(event, each, computed))) return 'same';
    // Without the metrics, a property that Lago computed looks like a difference.
    return metrics === undefined && taken === undefined ? 'unknown' : 'different';
  }

  /** The property that Lago computes by the metric's expression and adds to the event. */
  private computedOf({ code }: UsageEvent): string | undefined {
    const metric = this.terms.metrics?.get(code);
    return metric?.expression === undefined ? undefined : metric.field;
  }
}
