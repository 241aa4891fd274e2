import { columnFor } from '../../../value/column-guess';
import type { Output } from '../../outputs';
import { ROLES } from '../guess';
import { isNow } from '../references';
import { type Candidate, edit, fix, type Repair, readsAs } from './candidate';

/** A value of an output, without its last filter. */
function withoutLastFilter(text: string, { filters, valueBegin, valueEnd }: Output): string {
  const last = filters[filters.length - 1];
  const end = last === undefined ? valueEnd : text.lastIndexOf('|', last.begin);
  return text.slice(valueBegin, end).trim();
}

/** A timestamp in seconds: from what is written, or from another column. */
export const timestamp: Repair = ({ text, columns, events }, { from, to }) => {
  const put = (label: string, insert: string): Candidate => fix(label, edit(from, to, insert));
  const column = columnFor(ROLES.timestamp, columns);
  const output = column && `{{ ${readsAs(column)} | unix }}`;
  const ofColumn = output === undefined ? [] : [put(`Use ${output}`, output)];
  const written = events[0]?.outputs.find(({ begin, end }) => begin >= from && end <= to);
  if (written !== undefined) {
    const value = withoutLastFilter(text, written);
    if (isNow(value)) return ofColumn;
    // What somebody multiplied was in seconds before.
    const isMultiplied = written.filters[written.filters.length - 1]?.name === 'times';
    return [
      isMultiplied
        ? put('Remove the multiplication', `{{ ${value} }}`)
        : put('Use the filter unix', `{{ ${value} | unix }}`),
      ...ofColumn,
    ];
  }
  const literal = text.slice(from, to).replace(/^"|"$/g, '');
  const seconds = Number(literal) / 1000;
  return [
    ...(Number.isFinite(seconds) ? [put('Write it in seconds', String(Math.round(seconds)))] : []),
    ...ofColumn,
    ...(/^\d{4}-\d{2}-\d{2}[^"'\\{}%]*$/.test(literal)
      ? [put('Use the filter unix', `{{ "${literal}" | unix }}`)]
      : []),
  ];
};
