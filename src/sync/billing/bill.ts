import type { UsageEvent } from '../../value/usage-event';

/** What an invoice has for one price of a metric. */
export interface Fee {
  /** Names the price among all of the metric; see `Price.fee`. */
  readonly name: string;
  /** Decimal text. */
  readonly units: string;
  /** Number of its events; undefined if Lago does not say. */
  readonly events: number | undefined;
}

/** An event that Lago has. */
export interface ArrivedEvent {
  /** As Lago bills it. */
  readonly event: UsageEvent;
  /** When Lago received it (ms); undefined if it does not say. */
  readonly receivedAt: number | undefined;
}

/** A final invoice, as far as it bills one metric of one subscription. */
export interface IssuedBill {
  /** When Lago made it (ms), first as a draft if it was one. */
  readonly madeAt: number;
  /** Of the metric and subscription. */
  readonly fees: readonly Fee[];
  /** All that Lago has of the period now, from whatever sender. */
  readonly events: readonly ArrivedEvent[];
}

/**
 * What became of a period that has ended: its final invoice; `draft`, which takes usage yet;
 * `none`, there is no invoice. `unasked`: Lago was not asked, since the run had no requests left.
 * `unreadable`: the key may not read invoices. `unclear`: there is more than is read, or what was
 * read is none.
 */
export type Bill = IssuedBill | 'draft' | 'none' | 'unasked' | 'unreadable' | 'unclear';

/** Which bill is looked for. */
export interface AskedBill {
  /** External id. */
  readonly subscription: string;
  /** Code of the metric. */
  readonly code: string;
  /** The last moment of the period (ms). */
  readonly end: number;
  /** Whether a draft is looked at again, although this run has seen it. */
  readonly again: boolean;
}
