import type { LineIndex, LineOutcome } from '../src/sync/ledger/entry';
import type { UsageEvent } from '../src/value/usage-event';
import type { FakeGoogle } from './runtime';

/** An event that the add-on has written down before it handed it over. */
export interface LedgerLine {
  /** The event as it was sent. */
  readonly event: UsageEvent;
  readonly state: LineOutcome['state'];
}

/** What a cell of the ledger holds; nothing if somebody has damaged it. */
function held<T>(text: string): Partial<T> {
  try {
    return JSON.parse(text) as Partial<T>;
  } catch {
    return {};
  }
}

const ledgersOf = ({ spreadsheet }: FakeGoogle): string[] =>
  spreadsheet.sheets
    .map(({ name }) => name)
    .filter((name) => spreadsheet.shown(name, 1, 1).startsWith('{"ledger":'));

/** Whether anything was ever sent from the file, or marked as billed elsewhere. */
export const hasLedger = (google: FakeGoogle): boolean => ledgersOf(google).length > 0;

/** Every event of a file's ledgers by its id. What was marked as billed elsewhere is none. */
export function readLedger(google: FakeGoogle): Map<string, LedgerLine> {
  const lines = new Map<string, LedgerLine>();
  for (const name of ledgersOf(google)) {
    const [, ...table] = google.spreadsheet.table(name);
    for (const [index = '', frozen = '', outcome = ''] of table) {
      const { id, kind } = held<LineIndex>(index);
      const event = held<UsageEvent>(frozen);
      if (id === undefined || kind === 'baseline' || event.transaction_id === undefined) continue;
      const { state = 'pending' } = held<LineOutcome>(outcome);
      lines.set(id, { event: event as UsageEvent, state });
    }
  }
  return lines;
}

/**
 * What was handed over, or was found out about, since the ledger stood like this: lines that are
 * new, and those whose event was not accepted and stands elsewhere now.
 */
export const linesSince = (
  before: ReadonlyMap<string, LedgerLine>,
  now: ReadonlyMap<string, LedgerLine>,
): LedgerLine[] =>
  [...now].filter(([id, { state }]) => before.get(id)?.state !== state).map(([, line]) => line);
