import { LAGO_WAYS } from './lago-ways';
import { PLAN_WAYS } from './plan-ways';

/*
 * Prints seconds of this processor for each way at growing numbers of rows, with the exponent of
 * the last doubling: `npx tsx test/sync/growth/table.ts [pattern of names]`, SIZES=2500,5000.
 */
const SIZES = (process.env['SIZES'] ?? '2500,5000,10000,20000').split(',').map(Number);
/** Further sizes are left out after one that took longer than this. */
const MOST_SECONDS = Number(process.env['MOST'] ?? 25);
const NAMED = new RegExp(process.argv[2] ?? '');
const COLUMN = 9;

function secondsOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

for (const { name, prepare } of [...PLAN_WAYS, ...LAGO_WAYS]) {
  if (!NAMED.test(name)) continue;
  const taken: number[] = [];
  for (const size of SIZES) {
    if ((taken.at(-1) ?? 0) > MOST_SECONDS) break;
    const work = prepare(size);
    globalThis.gc?.();
    taken.push(secondsOf(work));
  }
  const [one = 0, two = 0] = taken.slice(-2);
  const figures = taken.map((each) => each.toFixed(2).padStart(COLUMN)).join('');
  const exponent = Math.log2(two / one).toFixed(2);
  process.stdout.write(`${name.padEnd(72)}${figures.padEnd(COLUMN * SIZES.length)}  ${exponent}\n`);
}
