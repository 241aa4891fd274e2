import { isProblem, type Problem } from '../problem/problem';
import { millisecondsIn } from '../sync/month/listed';
import type { Found } from '../sync/ports';
import { addTo, groupBy } from '../value/group';
import { isSameTime } from '../value/stored-usage';
import type { UsageEvent } from '../value/usage-event';
import type { Catalog } from './catalog';
import { isSameEvent, type StoredEvent } from './comparison';
import { readProblem } from './failure';
import { isAnswered, type LagoResponse } from './http';
import {
  groupsOf,
  type ListedEvents,
  listAtTimes,
  listEachAtTime,
  listEachInSubscription,
} from './listed-events';
import { type Requests, readEach } from './requests';
import { canBeNamed, shownEvent, showRequest } from './shown-event';

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

const NOT_LISTED: Omit<ListedEvents, 'response'> & { readonly response: undefined } = {
  byId: new Map(),
  end: 'failed',
  response: undefined,
};

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
    const named = open.filter(({ event }) => canBeNamed(event));
    const unnamed = open.filter(({ event }) => !canBeNamed(event));
    const hidden: typeof open = [];
    for (const [each, response] of readEach(this.requests, named, ({ event }) =>
      showRequest(event),
    )) {
      if (refusesKey(response)) return readProblem(response, this.requests.address);
      const shown = this.foundIn(each.event, response);
      if (shown === 'unnamed') unnamed.push(each);
      else if (shown === 'hidden') hidden.push(each);
      else found[each.index] = shown;
    }
    const behind = this.foundBehind(hidden.map(({ event }) => event));
    for (const [place, { index }] of hidden.entries()) found[index] = behind[place];
    const listed = this.foundByListing(unnamed.map(({ event }) => event));
    if (isProblem(listed)) return listed;
    for (const { event, index } of unnamed) found[index] = listed.get(event) ?? 'unknown';
    return found.map((each) => each ?? 'unasked');
  }

  /**
   * What Lago lists at the time of each event, all copies included; a problem if the key may not
   * ask.
   */
  findCopies(events: readonly UsageEvent[]): Found[] | Problem {
    const found: Found[] = [];
    const listed = listEachAtTime(this.requests, events);
    for (const event of events) {
      const list = listed.get(event);
      const { end, response } = list ?? NOT_LISTED;
      if (response !== undefined && refusesKey(response))
        return readProblem(response, this.requests.address);
      // One list serves several events, so it may hold this id at other times too.
      const there = (list?.byId.get(event.transaction_id) ?? []).filter((each) =>
        isSameTime(event.timestamp, millisecondsIn(each)),
      );
      found.push(this.verdict(event, there) ?? (end === 'whole' ? 'absent' : 'unknown'));
    }
    return found;
  }

  /** What a whole list says of each event. */
  findIn(events: readonly UsageEvent[], listed: readonly StoredEvent[]): Found[] {
    const byId = groupBy(listed, ({ transaction_id }) => transaction_id);
    return events.map((event) => this.verdict(event, byId.get(event.transaction_id)) ?? 'absent');
  }

  /** What all that Lago has under the id of an event says of it. */
  judge(event: UsageEvent, stored: readonly StoredEvent[]): Found {
    const there = stored.filter((each) => isSameTime(event.timestamp, millisecondsIn(each)));
    return this.verdict(event, there) ?? this.verdict(event, stored) ?? 'different';
  }

  /**
   * If Lago refuses duplicates, another event under an id is a conflict, which must be seen. So
   * only otherwise is an event absent that is not listed at its time.
   */
  private get provesAbsence(): boolean {
    return this.terms.takesDuplicates && this.terms.taken === undefined;
  }

  /** What is found of events of which Lago has many; undefined if they must be shown. */
  private foundInListings(events: readonly UsageEvent[]): (Found | undefined)[] {
    const stored = new Map<string, StoredEvent[]>();
    const proven = new Set<UsageEvent>();
    const groups = groupsOf(events).filter(({ length }) => length >= LISTED_FROM);
    for (const [index, listed] of listAtTimes(this.requests, groups, LISTED_PAGES).entries()) {
      for (const [id, some] of listed.byId) for (const each of some) addTo(stored, id, each);
      if (listed.end === 'whole') for (const event of groups[index] ?? []) proven.add(event);
    }
    return events.map(
      (event) =>
        this.verdict(event, stored.get(event.transaction_id)) ??
        (this.provesAbsence && proven.has(event) ? 'absent' : undefined),
    );
  }

  /** `hidden`: Lago shows another subscription's event under the id, which says nothing. */
  private foundIn(event: UsageEvent, response: LagoResponse): Found | 'unnamed' | 'hidden' {
    if (!isAnswered(response)) return 'unknown';
    const stored = shownEvent(response);
    if (stored === 'absent' || stored === 'unnamed') return stored;
    if (response.status !== 200 || stored === 'unknown') return 'unknown';
    return this.verdict(event, [stored]) ?? 'hidden';
  }

  /**
   * What is found at the time of each event. Lago shows only the first event with an id in the
   * organization, which may be one of another subscription (lago: reading.first).
   */
  private foundBehind(events: readonly UsageEvent[]): Found[] {
    const absent = this.terms.taken === undefined ? 'absent' : 'different';
    const lists = listAtTimes(
      this.requests,
      events.map((event) => [event]),
      LISTED_PAGES,
    );
    return events.map((event, index) => {
      const behind = lists[index] ?? NOT_LISTED;
      return (
        this.verdict(event, behind.byId.get(event.transaction_id)) ??
        (behind.end === 'whole' ? absent : 'unknown')
      );
    });
  }

  /** What is found of events that no address can name, or that a proxy does not let through. */
  private foundByListing(events: readonly UsageEvent[]): Map<UsageEvent, Found> | Problem {
    const found = new Map<UsageEvent, Found>();
    const open: UsageEvent[] = [];
    for (const [event, { byId, end, response }] of listEachAtTime(this.requests, events)) {
      if (refusesKey(response)) return readProblem(response, this.requests.address);
      const verdict = this.verdict(event, byId.get(event.transaction_id));
      if (verdict !== undefined) found.set(event, verdict);
      else if (end === 'failed') found.set(event, 'unknown');
      else if (this.provesAbsence) found.set(event, end === 'whole' ? 'absent' : 'unknown');
      else open.push(event);
    }
    for (const [event, listed] of listEachInSubscription(this.requests, open))
      found.set(
        event,
        this.verdict(event, listed.byId.get(event.transaction_id)) ?? this.absenceIn(listed),
      );
    return found;
  }

  /** What it means that a subscription's listing does not have an event. */
  private absenceIn({ end }: ListedEvents): Found {
    if (end === 'failed') return 'unknown';
    // What Lago would take twice is only sent if nothing can have its id.
    return end === 'whole' || !this.terms.takesDuplicates ? 'absent' : 'different';
  }

  /** Judges by Lago's events of the same id and subscription; undefined if there are none. */
  private verdict(event: UsageEvent, stored: readonly StoredEvent[] = []): Found | undefined {
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
