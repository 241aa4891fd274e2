import { type Problem, problem } from '../problem/problem';
import { isFullDate } from '../value/time';
import { DivisionByZero } from './arithmetic';
import { Incomparable, type Wanted } from './comparison';
import { UnusableValue } from './liquid';
import { causeOf, shortMessage } from './liquid-error';
import { numberAdvice } from './written-number';

/** Why a template made no text of a row. */
export interface Refusal {
  /** In words. */
  readonly problem: Problem;
  /** The texts of the values that it is about, the one at fault first. */
  readonly values: readonly string[];
  /** The text that a filter took for no number, if that is why. */
  readonly notNumber?: string | undefined;
  /** The text that a filter took for no time, if that is why. */
  readonly notTime?: string | undefined;
}

/** Texts that both are full dates have an order as moments. */
const AS_MOMENTS =
  'Read both as moments first, such as by {% assign t = row.column | unix %}, and compare t.';

const READ_FIRST = 'Read it first, such as by {% assign n = row.column | number: "." %}';

/** Why two values cannot be compared, and what to do. */
const INCOMPARABLE: Readonly<Record<Wanted, readonly [because: string, remedy: string]>> = {
  number: [
    'one is a number, the other is not',
    `Correct the cell; or compare texts, with the number in quotes. ${READ_FIRST} if the number ` +
      'is written in another way.',
  ],
  digits: [
    'the sheet keeps only the first 15 digits of a number',
    'Format the column as plain text, enter it again, and compare it with a text in quotes.',
  ],
  time: [
    'one is a date, the other is not',
    'Correct the cell, or write the date as in “2026-11-30” or “2026-11-30 14:05”.',
  ],
  box: [
    'one is a tick box, and the other says neither TRUE nor FALSE',
    'Correct the cell, or compare with true or false.',
  ],
  duration: [
    'one is a duration or time of day, the other is not',
    'Compare numbers, such as by {% assign h = row.column | hours %}.',
  ],
  order: ['texts have no order', `${READ_FIRST}, and compare n.`],
};

function incomparable({ value, other, wanted }: Incomparable): Refusal {
  const [because, remedy] = INCOMPARABLE[wanted];
  const areDates = wanted === 'order' && isFullDate(value) && isFullDate(other);
  const suggestion = areDates ? AS_MOMENTS : remedy;
  return {
    problem: problem('row.not-comparable', { value, other, because, suggestion }),
    values: [value, other],
  };
}

const UNUSABLE = {
  time: 'row.not-a-time',
  zone: 'row.not-a-zone',
  duration: 'row.not-a-duration',
  written: 'row.duration',
  date: 'row.not-a-written-date',
} as const;

function unusable({ message: value, wanted }: UnusableValue): Refusal {
  if (wanted === 'number')
    return {
      problem: problem('row.not-a-number', { value, suggestion: numberAdvice(value) }),
      values: [value],
      notNumber: value,
    };
  return {
    problem: problem(UNUSABLE[wanted], { value }),
    values: [value],
    notTime: wanted === 'time' ? value : undefined,
  };
}

/** What an error that liquidjs threw while it made a text of a row says to a person. */
export function refusalOf(error: unknown): Refusal {
  const cause = causeOf(error);
  if (cause instanceof Incomparable) return incomparable(cause);
  if (cause instanceof UnusableValue) return unusable(cause);
  if (cause instanceof DivisionByZero)
    return { problem: problem('row.divided-by-zero'), values: [] };
  return { problem: problem('row.render', { detail: shortMessage(cause ?? error) }), values: [] };
}
