import { sandboxBackend } from './backend';
import { hasCode } from './error-code';
import { InputProblem } from './input-problem';
import { doJob } from './job';
import { type LedgerLine, linesSince, readLedger } from './ledger';
import { type Options, readOptions, USAGE } from './options';
import { measure } from './outcome';
import { openSandbox, type Sandbox } from './sandbox';
import { jobTable, lagoTable } from './table';

const DEFAULT_PORT = 4280;
const INCOMPLETE = 1;
const WRONG_OPTIONS = 2;

/** Where a command line writes. */
export interface Terminal {
  /** Text for the standard output. */
  readonly output: (text: string) => void;
  /** Text for the standard error. */
  readonly errors: (text: string) => void;
}

/** What ends a command: its exit code; undefined while the page is served. */
export type ExitCode = number | undefined;

/** An error after which it has to be said what was sent before it. */
class Interrupted extends Error {
  constructor(
    readonly why: unknown,
    /** Events that this run has handed over. */
    readonly handedOver: number,
  ) {
    super();
  }
}

/**
 * Runs one command line, as `npm start -- …` does.
 * @param args the options, as a shell hands them over
 * @param environment variables that stand in for options, such as the API key
 */
export async function runCommand(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  terminal: Terminal,
): Promise<ExitCode> {
  return new Command(args, terminal).run(environment);
}

class Command {
  readonly #args: readonly string[];
  readonly #terminal: Terminal;
  readonly #wantsJson: boolean;

  constructor(args: readonly string[], terminal: Terminal) {
    this.#args = args;
    this.#terminal = terminal;
    this.#wantsJson = args.includes('--json');
  }

  async run(environment: NodeJS.ProcessEnv): Promise<ExitCode> {
    if (this.#args.includes('--help')) {
      this.#print(USAGE);
      return 0;
    }
    let options: Options;
    try {
      options = readOptions([...this.#args], environment);
    } catch (error) {
      // What Node says of an unknown option is a sentence too.
      const message = error instanceof Error ? error.message : String(error);
      return this.#fail(new InputProblem(message), WRONG_OPTIONS);
    }
    return this.#start(options).catch((error: unknown) => this.#fail(error, INCOMPLETE));
  }

  async #start(options: Options): Promise<ExitCode> {
    const sandbox = await openSandbox(options, (line) => this.#tell(line));
    let complete = options.fresh;
    try {
      if (!options.fresh) complete = await this.#work(sandbox, options);
    } finally {
      if (options.once) await sandbox.stop();
    }
    if (options.once) return complete ? 0 : INCOMPLETE;
    sandbox.failures = options.failures;
    await this.#serve(sandbox, options);
    return undefined;
  }

  /**
   * Does the whole job and prints what happened. Returns whether all that should be sent is in Lago.
   */
  async #work(sandbox: Sandbox, options: Options): Promise<boolean> {
    const { google, tab, key, template, address, apiKey, reader, requests, keepTime } = sandbox;
    const before = readLedger(google);
    // Before anything is read of Lago, which may fail, what was sent has to be known.
    const onSent = (line: string): void => this.#tell(line);
    const input = { tab, key, template, address, apiKey, onStep: keepTime, onSent };
    const linesNow = (): LedgerLine[] => linesSince(before, readLedger(google));
    const job = await doJob(google, input).catch((error: unknown) => {
      throw new Interrupted(error, linesNow().length);
    });
    const lines = linesNow();
    if (!options.json) this.#print(`\n${jobTable(job, lines.length, requests)}`);
    const real = options.lago !== undefined;
    const outcome = await measure({ reader, job, lines, requests, real });
    this.#print(options.json ? JSON.stringify(outcome) : lagoTable(outcome, real));
    return outcome.complete;
  }

  async #serve(sandbox: Sandbox, options: Options): Promise<void> {
    // The page brings a bundler and a grid, which a run without it need not load.
    const { servePage } = await import('./page/server');
    const { url } = await servePage(sandboxBackend(sandbox), options.port ?? DEFAULT_PORT);
    const access =
      options.lago === undefined
        ? `API address ${sandbox.address}, API key ${sandbox.apiKey}`
        : `a real Lago, ${sandbox.address}`;
    this.#tell(`\nThe sheet, the sidebar and Lago are at ${url} (${access}). Ctrl+C ends it.`);
  }

  /** Says why there is no outcome, as JSON if that was asked for. */
  #fail(thrown: unknown, exitCode: number): number {
    const { why, handedOver } =
      thrown instanceof Interrupted ? thrown : { why: thrown, handedOver: 0 };
    const message = sentenceOf(why);
    const code = (why instanceof InputProblem ? why.code : undefined) ?? null;
    const usage = exitCode === WRONG_OPTIONS ? `\n${USAGE}\n` : '';
    const sent = handedOver === 0 ? '' : `Events handed over before that: ${handedOver}.\n`;
    if (this.#wantsJson)
      this.#print(JSON.stringify({ error: { message, code }, handedOver, complete: false }));
    else this.#terminal.errors(`${message}\n${sent}${usage}`);
    return exitCode;
  }

  #print(text: string): void {
    this.#terminal.output(`${text}\n`);
  }

  /** For a person; a machine that asked for JSON gets nothing else on its standard output. */
  #tell(text: string): void {
    const { output, errors } = this.#terminal;
    (this.#wantsJson ? errors : output)(`${text}\n`);
  }
}

function sentenceOf(error: unknown): string {
  if (hasCode(error, 'EADDRINUSE'))
    return 'The port is in use; choose another one with --port NUMBER.';
  return error instanceof InputProblem
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);
}
