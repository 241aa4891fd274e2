import { type Column, compileTemplate, type Template } from '../../src/template/template';
import type { Cell, CellValue, Instant } from '../../src/value/cell';
import type { JsonObject } from '../../src/value/json';
import { instantOf, type TimeRule } from '../../src/value/time';
import type { UsageEvent } from '../../src/value/usage-event';

export const columns: readonly Column[] = [
  { name: 'key', header: 'Key' },
  { name: 'customer', header: 'Customer id' },
  { name: 'at', header: 'Used at' },
  { name: 'quantity', header: 'Quantity' },
  { name: 'note', header: 'Note' },
  { name: 'plan', header: 'Plan' },
];

export const berlin: TimeRule = {
  sheetZone: 'Europe/Berlin',
  periodZone: 'Europe/Berlin',
  dateOnly: 'noon',
};

/** A cell's instant in a sheet of Berlin. */
export const instant = (iso: string, dateOnly = false): Instant => ({
  ...instantOf(Date.parse(iso), dateOnly ? '' : ':', 'Europe/Berlin'),
  dateOnly,
});

const whole: Readonly<Record<string, CellValue>> = {
  key: 'k1',
  customer: 's1',
  at: '2026-03-02 10:00',
  quantity: 5,
  note: 'n',
  plan: 'basic',
};

/** A whole row, with some values in place of its own. */
export const cellsOf = (
  values: Readonly<Record<string, CellValue>> = {},
  shown: Readonly<Record<string, string>> = {},
): Map<string, Cell> =>
  new Map(
    Object.entries({ ...whole, ...values }).map(([name, value]) => [
      name,
      { value, shown: shown[name] ?? String(value) },
    ]),
  );

/** An event with these properties, the other fields being plain. */
export const withProperties = (properties: string): string =>
  `{ "transaction_id": "{{ row.key }}", "external_subscription_id": "{{ row.customer }}", "code": "units", "timestamp": {{ row.at | unix }}, "properties": ${properties} }`;

export const withField = (name: string, value: string): string =>
  withProperties('{}').replace(
    new RegExp(`"${name}": ("[^"]*"|\\{\\{[^}]*\\}\\})`),
    () => `"${name}": ${value}`,
  );

export function compiled(text: string, of: readonly Column[] = columns): Template {
  const { template, problems } = compileTemplate(text, of);
  if (template === undefined) throw new Error(`does not compile: ${JSON.stringify(problems)}`);
  return template;
}

/** The codes of the problems that a template's text has. */
export const codesOf = (text: string, of: readonly Column[] = columns): string[] =>
  compileTemplate(text, of).problems.map(({ code }) => code);

export function eventOf(
  text: string,
  cells: ReadonlyMap<string, Cell> = cellsOf(),
  rule: TimeRule = berlin,
): UsageEvent {
  const reading = compiled(text).render(cells, rule);
  if ('problems' in reading) throw new Error(`no event: ${JSON.stringify(reading.problems)}`);
  return reading.event;
}

export const propertiesOf = (properties: string, cells = cellsOf(), rule = berlin): JsonObject =>
  eventOf(withProperties(properties), cells, rule).properties;

/** The codes of the problems that a row has with a template; empty where there is an event. */
export function refusalOf(
  text: string,
  cells: ReadonlyMap<string, Cell> = cellsOf(),
  rule: TimeRule = berlin,
): string[] {
  const reading = compiled(text).render(cells, rule);
  return 'problems' in reading ? reading.problems.map(({ code }) => code) : [];
}
