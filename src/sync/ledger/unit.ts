import type { LedgerEntry } from './ledger';
/** Events that travel together or not at all: one, or reversals with what replaces the events that they take back. */
export type Unit = readonly LedgerEntry[];

/** What became of the rest of a unit that Lago refused. */
export const OTHER_HALF = 'not sent, because the other half of the correction was refused';

/** What became of events that were not in Lago when the period of one of their unit was invoiced. Lago has refused none of them, so their row is planned anew. */
export const TOO_LATE = 'not sent, because its period was invoiced before Lago had it';
