import type { Problem } from '../../problem/problem';

/** What the driving of parts needs of the page. */
export interface PartsDrive<Part> {
  /** Asks for one part, with what the one before it handed out. Rejects with a Problem and nothing else. */
  ask(next: Next<Part> | undefined): Promise<Part>;
  /** Whether a problem says that no answer came; a part is safe to ask for again. */
  isLost(problem: Problem): boolean;
  pause(ms: number): Promise<void>;
  isLeft(): boolean;
  onPart(parts: readonly Part[]): void;
}

type Next<Part> = Part extends { readonly next: infer N } ? Exclude<N, undefined> : never;

export interface DrivenParts<Part> {
  readonly parts: readonly Part[];
  readonly problem: Problem | undefined;
}

const LOST_TRIES = 3;
const LOST_PAUSE_MS = 3_000;
const BUSY_TRIES = 40;
const BUSY_PAUSE_MS = 5_000;

/** Asks for part after part, on from those that were done before, until one has no next, the screen is left, or it cannot go on. */
export async function driveParts<Part extends { readonly next: unknown }>(
  drive: PartsDrive<Part>,
  before: readonly Part[] = [],
): Promise<DrivenParts<Part>> {
  let parts = before;
  let lost = 0;
  let busy = 0;
  for (;;) {
    const next = parts[parts.length - 1]?.next as Next<Part> | undefined;
    const answer = await drive.ask(next).then(
      (part) => ({ part }),
      (problem: Problem) => ({ problem }),
    );
    if (drive.isLeft()) return { parts, problem: undefined };
    if ('part' in answer) {
      parts = [...parts, answer.part];
      lost = 0;
      busy = 0;
      drive.onPart(parts);
      if (answer.part.next === undefined) return { parts, problem: undefined };
      continue;
    }
    const { problem } = answer;
    if (drive.isLost(problem) && lost++ < LOST_TRIES) await drive.pause(LOST_PAUSE_MS);
    else if (problem.code === 'run.busy' && busy++ < BUSY_TRIES) await drive.pause(BUSY_PAUSE_MS);
    else return { parts, problem };
    if (drive.isLeft()) return { parts, problem: undefined };
  }
}
