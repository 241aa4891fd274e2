import { type Problem, problem } from '../../problem/problem';
import type { Cells } from '../../value/cell';
import { LAGO_NUMBER, plainDecimal } from '../../value/decimal';
import type { Json } from '../../value/json';
import { applyEdits, type Fix, fixBetween, type TextEdit } from '../../value/text-edit';
import type { TimeRule } from '../../value/time';
import { propertyOf, type UsageEvent } from '../../value/usage-event';
import type { Column } from '../columns';
import { findOutputs, type Output } from '../outputs';
import { compileTemplate } from '../template';
import {
  type DecimalMark,
  filtersOf,
  type NumberReading,
  readingIn,
  readNumber,
  shortNumber,
} from '../written-number';
import { columnRead } from './advice';
import { type Field, readEventTexts } from './event-fields';

/** A row with its template, and how numbers are written in its spreadsheet. */
export interface NumbersOfRow {
  readonly text: string;
  readonly columns: readonly Column[];
  readonly cells: Cells;
  readonly rule: TimeRule;
  /** The property whose number the event's metric counts; undefined where it counts none, or where that is not known. */
  readonly fieldOf: (event: UsageEvent) => string | undefined;
  readonly mark: DecimalMark;
}

/** What there is to say of a row's numbers: a note that holds nothing, and repairs that a person may choose. */
export interface NumberRepairs {
  readonly notes: readonly Problem[];
  readonly fixes: readonly Fix[];
}

/** What becomes of the row with a text of the template: the value that its metric counts, or the text that is not a number. */
interface Look {
  readonly text: string;
  readonly field: string | undefined;
  readonly value: Json | undefined;
  readonly refused: string | undefined;
}

/** A value that is read as a number from now on, by what is put in. */
interface Step {
  readonly edits: readonly TextEdit[];
  readonly value: string;
  readonly number: string;
}

type Looks = (text: string) => Look | undefined;

/** Each look is a compilation, and somebody is waiting: characters that are tried in all. */
const MOST_CHARACTERS = 150_000;
/** Columns of a row that can be repaired together. */
const MOST_STEPS = 3;

function looksOf({ columns, cells, rule, fieldOf }: NumbersOfRow): Looks {
  let left = MOST_CHARACTERS;
  return (text) => {
    if (left < text.length) return undefined;
    left -= text.length;
    const reading = compileTemplate(text, columns).template?.render(cells, rule);
    if (reading === undefined) return undefined;
    if ('problems' in reading)
      return reading.notNumber === undefined
        ? undefined
        : { text, field: undefined, value: undefined, refused: reading.notNumber };
    const field = fieldOf(reading.event);
    const value = field === undefined ? undefined : propertyOf(reading.event, field);
    const isRefused = typeof value === 'string' && value.trim() !== '' && !LAGO_NUMBER.test(value);
    return { text, field, value, refused: isRefused ? value : undefined };
  };
}

const isSettled = ({ field, value, refused }: Look): boolean =>
  refused === undefined &&
  (field === undefined ||
    typeof value === 'number' ||
    (typeof value === 'string' && LAGO_NUMBER.test(value)));

const fieldNamed = (fields: readonly Field[], name: string): Field | undefined =>
  fields.find((field) => field.name === name);

/** The outputs that make the value: those in its property and those that are assigned before; all of them while a filter refuses it before there is an event. */
function outputsFor({ text, field }: Look): readonly Output[] {
  const { outputs } = findOutputs(text);
  if (field === undefined) return outputs;
  const places = readEventTexts(text).flatMap(
    ({ fields }) => fieldNamed(fieldNamed(fields, 'properties')?.fields ?? [], field) ?? [],
  );
  return outputs.filter(
    ({ kind, begin, end }) =>
      kind === 'assigned' || places.some(({ valueFrom, to }) => begin >= valueFrom && end <= to),
  );
}

/** The places (offsets) behind the value of an output and behind each of its filters. */
const placesIn = (text: string, { valueBegin, valueEnd, filters }: Output): readonly number[] =>
  [{ begin: valueBegin, end: valueEnd }, ...filters].map(
    ({ begin, end }) => begin + text.slice(begin, end).trimEnd().length,
  );

/** The column that an output reads by itself, with the text in its cell; a number cell needs no reading. */
function cellOf({ columns, cells }: NumbersOfRow, text: string, { valueBegin, valueEnd }: Output) {
  const column = columnRead(text.slice(valueBegin, valueEnd), columns);
  const value = column === undefined ? undefined : cells.get(column.name)?.value;
  return { column, content: typeof value === 'string' ? value : undefined };
}

const inserted = (at: number, { mark, removed, number }: NumberReading, value: string): Step => ({
  edits: [{ from: at, to: at, insert: filtersOf({ mark, removed, number }) }],
  value,
  number,
});

/** What may be put where, so that the refused text is read: the likeliest first. */
function stepsFor(row: NumbersOfRow, look: Look): readonly Step[] {
  const { text, refused } = look;
  if (refused === undefined) return [];
  const reading = readingIn(refused, row.mark);
  const outputs = outputsFor(look).map((output) => ({
    places: placesIn(text, output),
    isWhole: output.filters.length === 0,
    ...cellOf(row, text, output),
  }));
  // What a filter refuses, it got from before it; what Lago refuses, from the last one.
  const ofValue = outputs.flatMap(({ places, isWhole, column, content }) => {
    if (
      reading === undefined ||
      (isWhole && column !== undefined && content?.trim() !== refused.trim())
    )
      return [];
    const ordered = look.field === undefined ? places : [...places].reverse();
    return ordered.map((at) => inserted(at, reading, refused));
  });
  const ofCell = outputs.flatMap(({ places: [at], content = '' }) => {
    const own = readingIn(content, row.mark);
    return own === undefined || at === undefined ? [] : [inserted(at, own, content)];
  });
  // One text in several cells is refused again while one of them is left.
  const same = reading === undefined ? [] : outputs.filter(({ content }) => content === refused);
  const together = same.flatMap(({ places: [at] }) =>
    at === undefined || reading === undefined ? [] : inserted(at, reading, refused),
  );
  return [
    ...ofValue,
    ...ofCell,
    ...(together.length < 2
      ? []
      : [
          {
            edits: together.flatMap(({ edits }) => edits),
            value: refused,
            number: reading?.number ?? '',
          },
        ]),
  ];
}

/** The fewest steps after which the row is rendered and its value counted; undefined where there is no such way. */
function wayFrom(
  row: NumbersOfRow,
  look: Look,
  looks: Looks,
  depth: number,
): readonly Step[] | undefined {
  const tried = stepsFor(row, look).flatMap((step) => {
    const after = looks(applyEdits(look.text, step.edits));
    return after === undefined ? [] : [{ step, after }];
  });
  const last = tried.find(({ after }) => isSettled(after));
  if (last !== undefined || depth === 1) return last && [last.step];
  for (const { step, after } of tried) {
    const rest = wayFrom(row, after, looks, depth - 1);
    if (rest !== undefined) return [step, ...rest];
  }
  return undefined;
}

const titleOf = (steps: readonly Step[]): string =>
  `Read ${[...new Set(steps.map(({ value, number }) => `“${shortNumber(value.trim())}” as ${shortNumber(number)}`))].join(' and ')}`;

function fixOf(text: string, steps: readonly Step[]): Fix {
  const [first] = steps;
  const repaired = steps.reduce((result, { edits }) => applyEdits(result, edits), text);
  return steps.length === 1 && first !== undefined
    ? { label: titleOf(steps), edits: first.edits }
    : fixBetween(titleOf(steps), text, repaired);
}

const numberText = (value: Json | undefined): string =>
  typeof value === 'number' ? plainDecimal(value) : String(value);

/** A text that Lago counts by its point, where the spreadsheet's own reading takes the point for one between thousands. */
function ambiguity(row: NumbersOfRow, look: Look, looks: Looks): NumberRepairs {
  for (const output of outputsFor(look)) {
    const { column, content = '' } = cellOf(row, look.text, output);
    const [counted, meant] = [readNumber(content, '.'), readNumber(content, row.mark)];
    const [at] = placesIn(look.text, output);
    const isChosen = output.filters.some(({ name }) => name === 'number');
    if (
      !LAGO_NUMBER.test(content.trim()) ||
      counted === undefined ||
      meant === undefined ||
      counted === meant ||
      isChosen
    )
      continue;
    if (column === undefined || at === undefined) continue;
    const step = inserted(at, { mark: row.mark, removed: undefined, number: meant }, content);
    const after = looks(applyEdits(look.text, step.edits));
    if (
      after === undefined ||
      !isSettled(after) ||
      numberText(after.value) === numberText(look.value)
    )
      continue;
    const place = { column: column.header };
    const note = problem(
      'row.ambiguous-number',
      { value: content, read: String(counted), meant: String(meant), mark: row.mark },
      place,
    );
    return { notes: [note], fixes: [fixOf(look.text, [step])] };
  }
  return NOTHING;
}

const NOTHING: NumberRepairs = { notes: [], fixes: [] };

/**
 * How the number that a row's metric counts can be read, where it is written in a way that Lago does not count, or counts as another number than the
 * spreadsheet's locale means. Every fix was tried: with it the row has an event, and Lago counts its value. Nothing is offered where the value can be read in
 * several ways in this locale.
 */
export function repairNumbers(row: NumbersOfRow): NumberRepairs {
  const looks = looksOf(row);
  const look = looks(row.text);
  if (look === undefined) return NOTHING;
  if (look.refused === undefined)
    return look.field === undefined || !isSettled(look) ? NOTHING : ambiguity(row, look, looks);
  const steps = wayFrom(row, look, looks, MOST_STEPS);
  return steps === undefined ? NOTHING : { notes: [], fixes: [fixOf(row.text, steps)] };
}
