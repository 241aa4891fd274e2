import type { SyncView } from '../rpc/contract';
import { count } from '../value/count';
import { DAY_MS } from '../value/duration';

const CHART_DAYS = 30;

interface DayBar {
  readonly label: string;
  readonly title: string;
  readonly parts: readonly { readonly tone: 'good' | 'bad'; readonly value: number }[];
}

/** The 30 days that end today (as `2026-11-21`), one bar each; a day on which nothing happened has no parts. */
export function dayBars(days: SyncView['days'], today: string): readonly DayBar[] {
  const last = Date.parse(`${today}T00:00:00Z`);
  const byDay = new Map(days.map((each) => [each.day, each]));
  return Array.from({ length: CHART_DAYS }, (_, index) => {
    const ms = last - (CHART_DAYS - 1 - index) * DAY_MS;
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

/** Events that Lago took on this day (as `2026-11-21`). */
export const sentOn = (days: SyncView['days'], day: string): number =>
  days.find((each) => each.day === day)?.sent ?? 0;
