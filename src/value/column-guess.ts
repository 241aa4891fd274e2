import { UNIQUE_COUNT } from './aggregation';
import { wordsOf } from './name-words';

/** A column with what is known of its values, if somebody has looked at them. */
export interface TypedColumn {
  /** What the template calls it. */
  readonly name: string;
  /** What the sheet's header row says. */
  readonly header: string;
  /** What most of its cells hold. */
  readonly type?: 'number' | 'date' | 'duration' | 'text' | 'tick box' | 'empty' | undefined;
  /** Whether every row has a value of its own. */
  readonly unique?: boolean | undefined;
  /**
   * Whether another column has the same header, so that neither can be read. Such a column is
   * guessed like any other: what it was meant for must not be read from another column.
   */
  readonly twice?: boolean | undefined;
}

/**
 * What a column may be wanted for. Words and values have points, which only order the columns of
 * one sheet.
 */
export interface ColumnRole {
  /**
   * Lower-case words that speak for a column or against it, in English and German, with their
   * points. A hyphen stands for any letters: `kunde-` is also Kundennummer.
   */
  readonly words: Readonly<Record<string, number>>;
  /** The points of a column's values; undefined if they rule it out. */
  ofValues(column: TypedColumn): number | undefined;
}

/** What identifies a row. */
export const TRANSACTION_ID: ColumnRole = {
  words: {
    'transaction-': 100,
    'key uid uuid guid receipt voucher beleg eventid rowid usageid recordid entryid lineid': 65,
    'id ids kennung schl-ssel': 60,
    'ref reference num number no -nummer -nr lfd': 30,
    'event row usage record entry line invoice': 10,
    // Whoever or whatever a row is about has an id, too, and it stands in many rows. This outweighs
    // "id", but not "event id".
    'customer- client- -account- sub subscri- tenant- org- user- member- device- seat- person-':
      -65,
    'phone- plan- metric product- article- sku resource region billing': -65,
    'kunde- konto- vertrag- abo- artikel- produkt- telefon-': -65,
  },
  ofValues({ type, unique }) {
    if (type === 'date' || type === 'duration' || type === 'empty') return undefined;
    return unique === undefined ? 0 : unique ? 40 : -100;
  },
};

/** Subscriptions and metrics are seldom numbers. An empty column may be filled later. */
const ofTexts = ({ type }: TypedColumn): number | undefined => {
  if (type === 'date' || type === 'duration') return undefined;
  return type === 'number' || type === 'empty' ? -20 : 0;
};

/** The subscription, or somebody who has one. */
export const SUBSCRIPTION: ColumnRole = {
  words: {
    'subscription-': 100,
    'sub subaccount- abo-': 60,
    'account- konto-': 30,
    'customer- client- tenant- kunde- vertrag-': 25,
    'org organization company workspace contract': 15,
    'external id': 5,
    'name email billing': -10,
    'organisation firma mandant': 15,
    // A plan, price or state of a subscription names none.
    'plan status tarif preis date start started end type price': -100,
  },
  ofValues: ofTexts,
};

/** A number in a column with one of these words may be a time; others are durations. */
const UNIX = /^(?:timestamp|unix.*|epoch|ms)$/;

/** When something was used. */
export const TIMESTAMP: ColumnRole = {
  words: {
    timestamp: 60,
    'date datetime -datum': 50,
    'time at when zeit-': 40,
    'day -tag': 30,
    'period month -monat unix- epoch': 20,
    'usage used event charge': 10,
    start: 2,
    'created billing invoice': -10,
    'due updated modified': -15,
    '-zone': -80,
  },
  ofValues({ type, name, header }) {
    if (type === 'date') return 100;
    if (type === 'empty' || type === 'duration') return undefined;
    const isTime =
      type !== 'number' || wordsOf(`${name} ${header}`).some((word) => UNIX.test(word));
    return isTime ? 0 : undefined;
  },
};

/** The code of a metric, if it differs from row to row. */
export const CODE: ColumnRole = {
  words: {
    'metric metrik kennzahl': 60,
    meter: 50,
    code: 30,
    'billable event leistung': 20,
    'country currency zip postal region land w-hrung plz': -60,
  },
  ofValues: ofTexts,
};

/** The points of values that suit a role, but do not speak for it without a name. */
const FIRST_OF_EQUALS = 5;

/** The number that a metric adds up. */
export const QUANTITY: ColumnRole = {
  words: {
    'quantity units usage amount count -hours value': 50,
    'menge anzahl betrag wert einheiten verbrauch -stunden st-ck': 50,
    'id name key number no nr date day note notiz status plan type timestamp epoch': -60,
    // What was used comes before what it costs.
    'price preis cost kosten due': -2,
  },
  // A name says more than numbers do; a quantity may also be written as text: “1.000,50”.
  ofValues: (column) =>
    column.type === 'date' ? undefined : isNumeric(column) ? FIRST_OF_EQUALS : 0,
};

/** The values of which a metric counts the different ones. */
export const COUNTED: ColumnRole = {
  words: {
    'user- member- seat- device- person- -mail': 60,
    'nutzer- benutzer- mitglied- ger-t-': 60,
    'id -name kennung': 20,
  },
  ofValues({ type }) {
    if (type === 'date' || type === 'duration') return undefined;
    return type === 'text' ? FIRST_OF_EQUALS : 0;
  },
};

/** Whether a column holds what adds up. */
export const isNumeric = ({ type }: TypedColumn): boolean =>
  type === 'number' || type === 'duration';

/** These words number things only at the end of a name: "Number of calls" is a quantity. */
const NUMBERING = /^(?:no|num|number)$/;

/** A word with fewer points only tells columns apart that other words speak for. */
const LEAST_POINTS = 15;

const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, number) => total + number, 0);

/** What the words of an entry match; a function declaration, since the tables above need it. */
function patternOf(words: string): RegExp {
  return new RegExp(`^(?:${words.replace(/-/g, '.*').replace(/ /g, '|')})$`);
}

/** What gives the points of each word of a name. */
function pointsBy({ words }: ColumnRole): (name: string) => readonly number[] {
  const weighed = Object.entries(words).map(([each, points]) => [patternOf(each), points] as const);
  return (name) =>
    wordsOf(name.replace(/#/g, ' number '))
      .filter((word, index, all) => index === all.length - 1 || !NUMBERING.test(word))
      .map((word) => sum(weighed.map(([pattern, points]) => (pattern.test(word) ? points : 0))));
}

const speakForIt = (points: readonly number[]): boolean =>
  points.some((each) => each >= LEAST_POINTS);

/** Whether a name alone says that its column has a role, whatever its values are. */
export function isCalledFor(role: ColumnRole, name: string): boolean {
  const points = pointsBy(role)(name);
  return speakForIt(points) && sum(points) > 0;
}

/**
 * The columns that may serve a role with their points, the likeliest first. Behind one whose header
 * stands twice there are none: what it was meant for must not be read from another column.
 */
export function columnsFor<C extends TypedColumn>(
  role: ColumnRole,
  columns: readonly C[],
): readonly { readonly column: C; readonly points: number }[] {
  const pointsIn = pointsBy(role);
  const found = columns
    .flatMap((column) => {
      const ofValues = column.type === 'tick box' ? undefined : role.ofValues(column);
      const ofNames = [pointsIn(column.name), pointsIn(column.header)];
      if (ofValues === undefined || (ofValues <= 0 && !ofNames.some(speakForIt))) return [];
      return [{ column, points: ofValues + Math.max(...ofNames.map(sum)) }];
    })
    .filter(({ points }) => points > 0)
    .sort((left, right) => right.points - left.points);
  const double = found.findIndex(({ column }) => column.twice === true);
  return double < 0 ? found : found.slice(0, double + 1);
}

/** The likeliest column for a role; undefined if none is likely. */
export const columnFor = <C extends TypedColumn>(
  role: ColumnRole,
  columns: readonly C[],
): C | undefined => columnsFor(role, columns)[0]?.column;

/** What of a metric tells which column it reads. */
export interface CountedMetric {
  /** Its code in Lago. */
  readonly code: string;
  /** The property that it reads; undefined if it counts events. */
  readonly field: string | undefined;
  /** Lago's word for how it counts. */
  readonly aggregation: string;
}

/** Words that say the same, in English and German; a hyphen stands for any letters. */
const SAME_WORDS = (
  'gb gigabyte-|h std hour- stunde-|min minute-|sec- sek-|day- tag-|call- aufruf-|' +
  'request- anfrage-|seat- sitz- platz pl-tze|user- nutzer- benutzer-|' +
  'storage speicher-'
)
  .split('|')
  .map(patternOf);

/** Whether a word of a name says what another word does, alone or as a part of it. */
const saysAlso = (named: string, word: string): boolean =>
  named === word ||
  (word.length > 2 && named.includes(word)) ||
  SAME_WORDS.some((same) => same.test(named) && same.test(word));

const lettersOf = (text: string): string => wordsOf(text).join('');

/**
 * The columns that are called like a text: those called exactly so, or else those whose name has
 * all of its words.
 */
function called<C extends TypedColumn>(columns: readonly C[], text: string): readonly C[] {
  const letters = lettersOf(text);
  const words = wordsOf(text);
  if (letters === '') return [];
  const ways: readonly ((name: string) => boolean)[] = [
    (name) => lettersOf(name) === letters,
    (name) => words.every((word) => wordsOf(name).some((other) => saysAlso(other, word))),
  ];
  for (const fits of ways) {
    const found = columns.filter(({ name, header }) => fits(name) || fits(header));
    if (found.length > 0) return found;
  }
  return [];
}

/** Whether a metric can read a column; texts that number the rows are no quantities. */
const suits = ({ aggregation }: CountedMetric, column: TypedColumn): boolean =>
  aggregation === UNIQUE_COUNT ||
  isNumeric(column) ||
  !(
    column.type === 'date' ||
    column.type === 'tick box' ||
    isCalledFor(TRANSACTION_ID, column.header)
  );

/** The columns that are called like the metric's property, or else like its code. */
export function namesakesOf<C extends TypedColumn>(
  columns: readonly C[],
  metric: CountedMetric,
): readonly C[] {
  const suiting = columns.filter((column) => suits(metric, column));
  const found = called(suiting, metric.field ?? '');
  return found.length > 0 ? found : called(suiting, metric.code);
}

/**
 * The column that a metric most likely reads: one that is called like it, whatever it holds, or
 * else one that is called like a quantity (or like what is counted), or the only one that holds
 * such values. Undefined if nothing tells them apart.
 * @param columns those that nothing else of the event is read from
 */
export function columnForMetric<C extends TypedColumn>(
  columns: readonly C[],
  metric: CountedMetric | undefined,
): C | undefined {
  const namesakes = metric === undefined ? [] : namesakesOf(columns, metric);
  const countsDifferent = metric?.aggregation === UNIQUE_COUNT;
  const named = namesakes.find((column) => !countsDifferent && isNumeric(column)) ?? namesakes[0];
  if (named !== undefined) return named;
  const [best, next] = columnsFor(countsDifferent ? COUNTED : QUANTITY, columns);
  return best?.points === FIRST_OF_EQUALS && next !== undefined ? undefined : best?.column;
}
