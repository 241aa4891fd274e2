import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { type AnyNode, type Literal, parse } from 'acorn';
import { played } from '../bundle/long';

/**
 * A pattern that searches again from each character takes a hundred times as long for ten times the
 * text. One cell holds 50,000 characters, an answer of Lago millions.
 */
const SHORT = 10_000;
const LONG = 100_000;
/** Linear is 10, quadratic 100; what a busy machine adds lies in between. */
const MOST_GROWTH = 35;

/** Patterns of libraries that meet neither cells nor templates nor answers. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  [
    String.raw`/(\d+)\/(\d+)\/(\d+) (AD|BC),? (\d+):(\d+):(\d+)/`,
    'luxon reads with it what Intl has written',
  ],
  [String.raw`/\n\s*[^#\s]/g`, 'of liquidjs’ inline comment, a tag that templates do not have'],
]);

/** The literal patterns of a script. */
function literalsIn(script: string): RegExp[] {
  const found: RegExp[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) for (const each of node) walk(each);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
    const { type, regex } = node as AnyNode & Partial<Literal>;
    if (type === 'Literal' && regex) found.push(new RegExp(regex.pattern, regex.flags));
    for (const [name, child] of Object.entries(node)) if (name !== 'regex') walk(child);
  };
  walk(parse(script, { ecmaVersion: 2022 }));
  return found;
}

/** The patterns that a script makes of texts while it loads. */
function madeBy(script: string): RegExp[] {
  const made: RegExp[] = [];
  const context = createContext({
    note: (source: string, flags: string) => made.push(new RegExp(source, flags)),
  });
  runInContext(
    `{
      const note_ = note;
      const make = (pattern) => (note_(pattern.source, pattern.flags), pattern);
      globalThis.RegExp = new Proxy(RegExp, {
        construct: (target, parts, as) => make(Reflect.construct(target, parts, as)),
        apply: (target, _, parts) => make(target(...parts)),
      });
    }`,
    context,
  );
  try {
    runInContext(script, context);
  } catch (error) {
    // The page's script ends where it needs a document; its patterns stand before that.
    if (!/document is not defined/.test(String(error))) throw error;
  }
  return made;
}

function patternsOf(script: string): RegExp[] {
  const all = [...literalsIn(script), ...madeBy(script)];
  return [...new Map(all.map((pattern) => [String(pattern), pattern])).values()].filter(
    (pattern) => !ELSEWHERE.has(String(pattern)),
  );
}

/** A character of each kind that a pattern may name by a class. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/\\d|\\p\{N|0-9/, '0'],
  [/\\s/, ' '],
  [/\\s/, '\n'],
  [/\\w|\\p\{L|a-z|A-Z/i, 'a'],
  [/\\p\{Sc/, '$'],
  [/\[\^|\\S|\\W|\\D|\\B|\./, '~'],
];

/** What a pattern may repeat: its own characters, the words in it, and one of each of its kinds. */
function unitsOf({ source }: RegExp): string[] {
  const plain = source.replace(/\\[a-z](\{[^}]*\})?|\(\?<?[:=!]/gi, '');
  const words = plain.match(/[A-Za-z]{2,}/g) ?? [];
  const kinds = KINDS.flatMap(([kind, letter]) => (kind.test(source) ? [letter] : []));
  const own = [...plain].filter((letter) => !/[A-Za-z]/.test(letter));
  const single = [...new Set([...kinds, ...own, ...words.slice(0, 6)])];
  return single.flatMap((one) => single.map((other) => (one === other ? one : one + other)));
}

interface Attack {
  readonly before: string;
  readonly unit: string;
  readonly after: string;
}

const ENDS = ['', '\u0001'];

/** Texts that a pattern nearly fits, over and over. */
const attacksOn = (pattern: RegExp): Attack[] =>
  unitsOf(pattern).flatMap((unit) =>
    ['', unit.slice(0, 1) === '0' ? '-' : '0'].flatMap((before) =>
      ENDS.map((after) => ({ before, unit, after })),
    ),
  );

const textOf = ({ before, unit, after }: Attack, length: number): string =>
  before + unit.repeat(Math.ceil(length / unit.length)) + after;

/** How long (ms) a pattern takes for a text. */
function duration(pattern: RegExp, text: string): number {
  const begun = performance.now();
  let match = pattern.exec(text);
  while (match !== null && pattern.global) {
    if (match[0] === '') pattern.lastIndex++;
    match = pattern.exec(text);
  }
  pattern.lastIndex = 0;
  return performance.now() - begun;
}

/** The shortest of several: what else the machine does only makes them longer. */
const shortest = (pattern: RegExp, text: string): number =>
  Math.min(...[1, 2, 3].map(() => duration(pattern, text)));

/** A text of which this many characters take longer than so many ms is looked at closely. */
const GLANCE = { characters: 2_000, ms: 0.4 };

/** The attack that costs a pattern most; undefined if none takes noticeably long. */
function worstOf(pattern: RegExp): Attack | undefined {
  const slow = attacksOn(pattern)
    .map((attack) => ({ attack, ms: duration(pattern, textOf(attack, GLANCE.characters)) }))
    .filter(({ ms }) => ms > GLANCE.ms)
    .map(({ attack }) => ({ attack, ms: shortest(pattern, textOf(attack, GLANCE.characters)) }))
    .sort((one, other) => other.ms - one.ms);
  return slow[0]?.attack;
}

/** Linear patterns take some ns a character. A quadratic one takes far longer for a long text. */
const QUICK_CHARACTERS_PER_MS = 5_000;

/**
 * By how much longer a pattern takes for the longer text: the least of several measurements, since
 * whatever else the machine does may fall into one of them.
 */
function growth(pattern: RegExp, attack: Attack, short: number, long: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 4 && least >= MOST_GROWTH; attempt++) {
    const ms = shortest(pattern, textOf(attack, long));
    if (ms < long / QUICK_CHARACTERS_PER_MS) return 1;
    least = Math.min(least, ms / shortest(pattern, textOf(attack, short)));
  }
  return least;
}

/** Patterns whose time grows faster than the text, each with the text that shows it. */
const tooSlow = (patterns: readonly RegExp[], short = SHORT, long = LONG): string[] =>
  patterns.flatMap((pattern) => {
    const attack = worstOf(pattern);
    return attack === undefined || growth(pattern, attack, short, long) < MOST_GROWTH
      ? []
      : [`${pattern} ${JSON.stringify(attack)}`];
  });

const page = readFileSync('dist/sidebar.html', 'utf8');
const SCRIPTS: readonly (readonly [string, string])[] = [
  ['Code.js', readFileSync('dist/Code.js', 'utf8')],
  [
    'the page',
    [...page.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, text]) => text).join('\n'),
  ],
];

test.each(SCRIPTS)(
  'every pattern of %s takes ten times as long for ten times the text, not a hundred times',
  (_, script) => {
    const patterns = patternsOf(script);
    expect(patterns.length).toBeGreaterThan(80);
    expect(tooSlow(patterns)).toEqual([]);
  },
);

/** Each is quadratic in its own way; a short run shows with every second that it would be found. */
const QUADRATIC: readonly (readonly [string, RegExp])[] = [
  ['an operand’s digits', /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/],
  ['groups of digits', /\B(?=(\d{3})+$)/g],
  ['zeros at the end', /\.?0+$/],
  ['texts that are not closed', /"(?:[^"\\]|\\.)*"/g],
  ['markup that is not closed', /<[^>]*>/g],
  ['a user before an @', /^\s*([a-z]+:\/\/)?[\s\S]*@/i],
  ['a number with spaces', /^[-+(]?\s*\p{Sc}?\s*\d[\d.,'’\s]*[%)]?\s*\p{Sc}?$/u],
  ['a number before an operator', /(-?\d+(?:\.\d+)?|true)\s*(==|!=)/gu],
];

test.each(played(QUADRATIC, 2))(
  'a pattern for %s that searches again and again is found',
  (_, pattern) => {
    expect(tooSlow([pattern], 700, 7_000)).toHaveLength(1);
  },
);
