import { count } from '../value/count';
import { type Actor, catalogue, type ProblemCode } from './catalogue';

/** Where a problem is. `row` is the sheet's own row number (1-based), `line` and `character` are 1-based positions in the template. */
export interface Place {
  readonly row?: number | undefined;
  readonly column?: string | undefined;
  readonly line?: number | undefined;
  readonly character?: number | undefined;
}

/** Something a person has to know, with what happened and what to do about it. Never holds the API key. */
export interface Problem {
  readonly code: ProblemCode;
  readonly actor: Actor;
  readonly place: Place;
  readonly message: string;
  readonly remedy: string;
}

/** At least one problem: why several things together cannot go on. */
export type Problems = readonly [Problem, ...Problem[]];

/** Tells a problem from the result that would stand in its place. */
export const isProblem = (value: object): value is Problem => 'remedy' in value;

/** The facts that a problem's sentences are filled with, by placeholder name. A number is a count; what only looks like one, such as a year, is a text. */
export type Details = Readonly<Record<string, string | number>>;

/** Longest detail that is repeated to a person; cell values and answers can be 50,000 characters long. */
const DETAIL_CHARACTERS = 200;

const shorten = (text: string): string =>
  text.length > DETAIL_CHARACTERS ? `${text.slice(0, DETAIL_CHARACTERS)}…` : text;

const fill = (sentence: string, details: Details): string =>
  sentence.replace(/\{(\w+)\}/g, (_, name: string) => {
    const detail = details[name] ?? '';
    return typeof detail === 'number' ? count(detail) : shorten(detail);
  });

/** Makes the problem of a code. A placeholder without a detail becomes an empty text. */
export function problem(code: ProblemCode, details: Details = {}, place: Place = {}): Problem {
  const { actor, message, remedy } = catalogue[code];
  return { code, actor, place, message: fill(message, details), remedy: fill(remedy, details) };
}

/** What was asked for, where no problem stands in its place. @throws ProblemError with that problem */
export function required<T>(answer: T | Problem): T {
  if (typeof answer === 'object' && answer !== null && isProblem(answer))
    throw new ProblemError(answer);
  return answer as T;
}

/** Carries a problem through code that cannot go on. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(cause: Problem) {
    super(cause.message);
    this.name = 'ProblemError';
    this.problem = cause;
  }
}
