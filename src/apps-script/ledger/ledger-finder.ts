import type { LedgerHeader } from '../../sync/ledger/ledger';
import type { Sheet, Spreadsheet } from '../runtime';
import { isGrid } from '../sheet-source';
import { readHeader } from './ledger-cells';

/** What the first cell of a sheet says, if the sheet is a ledger. Costs a service call or two. */
export const headerOf = (sheet: Sheet): LedgerHeader | undefined =>
  sheet.getLastRow() === 0
    ? undefined
    : readHeader(sheet.getRange(1, 1, 1, 1).getValues()[0]?.[0] ?? '');

/** A sheet that is a ledger. */
export interface FoundLedger {
  readonly sheet: Sheet;
  readonly header: LedgerHeader;
}

/** Finds the sheets of ledgers, which people can rename, copy and delete. */
export class LedgerFinder {
  /** @param syncs ids of the syncs of this file */
  constructor(
    private readonly spreadsheet: Spreadsheet,
    private readonly syncs: readonly string[],
  ) {}

  /** The sheet of that name, unless it is not this sync's ledger: names can be given to others. */
  named(name: string, sync: string, organization: string): Sheet | undefined {
    const sheet = this.spreadsheet.getSheetByName(name);
    const header = sheet === null ? undefined : headerOf(sheet);
    return sheet !== null && header?.sync === sync && header.organization === organization
      ? sheet
      : undefined;
  }

  /**
   * Looks through all sheets for the ledgers of a tab and organization that are the sync's own, or
   * whose sync is gone. The ledger of another sync of this file is never taken.
   */
  search(sync: string, organization: string, tab: number): readonly FoundLedger[] {
    const others = this.syncs.filter((id) => id !== sync);
    return this.spreadsheet
      .getSheets()
      .filter(isGrid)
      .flatMap((sheet) => {
        const header = headerOf(sheet);
        return header?.organization === organization &&
          header.tab === tab &&
          !others.includes(header.sync)
          ? [{ sheet, header }]
          : [];
      });
  }
}
