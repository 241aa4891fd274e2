import Big from 'big.js';
import { countedBy } from '../../value/aggregation';
import type { UsageEvent } from '../../value/usage-event';
import { quantityOf } from '../billing/aggregation';
import type { EventStore } from '../event-store';
import { type Ledger, latestOf } from '../ledger/entries';
import type { LedgerEntry } from '../ledger/entry';

/**
 * What is compared of a metric. `sum`: the sum of its property. `events`: how many events there
 * are. `rows`: how many rows Lago has, because only one of several values counts, or each once.
 */
export type MeasuredBy = 'sum' | 'events' | 'rows';

/** How the usage of a metric is compared. */
export interface Measure {
  /** What is compared. */
  readonly by: MeasuredBy;
  /** The property that the metric reads of an event; undefined if it reads none. */
  readonly field: string | undefined;
  /** Where Lago keeps events; left out if it does not say. */
  readonly store?: EventStore | undefined;
  /** Whether only the newest event of a row counts, so that earlier ones are not counted. */
  readonly onlyNewest: boolean;
  /** Whether the latest value counts, so that two of one time have no order. */
  readonly isLatest?: boolean | undefined;
}

/** How the usage of a metric is compared, by its code. */
export type MeasureOf = (code: string) => Measure;

/** A metric as Lago lists it. */
interface CountedMetric {
  readonly aggregation: string;
  readonly field: string | undefined;
  readonly expression: string | undefined;
}

/**
 * How the usage of a metric is compared.
 * @param metric undefined if it is not known
 * @param store where Lago keeps events
 */
export function measureBy(metric: CountedMetric | undefined, store: EventStore): Measure {
  // Lago computes the property by an expression, so a row does not say it.
  if (metric === undefined || metric.expression !== undefined)
    return { by: 'events', field: undefined, onlyNewest: false };
  const { field } = metric;
  switch (countedBy(metric.aggregation)) {
    case 'sum':
    case 'sum over time':
      return { by: 'sum', field, store, onlyNewest: false };
    case 'different values':
      return { by: 'rows', field, onlyNewest: false };
    case 'highest':
      return { by: 'rows', field, onlyNewest: true };
    case 'latest':
      return { by: 'rows', field, onlyNewest: true, isLatest: true };
    default:
      return { by: 'events', field, onlyNewest: false };
  }
}

const isOpenOrAccepted = ({ outcome: { state } }: LedgerEntry): boolean =>
  state !== 'rejected' && state !== 'conflict';

/**
 * Whether the ledger takes an event to be in Lago, or on its way: what Lago refused is not, and of
 * a conflict only the last word of its row is.
 */
export const isExpected = (ledger: Ledger, entry: LedgerEntry): boolean =>
  isOpenOrAccepted(entry) ||
  (entry.outcome.state === 'conflict' && latestOf(ledger, entry.index.key) === entry);

const ONE = new Big(1);
const NOTHING = new Big(0);

/** How much an event adds to what is compared. */
export class Amounts {
  constructor(
    private readonly ledger: Ledger,
    private readonly measureOf: MeasureOf,
  ) {}

  /** What an event of which the ledger knows nothing adds to the total of its place. */
  ofEvent(event: Pick<UsageEvent, 'code' | 'properties'>): Big {
    const measure = this.measureOf(event.code);
    return measure.by === 'sum' ? (quantityOf(event, measure) ?? NOTHING) : ONE;
  }

  /**
   * What an event adds that is part of a correction, or was taken back by one: to a number of rows
   * nothing.
   */
  ofCorrection(event: Pick<UsageEvent, 'code' | 'properties'>): Big {
    return this.measureOf(event.code).by === 'rows' ? NOTHING : this.ofEvent(event);
  }

  /**
   * What an event adds under whose id the ledger has an entry.
   * @param event as the ledger or as Lago has it
   */
  ofEntry(entry: LedgerEntry, event: Pick<UsageEvent, 'code' | 'properties'> = entry.event): Big {
    return this.stands(entry) ? this.ofEvent(event) : this.ofCorrection(event);
  }

  /**
   * Whether Lago counts an event for its row: it takes nothing back, nothing takes it back, and no
   * newer one counts in its place.
   */
  stands(entry: LedgerEntry): boolean {
    const { kind, id, key } = entry.index;
    if (kind === 'reversal' || this.ledger.reversals.get(id)?.some(isOpenOrAccepted) === true)
      return false;
    if (!this.measureOf(entry.event.code).onlyNewest) return true;
    const later = this.ledger.byKey.get(key) ?? [];
    return !later.some(
      (other) =>
        other.index.kind !== 'reversal' &&
        other.index.revision > entry.index.revision &&
        isOpenOrAccepted(other),
    );
  }
}
