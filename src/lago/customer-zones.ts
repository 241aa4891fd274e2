import * as v from 'valibot';
import { isProblem, ProblemError } from '../problem/problem';
import { valueBy } from '../schema/fit';
import type { Clock } from '../sync/ports';
import { parsedJson } from '../value/json';
import { type CatalogCache, KEPT_MS } from './catalog-text';
import { readable, text } from './field';
import { type Listed, listAll } from './listing';
import type { Requests } from './requests';

/** IANA zones in which periods of customers end, by the customer's external id. */
type Zones = ReadonlyMap<string, string>;

const CUSTOMERS: Listed = { path: '/customers', name: 'customers' };

const CUSTOMER = v.object({ external_id: text, applicable_timezone: v.string() });

const zonesOf = (customers: readonly unknown[]): Zones =>
  new Map(
    readable(customers, (customer) => valueBy(CUSTOMER, customer)).map(
      ({ external_id: id, applicable_timezone: zone }) => [id, zone],
    ),
  );

/** @param at when they were read (ms) */
const zonesText = (zones: Zones, at: number): string => JSON.stringify({ at, zones: [...zones] });

const KEPT = v.object({ at: v.number(), zones: v.array(v.tuple([v.string(), v.string()])) });

function zonesIn(json: string, now: number): Zones | undefined {
  const kept = valueBy(KEPT, parsedJson(json));
  return kept !== undefined && now - kept.at < KEPT_MS ? new Map(kept.zones) : undefined;
}

/** The zones of customers, read only when the first date without a time needs one. */
export class CustomerZones {
  private read: { readonly zones: Zones | undefined } | undefined;

  constructor(
    private readonly requests: Requests,
    private readonly clock: Clock,
    private readonly cache: CatalogCache,
  ) {}

  /** Whether they were needed but the key may not read them. */
  get areUnreadable(): boolean {
    return this.read !== undefined && this.read.zones === undefined;
  }

  /** Reads them again when they are next needed. */
  forget(): void {
    this.read = undefined;
  }

  /**
   * The zone of a customer; undefined if the customer or the zones are not known.
   * @param mayBeKept whether zones that an earlier execution kept will do
   * @throws ProblemError if Lago does not answer: a guessed zone could put usage into another month
   */
  of(customer: string, mayBeKept: boolean): string | undefined {
    this.read ??= { zones: (mayBeKept ? this.kept() : undefined) ?? this.listed() };
    return this.read.zones?.get(customer);
  }

  private kept(): Zones | undefined {
    const text = this.cache.read('zones');
    return text === undefined ? undefined : zonesIn(text, this.clock.now());
  }

  private listed(): Zones | undefined {
    const at = this.clock.now();
    const listed = listAll(this.requests, [CUSTOMERS]);
    if (isProblem(listed)) throw new ProblemError(listed);
    const [customers] = listed;
    if (customers === undefined) return undefined;
    const zones = zonesOf(customers);
    this.cache.write('zones', zonesText(zones, at));
    return zones;
  }
}
