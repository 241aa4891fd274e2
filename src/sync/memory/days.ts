import { KEPT_DAYS } from '../../value/duration';

/** What happened on one day in the spreadsheet's zone, such as `2026-11-21`. */
export interface DayCount {
  /** Such as `2026-11-21`. */
  readonly day: string;
  /** Events that Lago accepted. */
  readonly sent: number;
  /** Events that Lago refused. */
  readonly refused: number;
}

/** Adds a run to its day. Only days on which something happened are kept, the oldest first. */
export function addToDays(
  days: readonly DayCount[],
  day: string,
  { delivered, rejected }: { readonly delivered: number; readonly rejected: number },
): readonly DayCount[] {
  if (delivered + rejected === 0) return days;
  const before = days.find((each) => each.day === day) ?? { day, sent: 0, refused: 0 };
  const after = { day, sent: before.sent + delivered, refused: before.refused + rejected };
  return [...days.filter((each) => each.day !== day), after]
    .sort((left, right) => left.day.localeCompare(right.day))
    .slice(-KEPT_DAYS);
}
