import { type ColumnRole, columnsFor } from '../../../value/column-guess';
import { ownValue } from '../../../value/json';
import type { Draft, LocatedProblem } from '../draft';
import { fieldsAround, removal } from '../event-fields';
import { columnsLike, ROLES } from '../guess';
import { nameIn } from '../references';
import { type Candidate, edit, fix, LISTED_COLUMNS, type Repair, readsAs } from './candidate';

/** The role of the event's field that a character stands in. */
function roleAt({ events }: Draft, offset: number): ColumnRole | undefined {
  const [field] = events.flatMap((event) => fieldsAround(event.fields, offset)[0] ?? []);
  if (field === undefined) return undefined;
  return ownValue<ColumnRole>(
    ROLES,
    field.name === 'external_customer_id' ? 'external_subscription_id' : field.name,
  );
}

/** Takes the property away in which a character stands; the event's own fields stay. */
function withoutProperty({ events }: Draft, offset: number): Candidate[] {
  const [event] = events;
  if (events.length !== 1 || event === undefined) return [];
  const [outer, property] = fieldsAround(event.fields, offset);
  if (outer?.name !== 'properties' || property === undefined) return [];
  const taken = removal(event, property);
  return taken === undefined
    ? []
    : [{ ...fix(`Remove “${property.name}”`, taken), without: property.name }];
}

/** Columns instead of a reference: those with a similar name, then those that suit the field. */
function otherColumns(draft: Draft, { from, to }: LocatedProblem, name: string): Candidate[] {
  const role = roleAt(draft, from);
  const alike = columnsLike(name, draft.columns, 2);
  const suitable =
    role === undefined ? [] : columnsFor(role, draft.columns).map(({ column }) => column);
  return [...new Set([...alike, ...suitable])]
    .slice(0, LISTED_COLUMNS)
    .map((column) => fix(`Use ${readsAs(column)}`, edit(from, to, readsAs(column))));
}

/** Another column, or the event without the property that wants it. */
export const unknownColumn: Repair = (draft, found) => {
  const name = nameIn(draft.text.slice(found.from, found.to)) ?? '';
  const others = otherColumns(draft, found, name);
  return others.length > 0 ? others : withoutProperty(draft, found.from);
};

/** The column that was probably meant. */
export const unknownVariable: Repair = (draft, found) => {
  const parts = draft.text
    .slice(found.from, found.to)
    .split(/[\s.[\]"']+/)
    .filter((part) => part !== '');
  const names = draft.columns.flatMap(({ name, header }) => [name, header]);
  // rows.x, record.x, row.x.y and a bare x all mean row.x.
  const known = parts.find((part) => names.includes(part));
  return otherColumns(draft, found, known ?? parts[parts.length - 1] ?? '');
};

/** An id made from a column that is different in every row. */
export const constantId: Repair = ({ columns }, { from, to }) =>
  columnsFor(ROLES.transaction_id, columns)
    .slice(0, 2)
    .map(({ column }) =>
      fix(`Use ${readsAs(column)}`, edit(from, to, `"{{ ${readsAs(column)} }}"`)),
    );
