import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { hasCode } from './error-code';
import { InputProblem } from './input-problem';

interface Holder {
  readonly pid: number;
  readonly host: string;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process may not be signalled, but it is there.
    return hasCode(error, 'EPERM');
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** An unreadable lock is nobody's: it is written as a whole, before it gets its name. */
function holderIn(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

/** Whether its process is gone; one of another machine cannot be asked. */
function isStale(text: string): boolean {
  const holder = holderIn(text);
  if (holder === undefined) return true;
  // Where each start has the same number, as in a container, it is the number of a former start.
  return holder.host === hostname() && (holder.pid === process.pid || !isAlive(holder.pid));
}

function inUse(path: string, text: string): InputProblem {
  const { pid, host } = holderIn(text) ?? { pid: '?', host: '?' };
  return new InputProblem(
    `Another run uses the state file: process ${pid} on ${host}. Nothing was sent. Wait until it has ended; if no such run exists, delete ${path}.`,
  );
}

/**
 * A file that says which process works with another file. Whoever ends without a word leaves it
 * behind; the next one notices.
 */
export class LockFile {
  readonly #path: string;
  readonly #text: string;

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  /**
   * @param tell gets a sentence if a lock was left behind
   * @throws InputProblem if another process holds it
   */
  static take(path: string, tell: (line: string) => void): LockFile {
    const text = JSON.stringify({ pid: process.pid, host: hostname(), at: new Date() });
    const own = `${path}.${process.pid}`;
    writeFileSync(own, text);
    try {
      // A link to a complete file: no other process sees a lock without its holder.
      for (;;) {
        try {
          linkSync(own, path);
          return new LockFile(path, text);
        } catch (error) {
          if (!hasCode(error, 'EEXIST')) throw error;
          removeStale(path, tell);
        }
      }
    } finally {
      rmSync(own, { force: true });
    }
  }

  /** @throws InputProblem if somebody has taken the lock away in the meantime */
  requireHeld(): void {
    if (textOf(this.#path) !== this.#text)
      throw new InputProblem(
        `${this.#path} is not the lock of this run any more. Nothing more was sent. Start again when no other run works with the state file.`,
      );
  }

  release(): void {
    if (textOf(this.#path) === this.#text) rmSync(this.#path, { force: true });
  }
}

/** @throws InputProblem if it is not stale */
function removeStale(path: string, tell: (line: string) => void): void {
  const text = textOf(path);
  if (text === undefined) return;
  if (!isStale(text)) throw inUse(path, text);
  // Two processes may find it at once. What the second one renames is the new lock of the first
  // one, then, and it is put back; a lock that is gone is noticed before each request.
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  const removed = textOf(aside) ?? '';
  if (removed !== text) linkSync(aside, path);
  rmSync(aside, { force: true });
  if (removed !== text) throw inUse(path, removed);
  tell(
    `Process ${holderIn(text)?.pid ?? '?'} has left the state file locked and no longer runs; its run is continued.`,
  );
}
