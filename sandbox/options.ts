import { parseArgs } from 'node:util';
import { InputProblem } from './input-problem';

/** What `npm start` was asked for. */
export interface Options {
  readonly once: boolean;
  readonly json: boolean;
  readonly sheet: string | undefined;
  readonly key: string | undefined;
  readonly template: string | undefined;
  /** Names of columns that are plain text in the sheet. */
  readonly text: readonly string[];
  readonly lago: string | undefined;
  readonly apiKey: string | undefined;
  readonly store: 'postgres' | 'clickhouse';
  readonly port: number | undefined;
}

export const USAGE = `npm start [-- options]
  --once                 do the job, print the table, exit (0 only if all that should be sent is in Lago)
  --json                 print one JSON object instead of the table
  --sheet FILE.csv       your own sheet, with --key COLUMN and --template FILE.json
  --text COLUMN,...      columns that are plain text in the sheet
  --store clickhouse     the fake Lago's event store (postgres unless given)
  --lago URL             a real Lago, with --api-key KEY or LAGO_API_KEY; nothing is seeded
  --port NUMBER          where the page is served`;

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
      text: { type: 'string', default: '' },
      lago: { type: 'string' },
      'api-key': { type: 'string' },
      store: { type: 'string', default: 'postgres' },
      port: { type: 'string' },
    },
  });
  const { sheet, key, template, lago, store, once, json, text, port } = values;
  const apiKey = values['api-key'] ?? environment['LAGO_API_KEY'];
  if (sheet !== undefined && (key === undefined || template === undefined))
    throw new InputProblem('--sheet needs --key COLUMN and --template FILE.json.');
  if (sheet === undefined && (key !== undefined || template !== undefined || text !== ''))
    throw new InputProblem('--key, --template and --text go with --sheet FILE.csv.');
  if (lago !== undefined && sheet === undefined)
    throw new InputProblem('--lago needs --sheet FILE.csv: the sample is not for a real Lago.');
  if (port !== undefined && !(Number(port) > 0 && Number(port) < 65_536)) throw new InputProblem('--port is a number from 1 to 65535.');
  if (lago !== undefined && apiKey === undefined) throw new InputProblem('--lago needs --api-key KEY, or LAGO_API_KEY in the environment.');
  if (store !== 'postgres' && store !== 'clickhouse') throw new InputProblem('--store is postgres or clickhouse.');
  return {
    once,
    json,
    sheet,
    key,
    template,
    text: text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    lago,
    apiKey,
    store,
    port: port === undefined ? undefined : Number(port),
  };
}
