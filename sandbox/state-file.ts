import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { InputProblem } from './input-problem';
import { LockFile } from './lock-file';
import type { SavedFile } from './runtime';

const FORMAT = 1;

/** What a state file holds. */
interface Stored {
  /** Of this form; any other is left alone. */
  readonly stateFile: typeof FORMAT;
  readonly file: SavedFile;
}

const detailOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** A stored connection, as far as its secrets are concerned. */
interface Keyed {
  readonly address?: unknown;
  readonly apiKey: string;
  /** Their values are secrets, which the command line cannot give back: they are left out. */
  readonly headers?: unknown;
}

function keyedIn(value: string): Keyed | undefined {
  try {
    const parsed = JSON.parse(value) as Partial<Keyed> | null;
    return typeof parsed?.apiKey === 'string' ? { ...parsed, apiKey: parsed.apiKey } : undefined;
  } catch {
    return undefined;
  }
}

/** The properties with another key in each value that has one. */
const withKeys = (
  properties: SavedFile['scriptProperties'],
  keyFor: (keyed: Keyed) => string,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, value]) => {
      const keyed = keyedIn(value);
      return [
        name,
        keyed === undefined
          ? value
          : JSON.stringify({ ...keyed, apiKey: keyFor(keyed), headers: undefined }),
      ];
    }),
  );

/**
 * The spreadsheet file of a sheet that is sent from the command line: what was sent lies there, and
 * the settings, but no API key. One process works with it at a time.
 */
export class StateFile {
  /** What it held; undefined if it is new. */
  readonly saved: SavedFile | undefined;
  readonly #path: string;
  readonly #lock: LockFile;
  readonly #atExit = (): void => this.#lock.release();

  private constructor(path: string, lock: LockFile, saved: SavedFile | undefined) {
    this.#path = path;
    this.#lock = lock;
    this.saved = saved;
    process.once('exit', this.#atExit);
  }

  /**
   * @param access is put into what was saved where it was for that address: no key is stored, and
   * none goes to another address
   * @param tell gets what is worth knowing
   * @throws InputProblem if another process works with it, or it is none
   */
  static open(
    path: string,
    access: { readonly address: string; readonly apiKey: string },
    tell: (line: string) => void,
  ): StateFile {
    if (!existsSync(dirname(path)))
      throw new InputProblem(`There is no folder ${dirname(path)} for the state file.`);
    const real = existsSync(path) ? realpathSync(path) : path;
    const lock = lockFor(real, tell);
    const saved = existsSync(real) ? readLocked(real, lock) : undefined;
    if (saved === undefined)
      tell(`${path} is new. What was sent without it is looked for in Lago.`);
    return new StateFile(
      real,
      lock,
      saved && {
        ...saved,
        scriptProperties: withKeys(saved.scriptProperties, ({ address }) =>
          address === access.address ? access.apiKey : '',
        ),
      },
    );
  }

  /** @throws InputProblem if another process works with it by now; then nothing may be sent */
  requireHeld(): void {
    this.#lock.requireHeld();
  }

  /**
   * Writes the file so that it survives whatever happens next, as a whole or not at all.
   * @throws InputProblem if that cannot be done; then nothing may be sent
   */
  save(file: SavedFile): void {
    const scriptProperties = withKeys(file.scriptProperties, () => '');
    const stored: Stored = { stateFile: FORMAT, file: { ...file, scriptProperties } };
    try {
      writeDurably(this.#path, `${JSON.stringify(stored)}\n`);
    } catch (error) {
      throw new InputProblem(
        `The state file ${this.#path} could not be written, so nothing more was sent: ${detailOf(error)}.`,
      );
    }
  }

  close(): void {
    process.off('exit', this.#atExit);
    this.#lock.release();
  }
}

function lockFor(path: string, tell: (line: string) => void): LockFile {
  try {
    return LockFile.take(`${path}.lock`, tell);
  } catch (error) {
    if (error instanceof InputProblem) throw error;
    throw new InputProblem(`The state file ${path} cannot be locked: ${detailOf(error)}.`);
  }
}

function readLocked(path: string, lock: LockFile): SavedFile {
  try {
    return readState(path);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function readState(path: string): SavedFile {
  try {
    const { stateFile, file } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Stored>;
    if (stateFile === FORMAT && file !== undefined) return file;
  } catch {
    // Said below.
  }
  throw new InputProblem(
    `${path} is no state file, or it is damaged. Nothing was sent. If it was one, move it away: a new one begins by looking in Lago for what was sent. Do not take an older copy, which does not know what was sent since.`,
  );
}

function writeDurably(path: string, text: string): void {
  const unfinished = `${path}.tmp`;
  const descriptor = openSync(unfinished, 'w', 0o600);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(unfinished, path);
  syncFolder(dirname(path));
}

/** The new name survives a power cut only with its folder; Windows can open none. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
