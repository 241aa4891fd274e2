import fc from 'fast-check';
import type { CellValue } from '../../src/value/cell';
import type { TimeRule } from '../../src/value/time';
import { tries } from '../bundle/long';
import { cellsOf, compiled, withProperties } from './fixture';

/**
 * Random templates that calculate and compare, over cells of all types, beside an evaluation of
 * its own: fractions of whole numbers, and nothing of the product.
 */
const SEED = Number(process.env['SEED'] ?? 20_261_129);
const TEMPLATES = Number(process.env['INPUTS'] ?? tries(600));
const ROWS = 8;

const utc: TimeRule = { sheetZone: 'UTC', periodZone: 'UTC', dateOnly: 'noon' };

// ---- numbers

interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

const fraction = (over: bigint, under = 1n): Fraction =>
  under < 0n ? { over: -over, under: -under } : { over, under };

/** The fraction of `-12.5` or `1e-7`; undefined of a text that is no number. */
function read(text: string): Fraction | undefined {
  const [, sign, whole, decimals = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const places = decimals.length - Number(power);
  const size = BigInt(whole + decimals);
  const over = sign === '-' ? -size : size;
  return places >= 0
    ? fraction(over, 10n ** BigInt(places))
    : fraction(over * 10n ** BigInt(-places));
}

const order = (left: Fraction, right: Fraction): number => {
  const difference = left.over * right.under - right.over * left.under;
  return difference === 0n ? 0 : difference > 0n ? 1 : -1;
};

const size = ({ over, under }: Fraction): Fraction => fraction(over < 0n ? -over : over, under);
const negative = ({ over, under }: Fraction): Fraction => fraction(-over, under);
const sum = (left: Fraction, right: Fraction): Fraction =>
  fraction(left.over * right.under + right.over * left.under, left.under * right.under);
const product = (left: Fraction, right: Fraction): Fraction =>
  fraction(left.over * right.over, left.under * right.under);

/** The largest whole number that is not larger. */
const down = ({ over, under }: Fraction): bigint =>
  over >= 0n || over % under === 0n ? over / under : over / under - 1n;

/** Half a unit is rounded away from zero. */
function rounded(value: Fraction, places: number): Fraction {
  const unit = 10n ** BigInt(Math.abs(places));
  const scale = places >= 0 ? fraction(unit) : fraction(1n, unit);
  const half = fraction(1n, 2n);
  const { over, under } = size(value);
  const whole = down(sum(product({ over, under }, scale), half));
  const result = product(fraction(whole), fraction(scale.under, scale.over));
  return value.over < 0n ? negative(result) : result;
}

// ---- cells

/** What a cell, or a value in a template, means. */
type Meaning =
  | { readonly kind: 'number'; readonly number: Fraction; readonly isLarge?: boolean }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'box'; readonly isTicked: boolean }
  | { readonly kind: 'date'; readonly wall: string }
  | { readonly kind: 'duration'; readonly seconds: Fraction; readonly clock: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'error' };

/** A cell as the product gets it, and what it means. */
interface Sample {
  readonly value: CellValue;
  readonly meaning: Meaning;
}

const numberSample = (value: number): Sample => ({
  value,
  meaning: {
    kind: 'number',
    number: read(String(value)) ?? fraction(0n),
    isLarge: Math.abs(value) >= 1e15,
  },
});

const textSample = (text: string): Sample => ({
  value: text,
  meaning: text.trim() === '' ? { kind: 'empty' } : { kind: 'text', text },
});

/** A date of a sheet in UTC. */
function dateSample(wall: string): Sample {
  const ms = Date.parse(`${wall.replace(' ', 'T')}Z`);
  return {
    value: { ms, dateOnly: wall.length === 10, wall },
    meaning: { kind: 'date', wall },
  };
}

const two = (amount: number): string => String(amount).padStart(2, '0');

function durationSample(seconds: number): Sample {
  const clock = [seconds / 3600, (seconds / 60) % 60, seconds % 60]
    .map((part) => two(Math.floor(part)))
    .join(':');
  return {
    value: { seconds, clock },
    meaning: { kind: 'duration', seconds: fraction(BigInt(seconds)), clock },
  };
}

const decimals = fc
  .tuple(fc.integer({ min: -9999, max: 9999 }), fc.constantFrom(0, 0, 1, 2, 5))
  .map(([digits, places]) => (digits / 10 ** places).toFixed(places));
const FEW = ['0', '1', '-1', '2', '7', '0.5', '100'];
const plainNumber = fc.oneof(fc.constantFrom(...FEW), decimals);

const WORDS = [
  'basic',
  'Basic',
  '1,5',
  '1.234,5',
  '+5',
  '.5',
  '1e3',
  '007',
  '7.0',
  'true',
  'FALSE',
];
const DATES = ['2026-11-30', '2026-11-30 14:05', '2026-11-30 00:00:00', '2026-12-01'];
const WALLS = ['2026-11-30', '2026-11-30 14:05:00', '2026-12-01', '2026-11-30 00:00:00.250'];
const LARGE_WRITTEN = ['1000000000000000', '1234567890123456'];
const LARGE = [1e15, 1_234_567_890_123_456, -4e18, 1e21];

const cell: fc.Arbitrary<Sample> = fc.oneof(
  { weight: 5, arbitrary: plainNumber.map((text) => numberSample(Number(text))) },
  { weight: 1, arbitrary: fc.constantFrom(1e-7, 123_456_789_012.345, 5e14).map(numberSample) },
  { weight: 2, arbitrary: plainNumber.map(textSample) },
  { weight: 2, arbitrary: fc.constantFrom(...WORDS, ...DATES, '1:30', ' 7 ').map(textSample) },
  { weight: 1, arbitrary: fc.constantFrom('', '  ').map(textSample) },
  {
    weight: 1,
    arbitrary: fc.boolean().map((isTicked) => ({
      value: isTicked,
      meaning: { kind: 'box', isTicked } as const,
    })),
  },
  { weight: 1, arbitrary: fc.constantFrom(...WALLS).map(dateSample) },
  { weight: 1, arbitrary: fc.constantFrom(0, 5400, 1200, 95_400).map(durationSample) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('#N/A', '#REF!', '#WERT!', 'Loading...')
      .map((value) => ({ value, meaning: { kind: 'error' } as const })),
  },
  { weight: 1, arbitrary: fc.constantFrom(...LARGE).map(numberSample) },
);

const COLUMNS = ['quantity', 'note', 'plan'] as const;
type Column = (typeof COLUMNS)[number];
type Row = Readonly<Record<Column, Sample>>;
const row: fc.Arbitrary<Row> = fc.record({ quantity: cell, note: cell, plan: cell });

// ---- templates

/** A column, or a value as the template writes it. */
type Operand =
  | { readonly column: Column }
  | { readonly written: string; readonly meaning: Meaning };

interface Step {
  readonly filter: string;
  readonly by?: Operand | undefined;
}

/** A column with filters. `instead` is the number of a `default` at its end. */
interface Chain {
  readonly column: Column;
  readonly unit: 'hours' | 'minutes' | undefined;
  readonly steps: readonly Step[];
  readonly instead: string | undefined;
}

interface Comparison {
  readonly left: Operand;
  readonly sign: string;
  readonly right: Operand;
}

type Condition = Comparison | { readonly holds: Operand; readonly isNegated: boolean };

type Shape =
  | { readonly kind: 'value'; readonly chain: Chain }
  | {
      readonly kind: 'if' | 'unless';
      readonly conditions: readonly Condition[];
      readonly joint: 'and' | 'or';
      readonly yes: Chain;
      readonly no: Chain;
    }
  | {
      readonly kind: 'assigned';
      readonly chain: Chain;
      readonly sign: string;
      readonly limit: string;
    }
  | { readonly kind: 'case'; readonly of: Column; readonly when: readonly Operand[] };

const column = fc.constantFrom(...COLUMNS);
const ofColumn = column.map((each): Operand => ({ column: each }));
const ofNumber = fc
  .oneof({ weight: 6, arbitrary: plainNumber }, fc.constantFrom(...LARGE_WRITTEN))
  .map((text): Operand => ({ written: text, meaning: numberSample(Number(text)).meaning }));
const ofText = fc
  .constantFrom(...WORDS, ...DATES, ...FEW, 'as', '')
  .map((text): Operand => ({ written: `"${text}"`, meaning: textSample(text).meaning }));
const ofBox = fc.boolean().map(
  (isTicked): Operand => ({
    written: String(isTicked),
    meaning: { kind: 'box', isTicked },
  }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      filter: fc.constantFrom(
        ...['plus', 'minus', 'times', 'divided_by', 'modulo', 'at_least', 'at_most'],
      ),
      by: fc.oneof({ weight: 3, arbitrary: ofNumber }, ofColumn),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('abs', 'floor', 'ceil', 'round').map((filter) => ({ filter })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('-2', '0', '1', '3', '100000').map((written) => ({
      filter: 'round',
      by: { written, meaning: numberSample(Number(written)).meaning },
    })),
  },
);

const chain: fc.Arbitrary<Chain> = fc.record({
  column,
  unit: fc.oneof(
    { weight: 6, arbitrary: fc.constant(undefined) },
    fc.constantFrom('hours', 'minutes'),
  ),
  steps: fc.array(step, { maxLength: 4 }),
  instead: fc.option(plainNumber, { nil: undefined }),
});

const SIGNS = ['==', '!=', '<', '>', '<=', '>=', 'contains'];
const condition: fc.Arbitrary<Condition> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      left: fc.oneof({ weight: 5, arbitrary: ofColumn }, ofNumber, ofText),
      sign: fc.constantFrom(...SIGNS),
      right: fc.oneof(ofColumn, { weight: 2, arbitrary: ofNumber }, ofText, ofBox),
    }),
  },
  { weight: 1, arbitrary: fc.record({ holds: ofColumn, isNegated: fc.boolean() }) },
);

const shape: fc.Arbitrary<Shape> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('value'), chain }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('if', 'unless'),
      conditions: fc.array(condition, { minLength: 1, maxLength: 2 }),
      joint: fc.constantFrom('and', 'or'),
      yes: chain,
      no: chain,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('assigned'),
      chain,
      sign: fc.constantFrom(...SIGNS.slice(0, 6)),
      limit: plainNumber,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('case'),
      of: column,
      when: fc.array(fc.oneof(ofNumber, ofText, ofBox), { minLength: 1, maxLength: 3 }),
    }),
  },
);

const written = (operand: Operand): string =>
  'column' in operand ? `row.${operand.column}` : operand.written;

const writtenChain = ({ column: first, unit, steps, instead }: Chain): string =>
  [
    `row.${first}`,
    ...(unit === undefined ? [] : [unit]),
    ...steps.map(({ filter, by }) => (by === undefined ? filter : `${filter}: ${written(by)}`)),
    ...(instead === undefined ? [] : [`default: ${instead}`]),
  ].join(' | ');

const writtenCondition = (each: Condition): string =>
  'holds' in each
    ? `${each.isNegated ? 'not ' : ''}${written(each.holds)}`
    : `${written(each.left)} ${each.sign} ${written(each.right)}`;

function properties(of: Shape): string {
  switch (of.kind) {
    case 'value':
      return `{ "n": {{ ${writtenChain(of.chain)} }} }`;
    case 'assigned':
      return `{ "n": {% if x ${of.sign} ${of.limit} %}true{% else %}false{% endif %} }`;
    case 'case': {
      const branches = of.when.map((each, place) => `{% when ${written(each)} %}${place}`);
      return `{ "n": {% case row.${of.of} %}${branches.join('')}{% else %}-1{% endcase %} }`;
    }
    default: {
      const asked = of.conditions.map(writtenCondition).join(` ${of.joint} `);
      const [yes, no] = [writtenChain(of.yes), writtenChain(of.no)];
      return `{ "n": {% ${of.kind} ${asked} %}{{ ${yes} }}{% else %}{{ ${no} }}{% end${of.kind} %} }`;
    }
  }
}

const templateOf = (of: Shape): string =>
  `${of.kind === 'assigned' ? `{% assign x = ${writtenChain(of.chain)} %}` : ''}${withProperties(properties(of))}`;

// ---- what has to come of them

/** The row is held. */
class Held extends Error {}

const meaningOf = (operand: Operand, cells: Row): Meaning =>
  'column' in operand ? cells[operand.column].meaning : operand.meaning;

/** The number that a meaning is or says. */
function counted(meaning: Meaning): Fraction {
  if (meaning.kind === 'number') return meaning.number;
  const number =
    meaning.kind === 'text' && !/e/i.test(meaning.text) ? read(meaning.text.trim()) : undefined;
  if (number === undefined) throw new Held();
  return number;
}

function divided(left: Fraction, right: Fraction): Fraction {
  if (right.over === 0n) throw new Held();
  return rounded(fraction(left.over * right.under, left.under * right.over), 20);
}

function remainder(left: Fraction, right: Fraction): Fraction {
  if (right.over === 0n) throw new Held();
  const times = down(fraction(left.over * right.under, left.under * right.over));
  return sum(left, negative(product(fraction(times), right)));
}

const CALCULATIONS: Readonly<Record<string, (value: Fraction, by: Fraction) => Fraction>> = {
  plus: sum,
  minus: (value, by) => sum(value, negative(by)),
  times: product,
  divided_by: divided,
  modulo: remainder,
  at_least: (value, by) => (order(value, by) < 0 ? by : value),
  at_most: (value, by) => (order(value, by) > 0 ? by : value),
  abs: size,
  floor: (value) => fraction(down(value)),
  ceil: (value) => fraction(-down(negative(value))),
  round: (value, by) => rounded(value, Math.min(Number(by.over / by.under), 400)),
};

const SECONDS = { hours: 3600n, minutes: 60n };

function inUnit(meaning: Meaning, unit: keyof typeof SECONDS): Meaning {
  const isWritten = meaning.kind === 'text' && meaning.text === '1:30';
  if (meaning.kind !== 'duration' && !isWritten) throw new Held();
  const seconds = meaning.kind === 'duration' ? meaning.seconds : fraction(5400n);
  return { kind: 'number', number: divided(seconds, fraction(SECONDS[unit])) };
}

const readBy = ({ column: first, steps }: Chain): readonly Column[] => [
  first,
  ...steps.flatMap(({ by }) => (by !== undefined && 'column' in by ? [by.column] : [])),
];

/** What a chain makes of a row: a number, or what its cell means. */
function made(of: Chain, cells: Row): Meaning {
  const [first, ...operands] = readBy(of).map((each) => cells[each].meaning);
  if (operands.some(({ kind }) => kind === 'empty')) throw new Held();
  if ([first, ...operands].some((each) => each?.kind === 'number' && each.isLarge === true))
    throw new Held();
  let value: Meaning = cells[of.column].meaning;
  if (value.kind === 'empty') {
    if (of.instead === undefined) throw new Held();
    return numberSample(Number(of.instead)).meaning;
  }
  if (of.unit !== undefined) value = inUnit(value, of.unit);
  for (const { filter, by } of of.steps) {
    const operand = by === undefined ? fraction(0n) : counted(meaningOf(by, cells));
    const calculate = CALCULATIONS[filter] ?? sum;
    value = { kind: 'number', number: calculate(counted(value), operand) };
  }
  return value;
}

const textOf = (meaning: Meaning, cells: Row, operand: Operand): string => {
  if (meaning.kind === 'text') return meaning.text;
  if (meaning.kind === 'box') return String(meaning.isTicked);
  if (meaning.kind === 'date') return meaning.wall;
  if (meaning.kind === 'duration') return meaning.clock;
  const number = 'column' in operand ? cells[operand.column].value : Number(operand.written);
  // No cell of these has more digits than a BigInt can print.
  return Number(number) >= 1e21 ? String(BigInt(Number(number))) : plain(Number(number));
};

/** A number without an exponent. */
const plain = (number: number): string => (number === 1e-7 ? '0.0000001' : String(number));

/** A text or date on the clock. */
function clockOf(meaning: Meaning): string {
  if (meaning.kind === 'date' || (meaning.kind === 'text' && DATES.includes(meaning.text))) {
    const wall = meaning.kind === 'date' ? meaning.wall : meaning.text;
    return `${wall}${wall.length === 10 ? ' 00:00:00' : wall.length === 16 ? ':00' : ''}`.padEnd(
      23,
      '.000',
    );
  }
  throw new Held();
}

function boxOf(meaning: Meaning): boolean {
  if (meaning.kind === 'box') return meaning.isTicked;
  const said = meaning.kind === 'text' ? meaning.text.toUpperCase() : '';
  if (said !== 'TRUE' && said !== 'FALSE') throw new Held();
  return said === 'TRUE';
}

/** Whether digits decide that the sheet has lost. */
const isLost = (left: Meaning, right: Meaning): boolean =>
  [left, right].some((each) => each.kind === 'number' && each.isLarge === true) &&
  order(
    product(size(sum(counted(left), negative(counted(right)))), fraction(10n ** 14n)),
    size(counted(left)),
  ) <= 0;

/** Larger (1), smaller (-1) or equal (0); held if the two cannot be compared. */
function compared(left: Meaning, right: Meaning, isOrder: boolean): number {
  const has = (kind: Meaning['kind']): boolean => left.kind === kind || right.kind === kind;
  if (has('number')) {
    const [first, second] = [counted(left), counted(right)];
    if (isLost(left, right)) throw new Held();
    return order(first, second);
  }
  if (has('duration')) {
    if (left.kind !== 'duration' || right.kind !== 'duration') throw new Held();
    return order(left.seconds, right.seconds);
  }
  if (has('date')) {
    const [first, second] = [clockOf(left), clockOf(right)];
    return first === second ? 0 : first > second ? 1 : -1;
  }
  if (isOrder) throw new Held();
  if (has('box')) return boxOf(left) === boxOf(right) ? 0 : 1;
  return left.kind === 'text' && right.kind === 'text' && left.text === right.text ? 0 : 1;
}

const FITS: Readonly<Record<string, (order: number) => boolean>> = {
  '<': (each) => each < 0,
  '>': (each) => each > 0,
  '<=': (each) => each <= 0,
  '>=': (each) => each >= 0,
};

function fits(left: Meaning, sign: string, right: Meaning): boolean {
  const isEmpty = left.kind === 'empty' || right.kind === 'empty';
  const inOrder = FITS[sign];
  if (inOrder !== undefined) return !isEmpty && inOrder(compared(left, right, true));
  const isEqual = isEmpty ? left.kind === right.kind : compared(left, right, false) === 0;
  return isEqual === (sign === '==');
}

function holds(of: Condition, cells: Row): boolean {
  if ('holds' in of) {
    const meaning = meaningOf(of.holds, cells);
    const isFalse =
      meaning.kind === 'empty' ||
      (meaning.kind === 'box' && !meaning.isTicked) ||
      (meaning.kind === 'text' && meaning.text.toUpperCase() === 'FALSE');
    return isFalse === of.isNegated;
  }
  const [left, right] = [meaningOf(of.left, cells), meaningOf(of.right, cells)];
  if (of.sign !== 'contains') return fits(left, of.sign, right);
  if (left.kind === 'empty' || right.kind === 'empty') return false;
  return textOf(left, cells, of.left).includes(textOf(right, cells, of.right));
}

const columnsOf = (of: Operand): readonly Column[] => ('column' in of ? [of.column] : []);

/** Every column that a template names, in whatever branch. */
function namedBy(of: Shape): readonly Column[] {
  if (of.kind === 'case') return [of.of];
  if (of.kind === 'value' || of.kind === 'assigned') return readBy(of.chain);
  return [
    ...of.conditions.flatMap((each) =>
      'holds' in each ? columnsOf(each.holds) : [...columnsOf(each.left), ...columnsOf(each.right)],
    ),
    ...readBy(of.yes),
    ...readBy(of.no),
  ];
}

/** What the property has to be: a meaning, a branch of `case`, or whether an assigned value fits. */
function expected(of: Shape, cells: Row): Meaning {
  if (namedBy(of).some((each) => cells[each].meaning.kind === 'error')) throw new Held();
  switch (of.kind) {
    case 'value':
      return made(of.chain, cells);
    case 'assigned': {
      const limit = numberSample(Number(of.limit)).meaning;
      return { kind: 'box', isTicked: fits(made(of.chain, cells), of.sign, limit) };
    }
    case 'case': {
      const value = cells[of.of].meaning;
      const place = of.when.findIndex((each) => fits(value, '==', meaningOf(each, cells)));
      return { kind: 'number', number: fraction(BigInt(place)) };
    }
    default: {
      // Both sides are compared, whatever the first one says.
      const results = of.conditions.map((each) => holds(each, cells));
      const isTrue = of.joint === 'and' ? results.every(Boolean) : results.some(Boolean);
      return made(isTrue === (of.kind === 'if') ? of.yes : of.no, cells);
    }
  }
}

/** What has to come of a row: the property in a form that can be compared, or `held`. */
function expectation(of: Shape, cells: Row): string {
  try {
    const meaning = expected(of, cells);
    if (meaning.kind === 'duration') return 'held';
    if (meaning.kind === 'number') return numberKey(meaning.number);
    if (meaning.kind === 'text') return textKey(meaning.text);
    return meaning.kind === 'date'
      ? textKey(meaning.wall)
      : JSON.stringify(meaning.kind === 'box' && meaning.isTicked);
  } catch (error) {
    if (error instanceof Held) return 'held';
    throw error;
  }
}

/** A number in lowest terms, so that 0.5 and 0.50 are the same. */
function numberKey({ over, under }: Fraction): string {
  let [left, right] = [over < 0n ? -over : over, under];
  while (right !== 0n) [left, right] = [right, left % right];
  return `${over / left}/${under / left}`;
}

/** Lago counts a plain number in quotes as that number. */
function textKey(text: string): string {
  const number = /e/i.test(text) ? undefined : read(text);
  return number === undefined ? JSON.stringify(text) : numberKey(number);
}

/** What really comes of a row, in the same form. */
function outcome(template: ReturnType<typeof compiled>, cells: Row): string {
  const values = Object.fromEntries(COLUMNS.map((each) => [each, cells[each].value]));
  const reading = template.render(cellsOf(values), utc);
  if ('problems' in reading) return 'held';
  const value = reading.event.properties['n'];
  if (typeof value === 'number') return numberKey(read(String(value)) ?? fraction(0n));
  return typeof value === 'string' ? textKey(value) : JSON.stringify(value);
}

const inWords = (cells: Row): string =>
  JSON.stringify(COLUMNS.map((each) => [each, cells[each].value]));

test(`templates calculate and compare as fractions do, or hold the row (seed ${SEED})`, () => {
  const met = { held: 0, made: 0 };
  fc.assert(
    fc.property(shape, fc.array(row, { minLength: ROWS, maxLength: ROWS }), (of, rows) => {
      const text = templateOf(of);
      const template = compiled(text);
      for (const cells of rows) {
        const found = outcome(template, cells);
        if (found === 'held') met.held++;
        else met.made++;
        const wanted = expectation(of, cells);
        if (found !== wanted)
          throw new Error(
            `${properties(of)} is ${found}, and has to be ${wanted}: ${inWords(cells)}`,
          );
      }
    }),
    { numRuns: TEMPLATES, seed: SEED },
  );
  expect(met.made).toBeGreaterThan(TEMPLATES);
  expect(met.held).toBeGreaterThan(TEMPLATES / 2);
});
