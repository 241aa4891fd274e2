/** How this Lago is set up, or which version it is: what may change while the fake runs. */
export interface Settings {
  /**
   * A free one knows no customer's time zone, no grace period, no permissions of keys and no limits
   * per transaction (lago: requests.premium).
   */
  licence: 'free' | 'premium';
  /** Most events in a batch: 100. */
  maxBatch: number;
  /**
   * Most items of a page, whatever `per_page` asks for. Lago itself has no limit (lago:
   * requests.pages, requests.pages-limited); one in front of it may.
   */
  maxPerPage: number;
  /**
   * Lago 1.32.4 to 1.38, where a refused batch leaves its new events behind (lago: batch.partial).
   */
  partialBatches: boolean;
  /**
   * Lago 1.32.4 to 1.35, where a batch with a blank transaction_id or code breaks in place of being
   * refused (lago: batch.blanks-break).
   */
  blanksBreakBatches: boolean;
  /** Lago before 1.47, which does not tell its event store. */
  omitEventsStore: boolean;
  /**
   * Lago before August 2026: with a metric its events on plans that charge it vanish, while their
   * ids stay taken (lago: reading.deleted-events).
   */
  deletesEventsOfMetrics: boolean;
  /**
   * How many jobs Lago gets done in a second, one for each event: 30 to 60 on a small server (lago:
   * jobs.events). Current usage, and invoices of what is paid in advance, are late by those that
   * wait; infinity: none ever waits.
   */
  eventJobsPerSecond: number;
  /**
   * After this time from the end of their subscription GETs do not see events any more: 90 days in
   * Lago's cloud (lago: reading.retention).
   */
  retentionMs: number;
}

export const DEFAULT_SETTINGS: Settings = {
  licence: 'premium',
  maxBatch: 100,
  maxPerPage: Number.POSITIVE_INFINITY,
  partialBatches: false,
  blanksBreakBatches: false,
  omitEventsStore: false,
  deletesEventsOfMetrics: false,
  eventJobsPerSecond: Number.POSITIVE_INFINITY,
  retentionMs: Number.POSITIVE_INFINITY,
};
