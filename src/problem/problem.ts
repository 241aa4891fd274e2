import { count } from '../value/count';
import { type Actor, catalogue, type ProblemCode } from './catalogue';

/** Where a problem is; each part is left out if it has no single one. */
export interface Place {
  /** The sheet's own row number (1-based). */
  readonly row?: number | undefined;
  /** The header of a column. */
  readonly column?: string | undefined;
  /** Of the template (1-based). */
  readonly line?: number | undefined;
  /** In that line (1-based). */
  readonly character?: number | undefined;
}

/** Something that a person has to know. It never holds the API key. */
export interface Problem {
  /** Its kind, by which the product decides what to offer. */
  readonly code: ProblemCode;
  /** Who has to act before it goes away. */
  readonly actor: Actor;
  /** Empty if it has none. */
  readonly place: Place;
  /** What happened, in whole sentences. */
  readonly message: string;
  /** What to do about it, in the imperative. */
  readonly remedy: string;
}

/** At least one problem: why several things together cannot go on. */
export type Problems = readonly [Problem, ...Problem[]];

/** Tells a problem from the result that would stand in its place. */
export const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'remedy' in value;

/**
 * What a problem's sentences are filled with, by the names of their placeholders. A number is a
 * count; what only looks like one, such as a year, is a text.
 */
export type Details = Readonly<Record<string, string | number>>;

/** The most that is shown of a detail: cells and answers can be 50,000 characters long. */
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

/**
 * Passes an answer on.
 * @throws ProblemError if it is a problem
 */
export function required<T>(answer: T | Problem): T {
  if (isProblem(answer)) throw new ProblemError(answer);
  return answer;
}

/** Carries a problem to the entry point, through code that can do nothing about it. */
export class ProblemError extends Error {
  /** What the entry point reports. */
  readonly problem: Problem;

  constructor(cause: Problem) {
    super(cause.message);
    this.name = 'ProblemError';
    this.problem = cause;
  }
}
