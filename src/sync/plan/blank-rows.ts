import type { EventReading } from '../../template/read-event';
import { isEmpty } from '../../value/cell';
import type { TimeRule } from '../../value/time';
import type { Ledger } from '../ledger/entries';
import { headerOf, type Model, type Row, refuseDoubles } from '../rows/model';
import type { ReadySync } from '../sync';

const lacksColumn = (reading: EventReading): boolean =>
  'problems' in reading && reading.problems.some(({ code }) => code === 'row.empty-cell');

/** What tells a blank row from one whose cells somebody has cleared. */
interface Known {
  readonly ready: ReadySync;
  readonly ledger: Ledger;
  readonly rule: TimeRule;
}

/**
 * The tab without rows in which nothing but a key stands, such as a formula `=ROW()` that was
 * dragged below the data: they were never sent, and their event lacks another column. A sent row
 * whose other cells were cleared stays, since Lago bills it. So does one whose event is made of the
 * key alone and fails: it is usage, mistyped.
 */
export function withoutBlankRows(model: Model, { ready, ledger, rule }: Known): Model {
  const { sync, template } = ready;
  const isBlank = ({ key, cells, ticked }: Row): boolean =>
    key !== undefined &&
    [...cells].every(
      ([name, { value }]) =>
        name === sync.key ||
        isEmpty(value) ||
        (name === sync.ready && (value === false || ticked === false)),
    ) &&
    !ledger.byKey.has(key) &&
    lacksColumn(template.render(cells, rule));
  const rows = model.rows.filter((row) => !isBlank(row));
  return rows.length === model.rows.length ? model : refuseDoubles(rows, headerOf(sync, sync.key));
}
