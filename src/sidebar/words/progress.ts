import { counted } from '../../value/count';

/** Time left in words, such as `about 3 minutes left`, no more exact than it is known. */
export function timeLeftWords(seconds: number): string {
  if (seconds < 50) return 'less than a minute left';
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${counted(minutes, 'minute')} left`;
  const hours = Math.round(minutes / 60);
  return `about ${counted(hours, 'hour')} left`;
}

/** Events per second with the digits that mean something. */
export function rateWords(perSecond: number): string {
  const maximumFractionDigits = perSecond < 10 ? 1 : 0;
  return `${perSecond.toLocaleString('en-US', { maximumFractionDigits })} per second`;
}
