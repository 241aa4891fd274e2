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
    'plan status date start started end type price': -60,
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
    metric: 60,
    meter: 50,
    code: 30,
    'billable event': 20,
    'country currency zip postal region': -60,
  },
  ofValues: ofTexts,
};

/** The number that a metric adds up. */
export const QUANTITY: ColumnRole = {
  words: { 'quantity units usage amount count -hours value': 50 },
  ofValues: () => 0,
};

/** The values of which a metric counts the different ones. */
export const COUNTED: ColumnRole = {
  words: { 'user- member- seat- device- person- -mail': 60, 'id -name': 20 },
  ofValues: ({ type }) => (type === 'duration' ? undefined : 0),
};

/** These words number things only at the end of a name: "Number of calls" is a quantity. */
const NUMBERING = /^(?:no|num|number)$/;

/** A word with fewer points only tells columns apart that other words speak for. */
const LEAST_POINTS = 15;

const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, number) => total + number, 0);

/** What gives the points of each word of a name. */
function pointsBy({ words }: ColumnRole): (name: string) => readonly number[] {
  const weighed = Object.entries(words).map(
    ([each, points]) =>
      [new RegExp(`^(?:${each.replace(/-/g, '.*').replace(/ /g, '|')})$`), points] as const,
  );
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

/** The columns that may serve a role with their points, the likeliest first. */
export function columnsFor<C extends TypedColumn>(
  role: ColumnRole,
  columns: readonly C[],
): readonly { readonly column: C; readonly points: number }[] {
  const pointsIn = pointsBy(role);
  return columns
    .flatMap((column) => {
      const ofValues = column.type === 'tick box' ? undefined : role.ofValues(column);
      const ofNames = [pointsIn(column.name), pointsIn(column.header)];
      if (ofValues === undefined || (ofValues <= 0 && !ofNames.some(speakForIt))) return [];
      return [{ column, points: ofValues + Math.max(...ofNames.map(sum)) }];
    })
    .filter(({ points }) => points > 0)
    .sort((left, right) => right.points - left.points);
}

/** The likeliest column for a role; undefined if none is likely. */
export const columnFor = <C extends TypedColumn>(
  role: ColumnRole,
  columns: readonly C[],
): C | undefined => columnsFor(role, columns)[0]?.column;
