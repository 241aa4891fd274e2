import { authorize, bearer, secondWord } from './api-key';
import { billingOfEvents, type EventBilling } from './billing';
import { ClickHouseEvents } from './clickhouse';
import { Clockwork, type JobName } from './clockwork';
import { LagoError, notFound, unauthorized } from './errors';
import type { EventDraft, EventStore, EventsStoreName, StoredEvent } from './event-store';
import { type IngestedEvent, ingestedEvents } from './events';
import { header, jsonResponse, type LagoRequest, type LagoResponse } from './exchange';
import { Faults, type Struck, suffer } from './faults';
import { type HandedEvent, HandedLog } from './handed';
import { Identifiers } from './identifiers';
import { invoicesWithUsage } from './invoices';
import { JOBS } from './jobs';
import { asJson, isBlank, isObject, type JsonObject, parseJson } from './json';
import { Organization, type OrganizationSeed } from './organization';
import { PER_PAGE } from './pagination';
import { PostgresEvents } from './postgres';
import { type RateLimit, RateLimiter, tooManyRequests } from './rate-limit';
import { findRoute, type Route } from './routes';
import { createSeed, type Seed } from './seed';
import { DEFAULT_SETTINGS, type Settings } from './settings';
import { fromMilliseconds } from './timestamp';
import { currentUsage } from './usage';

export interface FakeLagoOptions extends Partial<Settings> {
  /** Milliseconds since 1970. */
  now: () => number;
  /** For organizations that do not name their own. */
  eventsStore: EventsStoreName;
  /** ClickHouse: billing keeps one copy per key. On unless false. */
  duplicateRemoval?: boolean;
  /**
   * ClickHouse: from the answer to the moment when GETs and billing see an event; a function is
   * asked once for each event.
   */
  visibilityDelayMs?: number | (() => number);
  rateLimitPerSecond?: RateLimit;
}

export interface LoggedRequest {
  atMs: number;
  method: string;
  url: string;
  /** The path with its variable part named; the path itself if nobody serves it. */
  template: string;
  /** 0 when no answer came back. */
  status: number;
}

export interface RequestLog {
  readonly entries: readonly LoggedRequest[];
  /** By method and path template, such as `POST /api/v1/events/batch`. */
  counts(): Record<string, number>;
  clear(): void;
}

export interface FakeLago {
  handle(request: LagoRequest): LagoResponse;
  readonly seed: Seed;
  readonly faults: Faults;
  readonly settings: Settings;
  readonly requests: RequestLog;
  /**
   * Every event that was ever handed over, accepted or not, answered or not, as text, in order; of
   * all organizations or of one.
   */
  handed(apiKey?: string): HandedEvent[];
  /**
   * Every event that was taken in, duplicates included, in order of arrival; of all organizations
   * or of one.
   */
  events(apiKey?: string): IngestedEvent[];
  /** What became of each of these by now, in the same order. */
  billing(apiKey?: string): EventBilling[];
  /**
   * Every invoice as GET shows a single one, with `charges_usage` as current_usage has it; oldest
   * first.
   */
  invoices(apiKey?: string): JsonObject[];
  /**
   * `customer_usage` as the API would answer now, beside the log, the faults and the rate limit.
   */
  usage(externalCustomerId: string, externalSubscriptionId: string, apiKey?: string): JsonObject;
  /** Adds a key to the first organization, or to the one that has another key already. */
  addKey(
    key: { value: string; permissions?: OrganizationSeed['permissions'] },
    apiKey?: string,
  ): void;
  revokeKey(apiKey: string): void;
  /** An outage: until it is brought back, a job does not run, in any organization. */
  leaveOut(job: JobName): void;
  bringBack(job: JobName): void;
  /**
   * Makes of each stored event other ones, or none: a restored backup, or a hand in the database.
   */
  rewriteEvents(change: (event: StoredEvent) => StoredEvent[], apiKey?: string): void;
}

export function createFakeLago(options: FakeLagoOptions): FakeLago {
  return new Lago(options);
}

class Lago implements FakeLago {
  readonly seed: Seed;
  readonly faults = new Faults();
  readonly requests = new Requests();
  readonly settings: Settings;
  readonly #organizations: Organization[] = [];
  readonly #clockworks = new Map<Organization, Clockwork>();
  readonly #identifiers = new Identifiers();
  readonly #limiter: RateLimiter | null;
  readonly #handed = new HandedLog();

  constructor(private readonly options: FakeLagoOptions) {
    const names = Object.keys(DEFAULT_SETTINGS) as (keyof Settings)[];
    const chosen = Object.fromEntries(
      names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
    );
    this.settings = { ...DEFAULT_SETTINGS, ...chosen };
    this.#limiter =
      options.rateLimitPerSecond === undefined ? null : new RateLimiter(options.rateLimitPerSecond);
    this.seed = createSeed(
      (input) => this.#addOrganization(input),
      (apiKey) => this.#organizationOf(apiKey, 'follow'),
      (organization, until) => this.#clockworks.get(organization)?.pass(until),
    );
  }

  handle(request: LagoRequest): LagoResponse {
    const method = request.method.toUpperCase();
    const url = new URL(`http://lago${request.url}`);
    const found = findRoute(method, url.pathname);
    const template = found?.route.template ?? url.pathname;
    const fault = this.faults.take(template, { ...request, method });
    const organization = this.#callerOf(request);
    this.#passJobs();
    const before = organization?.events.all().length;
    let answer: LagoResponse | null = null;
    const carryOut = () => {
      answer = this.#limited(request, method, template, () => this.#answer(request, url, found));
      return answer;
    };
    const response = fault === null ? carryOut() : suffer(fault, this.#struck(request, carryOut));
    const atMs = this.options.now();
    this.requests.add({ atMs, method, url: request.url, template, status: response.status });
    if (method === 'POST' && INGESTING.includes(template)) {
      const { status } = response;
      const stored = organization?.events.all().slice(before) ?? [];
      this.#handed.add({
        organization: organization?.lagoId ?? null,
        body: request.body,
        at: atMs,
        answer,
        stored,
        status,
      });
    }
    return response;
  }

  handed(apiKey?: string): HandedEvent[] {
    const lagoId = apiKey === undefined ? undefined : this.#organizationOf(apiKey).lagoId;
    return this.#handed
      .events()
      .filter(({ organization }) => lagoId === undefined || organization === lagoId);
  }

  events(apiKey?: string): IngestedEvent[] {
    return this.#chosen(apiKey).flatMap(ingestedEvents);
  }

  billing(apiKey?: string): EventBilling[] {
    return this.#chosen(apiKey).flatMap(billingOfEvents);
  }

  invoices(apiKey?: string): JsonObject[] {
    return this.#chosen(apiKey).flatMap(invoicesWithUsage);
  }

  usage(externalCustomerId: string, externalSubscriptionId: string, apiKey?: string): JsonObject {
    const query = new URLSearchParams({ external_subscription_id: externalSubscriptionId });
    return asJson(
      currentUsage(this.#organizationOf(apiKey), externalCustomerId, query).customer_usage,
    );
  }

  addKey(
    key: { value: string; permissions?: OrganizationSeed['permissions'] },
    apiKey?: string,
  ): void {
    this.#organizationOf(apiKey).keys.push({ value: key.value, permissions: key.permissions });
  }

  rewriteEvents(change: (event: StoredEvent) => StoredEvent[], apiKey?: string): void {
    for (const organization of this.#chosen(apiKey)) {
      organization.events.rewrite(change);
      organization.revision += 1;
    }
  }

  leaveOut(job: JobName): void {
    for (const clockwork of this.#clockworks.values()) clockwork.leaveOut(job);
  }

  bringBack(job: JobName): void {
    for (const clockwork of this.#clockworks.values()) clockwork.bringBack(job);
  }

  revokeKey(apiKey: string): void {
    const { keys } = this.#organizationOf(apiKey);
    keys.splice(
      keys.findIndex((key) => key.value === apiKey),
      1,
    );
  }

  #struck(request: LagoRequest, carryOut: () => LagoResponse): Struck {
    return {
      request,
      carryOut,
      revokeKey: () => {
        const keys = this.#callerOf(request)?.keys;
        const revoked = keys?.findIndex(({ value }) => value === keyIn(request)) ?? -1;
        if (revoked >= 0) keys?.splice(revoked, 1);
      },
      change: (settings) => void Object.assign(this.settings, settings),
    };
  }

  #limited(
    request: LagoRequest,
    method: string,
    template: string,
    answer: () => LagoResponse,
  ): LagoResponse {
    if (this.#limiter === null) return answer();
    const caller = this.#rateLimitedAs(header(request, 'authorization') ?? '');
    const { admitted, headers } = this.#limiter.admit(caller, template, method, this.options.now());
    if (!admitted) this.faults.note('rate limit');
    const response = admitted ? answer() : tooManyRequests();
    return { ...response, headers: { ...response.headers, ...headers } };
  }

  /** Limits are per organization, so two keys of one organization share them. */
  #rateLimitedAs(authorization: string): string {
    return this.#organizationWith(secondWord(authorization) ?? '')?.lagoId ?? authorization;
  }

  #answer(
    request: LagoRequest,
    url: URL,
    found: { route: Route; id: string } | null,
  ): LagoResponse {
    if (url.pathname === '/health' && request.method.toUpperCase() === 'GET') return health();
    try {
      if (found === null) throw notFound('resource');
      const body = parsedBody(request);
      if (body === null) return malformed(request);
      const response = jsonResponse(200, this.#call(request, url, found, body));
      return isHead(request) ? { ...response, body: '' } : response;
    } catch (error) {
      if (error instanceof LagoError) return error.response();
      throw error;
    }
  }

  #call(
    request: LagoRequest,
    url: URL,
    { route, id }: { route: Route; id: string },
    body: JsonObject,
  ): object {
    const value = bearer(header(request, 'authorization'));
    const organization = this.#organizationWith(value);
    const key = organization?.keys.find((candidate) => candidate.value === value);
    if (!organization || !key) throw unauthorized();
    if (organization.licence === 'premium') authorize(key, route.method, route.resource);
    return route.answer({
      organization,
      id,
      query: withPageLimit(url.searchParams, this.settings.maxPerPage),
      body,
      settings: this.settings,
    });
  }

  #addOrganization(seed: OrganizationSeed): Organization {
    const installation = {
      now: () => fromMilliseconds(this.options.now()),
      identifiers: this.#identifiers,
      settings: this.settings,
    };
    const store = this.#eventStore(seed, () => organization);
    const organization: Organization = new Organization(seed, store, installation);
    this.#organizations.push(organization);
    this.#clockworks.set(organization, new Clockwork(organization, JOBS));
    return organization;
  }

  #eventStore(seed: OrganizationSeed, organization: () => Organization): EventStore {
    const now = () => fromMilliseconds(this.options.now());
    if ((seed.eventsStore ?? this.options.eventsStore) === 'postgres')
      return new PostgresEvents(now, this.#identifiers, this.settings, () =>
        this.faults.note('partial batch'),
      );
    return new ClickHouseEvents(() => organization().lagoId, now, {
      duplicateRemoval: seed.duplicateRemoval ?? this.options.duplicateRemoval ?? true,
      visibilityDelay: () => fromMilliseconds(drawn(this.options.visibilityDelayMs ?? 0)),
      onHidden: () => this.faults.note('hidden event'),
      isKnown: (draft) => isKnown(organization(), draft),
    });
  }

  /** What Lago did by the clock since it was last looked at. */
  #passJobs(how: 'pass' | 'follow' = 'pass'): void {
    for (const clockwork of this.#clockworks.values()) clockwork[how]();
  }

  #chosen(apiKey: string | undefined): Organization[] {
    this.#passJobs();
    return apiKey === undefined ? this.#organizations : [this.#organizationOf(apiKey)];
  }

  #callerOf(request: LagoRequest): Organization | undefined {
    return this.#organizationWith(keyIn(request));
  }

  #organizationWith(apiKey: string): Organization | undefined {
    return this.#organizations.find(({ keys }) => keys.some(({ value }) => value === apiKey));
  }

  #organizationOf(apiKey?: string, how?: 'follow'): Organization {
    this.#passJobs(how);
    const found = apiKey === undefined ? this.#organizations[0] : this.#organizationWith(apiKey);
    if (!found)
      throw new Error(
        `The fake Lago has no organization${apiKey === undefined ? '' : ' with this key'}.`,
      );
    return found;
  }
}

const isHead = ({ method }: LagoRequest): boolean => method.toUpperCase() === 'HEAD';

const INGESTING = ['/api/v1/events', '/api/v1/events/batch'];

const keyIn = (request: LagoRequest): string => secondWord(header(request, 'authorization')) ?? '';

class Requests implements RequestLog {
  readonly entries: LoggedRequest[] = [];

  add(entry: LoggedRequest): void {
    this.entries.push(entry);
  }

  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { method, template } of this.entries) {
      const name = `${method} ${template}`;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }

  clear(): void {
    this.entries.length = 0;
  }
}

const drawn = (delay: number | (() => number)): number =>
  typeof delay === 'number' ? delay : delay();

/**
 * The events processor needs the metric; what it does not find it drops where REST cannot see it
 * (lago: clickhouse.unknown).
 */
const isKnown = (organization: Organization, draft: EventDraft): boolean =>
  organization.metrics.some(({ code }) => code === draft.code);

/** Asks for no more than `most` items a page. */
function withPageLimit(query: URLSearchParams, most: number): URLSearchParams {
  const asked = Number(query.get('per_page') ?? PER_PAGE);
  if (!(asked > most)) return query;
  const limited = new URLSearchParams(query);
  limited.set('per_page', String(most));
  return limited;
}

const health = (): LagoResponse =>
  jsonResponse(200, {
    version: 'fake',
    github_url: 'https://github.com/getlago/lago-api',
    message: 'Success',
  });

/**
 * The parameters of a JSON body; nothing at all if the body is declared as something else; null if
 * it is broken.
 */
function parsedBody(request: LagoRequest): JsonObject | null {
  const isJson =
    header(request, 'content-type')?.toLowerCase().includes('application/json') ?? false;
  if (!isJson || isBlank(request.body)) return {};
  const parsed = parseJson(request.body);
  if (parsed === null) return null;
  return isObject(parsed.value) ? parsed.value : {};
}

/**
 * Rails answers this one itself, in JSON only for those who accept JSON (lago:
 * requests.broken-json).
 */
function malformed(request: LagoRequest): LagoResponse {
  const accepts = header(request, 'accept')?.includes('application/json') ?? false;
  return accepts
    ? jsonResponse(400, { status: 400, error: 'Bad Request' })
    : { status: 400, headers: {}, body: '' };
}
