import { parseArgs } from 'node:util';
import { type FailureStates, NO_FAILURES, PROXY_STATUSES } from './failure-states';
import { InputProblem } from './input-problem';

/** What `npm start` was asked for. */
export interface Options {
  readonly once: boolean;
  readonly json: boolean;
  readonly sheet: string | undefined;
  readonly key: string | undefined;
  readonly template: string | undefined;
  /** Names of columns that are plain text in the sheet; one entry may name several. */
  readonly text: readonly string[];
  readonly lago: string | undefined;
  /** Where the spreadsheet file of a real Lago's sheet lies. */
  readonly state: string | undefined;
  readonly apiKey: string | undefined;
  readonly store: 'postgres' | 'clickhouse';
  readonly port: number | undefined;
  /** Whether the job is left to the person at the page. */
  readonly fresh: boolean;
  /** Whether the fake Lago has 2,000 metrics and 10,000 subscriptions besides. */
  readonly crowd: boolean;
  /** What goes wrong on the page; the job before it goes well. */
  readonly failures: FailureStates;
}

export const USAGE = `npm start [-- options]
  --once                 do the job, print the table, exit
  --json                 print one JSON object instead of the table, errors too
  --sheet FILE.csv       your own sheet, with --key COLUMN and --template FILE.json
  --text COLUMN,...      columns that are plain text in the sheet; may be repeated
  --store clickhouse     the fake Lago's event store (postgres unless given)
  --lago URL             another Lago, with --api-key KEY or LAGO_API_KEY; nothing is seeded
  --state FILE           with --lago: what was sent is kept here, so that the next run goes on
  --port NUMBER          where the page is served

To look at, on the page:
  --fresh                nothing is set up or sent beforehand
  --crowd                Lago has 2,000 metrics and 10,000 subscriptions besides
  --as viewer            a person who may only look at the file
  --authorization WHAT   expired: no call is allowed any more; partial: none to other servers
  --slow SECONDS         every request to Lago takes that long
  --proxy STATUS         a proxy's page answers in Lago's place, with 200 or 502
  --answers WHAT         every third answer to the sidebar, its work done, is lost, or is Google's error page: html

Exit codes of --once: 0 all that should be sent is in Lago, once; 1 not all, or not known, or it was
stopped; 2 the options are wrong and nothing was done.`;

/** Why no other Lago is sent to without a state file. */
const NO_STATE =
  '--lago needs --state FILE, where it is kept what was sent: without it a second run would send every row again, and on ClickHouse Lago would store it again. Nothing was sent.';

const oneOf = <T extends string>(
  name: string,
  value: string | undefined,
  known: readonly T[],
): T | undefined => {
  const found = known.find((each) => each === value);
  if (value !== undefined && found === undefined)
    throw new InputProblem(`--${name} is ${known.join(' or ')}.`);
  return found;
};

function slowSeconds(text: string | undefined): number {
  const seconds = Number(text ?? 0);
  if (!(seconds >= 0 && seconds <= 600))
    throw new InputProblem('--slow is a number of seconds up to 600.');
  return seconds;
}

/** @throws InputProblem with a sentence for the person at the terminal. */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      sheet: { type: 'string' },
      key: { type: 'string' },
      template: { type: 'string' },
      text: { type: 'string', multiple: true, default: [] },
      lago: { type: 'string' },
      state: { type: 'string' },
      'api-key': { type: 'string' },
      store: { type: 'string' },
      port: { type: 'string' },
      fresh: { type: 'boolean', default: false },
      crowd: { type: 'boolean', default: false },
      as: { type: 'string' },
      authorization: { type: 'string' },
      slow: { type: 'string' },
      proxy: { type: 'string' },
      answers: { type: 'string' },
    },
  });
  // A variable of the shell that is not set: "$STATE" would be a file without a name.
  const blank = Object.entries(values).find(([, value]) => value === '');
  if (blank !== undefined) throw new InputProblem(`--${blank[0]} is empty.`);
  const { sheet, key, template, lago, state, once, json, text, port, fresh, crowd } = values;
  // An empty variable is none.
  const apiKey = values['api-key'] ?? (environment['LAGO_API_KEY'] || undefined);
  if (sheet !== undefined && (key === undefined || template === undefined))
    throw new InputProblem('--sheet needs --key COLUMN and --template FILE.json.');
  if (sheet === undefined && (key !== undefined || template !== undefined || text.length > 0))
    throw new InputProblem('--key, --template and --text go with --sheet FILE.csv.');
  if (lago !== undefined && sheet === undefined)
    throw new InputProblem('--lago needs --sheet FILE.csv: the sample is not for a real Lago.');
  if (port !== undefined && !(Number(port) > 0 && Number(port) < 65_536))
    throw new InputProblem('--port is a number from 1 to 65535.');
  if (lago !== undefined && apiKey === undefined)
    throw new InputProblem('--lago needs --api-key KEY, or LAGO_API_KEY in the environment.');
  if (crowd && lago !== undefined)
    throw new InputProblem('--crowd is for the fake Lago, not for --lago URL.');
  if (values.store !== undefined && lago !== undefined)
    throw new InputProblem('--store is for the fake Lago; another one says itself what it has.');
  if (lago !== undefined && state === undefined) throw new InputProblem(NO_STATE);
  if (lago === undefined && state !== undefined)
    throw new InputProblem('--state goes with --lago URL: the fake Lago is new at every start.');
  if (
    once &&
    (fresh ||
      [values.as, values.authorization, values.slow, values.proxy, values.answers].some(
        (value) => value !== undefined,
      ))
  )
    throw new InputProblem(
      '--fresh, --as, --authorization, --slow, --proxy and --answers are to be looked at on the page, without --once.',
    );
  return {
    once,
    json,
    sheet,
    key,
    template,
    text,
    lago,
    state,
    apiKey,
    store: oneOf('store', values.store, ['postgres', 'clickhouse']) ?? 'postgres',
    port: port === undefined ? undefined : Number(port),
    fresh,
    crowd,
    failures: {
      as: oneOf('as', values.as, ['viewer', 'editor']) ?? NO_FAILURES.as,
      authorization:
        oneOf('authorization', values.authorization, ['expired', 'partial']) ??
        NO_FAILURES.authorization,
      slowSeconds: slowSeconds(values.slow),
      proxy: oneOf('proxy', values.proxy, PROXY_STATUSES),
      answers: oneOf('answers', values.answers, ['lost', 'html']),
    },
  };
}
