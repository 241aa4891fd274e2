import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize, resolve } from 'node:path';
import { circlesIn } from './circles';
import { countDuplicates } from './duplicates';
import { type FileFigures, figuresOf } from './file-figures';

/**
 * Prints the state of the sources as figures that anyone can repeat: `npm run measure`, and with
 * the folder of another checkout `npm run measure -- ../before`.
 */
const root = resolve(process.argv[2] ?? '.');

const LONGEST_FUNCTION = 70;
const MOST_PARAMETERS = 4;
const MOST_COMPLEXITY = 15;
const LONGEST_LINE = 100;

const texts = new Map(
  readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
    .sort()
    .map((name) => [join('src', name), readFileSync(join(root, 'src', name), 'utf8')]),
);
/** Google's services as types: Google documents their members. */
const GOOGLE = 'src/apps-script/runtime.ts';

const files = [...texts].map(([name, text]) => figuresOf(name, text));

const ownFiles = files.filter(({ name }) => name !== GOOGLE);

const inOrder = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** The value below which a share of the values lies. */
const quantile = (values: readonly number[], share: number): number =>
  inOrder(values)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0;

const spread = (values: readonly number[]): string =>
  `median ${quantile(values, 0.5)}, 90 % ${quantile(values, 0.9)}, longest ${quantile(values, 1)}`;

const over = (values: readonly number[], limit: number): number =>
  values.filter((value) => value > limit).length;

function share(values: readonly boolean[]): string {
  const held = values.filter(Boolean).length;
  return `${Math.round((100 * held) / Math.max(1, values.length))} % of ${values.length}`;
}

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

/** Files that each file imports, as far as they are measured. */
function importsOf({ name, imports }: FileFigures): string[] {
  return imports.flatMap((address) => {
    const path = normalize(join(dirname(name), address));
    return [`${path}.ts`, `${path}.tsx`].filter((file) => texts.has(file));
  });
}

/** The complexity of each function that is over the limit, as Biome computes it. */
function complexities(): number[] {
  const config = mkdtempSync(join(tmpdir(), 'measure-'));
  const rule = {
    level: 'error',
    options: { maxAllowedComplexity: MOST_COMPLEXITY },
  };
  const linter = {
    rules: { preset: 'none', complexity: { noExcessiveCognitiveComplexity: rule } },
  };
  writeFileSync(join(config, 'biome.json'), JSON.stringify({ linter }));
  const { stdout } = spawnSync(
    'npx',
    [
      'biome',
      'lint',
      `--config-path=${config}`,
      '--max-diagnostics=none',
      '--reporter=json',
      join(root, 'src'),
    ],
    { encoding: 'utf8' },
  );
  return [...stdout.matchAll(/Excessive complexity of (\d+)/g)].map(([, figure]) => Number(figure));
}

const functions = files.flatMap((file) => file.functions);
const parameters = files.flatMap((file) => file.parameters);
const lengths = files.flatMap((file) => file.lineLengths);
const complex = complexities();
const circles = circlesIn(new Map(files.map((file) => [file.name, importsOf(file)])));

const rows: readonly (readonly [string, string])[] = [
  ['functions', `${functions.length}; lines: ${spread(functions)}`],
  ['functions over 70 lines', String(over(functions, LONGEST_FUNCTION))],
  ['files', `${files.length}; lines: ${spread(files.map(({ lines }) => lines))}`],
  [
    'parameters',
    `most ${quantile(parameters, 1)}; ${over(parameters, MOST_PARAMETERS)} functions over 4`,
  ],
  [
    'cognitive complexity',
    `${complex.length} functions over 15, the highest ${Math.max(0, ...complex)}`,
  ],
  [
    'circles of imports',
    `${circles.length}${circles.map((loop) => `\n    ${loop.join(', ')}`).join('')}`,
  ],
  ['documented exports', share(files.flatMap((file) => file.exports))],
  ['documented members', share(ownFiles.flatMap((file) => file.members))],
  ['casts', String(sum(files.map(({ casts }) => casts)))],
  ['any', String(sum(files.map(({ anys }) => anys)))],
  ['line lengths', `${spread(lengths)}; ${over(lengths, LONGEST_LINE)} over 100`],
  ['duplicates of six lines and more', String(countDuplicates(texts))],
  ['lines of src', String(sum(files.map(({ lines }) => lines)))],
];

for (const [what, figure] of rows) process.stdout.write(`${what.padEnd(34)}${figure}\n`);
