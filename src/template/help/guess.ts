import {
  CODE,
  type ColumnRole,
  SUBSCRIPTION,
  TIMESTAMP,
  TRANSACTION_ID,
  type TypedColumn,
} from '../../value/column-guess';
import { nearest } from '../../value/nearest';
import type { RequiredField } from '../../value/usage-event';

/** From these points on a column holds subscriptions, and not somebody who may have several. */
export const CERTAIN = 60;

/** What the column of a field is called and holds. */
export const ROLES: Readonly<Record<RequiredField, ColumnRole>> = {
  transaction_id: TRANSACTION_ID,
  external_subscription_id: SUBSCRIPTION,
  code: CODE,
  timestamp: TIMESTAMP,
};

/** The columns (at most `count`) whose name or header is most like a name, the nearest first. */
export function columnsLike(
  name: string,
  columns: readonly TypedColumn[],
  count: number,
): TypedColumn[] {
  const found: TypedColumn[] = [];
  while (found.length < count) {
    const left = columns.filter((column) => !found.includes(column));
    const byName = nearest(
      name,
      left.map((column) => column.name),
    );
    const like =
      byName ??
      nearest(
        name,
        left.map(({ header }) => header),
      );
    const column = left.find((each) =>
      byName === undefined ? each.header === like : each.name === byName,
    );
    if (column === undefined || column.twice === true) break;
    found.push(column);
  }
  return found;
}
