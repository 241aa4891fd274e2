import { InputProblem } from '../sandbox/input-problem';
import { httpTransport } from '../sandbox/runtime';
import { machineClock } from './clock';
import { conform, isConforming } from './conformance';
import { type Options, readOptions, USAGE } from './options';
import { reportJson, reportText } from './report';

const NOT_CONFORMING = 1;
const NOT_ASKED = 2;

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** The key may stand in whatever Lago, or what is in front of it, answers. */
const withoutKey = (text: string, { apiKey }: Options): string =>
  text.replaceAll(apiKey, '(the API key)');

async function main(options: Options): Promise<number> {
  const print = (text: string): void => void process.stdout.write(withoutKey(text, options));
  const tell = (text: string): void => void process.stderr.write(withoutKey(`${text}\n`, options));
  try {
    const conformance = await conform({
      ...options,
      transport: httpTransport(),
      clock: machineClock,
      tell,
    });
    print(options.json ? reportJson(conformance) : reportText(conformance));
    return isConforming(conformance) ? 0 : NOT_CONFORMING;
  } catch (error) {
    tell(error instanceof InputProblem ? error.message : `It broke: ${messageOf(error)}`);
    return NOT_ASKED;
  }
}

function read(): Options | undefined {
  try {
    return readOptions(process.argv.slice(2), process.env);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${USAGE}\n`);
    return undefined;
  }
}

const options = read();
process.exitCode = options === undefined ? NOT_ASKED : await main(options);
