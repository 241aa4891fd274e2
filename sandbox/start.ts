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
const WRONG_OPTIONS = 2;

const wantsJson = process.argv.includes('--json');

const print = (text: string): void => void process.stdout.write(`${text}\n`);
/** For a person; a machine that asked for JSON gets nothing else on its standard output. */
const tell = (text: string): void =>
  void (wantsJson ? process.stderr : process.stdout).write(`${text}\n`);

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
 * Does the whole job and prints what happened. Returns whether all that should be sent is in Lago.
 */
async function work(sandbox: Sandbox, options: Options): Promise<boolean> {
  const { google, tab, key, template, address, apiKey, reader, requests, keepTime } = sandbox;
  const before = readLedger(google);
  // Before anything is read of Lago, which may fail, what was sent has to be known.
  const input = { tab, key, template, address, apiKey, onStep: keepTime, onSent: tell };
  const linesNow = (): LedgerLine[] => linesSince(before, readLedger(google));
  const job = await doJob(google, input).catch((error: unknown) => {
    throw new Interrupted(error, linesNow().length);
  });
  const lines = linesNow();
  if (!options.json) print(`\n${jobTable(job, lines.length, requests)}`);
  const real = options.lago !== undefined;
  const outcome = await measure({ reader, job, lines, requests, real });
  print(options.json ? JSON.stringify(outcome) : lagoTable(outcome, real));
  return outcome.complete;
}

async function serve(sandbox: Sandbox, options: Options): Promise<void> {
  // The page brings a bundler and a grid, which a run without it need not load.
  const { servePage } = await import('./page/server');
  const { url } = await servePage(sandboxBackend(sandbox), options.port ?? DEFAULT_PORT);
  const access =
    options.lago === undefined
      ? `API address ${sandbox.address}, API key ${sandbox.apiKey}`
      : `a real Lago, ${sandbox.address}`;
  tell(`\nThe sheet, the sidebar and Lago are at ${url} (${access}). Ctrl+C ends it.`);
  process.once('SIGINT', () => process.exit());
}

async function start(options: Options): Promise<void> {
  const sandbox = await openSandbox(options, tell);
  let complete = options.fresh;
  try {
    if (!options.fresh) complete = await work(sandbox, options);
  } finally {
    if (options.once) await sandbox.stop();
  }
  process.exitCode = complete ? 0 : 1;
  if (options.once) process.exit();
  sandbox.failures = options.failures;
  await serve(sandbox, options);
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

/** Says why there is no outcome, as JSON if that was asked for, and ends. */
function fail(thrown: unknown, exitCode: number): never {
  const { why, handedOver } =
    thrown instanceof Interrupted ? thrown : { why: thrown, handedOver: 0 };
  const message = sentenceOf(why);
  const code = (why instanceof InputProblem ? why.code : undefined) ?? null;
  const usage = exitCode === WRONG_OPTIONS ? `\n${USAGE}\n` : '';
  const sent = handedOver === 0 ? '' : `Events handed over before that: ${handedOver}.\n`;
  if (wantsJson) print(JSON.stringify({ error: { message, code }, handedOver, complete: false }));
  else process.stderr.write(`${message}\n${sent}${usage}`);
  process.exit(exitCode);
}

function parse(): Options {
  if (process.argv.includes('--help')) {
    print(USAGE);
    process.exit(0);
  }
  try {
    return readOptions(process.argv.slice(2), process.env);
  } catch (error) {
    // What Node says of an unknown option is a sentence too.
    const message = error instanceof Error ? error.message : String(error);
    return fail(new InputProblem(message), WRONG_OPTIONS);
  }
}

start(parse()).catch((error: unknown) => fail(error, 1));
