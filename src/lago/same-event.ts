import type { UsageEvent } from '../value/usage-event';
import type { Metric } from './catalog';
import { isSameEvent, type StoredEvent } from './comparison';

/**
 * Whether Lago's event is the one that was sent. If the metrics may not be read, properties that
 * Lago may have computed and added are ignored.
 */
export const sameBy =
  (metrics: ReadonlyMap<string, Metric> | undefined) =>
  (sent: UsageEvent, stored: StoredEvent): boolean => {
    if (metrics === undefined) {
      const properties = Object.fromEntries(
        Object.entries(stored.properties).filter(([name]) => name in sent.properties),
      );
      return isSameEvent(sent, { ...stored, properties });
    }
    const metric = metrics.get(sent.code);
    return isSameEvent(sent, stored, metric?.expression === undefined ? undefined : metric.field);
  };
