import { columnForMetric, namesakesOf } from '../../../value/column-guess';
import { nearest } from '../../../value/nearest';
import { appended, fieldNamed } from '../event-fields';
import { columnsLike } from '../guess';
import { edit, fix, LISTED_COLUMNS, LISTED_METRICS, type Repair, readsAs } from './candidate';
import { added } from './fields';

/** The code of one of Lago's metrics. */
export const placeholderCode: Repair = ({ metrics = [] }, { from, to }) => {
  const listed = metrics.slice(0, LISTED_METRICS);
  return listed.map(({ code }) => ({
    ...fix(`Use ${code}`, edit(from, to, JSON.stringify(code))),
    choice: listed.length > 1,
  }));
};

/** The most similar code of Lago's metrics. */
export const unknownCode: Repair = ({ text, metrics = [] }, { from, to }) => {
  const codes = metrics.map(({ code }) => code);
  const near =
    nearest(text.slice(from + 1, to - 1), codes) ?? (codes.length === 1 ? codes[0] : undefined);
  return near === undefined ? [] : [fix(`Use ${near}`, edit(from, to, JSON.stringify(near)))];
};

/** The property that the metric reads, from a column. */
export const missingProperty: Repair = ({ text, columns, metrics = [], events }, { from, to }) => {
  const [event] = events;
  const code = text.slice(from + 1, to - 1);
  const metric = metrics.find((each) => each.code === code);
  const field = metric?.field;
  if (event === undefined || metric === undefined || field === undefined) return [];
  const used = new Set(
    columns.filter((column) => text.includes(readsAs(column))).map(({ name }) => name),
  );
  const unused = columns.filter(({ name }) => !used.has(name));
  const numbers = unused.filter(({ type }) => type === 'number');
  const likely =
    namesakesOf(columns, metric)[0] ??
    columnsLike(field, columns, 1)[0] ??
    columnForMetric(unused, metric);
  const properties = fieldNamed(event.fields, 'properties');
  return (likely === undefined ? numbers.slice(0, LISTED_COLUMNS) : [likely]).map((column) => {
    const output = `{{ ${readsAs(column)} }}`;
    const value = column.type === 'number' ? output : `"${output}"`;
    const written = `${JSON.stringify(field)}: ${value}`;
    const { edits } =
      properties === undefined
        ? added(event, 'properties', `"properties": { ${written} }`)
        : fix('', appended(text, properties, written));
    return { label: `Add ${written}`, edits, choice: likely === undefined };
  });
};
