import type { ConnectionView } from '../../rpc/contract';

/** Where Lago keeps its events. */
export const STORES: Readonly<Record<ConnectionView['store'], string>> = {
  postgres: 'PostgreSQL',
  clickhouse: 'ClickHouse',
  unknown: 'Not told by this Lago (older than 1.47)',
};
