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
import { fieldNamed, outputsIn, readEventTexts } from './event-fields';
import { columnRead } from './references';

/** A row with its template, and how numbers are written in its spreadsheet. */
export interface NumbersOfRow {
  /** The template's. */
  readonly text: string;
  /** Those of the sync. */
  readonly columns: readonly Column[];
  /** The row's. */
  readonly cells: Cells;
  /** How its times are read. */
  readonly rule: TimeRule;
  /** The property whose number an event's metric counts; undefined if none, or not known. */
  readonly fieldOf: (event: UsageEvent) => string | undefined;
  /** The decimal mark of the spreadsheet's locale. */
  readonly mark: DecimalMark;
}

/** What there is to say of a row's numbers. */
export interface NumberRepairs {
  /** Problems to show beside the row; they do not hold it. */
  readonly notes: readonly Problem[];
  /** Repairs of the template that a person may choose. */
  readonly fixes: readonly Fix[];
}

/** What becomes of the row with a text of the template. */
interface Look {
  /** The template's. */
  readonly text: string;
  /** The property that the event's metric counts; undefined if there is no event, or none. */
  readonly field: string | undefined;
  /** What that property is in the event. */
  readonly value: Json | undefined;
  /** The text that a filter, or Lago, takes for no number. */
  readonly refused: string | undefined;
}

/** Edits after which a value is read as a number. */
interface Step {
  /** Edits that insert filters. */
  readonly edits: readonly TextEdit[];
  /** As it is written in the sheet. */
  readonly value: string;
  /** In plain decimals. */
  readonly number: string;
}

/** Renders the row with a text; undefined if it does not compile or there is no time for it. */
type Looks = (text: string) => Look | undefined;

/** The most characters that are tried in all: each look compiles, and somebody is waiting. */
const MOST_CHARACTERS = 150_000;
/** The most columns of a row that are repaired together. */
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

/** Whether the row has an event whose metric counts its value. */
const isSettled = ({ field, value, refused }: Look): boolean =>
  refused === undefined &&
  (field === undefined ||
    typeof value === 'number' ||
    (typeof value === 'string' && LAGO_NUMBER.test(value)));

/**
 * The outputs that make the value: those in its property and those that assign. All of them as
 * long as a filter refuses the value, since there is no event yet.
 */
function outputsFor({ text, field }: Look): readonly Output[] {
  const { outputs } = findOutputs(text);
  if (field === undefined) return outputs;
  const places = readEventTexts(text).flatMap(
    ({ fields }) => fieldNamed(fieldNamed(fields, 'properties')?.fields ?? [], field) ?? [],
  );
  return outputs.filter(
    (output) =>
      output.kind === 'assigned' || places.some((place) => outputsIn([output], place).length > 0),
  );
}

/** An output, with what its repair depends on. */
interface Place {
  /** Offsets behind the value and behind each of its filters. */
  readonly at: readonly number[];
  /** Whether it has no filters. */
  readonly isPlain: boolean;
  /** The column that it reads by itself, with its cell's text. */
  readonly column: Column | undefined;
  /** Undefined if the cell holds no text. */
  readonly content: string | undefined;
}

/** The places (offsets) behind the value of an output and behind each of its filters. */
const placesIn = (text: string, { valueBegin, valueEnd, filters }: Output): readonly number[] =>
  [{ begin: valueBegin, end: valueEnd }, ...filters].map(
    ({ begin, end }) => begin + text.slice(begin, end).trimEnd().length,
  );

/** The column that an output reads by itself, with its cell's text; numbers need no reading. */
function cellOf(
  { columns, cells }: NumbersOfRow,
  text: string,
  { valueBegin, valueEnd }: Output,
): Pick<Place, 'column' | 'content'> {
  const column = columnRead(text.slice(valueBegin, valueEnd), columns);
  const value = column === undefined ? undefined : cells.get(column.name)?.value;
  return { column, content: typeof value === 'string' ? value : undefined };
}

const inserted = (at: number, reading: NumberReading, value: string): Step => ({
  edits: [{ from: at, to: at, insert: filtersOf(reading) }],
  value,
  number: reading.number,
});

/** Filters put behind any output whose value may be the refused text. */
function stepsForValue(places: readonly Place[], look: Look, reading: NumberReading): Step[] {
  const { refused = '', field } = look;
  return places
    .filter(
      ({ isPlain, column, content }) =>
        !isPlain || column === undefined || content?.trim() === refused.trim(),
    )
    .flatMap(({ at }) =>
      // A filter refuses what it gets from before it; Lago refuses what the last filter makes.
      (field === undefined ? at : [...at].reverse()).map((each) =>
        inserted(each, reading, refused),
      ),
    );
}

/** Filters put behind each cell that is a written number itself. */
const stepsForCells = (places: readonly Place[], mark: DecimalMark): Step[] =>
  places.flatMap(({ at: [at], content = '' }) => {
    const reading = readingIn(content, mark);
    return reading === undefined || at === undefined ? [] : [inserted(at, reading, content)];
  });

/** One step for several cells with the same text, which is refused until all of them are read. */
function stepForSame(places: readonly Place[], refused: string, reading: NumberReading): Step[] {
  const same = places.flatMap(({ at: [at], content }) =>
    content === refused && at !== undefined ? [inserted(at, reading, refused)] : [],
  );
  return same.length < 2
    ? []
    : [{ edits: same.flatMap(({ edits }) => edits), value: refused, number: reading.number }];
}

/** What may be put where so that the refused text is read, the likeliest first. */
function stepsFor(row: NumbersOfRow, look: Look): readonly Step[] {
  const { text, refused } = look;
  if (refused === undefined) return [];
  const places = outputsFor(look).map((output) => ({
    at: placesIn(text, output),
    isPlain: output.filters.length === 0,
    ...cellOf(row, text, output),
  }));
  const reading = readingIn(refused, row.mark);
  const ofCells = stepsForCells(places, row.mark);
  return reading === undefined
    ? ofCells
    : [
        ...stepsForValue(places, look, reading),
        ...ofCells,
        ...stepForSame(places, refused, reading),
      ];
}

/** The fewest steps (at most `depth`) that settle the row; undefined if there are none. */
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

function titleOf(steps: readonly Step[]): string {
  const readings = steps.map(
    ({ value, number }) => `“${shortNumber(value.trim())}” as ${shortNumber(number)}`,
  );
  return `Read ${[...new Set(readings)].join(' and ')}`;
}

function fixOf(text: string, steps: readonly Step[]): Fix {
  const [first] = steps;
  const repaired = steps.reduce((result, { edits }) => applyEdits(result, edits), text);
  return steps.length === 1 && first !== undefined
    ? { label: titleOf(steps), edits: first.edits }
    : fixBetween(titleOf(steps), text, repaired);
}

const numberText = (value: Json | undefined): string =>
  typeof value === 'number' ? plainDecimal(value) : String(value);

const NOTHING: NumberRepairs = { notes: [], fixes: [] };

/**
 * The other reading of an output's text: its point is a decimal mark for Lago, and one of thousands
 * for the spreadsheet. Undefined if there is only one reading, or the template says which.
 */
function ambiguityOf(
  row: NumbersOfRow,
  look: Look,
  looks: Looks,
  output: Output,
): NumberRepairs | undefined {
  const { column, content = '' } = cellOf(row, look.text, output);
  const [counted, meant] = [readNumber(content, '.'), readNumber(content, row.mark)];
  const [at] = placesIn(look.text, output);
  if (output.filters.some(({ name }) => name === 'number')) return undefined;
  if (!LAGO_NUMBER.test(content.trim()) || counted === undefined || meant === undefined)
    return undefined;
  if (counted === meant || column === undefined || at === undefined) return undefined;
  const step = inserted(at, { mark: row.mark, removed: undefined, number: meant }, content);
  const after = looks(applyEdits(look.text, step.edits));
  if (after === undefined || !isSettled(after)) return undefined;
  // The text is no part of what is counted.
  if (numberText(after.value) === numberText(look.value)) return undefined;
  const note = problem(
    'row.ambiguous-number',
    { value: content, read: counted, meant, mark: row.mark },
    { column: column.header },
  );
  return { notes: [note], fixes: [fixOf(look.text, [step])] };
}

/** The first text that Lago and the spreadsheet read as different numbers. */
function ambiguity(row: NumbersOfRow, look: Look, looks: Looks): NumberRepairs {
  for (const output of outputsFor(look)) {
    const found = ambiguityOf(row, look, looks, output);
    if (found !== undefined) return found;
  }
  return NOTHING;
}

/**
 * How the number that a row's metric counts can be read, if it is written in a way that Lago does
 * not count, or counts as another number than the spreadsheet's locale means. Every fix was tried:
 * with it the row has an event, and Lago counts its value. Nothing is offered if the value can be
 * read in several ways in this locale.
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
