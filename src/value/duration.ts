/** A second in ms. */
export const SECOND_MS = 1_000;
/** A minute in milliseconds. */
export const MINUTE_MS = 60_000;
/** An hour in milliseconds. */
export const HOUR_MS = 60 * MINUTE_MS;
/** A day of 24 hours in milliseconds. */
export const DAY_MS = 24 * HOUR_MS;

/** The hour (0–23) of a daily run for which nobody has chosen one. */
export const DAILY_HOUR = 7;

/** A period that is about to close with unbilled rows is announced this long before its end. */
export const CLOSING_NOTICE_MS = 48 * HOUR_MS;

/** Days with runs that are kept for home's chart, and from which the usual volume is judged. */
export const KEPT_DAYS = 30;
