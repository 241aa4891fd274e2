import { countedBy } from '../../value/aggregation';
import { groupBy } from '../../value/group';
import { placeName, type UsageEvent } from '../../value/usage-event';
import { type BillingTerms, uniqueText } from '../billing/correction';
import type { Ledger } from '../ledger/entries';
import { isHanded } from '../ledger/entry';

/** Times (Unix seconds) in their order, by unique value. */
type Times = ReadonlyMap<string | undefined, readonly number[]>;

/** When something was taken back, by subscription and metric. */
export class TakenBack {
  private readonly events: ReadonlyMap<string, readonly UsageEvent[]>;
  private readonly times = new Map<string, Times>();

  constructor({ entries }: Ledger) {
    const reversals = entries.filter(({ index }) => index.kind === 'reversal');
    this.events = groupBy(
      reversals.filter(isHanded).map(({ event }) => event),
      placeName,
    );
  }

  /** Whether something was taken back where an event counts, whatever its value. */
  hasPlaceOf(event: UsageEvent): boolean {
    return this.events.has(placeName(event));
  }

  /** When it was (Unix seconds, in their order); of unique values, when that of the event was. */
  timesFor(event: UsageEvent, { aggregation, field }: BillingTerms): readonly number[] {
    const isUnique = countedBy(aggregation) === 'different values';
    const textOf = (of: UsageEvent): string | undefined =>
      isUnique ? uniqueText(of, field) : undefined;
    const place = placeName(event);
    const known = this.times.get(place) ?? timesBy(this.events.get(place) ?? [], textOf);
    this.times.set(place, known);
    return known.get(textOf(event)) ?? [];
  }
}

function timesBy(
  events: readonly UsageEvent[],
  textOf: (event: UsageEvent) => string | undefined,
): Times {
  // The time of an adopted event may be none that can be read.
  const timed = events.filter(({ timestamp }) => !Number.isNaN(timestamp));
  const sorted = timed.sort((left, right) => left.timestamp - right.timestamp);
  const byText = groupBy(sorted, textOf);
  return new Map([...byText].map(([text, some]) => [text, some.map((each) => each.timestamp)]));
}
