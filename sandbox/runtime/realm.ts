import { format } from 'node:util';
import vm, { createContext, Script } from 'node:vm';
import { GoogleException } from './exception';
import type { Intrinsics } from './membrane';
import { runtimeText } from './project';
import type { Settings } from './world';

/** Real time after which a script that never returns is stopped, unless told. */
export const RUNAWAY_MS = 120_000;

export interface Outcome {
  result?: unknown;
  error?: unknown;
  failed?: boolean;
}

interface Prelude extends Intrinsics {
  readonly defineGlobal: (name: string, value: unknown) => void;
  readonly start: (entry: unknown, args: unknown, outcome: Outcome) => void;
}

type PreludeScript = (world: {
  readonly now: () => number;
  readonly random: () => number;
  readonly offset: (instant: number) => number;
  readonly instant: (wall: number) => number;
  readonly zone: string;
  readonly log: (parts: unknown[]) => void;
}) => Prelude;

let prelude: Script | undefined;

/**
 * A JavaScript world of its own for one execution: ECMAScript, console and what is defined here,
 * none of Node's globals.
 */
export class Realm {
  readonly intrinsics: Intrinsics;
  // An ordinary global object. The one that Node makes of a given object (and of each, before
  // 20.18) asks Node for every name that the script reads: that is a hundred times slower.
  readonly #context = createContext(vm.constants?.DONT_CONTEXTIFY ?? {}, {
    microtaskMode: 'afterEvaluate',
  });
  readonly #prelude: Prelude;
  readonly #runawayMs: number;

  constructor({ now, random, scriptZone, runawayMs }: Settings, log: (line: string) => void) {
    prelude ??= new Script(runtimeText('realm-prelude.js'), { filename: 'realm-prelude.js' });
    const start = prelude.runInContext(this.#context) as PreludeScript;
    this.#prelude = start({
      now,
      random,
      offset: (instant) => scriptZone.offset(instant),
      instant: (wall) => scriptZone.instant(wall),
      zone: scriptZone.name,
      log: (parts) => log(format(...parts)),
    });
    this.intrinsics = this.#prelude;
    this.#runawayMs = runawayMs;
  }

  define(name: string, value: unknown): void {
    this.#prelude.defineGlobal(name, value);
  }

  /**
   * Evaluates the script, then calls its function of that name. Runs to the end of its microtasks:
   * only an evaluation drains them, a mere call from outside does not. One clock for all of it,
   * because each one is a thread.
   */
  call(script: Script, functionName: string, args: () => unknown): Outcome {
    const outcome: Outcome = {};
    this.define('__start', () => {
      script.runInContext(this.#context);
      const entry = this.#lookUp(functionName);
      if (typeof entry !== 'function')
        throw new GoogleException(`Script function not found: ${functionName}`);
      this.#prelude.start(entry, args(), outcome);
    });
    try {
      ENTER.runInContext(this.#context, { timeout: this.#runawayMs });
    } catch (error) {
      return { failed: true, error };
    }
    return outcome;
  }

  /** The function of that name, which may be dotted, be it a declaration or a top-level const. */
  #lookUp(name: string): unknown {
    if (!/^[\p{ID_Start}$_][\w$.]*$/u.test(name)) return undefined;
    const owner = name.split('.')[0] ?? '';
    const look =
      lookUps.get(name) ??
      new Script(`typeof ${owner} === 'undefined' ? undefined : ${name.replaceAll('.', '?.')}`);
    lookUps.set(name, look);
    return look.runInContext(this.#context);
  }
}

/** The scripts that find a function, by its name. */
const lookUps = new Map<string, Script>();

/** Takes the way in away before it is used, so that the script cannot see it. */
const ENTER = new Script(
  '{ const start = globalThis.__start; delete globalThis.__start; start(); }',
  { filename: 'entry' },
);
