const VOLATILE = /^=\s*(NOW|RAND|IMPORTRANGE)\(/i;
/** Multiples of it, without their whole parts, never meet. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * What a formula shows that gives another value whenever it is looked at; undefined for all others.
 * An import is being loaded every second time.
 * @param now as a serial number in the file's zone
 * @param look which look at such a formula it is, counted from 1
 */
export function volatileValue(
  formula: string | undefined,
  now: number,
  look: number,
): string | number | undefined {
  const fraction = (look * GOLDEN) % 1;
  switch (VOLATILE.exec(formula ?? '')?.[1]?.toUpperCase()) {
    case 'NOW':
      return now + fraction / 1_000;
    case 'RAND':
      return fraction;
    case 'IMPORTRANGE':
      return look % 2 === 0 ? '#REF!' : fraction;
    default:
      return undefined;
  }
}

/**
 * Calls a function of the script for a formula and gives what the cell then shows; undefined if
 * there is none of that name.
 */
export type CustomFunction = (
  name: string,
  args: readonly (string | number | boolean)[],
) => string | number | boolean | undefined;

const CALL = /^([A-Za-z_]\w*)\(([\s\S]*)\)$/;
const ARGUMENT = /\s*(?:"((?:[^"]|"")*)"|(true|false)|(-?\d+(?:\.\d+)?))\s*(?:[,;]|$)/gi;

/** Constants that are passed to a function; undefined if something else is among them. */
function constants(list: string): (string | number | boolean)[] | undefined {
  const found = [...list.matchAll(ARGUMENT)];
  if (found.map(([whole]) => whole).join('') !== list) return undefined;
  return found
    .filter(([whole]) => whole !== '')
    .map(([, text, truth, number]) =>
      text !== undefined
        ? unquote(text)
        : truth !== undefined
          ? /^true$/i.test(truth)
          : Number(number),
    );
}

/**
 * What a formula shows. Known here are constants (arithmetic, texts, HYPERLINK and NA) and the
 * functions of the script, called with constants; everything else is an unknown name.
 */
export function evaluateFormula(
  formula: string,
  customFunction?: CustomFunction,
): string | number | boolean {
  const source = formula.slice(1).trim();
  const [, name = '', list = ''] = CALL.exec(source) ?? [];
  const args = name === '' ? undefined : constants(list);
  const shown = args === undefined ? undefined : customFunction?.(name, args);
  if (shown !== undefined) return shown;
  const text = /^"((?:[^"]|"")*)"$/.exec(source);
  if (text) return unquote(text[1] ?? '');
  const link = /^HYPERLINK\(\s*"((?:[^"]|"")*)"\s*(?:[,;]\s*"((?:[^"]|"")*)"\s*)?\)$/i.exec(source);
  if (link) return unquote(link[2] ?? link[1] ?? '');
  if (/^(NOW|RAND|IMPORTRANGE)\(/i.test(source)) return 0;
  if (/^NA\(\s*\)$/i.test(source)) return '#N/A';
  if (/^(TRUE|FALSE)(\(\))?$/i.test(source)) return /^TRUE/i.test(source);
  return arithmetic(source);
}

const unquote = (text: string): string => text.replaceAll('""', '"');

function arithmetic(source: string): string | number {
  const tokens = source.match(/\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+|[-+*/^()]|\S/g) ?? [];
  let position = 0;
  const take = (...wanted: string[]): string | undefined => {
    const token = tokens[position];
    if (token === undefined || !wanted.includes(token)) return undefined;
    position += 1;
    return token;
  };
  const primary = (): number => {
    if (take('-')) return -primary();
    if (take('+')) return primary();
    if (take('(')) {
      const inner = sum();
      if (!take(')')) throw new SyntaxError(source);
      return inner;
    }
    const token = tokens[position++];
    if (token === undefined || !/^[\d.]/.test(token)) throw new SyntaxError(source);
    return Number(token);
  };
  const power = (): number => {
    let value = primary();
    while (take('^')) value **= primary();
    return value;
  };
  const product = (): number => {
    let value = power();
    for (let operator = take('*', '/'); operator; operator = take('*', '/'))
      value = operator === '*' ? value * power() : value / power();
    return value;
  };
  const sum = (): number => {
    let value = product();
    for (let operator = take('+', '-'); operator; operator = take('+', '-'))
      value = operator === '+' ? value + product() : value - product();
    return value;
  };
  try {
    const value = sum();
    if (position < tokens.length) return '#NAME?';
    return Number.isFinite(value) ? value : '#DIV/0!';
  } catch {
    return '#NAME?';
  }
}
