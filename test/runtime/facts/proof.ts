import type { Answer, Area, Fact } from './fact';
import { STEPS, type Step } from './steps';

/** What a person's self-test in a real spreadsheet has answered: `test/runtime/answers.json`. */
export interface Answers {
  /** Its day, such as `2026-12-01`; null until somebody has run it. */
  readonly answered: string | null;
  /** What Google answered, as JSON text, by fact; texts that are too long for a cell are cut. */
  readonly answers: { readonly [fact: string]: string };
}

/** Answers longer than this are cut in the report, whose cells end somewhere. */
export const SHOWN_CHARACTERS = 1_000;

/** An answer as it stands in the report. */
export const shownAnswer = (answer: Answer): string =>
  JSON.stringify(answer).slice(0, SHOWN_CHARACTERS);

type Asked = Pick<Step, 'expected' | 'tolerated'>;

/** What is expected of a fact, if it can be asked: by a probe, a page or a person. */
export function askedOf(fact: Fact): Asked | undefined {
  return 'expected' in fact ? fact : STEPS.find((step) => step.fact === fact.id);
}

/** When Google has answered what is expected; undefined if nobody has asked. */
export function provenOn(fact: Fact, { answered, answers }: Answers): string | undefined {
  const asked = askedOf(fact);
  const answer = answers[fact.id];
  if (asked === undefined || answer === undefined || answered === null) return undefined;
  return [asked.expected, ...(asked.tolerated ?? [])].map(shownAnswer).includes(answer)
    ? answered
    : undefined;
}

/** Answers of Google's that differ from what the fake does, and from what the product bears. */
export const contradicted = (table: readonly Area[], given: Answers): string[] =>
  table
    .flatMap(({ facts }) => facts)
    .flatMap((fact) => {
      const answer = given.answers[fact.id];
      const asked = askedOf(fact);
      return answer === undefined || provenOn(fact, given) !== undefined
        ? []
        : [`${fact.id}: expected ${shownAnswer(asked?.expected ?? null)}, answered ${answer}`];
    });
