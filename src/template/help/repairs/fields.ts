import { columnFor, columnsFor } from '../../../value/column-guess';
import { ownValue } from '../../../value/json';
import { wordsOf } from '../../../value/name-words';
import { nearest } from '../../../value/nearest';
import { PLACEHOLDER_CODE } from '../../../value/template-language';
import {
  EVENT_FIELDS,
  type EventField,
  isEventField,
  REQUIRED_FIELDS,
  type RequiredField,
} from '../../../value/usage-event';
import { type Column, columnIndex } from '../../columns';
import { type Draft, fieldIn } from '../draft';
import {
  appended,
  type EventText,
  type Field,
  fieldNamed,
  insertion,
  isUnconditional,
  removal,
} from '../event-fields';
import { CERTAIN, columnsLike, ROLES } from '../guess';
import { nameIn } from '../references';
import { type Candidate, edit, fix, LISTED_METRICS, type Repair, readsAs } from './candidate';

/** What other services call the fields that Lago needs. */
const SYNONYMS: Readonly<Record<string, RequiredField>> = {
  date: 'timestamp',
  event_id: 'transaction_id',
  event_name: 'code',
  event_time: 'timestamp',
  id: 'transaction_id',
  idempotency_key: 'transaction_id',
  metric: 'code',
  metric_code: 'code',
  billable_metric_code: 'code',
  subscription: 'external_subscription_id',
  time: 'timestamp',
};

/** A repair of the field that a problem begins at. */
const ofField =
  (repair: (draft: Draft, event: EventText, field: Field) => readonly Candidate[]): Repair =>
  (draft, { from }) => {
    const at = fieldIn(draft.events, from);
    return at === undefined ? [] : repair(draft, at.event, at.field);
  };

/** The missing field that is meant by another name. */
function meantField(name: string, missing: readonly RequiredField[]): RequiredField | undefined {
  const words = wordsOf(name).join('_');
  const synonym = ownValue(SYNONYMS, words);
  if (synonym !== undefined && missing.includes(synonym)) return synonym;
  return (
    missing.find((field) => words.includes('_') && field.endsWith(`_${words}`)) ??
    nearest(name, missing)
  );
}

const missingIn = (event: EventText): RequiredField[] =>
  REQUIRED_FIELDS.filter((name) => fieldNamed(event.fields, name) === undefined);

const isDropped = ({ name }: Field): boolean =>
  !isEventField(name) && name !== 'external_customer_id';

const renamed = (field: Field, name: string): Candidate =>
  fix(`Rename “${field.name}” to “${name}”`, edit(field.from, field.keyTo, `"${name}"`));

/** The customer's field becomes the subscription's, with the column that suits it best. */
function subscriptionInstead({ text, columns }: Draft, field: Field): readonly Candidate[] {
  const name = 'external_subscription_id';
  const value = text.slice(field.valueFrom, field.to);
  const at = value.indexOf('row');
  const written = at < 0 ? undefined : nameIn(value.slice(at));
  const [best] = columnsFor(ROLES[name], columns);
  const rename = fix(`Rename it to “${name}”`, edit(field.from, field.keyTo, `"${name}"`));
  const withColumn = (column: Column): Candidate =>
    fix(
      `Use “${name}” with ${readsAs(column)}`,
      edit(field.from, field.to, `"${name}": "{{ ${readsAs(column)} }}"`),
    );
  if (best !== undefined && best.points >= CERTAIN)
    return best.column.name === written ? [rename] : [withColumn(best.column), rename];
  const isKnown = written !== undefined && columnIndex(columns, written) >= 0;
  const like = written === undefined ? undefined : columnsLike(written, columns, 1)[0];
  const other = like ?? best?.column;
  return isKnown || other === undefined ? [rename] : [withColumn(other), rename];
}

function withoutCustomer(draft: Draft, event: EventText, field: Field): readonly Candidate[] {
  if (fieldNamed(event.fields, 'external_subscription_id') === undefined)
    return subscriptionInstead(draft, field);
  const taken = removal(event, field);
  return taken === undefined ? [] : [fix('Remove “external_customer_id”', taken)];
}

/** The subscription's field instead of the customer's. */
export const customerField: Repair = ofField(withoutCustomer);

/** The event without the second field. */
export const duplicateField: Repair = ofField((_, event, field) => {
  const taken = removal(event, field);
  return taken === undefined ? [] : [fix('Remove the second one', taken)];
});

/** The field at the end of the properties, or in properties of its own if there are none. */
function movedIntoProperties(
  { text }: Draft,
  event: EventText,
  field: Field,
): readonly Candidate[] {
  const properties = fieldNamed(event.fields, 'properties');
  const written = text.slice(field.from, field.to);
  const label = 'Move it into “properties”';
  if (properties === undefined)
    return [fix(label, edit(field.from, field.to, `"properties": { ${written} }`))];
  const taken = removal(event, field);
  const hasPlace =
    properties.kind === 'object' &&
    isUnconditional(text, properties.from) &&
    fieldNamed(properties.fields, field.name) === undefined;
  return taken === undefined || !hasPlace
    ? []
    : [fix(label, taken, appended(text, properties, written))];
}

/** Another name for the field, another place, or the event without it. */
export const unknownField: Repair = ofField((draft, event, field) => {
  const meant = meantField(field.name, missingIn(event));
  const taken = removal(event, field);
  return [
    ...(meant === undefined ? [] : [renamed(field, meant)]),
    ...(draft.events.length === 1 ? movedIntoProperties(draft, event, field) : []),
    ...(taken === undefined ? [] : [fix('Remove it', taken)]),
  ];
});

/** A field that is not there yet, as it may be written. */
interface NewField {
  /** With its name: `"code": "api_calls"`. */
  readonly written: string;
  /** Whether it is one of several that only a person can choose between. */
  readonly choice?: boolean | undefined;
}

function newCodes({ columns, metrics = [] }: Draft): readonly NewField[] {
  const listed = metrics.slice(0, LISTED_METRICS);
  const choice = listed.length > 1;
  const named = listed.map(({ code }) => ({ written: `"code": ${JSON.stringify(code)}`, choice }));
  if (listed.length === 1) return named;
  const column = columnFor(ROLES.code, columns);
  const other = column === undefined ? PLACEHOLDER_CODE : `{{ ${readsAs(column)} }}`;
  return [...named, { written: `"code": "${other}"` }];
}

/** What may be written for a field that is not there. */
function newFields(draft: Draft, name: RequiredField): readonly NewField[] {
  if (name === 'code') return newCodes(draft);
  return columnsFor(ROLES[name], draft.columns)
    .slice(0, 2)
    .map(({ column }) => ({
      written:
        name === 'timestamp'
          ? `"timestamp": {{ ${readsAs(column)} | unix }}`
          : `"${name}": "{{ ${readsAs(column)} }}"`,
    }));
}

/** Puts a field where it stands in Lago's own order. */
export function added(event: EventText, name: EventField, written: string): Candidate {
  const before = EVENT_FIELDS.slice(0, EVENT_FIELDS.indexOf(name));
  const behind = event.fields
    .filter(
      (field) =>
        before.some((each) => each === field.name) && isUnconditional(event.text, field.from),
    )
    .pop();
  return fix(`Add ${written}`, insertion(event, written, behind));
}

/** The field, from a column or as it stands under another name. */
export const missingField: Repair = (draft, { from, message }) => {
  const missed = (event: EventText): RequiredField | undefined =>
    missingIn(event).find((name) => message.includes(`“${name}”`));
  const event = draft.events.find((each) => each.braceAt === from && missed(each) !== undefined);
  const name = event && missed(event);
  if (event === undefined || name === undefined) return [];
  const customer = fieldNamed(event.fields, 'external_customer_id');
  if (name === 'external_subscription_id' && customer !== undefined)
    return withoutCustomer(draft, event, customer);
  const lookalike = event.fields.find(
    (field) => isDropped(field) && meantField(field.name, missingIn(event)) === name,
  );
  return [
    ...(lookalike === undefined ? [] : [renamed(lookalike, name)]),
    ...newFields(draft, name).map(({ written, choice }) => ({
      ...added(event, name, written),
      choice,
    })),
  ];
};
