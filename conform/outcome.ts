import { type Check, isMet } from './check';
import type { Checks } from './probe';

/** What became of a fact, or of a step of the play. */
export interface Outcome {
  /** The id of the fact, or `play.` and the step. */
  readonly id: string;
  /** The fact, or what the step proves, as a sentence. */
  readonly says: string;
  readonly outcome: 'holds' | 'differs' | 'not asked';
  /** What Lago said otherwise; empty unless it differs. */
  readonly differences: readonly Check[];
  /** Why it could not be asked, as a sentence. */
  readonly because?: string;
  /** The part of it that was not asked, as the end of “without …”. */
  readonly without?: string;
}

type Named = Pick<Outcome, 'id' | 'says' | 'without'>;

export const notAsked = (named: Named, because: string): Outcome => ({
  ...named,
  outcome: 'not asked',
  differences: [],
  because,
});

/** Asks. An error counts as a difference, because nothing was seen to hold. */
export async function outcomeOf(
  named: Named,
  ask: () => Checks | Promise<Checks>,
): Promise<Outcome> {
  const checks = await asked(ask);
  if ('because' in checks) return notAsked(named, checks.because);
  const differences = checks.filter((check) => !isMet(check));
  return { ...named, outcome: differences.length === 0 ? 'holds' : 'differs', differences };
}

async function asked(ask: () => Checks | Promise<Checks>): Promise<Checks> {
  try {
    return await ask();
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    return [{ what: 'asking', expected: 'an answer', got }];
  }
}
