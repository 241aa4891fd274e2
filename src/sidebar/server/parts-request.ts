import { useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../problem/problem';
import { driveParts, type PartsDrive } from './drive-parts';

/** Work in parts as a screen uses it. */
export interface PartsRequest<Part> {
  /** Whether a part is at work. */
  readonly busy: boolean;
  /** The parts that are done, in their order. */
  readonly parts: readonly Part[];
  /** Why the work could not go on, if so. */
  readonly problem: Problem | undefined;
  /** Begins with the first part. */
  start(ask: PartsDrive<Part>['ask']): void;
  /** Goes on behind the last part that is done. */
  goOn(): void;
  /** Returns to before the beginning. */
  forget(): void;
}

/**
 * Work in parts of a screen. When the screen is left the part at work ends, and no further one is
 * asked for.
 */
export function usePartsRequest<Part extends { readonly next: unknown }>(): PartsRequest<Part> {
  const [busy, setBusy] = useState(false);
  const [parts, setParts] = useState<readonly Part[]>([]);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const number = useRef(0);
  const asked = useRef<PartsDrive<Part>['ask'] | undefined>(undefined);
  useEffect(
    () => () => {
      number.current = -1;
    },
    [],
  );

  const drive = (before: readonly Part[]): void => {
    const { current: ask } = asked;
    if (ask === undefined) return;
    const own = number.current + 1;
    number.current = own;
    const isLeft = (): boolean => number.current !== own;
    setBusy(true);
    setProblem(undefined);
    setParts(before);
    void driveParts<Part>(
      {
        ask,
        pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        isLeft,
        onPart: setParts,
      },
      before,
    ).then((driven) => {
      if (isLeft()) return;
      setBusy(false);
      setProblem(driven.problem);
    });
  };

  return {
    busy,
    parts,
    problem,
    start: (ask) => {
      asked.current = ask;
      drive([]);
    },
    goOn: () => drive(parts),
    forget: () => {
      number.current += 1;
      setBusy(false);
      setParts([]);
      setProblem(undefined);
    },
  };
}
