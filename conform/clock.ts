/** Time as the caller gives it: tests drive it, a real run really waits. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  wait(ms: number): void;
}

/** The time of this machine. */
export const machineClock: Clock = { now: Date.now, wait: sleep };

/** Holds this thread: the bundle and the requests are synchronous as well. */
function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
