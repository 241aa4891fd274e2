/**
 * A day or month (`2026-11-03`, `2026-11`) as `3 Nov 2026` or `Nov 2026`; as it is if it is no
 * date.
 */
export function periodWords(period: string): string {
  const isMonth = period.length === 'yyyy-MM'.length;
  const time = new Date(`${isMonth ? `${period}-01` : period}T00:00:00Z`);
  if (Number.isNaN(time.getTime())) return period;
  return time.toLocaleDateString('en-GB', {
    timeZone: 'UTC',
    month: 'short',
    year: 'numeric',
    day: isMonth ? undefined : 'numeric',
  });
}

/**
 * A day or month as short as a bar of a chart is wide: the day of the month, or the month's name.
 */
export function periodLabel(period: string): string {
  const words = periodWords(period).split(' ');
  return words[0] ?? period;
}

/** A month (`2026-11`) as a title, such as `November 2026`. */
export const monthWords = (month: string): string =>
  new Date(`${month}-01T00:00:00Z`).toLocaleDateString('en-US', {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
