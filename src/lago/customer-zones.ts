import { isProblem, ProblemError } from '../problem/problem';
import type { Clock } from '../sync/ports';
import { isObject } from '../value/json';
import { type CatalogCache, KEPT_MS } from './catalog-text';
import { type Listed, listAll } from './listing';
import type { Requests } from './requests';
import { scalarText } from './scalar';

/** IANA zones in which periods of customers end, by the customer's external id. */
type Zones = ReadonlyMap<string, string>;

const CUSTOMERS: Listed = { path: '/customers', name: 'customers' };

const zonesOf = (customers: readonly unknown[]): Zones =>
  new Map(
    customers
      .filter(isObject)
      .filter((customer) => typeof customer['applicable_timezone'] === 'string')
      .map((customer) => [
        scalarText(customer['external_id']),
        scalarText(customer['applicable_timezone']),
      ]),
  );

/** @param at when they were read (ms) */
const zonesText = (zones: Zones, at: number): string => JSON.stringify({ at, zones: [...zones] });

function zonesIn(text: string, now: number): Zones | undefined {
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

/**
 * The zones of customers. They are read when the first date without a time needs one, and not
 * before.
 */
export class CustomerZones {
  private read: { readonly zones: Zones | undefined } | undefined;

  constructor(
    private readonly requests: Requests,
    private readonly clock: Clock,
    private readonly cache: CatalogCache,
  ) {}

  /** Whether they were needed and the key may not read them. */
  get areUnreadable(): boolean {
    return this.read !== undefined && this.read.zones === undefined;
  }

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
