import { sandboxBackend } from './backend';
import { InputProblem } from './input-problem';
import { doJob } from './job';
import { type Options, readOptions, USAGE } from './options';
import { measure } from './outcome';
import { openSandbox, type Sandbox } from './sandbox';
import { jobTable, lagoTable } from './table';

const DEFAULT_PORT = 4280;

/**
 * Does the whole job and prints what happened. Returns whether all that should be sent is in Lago.
 */
async function work(sandbox: Sandbox, options: Options): Promise<boolean> {
  const { google, tab, key, template, address, apiKey, recipe, reader, world, requests, keepTime } =
    sandbox;
  const print = (text: string): void => void process.stdout.write(`${text}\n`);
  // Before anything is read of Lago, which may fail, what was sent has to be known.
  const report = options.json ? () => undefined : print;
  const job = await doJob(google, {
    tab,
    key,
    template,
    address,
    apiKey,
    onStep: keepTime,
    onSent: report,
  });
  report(`\n${jobTable(job, requests)}`);
  const real = options.lago !== undefined;
  const outcome = await measure({ google, sheet: tab, recipe, reader, job, world, requests, real });
  print(options.json ? JSON.stringify(outcome) : lagoTable(outcome, job, real));
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
  process.stdout.write(
    `\nThe sheet, the sidebar and Lago are at ${url} (${access}). Ctrl+C ends it.\n`,
  );
}

async function start(options: Options): Promise<void> {
  const sandbox = await openSandbox(options);
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
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
    return 'The port is in use; choose another one with --port NUMBER.';
  return error instanceof InputProblem
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);
}

function parse(): Options {
  if (process.argv.includes('--help')) {
    process.stdout.write(`${USAGE}\n`);
    process.exit(0);
  }
  try {
    return readOptions(process.argv.slice(2), process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
    process.exit(2);
  }
}

start(parse()).catch((error: unknown) => {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exit(1);
});
