import { parseArgs } from 'node:util';
import { InputProblem } from '../sandbox/input-problem';

/** What `npm run conform` was asked for. */
export interface Options {
  /** Without `/api/v1`. */
  readonly address: string;
  readonly apiKey: string;
  readonly json: boolean;
}

export const USAGE = `npm run conform -- --lago URL --api-key KEY --test-organization [--json]
  --lago URL             the Lago to ask, such as https://lago.example
  --api-key KEY          a key of an organization for this alone, or LAGO_API_KEY
  --test-organization    confirms that nothing else is in it: much is made there, and some stays
  --json                 print one JSON object in place of the text`;

const UNCONFIRMED = [
  'Say --test-organization: this makes metrics, plans, customers, subscriptions, events',
  'and invoices, and Lago keeps some of them for good.',
  'Use an organization with nothing else in it.',
].join(' ');

/** @throws InputProblem with a sentence for the person at the terminal. */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      lago: { type: 'string' },
      'api-key': { type: 'string' },
      'test-organization': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const apiKey = values['api-key'] ?? environment['LAGO_API_KEY'];
  if (values.lago === undefined || !URL.canParse(values.lago))
    throw new InputProblem('Say --lago URL, such as https://lago.example.');
  if (apiKey === undefined || apiKey === '')
    throw new InputProblem('Say --api-key KEY, or set LAGO_API_KEY in the environment.');
  if (!values['test-organization']) throw new InputProblem(UNCONFIRMED);
  const address = values.lago.replace(/\/+$/, '').replace(/\/api\/v1$/, '');
  return { address, apiKey, json: values.json };
}
