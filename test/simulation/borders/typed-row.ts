import type { Code } from './calendar';

export type Store = 'postgres' | 'clickhouse';

/** A row as it was typed, and when. Times in ms. */
export interface TypedRow {
  readonly id: string;
  readonly subscription: string;
  readonly at: number;
  readonly code: Code;
  readonly n: number;
  readonly typedAt: number;
}
