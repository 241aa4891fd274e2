import * as v from 'valibot';
import type { EntriesOf } from '../../schema/fit';
import type { LedgerRecord, Rebuilding } from '../../sync/ledger/ledger';
import { parsedJson } from '../../value/json';
import type { Properties } from '../runtime';
import { storedBy } from '../stored-json';

const PREFIX = 'ledger.';

const RECORD = v.object({
  sheetName: v.string(),
  tab: v.number(),
  lines: v.number(),
  lastId: v.string(),
  newestAt: v.optional(v.number()),
  rebuilding: v.optional(
    v.object({
      since: v.number(),
      done: v.number(),
      absent: v.string(),
    } satisfies EntriesOf<Rebuilding>),
  ),
  rebuiltAt: v.optional(v.number()),
  compared: v.optional(v.literal(true)),
} satisfies EntriesOf<LedgerRecord>);

/** @throws ProblemError settings.unreadable */
const recordIn = (text: string): LedgerRecord => storedBy(RECORD, parsedJson(text));

/** The document property that holds the record of the ledger of a sync and organization. */
export const recordKey = (sync: string, organization: string): string =>
  `${PREFIX}${sync}.${organization}`;

/**
 * What is recorded about ledgers outside of their sheets, in document properties, so that lines or
 * whole sheets that vanish are noticed.
 */
export class LedgerRecords {
  /** @param syncs ids of the syncs of this file */
  constructor(
    private readonly properties: Properties,
    private readonly syncs: readonly string[],
  ) {}

  read(key: string): LedgerRecord | undefined {
    const text = this.properties.getProperty(key);
    return text === null ? undefined : recordIn(text);
  }

  write(key: string, record: LedgerRecord): void {
    this.properties.setProperty(key, JSON.stringify(record));
  }

  delete(key: string): void {
    this.properties.deleteProperty(key);
  }

  /**
   * Keys and records of ledgers of this tab whose sync is gone. Without their sheets nobody knows
   * what they have sent.
   */
  lost(organization: string, tab: number): (readonly [string, LedgerRecord])[] {
    return Object.entries(this.properties.getProperties())
      .filter(
        ([key]) =>
          key.startsWith(PREFIX) &&
          key.endsWith(`.${organization}`) &&
          !this.syncs.some((id) => key === recordKey(id, organization)),
      )
      .map(([key, text]) => [key, recordIn(text)] as const)
      .filter(([, record]) => record.tab === tab && record.lines > 0);
  }

  /** The records of all other syncs that send to the organization, by the sync's id. */
  ofOthers(sync: string, organization: string): (readonly [string, LedgerRecord])[] {
    return Object.entries(this.properties.getProperties()).flatMap(([name, text]) => {
      const [, other, owner] = /^ledger\.([^.]+)\.(.+)$/.exec(name) ?? [];
      return other === undefined || other === sync || owner !== organization
        ? []
        : [[other, recordIn(text)] as const];
    });
  }
}
