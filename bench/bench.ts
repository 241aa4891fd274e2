import { existsSync } from 'node:fs';
import { drawPicture, keepForPicture } from './picture';
import { SCRIPTS } from './scripts';
import { growthTable, tableOf } from './table';
import { measure, type Results, SIZES, type Sizes, THEMES, type Theme } from './themes';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const OURS = 'this add-on';
const NAMES = SCRIPTS.map(({ name }) => name);

/** Every way to send the larger sheet, this add-on last; if all of them were measured. */
function keepBars({ figures, perSecond, scripts }: Results, { many }: Sizes): void {
  const mine = figures?.perSecond?.numbers[1];
  const kill = figures?.kill?.numbers.join(' / ');
  if (mine === undefined || kill === undefined || perSecond === undefined) return;
  const theirs = NAMES.map((name, index) => ({
    name,
    perSecond: perSecond[index] ?? 0,
    kill: scripts?.kill?.[index] ?? '',
  }));
  keepForPicture({ rows: many, bars: [...theirs, { name: OURS, perSecond: mine, kill }] });
}

function print({ figures = {}, scripts = {}, growths }: Results): void {
  const table = tableOf(figures, NAMES, scripts);
  const parts = growths === undefined ? [table] : [table, growthTable(growths)];
  say(`\n${parts.join('\n\n')}`);
}

/** Further benches, each by its name. */
const OTHERS = { home: './open-home', check: './check-rows', reconcile: './reconcile' } as const;

const isOther = (name: string): name is keyof typeof OTHERS => name in OTHERS;
const isTheme = (name: string): name is Theme => name in THEMES;

const themesOf = (names: readonly string[]): Theme[] =>
  (names.length === 0 ? Object.keys(THEMES) : names).filter(isTheme);

const QUICK = 'quick';
const CHOICES = [QUICK, ...Object.keys(THEMES), 'picture', ...Object.keys(OTHERS)];

async function bench(words: readonly string[]): Promise<void> {
  const [first = ''] = words;
  if (!existsSync('dist/Code.js')) throw new Error('Run npm run build first.');
  if (isOther(first)) await import(OTHERS[first]);
  else if (first === 'picture') say(`${drawPicture()} was written.`);
  else if (words.every((word) => word === QUICK || isTheme(word))) {
    const sizes = words.includes(QUICK) ? SIZES.quick : SIZES.full;
    const results = measure(themesOf(words.filter((word) => word !== QUICK)), sizes);
    // The picture is drawn of whole sheets.
    if (sizes === SIZES.full) keepBars(results, sizes);
    print(results);
  } else say(`Choose some of ${CHOICES.join(', ')}; everything is measured without a word.`);
}

bench(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
