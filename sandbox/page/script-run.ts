import type { RpcAnswer } from './backend';

/**
 * `google.script.run` as Google's frame has it (google: run.copies, run.unordered): asynchronous and
 * unordered, at most ten calls at once, values copied as JSON, illegal values refused, and every
 * `with...` a new runner.
 */

type Handler = (value: unknown, userObject: unknown) => void;

interface Runner {
  readonly success: Handler | undefined;
  readonly failure: Handler | undefined;
  readonly userObject: unknown;
}

const AT_ONCE = 10;
/** What Google's frame makes of an answer that is a page: whether the function ran is not said. */
const SERVER_ERROR = "We're sorry, a server error occurred. Please wait a bit and try again.";
/** Answers overtake each other by up to this much. */
const SPREAD_MS = 15;

let running = 0;
const queue: (() => Promise<void>)[] = [];

function next(): void {
  const work = running < AT_ONCE ? queue.shift() : undefined;
  if (work === undefined) return;
  running++;
  void work().finally(() => {
    running--;
    next();
  });
}

const isLegal = (value: unknown): boolean => {
  if (
    value === null ||
    value === undefined ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  )
    return true;
  if (typeof value !== 'object' || value instanceof Date || value instanceof Node) return false;
  return Object.values(value).every(isLegal);
};

async function ask(name: string, args: readonly unknown[]): Promise<RpcAnswer> {
  try {
    const response = await fetch('/rpc', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ function: name, arguments: args }),
    });
    if (!response.ok)
      return { error: `NetworkError: Connection failure due to HTTP ${response.status}` };
    const text = await response.text();
    return isJson(response) ? (JSON.parse(text) as RpcAnswer) : { error: SERVER_ERROR };
  } catch {
    return { error: 'NetworkError: Connection failure due to HTTP 0' };
  }
}

const isJson = (response: Response): boolean =>
  (response.headers.get('content-type') ?? '').startsWith('application/json');

/**
 * What a failure handler gets: an error that the console shows as a ScriptError, unless the network
 * is to blame.
 */
function failureOf(message: string): Error {
  const error = new Error(message);
  if (!message.startsWith('NetworkError')) error.name = 'ScriptError';
  return error;
}

async function deliver(
  { success, failure, userObject }: Runner,
  name: string,
  args: readonly unknown[],
): Promise<void> {
  const answer = await ask(name, args);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * SPREAD_MS));
  // What opens a sidebar puts another page in the place of this one.
  if (name === 'openSidebar' && answer.error === undefined) {
    window.location.replace('/sidebar?shown');
    return;
  }
  // A handler that throws ends nothing but itself.
  setTimeout(() => {
    if (answer.error === undefined) success?.(answer.value ?? null, userObject);
    else if (failure === undefined) throw failureOf(answer.error);
    else failure(failureOf(answer.error), userObject);
  });
  window.parent.postMessage({ sandbox: 'answered', function: name }, window.location.origin);
}

function runnerOf(runner: Runner): object {
  const builders: Readonly<Record<string, (given: unknown) => object>> = {
    withSuccessHandler: (given) => runnerOf({ ...runner, success: given as Handler }),
    withFailureHandler: (given) => runnerOf({ ...runner, failure: given as Handler }),
    withUserObject: (given) => runnerOf({ ...runner, userObject: given }),
  };
  const call = (name: string, args: readonly unknown[]): void => {
    const illegal = args.findIndex((argument) => !isLegal(argument));
    if (illegal >= 0) throw new TypeError(`Failed due to illegal value in property: ${illegal}`);
    const copies = JSON.parse(JSON.stringify(args)) as unknown[];
    queue.push(() => deliver(runner, name, copies));
    next();
  };
  return new Proxy(Object.freeze({}), {
    get: (_, name) =>
      typeof name === 'string'
        ? (builders[name] ?? ((...args: unknown[]) => call(name, args)))
        : undefined,
  });
}

Object.assign(window, {
  google: {
    script: {
      run: runnerOf({ success: undefined, failure: undefined, userObject: undefined }),
      host: { close: () => undefined, focus: () => undefined },
    },
  },
});
