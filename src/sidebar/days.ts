import type { SyncView } from '../rpc/contract';
import { count } from '../value/count';
import { DAY_MS, KEPT_DAYS } from '../value/duration';
import type { Bar } from './parts/chart';

/** The 30 days up to today (as `2026-11-21`), one bar each, the oldest first. */
export function dayBars(days: SyncView['days'], today: string): readonly Bar[] {
  const last = Date.parse(`${today}T00:00:00Z`);
  const byDay = new Map(days.map((each) => [each.day, each]));
  return Array.from({ length: KEPT_DAYS }, (_, index) => {
    const ms = last - (KEPT_DAYS - 1 - index) * DAY_MS;
    const label = new Date(ms).toLocaleDateString('en-US', {
      month: 'short',
      day: 'numeric',
      timeZone: 'UTC',
    });
    const found = byDay.get(new Date(ms).toISOString().slice(0, 10));
    if (found === undefined) return { label, title: `${label}: nothing`, parts: [] };
    const { sent, refused } = found;
    return {
      label,
      title: `${label}: ${count(sent)} sent, ${count(refused)} refused`,
      parts: [
        { tone: 'good', value: sent },
        { tone: 'bad', value: refused },
      ],
    };
  });
}

/** How many events Lago accepted on a day (as `2026-11-21`). */
export const sentOn = (days: SyncView['days'], day: string): number =>
  days.find((each) => each.day === day)?.sent ?? 0;
