import { textAt, valueAt } from '../json';
import type { Scene } from '../scene';

/** The running period of a subscription, as current usage tells it. */
export interface RunningPeriod {
  /** Unix seconds; the last one belongs to it. */
  readonly from: number;
  readonly to: number;
  /** The part of it that is left from a moment on (Unix seconds), from 0 to 1. */
  shareFrom(moment: number): number;
}

export function runningPeriod({ account }: Scene, subscription: string): RunningPeriod {
  const usage = valueAt(account.usage(subscription).body, 'customer_usage');
  const secondsOf = (name: string): number => Date.parse(textAt(usage, name)) / 1000;
  const [from, to] = [secondsOf('from_datetime'), secondsOf('to_datetime')];
  return { from, to, shareFrom: (moment) => (to + 1 - moment) / (to + 1 - from) };
}
