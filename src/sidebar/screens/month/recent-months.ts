/** Months to choose from: this one and the year before it. */
const OFFERED = 13;
/** Up to this day of a month people are still busy with the former one. */
const CLOSING_DAYS = 10;

/** The month of a day (`2026-11-20`) and those before it, the newest first. */
export function recentMonths(today: string): readonly string[] {
  const [year = 1970, month = 1] = today.split('-').map(Number);
  return Array.from({ length: OFFERED }, (_, index) =>
    new Date(Date.UTC(year, month - 1 - index, 1)).toISOString().slice(0, 7),
  );
}

/**
 * The month that a person most likely wants to see on a day (`2026-11-20`): early in a month the
 * former one.
 */
export const likelyMonth = (today: string): string =>
  recentMonths(today)[Number(today.slice(8)) <= CLOSING_DAYS ? 1 : 0] ?? today.slice(0, 7);
