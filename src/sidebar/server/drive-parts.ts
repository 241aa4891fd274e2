import type { Problem } from '../../problem/problem';
import { Retries } from './retries';

/** What the driving of parts needs from the page. */
export interface PartsDrive<Part> {
  /**
   * Asks for one part. Rejects with a Problem and nothing else.
   * @param next what the part before it handed out; undefined for the first
   */
  ask(next: Next<Part> | undefined): Promise<Part>;
  /** Waits. */
  pause(ms: number): Promise<void>;
  /** Whether nobody waits for the parts any more. */
  isLeft(): boolean;
  /** Called after each part with all that are done. */
  onPart(parts: readonly Part[]): void;
}

type Next<Part> = Part extends { readonly next: infer N } ? Exclude<N, undefined> : never;

/** How the driving of parts ended. */
export interface DrivenParts<Part> {
  /** Those that are done, also the ones from before. */
  readonly parts: readonly Part[];
  /** Why it could not go on; undefined if all is done or the screen was left. */
  readonly problem: Problem | undefined;
}

/**
 * Asks for part after part until one has no next, the screen is left, or it cannot go on.
 * @param before parts that were done earlier, behind which it goes on
 */
export async function driveParts<Part extends { readonly next: unknown }>(
  drive: PartsDrive<Part>,
  before: readonly Part[] = [],
): Promise<DrivenParts<Part>> {
  let parts = before;
  let retries = new Retries();
  for (;;) {
    const next = parts[parts.length - 1]?.next as Next<Part> | undefined;
    const answer = await drive.ask(next).then(
      (part) => ({ part }),
      (problem: Problem) => ({ problem }),
    );
    if (drive.isLeft()) return { parts, problem: undefined };
    if ('part' in answer) {
      parts = [...parts, answer.part];
      retries = new Retries();
      drive.onPart(parts);
      if (answer.part.next === undefined) return { parts, problem: undefined };
      continue;
    }
    const { problem } = answer;
    const retry = retries.next(problem);
    if (retry === undefined) return { parts, problem };
    await drive.pause(retry.pauseMs);
    if (drive.isLeft()) return { parts, problem: undefined };
  }
}
