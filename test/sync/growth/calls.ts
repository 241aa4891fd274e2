import { Session } from 'node:inspector';

/** How often functions of the sources were entered while some work was done, by where they stand. */
export type Calls = ReadonlyMap<string, number>;

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

interface Counted {
  readonly functionName: string;
  readonly ranges: readonly Range[];
}

const SOURCES = /\/src\/(?!template\/)(.*)\.ts$/;

/** The name of the innermost function around one that has none. */
const nameOf = (each: Counted, all: readonly Counted[]): string => {
  const [own] = each.ranges;
  const around = all.filter(
    ({ functionName, ranges: [range] }) =>
      functionName !== '' &&
      own !== undefined &&
      range !== undefined &&
      range.startOffset <= own.startOffset &&
      range.endOffset >= own.endOffset,
  );
  return around.at(-1)?.functionName ?? '';
};

/**
 * Counts how often each function, and each block of it, is run. That is the same in every run and
 * on every machine, while time is not. What Google's and node's own functions do, such as
 * `indexOf`, is not seen.
 */
export class CallCounter {
  private readonly session = new Session();

  constructor() {
    this.session.connect();
    this.session.post('Profiler.enable');
    this.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  count(work: () => unknown): Calls {
    this.taken();
    work();
    return this.taken();
  }

  stop(): void {
    this.session.post('Profiler.stopPreciseCoverage');
    this.session.disconnect();
  }

  private taken(): Calls {
    const calls = new Map<string, number>();
    this.session.post('Profiler.takePreciseCoverage', (_error, { result }) => {
      for (const { url, functions } of result) {
        const file = SOURCES.exec(url)?.[1];
        if (file === undefined) continue;
        for (const each of functions)
          for (const { startOffset, endOffset, count } of each.ranges) {
            const place = `${file} ${nameOf(each, functions)} ${startOffset}-${endOffset}`;
            calls.set(place, Math.max(count, calls.get(place) ?? 0));
          }
      }
    });
    return calls;
  }
}
