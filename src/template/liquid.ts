import Big from 'big.js';
import {
  AssignTag,
  filters as builtIn,
  CaseTag,
  CommentTag,
  type Context,
  defaultOperators,
  type Emitter,
  evalToken,
  type FilterImplOptions,
  IfTag,
  Liquid,
  type Operators,
  type Template,
  UnlessTag,
} from 'liquidjs';
import { isDuration, isInstant } from '../value/cell';
import { countedDecimal } from '../value/decimal';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../value/duration';
import {
  isDateOnly,
  isZone,
  readDuration,
  type TimeRule,
  toMilliseconds,
  toUnixSeconds,
} from '../value/time';
import { ARITHMETIC, bounded, quotient } from './arithmetic';
import { contains, isEqual, order } from './comparison';
import {
  asJson,
  asText,
  EmptyCell,
  FalseText,
  isDecimal,
  isNothing,
  JsonText,
  withTruth,
} from './liquid-values';
import { filtersOfKind } from './vocabulary';
import { type DateOrder, readDate } from './written-date';
import { type DecimalMark, readNumber } from './written-number';

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

  /** Notes that an output writes an empty cell of a column (its index). */
  abstract lacks(column: number): void;
}

/**
 * What a filter takes, or an output: `date` is a text in the order that the template names,
 * `written` anything but a duration, which has no unit.
 */
export type Usable = 'time' | 'date' | 'zone' | 'number' | 'duration' | 'written';

/** A value that a filter cannot use; the message is its text. */
export class UnusableValue extends Error {
  /** What the filter takes. */
  readonly wanted: Usable;

  constructor(value: string, wanted: Usable) {
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

function stateIn(context: Pick<Context, 'environments'>): RenderState {
  const state: unknown = Reflect.get(context.environments, STATE);
  if (state instanceof RenderState) return state;
  throw new TypeError('a template is rendered without its state');
}

const stateOf = ({ context }: FilterThis): RenderState => stateIn(context);

/** liquidjs counts what its filters make, but not what is written; a cell may be written often. */
function written({ context }: FilterThis, text: string): string {
  context.memoryLimit.use(text.length);
  return text;
}

const timeOf = (value: unknown, { rule }: RenderState): number => {
  const ms = toMilliseconds(isDecimal(value) ? value.toNumber() : value, rule);
  if (ms === undefined) throw new UnusableValue(asText(value), 'time');
  return ms;
};

function zoneIn(value: unknown): string {
  const zone = asText(value);
  if (!isZone(zone)) throw new UnusableValue(zone, 'zone');
  return zone;
}

/** liquidjs' own filter of a name. */
function builtInFilter(name: string): Filter {
  const filter = builtIn[name];
  if (typeof filter === 'function') return filter;
  throw new TypeError(`liquidjs has no filter ${name}`);
}

/** A duration is hours, minutes or seconds only once the template says which. */
function withUnit(value: unknown): unknown {
  if (isDuration(value)) throw new UnusableValue(value.clock, 'written');
  return value;
}

/**
 * What filters for texts get: liquidjs would write numbers with an exponent, and `FALSE` in small
 * letters.
 */
const plainText = (value: unknown): unknown =>
  typeof withUnit(value) === 'number' || isDecimal(value) || value instanceof FalseText
    ? asText(value)
    : value;

/** Numbers behind the colon, such as places, stay numbers. */
const plainOperand = (value: unknown): unknown =>
  typeof value === 'number' && !String(value).includes('e') ? value : plainText(value);

/** An empty cell stays one, so that a `default` behind replaces it, or the row is held. */
const onTexts = (filter: Filter): Filter =>
  function (this: FilterThis, value: unknown, ...values: unknown[]) {
    if (value instanceof EmptyCell) return value;
    return withTruth(filter.call(this, plainText(value), ...values.map(plainOperand)));
  };

/**
 * A value that can be calculated with. liquidjs takes a text that is no number for 0; "1,234" would
 * be billed as nothing.
 */
function decimalIn(value: unknown): Big {
  if (isDecimal(value)) return value;
  withUnit(value);
  const counted =
    typeof value === 'number' || typeof value === 'string'
      ? countedDecimal(typeof value === 'string' ? value.trim() : value)
      : undefined;
  if (counted === undefined) throw new UnusableValue(asText(value), 'number');
  return counted;
}

const NO_OPERAND = new Big(0);

/** An empty value stays empty as well. */
const calculated = (calculate: (value: Big, operand: Big) => Big): Filter =>
  function (this: FilterThis, value: unknown, operand?: unknown) {
    if (isNothing(value)) return value;
    const by = operand === undefined ? NO_OPERAND : decimalIn(operand);
    return bounded(calculate(bounded(decimalIn(value)), bounded(by)));
  };

/** The filter `number`. A number cell needs no reading, and an empty value stays empty. */
function readAsNumber(value: unknown, mark: DecimalMark): unknown {
  if (isNothing(value)) return value;
  if (typeof value === 'number' || isDecimal(value)) return value;
  const decimal = typeof value === 'string' ? readNumber(value, mark) : undefined;
  if (decimal === undefined) throw new UnusableValue(asText(value), 'number');
  return new Big(decimal);
}

/** A filter that makes a number of a duration. @param unit in seconds */
const durationIn =
  (unit: number): Filter =>
  (value: unknown) => {
    if (isNothing(value)) return value;
    const duration = typeof value === 'string' ? readDuration(value) : value;
    if (!isDuration(duration)) throw new UnusableValue(asText(value), 'duration');
    return quotient(new Big(duration.seconds), new Big(unit));
  };

/** The filters that are made here. */
const OWN_FILTERS: Readonly<Record<string, Filter>> = {
  default(value: unknown, instead: unknown) {
    return isNothing(value) ? withTruth(instead) : value;
  },

  unix(value: unknown) {
    if (isNothing(value)) return value;
    return toUnixSeconds(timeOf(value, stateOf(this)));
  },

  date(value: unknown, format: string, zone?: unknown) {
    if (isNothing(value)) return value;
    const state = stateOf(this);
    const seconds = toUnixSeconds(timeOf(value, state));
    if (format === '%s') return Math.floor(seconds);
    // A date without a time means an hour in the period's zone; elsewhere that may be another day.
    const own = isDateOnly(value) ? state.rule.periodZone : state.rule.sheetZone;
    return builtInFilter('date').call(
      this,
      seconds,
      format,
      zone === undefined ? own : zoneIn(zone),
    );
  },

  hours: durationIn(HOUR_MS / SECOND_MS),
  minutes: durationIn(MINUTE_MS / SECOND_MS),
  seconds: durationIn(1),

  number(value: unknown, mark: DecimalMark) {
    return readAsNumber(value, mark);
  },

  json(value: unknown) {
    if (value instanceof EmptyCell) return value;
    const items = Array.isArray(value) ? value.map((each) => asJson(withUnit(each))) : undefined;
    return new JsonText(items === undefined ? asJson(withUnit(value)) : `[${items.join(',')}]`);
  },

  parse_date(value: unknown, order: DateOrder) {
    if (isNothing(value)) return value;
    // A date cell needs no reading.
    if (isInstant(value)) return value;
    const date = typeof value === 'string' ? readDate(value, order) : undefined;
    if (date === undefined) throw new UnusableValue(asText(value), 'date');
    return date;
  },

  shown(_: unknown, column: number) {
    return withTruth(stateOf(this).shown(column));
  },
};

/** Notes that an output (its index) makes a value, and which empty cell it is, if it is one. */
function noted(state: RenderState, output: number, value: unknown): void {
  state.used(output);
  if (value instanceof EmptyCell) state.lacks(value.column);
}

/** What the compiler puts behind each output; `output` is the output's index. */
const OUTPUT_FILTERS: Readonly<Record<string, Filter>> = {
  [AS_TEXT](value: unknown, output: number) {
    noted(stateOf(this), output, value);
    return written(this, JSON.stringify(asText(withUnit(value))).slice(1, -1));
  },

  [AS_JSON](value: unknown, output: number) {
    noted(stateOf(this), output, value);
    return written(this, asJson(withUnit(value)));
  },

  [AS_IS](value: unknown, output: number) {
    noted(stateOf(this), output, value);
    return value;
  },
};

/** Whether an order that is known fits; what is empty is neither larger nor smaller. */
const ordered =
  (fits: (order: number) => boolean) =>
  (left: unknown, right: unknown, context: Context): boolean => {
    const found = order(left, right, stateIn(context).rule);
    return found !== undefined && fits(found);
  };

/** Comparisons know types; `and`, `or` and `not` are liquidjs' own. */
const OPERATORS: Operators = {
  ...defaultOperators,
  '==': (left, right, context) => isEqual(left, right, stateIn(context).rule),
  '!=': (left, right, context) => !isEqual(left, right, stateIn(context).rule),
  '>': ordered((found) => found > 0),
  '<': ordered((found) => found < 0),
  '>=': ordered((found) => found >= 0),
  '<=': ordered((found) => found <= 0),
  contains,
};

/** The tag `case`, which compares as `==` does. */
class TypedCase extends CaseTag {
  override *render(context: Context, emitter: Emitter): Generator<unknown, void, unknown> {
    const target = yield this.value.value(context, context.opts.lenientIf);
    yield this.liquid.renderer.renderTemplates(
      yield* this.taken(target, context),
      context,
      emitter,
    );
  }

  /** The templates of the first branch that fits. */
  private *taken(target: unknown, context: Context): Generator<unknown, Template[], unknown> {
    const { rule } = stateIn(context);
    for (const { values, templates } of this.branches)
      for (const token of values)
        if (isEqual(target, yield evalToken(token, context), rule)) return templates;
    return this.elseTemplates;
  }
}

/** The tags that exist; their ends and branches, such as `endif` and `when`, come with them. */
const TAGS = {
  assign: AssignTag,
  case: TypedCase,
  comment: CommentTag,
  if: IfTag,
  unless: UnlessTag,
} as const;

function createEngine(): Liquid {
  // A locale spares the 10 ms that liquidjs takes to ask Intl for one. `templates: {}` keeps
  // liquidjs away from document and fs.
  const engine = new Liquid({
    locale: 'en-US',
    templates: {},
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    operators: OPERATORS,
    parseLimit: PARSE_CHARACTERS,
    memoryLimit: MEMORY_UNITS,
  });
  for (const name of Object.keys(engine.filters)) delete engine.filters[name];
  for (const name of Object.keys(engine.tags)) delete engine.tags[name];
  for (const [name, tag] of Object.entries(TAGS)) engine.registerTag(name, tag);
  for (const name of filtersOfKind('texts'))
    engine.registerFilter(name, onTexts(builtInFilter(name)));
  for (const [name, calculate] of Object.entries(ARITHMETIC))
    engine.registerFilter(name, calculated(calculate));
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
