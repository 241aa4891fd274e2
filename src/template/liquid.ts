import {
  AssignTag,
  filters as builtIn,
  CaseTag,
  CommentTag,
  type FilterImplOptions,
  IfTag,
  Liquid,
  UnlessTag,
} from 'liquidjs';
import { isInstant } from '../value/cell';
import { exactNumber, LAGO_NUMBER, plainDecimal } from '../value/decimal';
import { isDateOnly, type TimeRule, toMilliseconds, toUnixSeconds } from '../value/time';
import { asJson, asText } from './liquid-values';
import { filtersOfKind } from './vocabulary';
import { type DecimalMark, readNumber } from './written-number';

/** The tags that exist; their ends and branches, such as `endif` and `when`, come with them. */
const TAGS = {
  assign: AssignTag,
  case: CaseTag,
  comment: CommentTag,
  if: IfTag,
  unless: UnlessTag,
} as const;

/**
 * The compiler puts one of these three behind every output. A template cannot name them, since
 * unknown filters are refused before. `AS_TEXT` escapes what is written into a JSON text.
 */
export const AS_TEXT = 'output_as_text';
/** Writes a whole JSON value, for an output outside of JSON texts. */
export const AS_JSON = 'output_as_json';
/** Keeps the value as it is, for an assignment. */
export const AS_IS = 'output_as_is';

/** What one rendering knows beyond the row's values. */
export abstract class RenderState {
  /** How the row's times are read. */
  abstract readonly rule: TimeRule;

  /** What the sheet displays in a column, by its index among the template's columns. */
  abstract shown(column: number): string;

  /** Notes that an output (its index) is really written or assigned: its branch is taken. */
  abstract used(output: number): void;
}

/** A value that a filter cannot use; the message is its text. */
export class UnusableValue extends Error {
  /** What the filter takes. */
  readonly wanted: 'time' | 'number';

  constructor(value: string, wanted: UnusableValue['wanted']) {
    super(value);
    this.wanted = wanted;
  }
}

/**
 * liquidjs counts sizes and loops against these, so that a cell of 50,000 characters cannot grow
 * without bound: in characters, and in units of about a byte.
 */
const PARSE_CHARACTERS = 130_000;
const MEMORY_UNITS = 5_000_000;

type Filter = Extract<FilterImplOptions, (...values: never[]) => unknown>;
type FilterThis = ThisParameterType<Filter>;

/**
 * The key of a rendering's state in its scope. No template can read it, since only `row` and names
 * that the template assigns are allowed.
 */
export const STATE = ' state';

function stateOf({ context }: FilterThis): RenderState {
  const state: unknown = Reflect.get(context.environments, STATE);
  if (state instanceof RenderState) return state;
  throw new TypeError('a template is rendered without its state');
}

/** liquidjs counts what its filters make, but not what is written; a cell may be written often. */
function written({ context }: FilterThis, text: string): string {
  context.memoryLimit.use(text.length);
  return text;
}

const timeOf = (value: unknown, { rule }: RenderState): number => {
  const ms = toMilliseconds(value, rule);
  if (ms === undefined) throw new UnusableValue(asText(value), 'time');
  return ms;
};

/** liquidjs' own filter of a name. */
function builtInFilter(name: string): Filter {
  const filter = builtIn[name];
  if (typeof filter === 'function') return filter;
  throw new TypeError(`liquidjs has no filter ${name}`);
}

/** Numbers in texts have no exponent, since Lago would count "1e-7" as nothing. */
const onTexts = (filter: Filter): Filter =>
  function (this: FilterThis, value: unknown, ...values: unknown[]) {
    const plain = values.map((each) =>
      typeof each === 'number' && String(each).includes('e') ? plainDecimal(each) : each,
    );
    return filter.call(this, typeof value === 'number' ? plainDecimal(value) : value, ...plain);
  };

/**
 * A value that can be calculated with. liquidjs takes a text that is no number for 0; "1,234" would
 * be billed as nothing.
 */
function numberIn(value: unknown): unknown {
  const text = asText(value).trim();
  if (isInstant(value) || !LAGO_NUMBER.test(text)) throw new UnusableValue(asText(value), 'number');
  return typeof value === 'string' ? text : value;
}

/** An empty value stays empty: `default` replaces it, or the row is held. */
const onNumbers = (filter: Filter): Filter =>
  function (this: FilterThis, value: unknown, ...values: unknown[]) {
    if (asText(value).trim() === '') return '';
    const numbers = values.map((each) => (typeof each === 'boolean' ? each : numberIn(each)));
    return filter.call(this, numberIn(value), ...numbers);
  };

/** The filter `number`. A number cell needs no reading, and an empty value stays empty. */
function readAsNumber(value: unknown, mark: DecimalMark): unknown {
  const text = asText(value);
  if (text.trim() === '') return '';
  if (typeof value === 'number') return value;
  const decimal = typeof value === 'string' ? readNumber(text, mark) : undefined;
  if (decimal === undefined) throw new UnusableValue(text, 'number');
  return exactNumber(decimal);
}

/** The filters that are made here. */
const OWN_FILTERS: Readonly<Record<string, Filter>> = {
  unix(value: unknown) {
    return toUnixSeconds(timeOf(value, stateOf(this)));
  },

  date(value: unknown, format: string) {
    const state = stateOf(this);
    const seconds = toUnixSeconds(timeOf(value, state));
    if (format === '%s') return seconds;
    // A date without a time means an hour in the period's zone; elsewhere that may be another day.
    const zone = isDateOnly(value) ? state.rule.periodZone : state.rule.sheetZone;
    return builtInFilter('date').call(this, seconds, format, zone);
  },

  number(value: unknown, mark: DecimalMark) {
    return readAsNumber(value, mark);
  },

  shown(_: unknown, column: number) {
    return stateOf(this).shown(column);
  },
};

/** What the compiler puts behind each output; `output` is the output's index. */
const OUTPUT_FILTERS: Readonly<Record<string, Filter>> = {
  [AS_TEXT](value: unknown, output: number) {
    stateOf(this).used(output);
    return written(this, JSON.stringify(asText(value)).slice(1, -1));
  },

  [AS_JSON](value: unknown, output: number) {
    stateOf(this).used(output);
    return written(this, asJson(value));
  },

  [AS_IS](value: unknown, output: number) {
    stateOf(this).used(output);
    return value;
  },
};

function createEngine(): Liquid {
  // A locale spares the 10 ms that liquidjs takes to ask Intl for one. `templates: {}` keeps
  // liquidjs away from document and fs.
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
  const wrappedBy = { texts: onTexts, numbers: onNumbers, plain: (filter: Filter) => filter };
  for (const kind of ['texts', 'numbers', 'plain'] as const)
    for (const name of filtersOfKind(kind))
      engine.registerFilter(name, wrappedBy[kind](builtInFilter(name)));
  for (const [name, filter] of Object.entries({ ...OWN_FILTERS, ...OUTPUT_FILTERS }))
    engine.registerFilter(name, filter);
  return engine;
}

let engine: Liquid | undefined;

/** The one engine of an execution, made when first needed: opening the menu must not pay for it. */
export function liquid(): Liquid {
  engine ??= createEngine();
  return engine;
}
