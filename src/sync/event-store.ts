/**
 * How Lago stores events. ClickHouse refuses no duplicate (lago: clickhouse.duplicates). `unknown`:
 * Lago is older than 1.47 and does not say (lago: clickhouse.named).
 */
export type EventStore = 'postgres' | 'clickhouse' | 'unknown';
