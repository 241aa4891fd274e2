import {
  AssignTag,
  filters as builtIn,
  CaseTag,
  CommentTag,
  Drop,
  IfTag,
  Liquid,
  UnlessTag,
} from 'liquidjs';
import { type CellValue, isInstant } from '../value/cell';
import { exactNumber, LAGO_NUMBER, plainDecimal } from '../value/decimal';
import { isDateOnly, type TimeRule, toMilliseconds, toUnixSeconds } from '../value/time';
import { type DecimalMark, readNumber } from './written-number';

/** liquidjs' own filters that are pure, bounded by their input, and need nothing that Apps Script lacks (google: realm.no-timers, realm.syntax). */
const TEXT_FILTERS = [
  'append',
  'capitalize',
  'default',
  'downcase',
  'first',
  'join',
  'last',
  'lstrip',
  'prepend',
  'remove',
  'remove_first',
  'replace',
  'replace_first',
  'rstrip',
  'size',
  'slice',
  'split',
  'strip',
  'truncate',
  'upcase',
] as const;
const NUMBER_FILTERS = [
  'abs',
  'at_least',
  'at_most',
  'ceil',
  'divided_by',
  'floor',
  'minus',
  'modulo',
  'plus',
  'round',
  'times',
] as const;

const TAGS = {
  assign: AssignTag,
  case: CaseTag,
  comment: CommentTag,
  if: IfTag,
  unless: UnlessTag,
} as const;

/** Filters that a template may use, in alphabetical order. */
export const FILTER_NAMES: readonly string[] = [
  ...TEXT_FILTERS,
  ...NUMBER_FILTERS,
  'date',
  'number',
  'shown',
  'unix',
].sort();

/** Inserted behind every output by the compiler; a template cannot name them, because an unknown filter is refused before. */
export const AS_TEXT = 'output_as_text';
export const AS_JSON = 'output_as_json';
export const AS_IS = 'output_as_is';

/** What one rendering knows beyond the row's values. */
export interface RenderState {
  readonly rule: TimeRule;
  readonly shown: (column: number) => string;
  /** Called when the output of this number is really written or assigned, so that a branch that is not taken needs nothing. */
  readonly used: (output: number) => void;
}

/** An empty cell in Liquid's hands: false for `if`, absent for `default`, and equal to '', nil, blank and empty. */
export class EmptyCell extends Drop {
  override valueOf(): null {
    return null;
  }

  override toString(): string {
    return '';
  }

  equals(other: unknown): boolean {
    return other === '' || other === null || other === undefined || other instanceof Drop;
  }

  gt = (): boolean => false;
  geq = (): boolean => false;
  lt = (): boolean => false;
  leq = (): boolean => false;
}

/** A value that a filter cannot use, and what it was wanted as. */
export class UnusableValue extends Error {
  readonly wanted: 'time' | 'number';

  constructor(value: string, wanted: UnusableValue['wanted']) {
    super(value);
    this.wanted = wanted;
  }
}

type FilterValue = CellValue | null | undefined | object;

const timeOf = (value: FilterValue, state: RenderState): number => {
  const ms =
    value === null || value === undefined
      ? undefined
      : toMilliseconds(value as CellValue, state.rule);
  if (ms === undefined) throw new UnusableValue(asText(value), 'time');
  return ms;
};

function asText(value: FilterValue): string {
  if (value === null || value === undefined || value instanceof EmptyCell) return '';
  if (isInstant(value)) return value.wall;
  return typeof value === 'number' ? plainDecimal(value) : String(value);
}

function asJson(value: FilterValue): string {
  if (value === null || value === undefined || value instanceof EmptyCell) return 'null';
  return typeof value === 'number' || typeof value === 'boolean'
    ? asText(value)
    : JSON.stringify(asText(value));
}

/** liquidjs counts sizes and loops against these, so a cell of 50,000 characters cannot grow without bound (characters, and bytes-like units). */
const PARSE_CHARACTERS = 130_000;
const MEMORY_UNITS = 5_000_000;

interface FilterThis {
  readonly context: {
    readonly environments: object;
    readonly memoryLimit: { use(units: number): void };
  };
}

/** The key of a rendering's state in its scope; no template can read it, since only `row` and assigned names are allowed. */
export const STATE = ' state';
const stateOf = (filter: FilterThis): RenderState =>
  (filter.context.environments as { [STATE]: RenderState })[STATE];

/** liquidjs counts what its filters make, but not what is written: a long cell may be written a thousand times. */
function written(filter: FilterThis, text: string): string {
  filter.context.memoryLimit.use(text.length);
  return text;
}

type Filter = (this: FilterThis, value: FilterValue, ...values: unknown[]) => unknown;

function register(engine: Liquid, name: string, wrap: (filter: Filter) => Filter): void {
  const filter = builtIn[name];
  if (typeof filter === 'function') engine.registerFilter(name, wrap(filter as Filter));
}

/** A number becomes its plain decimals before it is joined to a text: 1e-7 would be counted as nothing. */
const onTexts = (filter: Filter): Filter =>
  function (this: FilterThis, value: FilterValue, ...values: unknown[]) {
    const plain = values.map((each) =>
      typeof each === 'number' && String(each).includes('e') ? plainDecimal(each) : each,
    );
    return filter.call(this, typeof value === 'number' ? plainDecimal(value) : value, ...plain);
  };

/** A value that can be calculated with. liquidjs takes a text that is no number for 0; "1,234" would be billed as nothing. */
function numberIn(value: FilterValue): FilterValue {
  const text = asText(value).trim();
  if (isInstant(value) || !LAGO_NUMBER.test(text)) throw new UnusableValue(asText(value), 'number');
  return typeof value === 'string' ? text : value;
}

/** An empty value stays empty, for `default` or to be held. */
const onNumbers = (filter: Filter): Filter =>
  function (this: FilterThis, value: FilterValue, ...values: unknown[]) {
    return asText(value).trim() === ''
      ? ''
      : filter.call(
          this,
          numberIn(value),
          ...values.map((each) =>
            typeof each === 'boolean' ? each : numberIn(each as FilterValue),
          ),
        );
  };

/** A text by how it is written; a number cell needs no reading, and an empty value stays empty. */
function readAsNumber(value: FilterValue, mark: DecimalMark): FilterValue {
  const text = asText(value);
  if (text.trim() === '') return '';
  if (typeof value === 'number') return value;
  const decimal = typeof value === 'string' ? readNumber(text, mark) : undefined;
  if (decimal === undefined) throw new UnusableValue(text, 'number');
  return exactNumber(decimal);
}

function createEngine(): Liquid {
  // A locale spares the 10 ms that liquidjs takes to ask Intl for one; templates: {} keeps it away from document and fs.
  const engine = new Liquid({
    locale: 'en-US',
    templates: {},
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    parseLimit: PARSE_CHARACTERS,
    memoryLimit: MEMORY_UNITS,
  });
  for (const name of Object.keys(engine.filters)) delete engine.filters[name];
  for (const name of Object.keys(engine.tags)) delete engine.tags[name];
  for (const [name, tag] of Object.entries(TAGS)) engine.registerTag(name, tag);
  for (const name of TEXT_FILTERS)
    register(engine, name, name === 'default' ? (filter) => filter : onTexts);
  for (const name of NUMBER_FILTERS) register(engine, name, onNumbers);
  engine.registerFilter('unix', function (this: FilterThis, value: FilterValue) {
    return toUnixSeconds(timeOf(value, stateOf(this)));
  });
  engine.registerFilter('date', function (this: FilterThis, value: FilterValue, format: string) {
    const state = stateOf(this);
    const seconds = toUnixSeconds(timeOf(value, state));
    if (format === '%s') return seconds;
    // A date without a time stands for an hour in the period's zone; elsewhere that may be another day.
    const zone = isDateOnly(value as CellValue) ? state.rule.periodZone : state.rule.sheetZone;
    return (builtIn['date'] as Filter).call(this, seconds, format, zone);
  });
  engine.registerFilter('number', (value: FilterValue, mark: DecimalMark) =>
    readAsNumber(value, mark),
  );
  engine.registerFilter('shown', function (this: FilterThis, _: FilterValue, column: number) {
    return stateOf(this).shown(column);
  });
  engine.registerFilter(AS_TEXT, function (this: FilterThis, value: FilterValue, output: number) {
    stateOf(this).used(output);
    return written(this, JSON.stringify(asText(value)).slice(1, -1));
  });
  engine.registerFilter(AS_JSON, function (this: FilterThis, value: FilterValue, output: number) {
    stateOf(this).used(output);
    return written(this, asJson(value));
  });
  engine.registerFilter(AS_IS, function (this: FilterThis, value: FilterValue, output: number) {
    stateOf(this).used(output);
    return value;
  });
  return engine;
}

let engine: Liquid | undefined;

/** The one engine of an execution, made when it is first needed: opening the menu must not pay for it. */
export function liquid(): Liquid {
  engine ??= createEngine();
  return engine;
}
