import type { LedgerRecord } from '../../sync/ledger/ledger';
import type { Properties } from '../runtime';

const PREFIX = 'ledger.';

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
    return text === null ? undefined : (JSON.parse(text) as LedgerRecord);
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
      .map(([key, text]) => [key, JSON.parse(text) as LedgerRecord] as const)
      .filter(([, record]) => record.tab === tab && record.lines > 0);
  }

  /** The records of all other syncs that send to the organization, by the sync's id. */
  ofOthers(sync: string, organization: string): (readonly [string, LedgerRecord])[] {
    return Object.entries(this.properties.getProperties()).flatMap(([name, text]) => {
      const [, other, owner] = /^ledger\.([^.]+)\.(.+)$/.exec(name) ?? [];
      return other === undefined || other === sync || owner !== organization
        ? []
        : [[other, JSON.parse(text) as LedgerRecord] as const];
    });
  }
}
