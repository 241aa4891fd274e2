import type { ColumnView, SyncDraft, TabView } from '../../../rpc/contract';
import { isDouble, nameOf, usableColumns } from '../../draft/columns';
import { readColumns } from '../../draft/event';
import { keyObstacle } from '../../words/columns';
import { keyColumn } from './ids-offer';

/** From this number of columns on they can be searched, and not all of them are listed. */
const MANY_COLUMNS = 12;
/** Of many columns only this number is listed of those that are not picked. */
const LISTED_UNPICKED = 20;

const contains = ({ header, name }: ColumnView, search: string): boolean =>
  `${header} ${name}`.toLowerCase().includes(search.trim().toLowerCase());

/** The columns of a tab as they are listed. */
export interface ColumnListing {
  /** Whether there are so many that they are searched. */
  readonly isMany: boolean;
  /** Number of the columns that can be picked. */
  readonly total: number;
  /** The columns that are listed, in the order of the sheet. */
  readonly shown: readonly ColumnView[];
  /** Number of the columns that were found but are not shown. */
  readonly hidden: number;
}

/** The columns whose header or name contains a text, in the order of the sheet. */
export function listColumns(draft: SyncDraft, tab: TabView, search: string): ColumnListing {
  const columns = usableColumns(tab);
  const isMany = columns.length >= MANY_COLUMNS;
  const found = columns.filter((column) => contains(column, search));
  const unpicked = found.filter(({ header }) => nameOf(draft, header) === undefined);
  const hidden = isMany ? unpicked.slice(LISTED_UNPICKED) : [];
  return {
    isMany,
    total: columns.length,
    shown: found.filter((column) => !hidden.includes(column)),
    hidden: hidden.length,
  };
}

/** Headers that several columns of a tab have, each once. */
export const doubleHeaders = (tab: TabView): readonly string[] => [
  ...new Set(tab.columns.map(({ header }) => header).filter((header) => isDouble(tab, header))),
];

/**
 * Whether the key, the subscription, the date and a number are found and no value is odd, so that
 * nobody has to look at the columns.
 */
export function isAllGuessed(draft: SyncDraft, tab: TabView): boolean {
  const key = keyColumn(draft, tab);
  const { subscription, time, column } = readColumns(draft, tab, {});
  const isFound = [subscription, time, column].every((name) => name !== undefined);
  return (
    key !== undefined &&
    keyObstacle(key) === undefined &&
    isFound &&
    tab.columns.every((each) => each.odd.count === 0)
  );
}
