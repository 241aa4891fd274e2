import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { playHistory, STORES, type Store } from './history';

/** A process keeps much of what it has played, so each plays so many seeds. */
const SEEDS_PER_PROCESS = 100;

interface Task {
  readonly from: number;
  readonly to: number;
  readonly stores: readonly Store[];
}

/** What the seeds of a task came to. */
interface Played {
  readonly counts: Readonly<Record<string, number>>;
  readonly broken: readonly string[];
}

const USAGE = `npm run simulate -- --seeds 1000            plays the seeds 1 to 1000 on both event stores
npm run simulate -- --seeds 1000 --from 5001   plays the seeds 5001 to 6000
npm run simulate -- --seed 42                  replays one seed and shows what happened in it
further: --store postgres|clickhouse, --workers 2`;

const add = (sums: Record<string, number>, counts: Readonly<Record<string, number>>): void => {
  for (const [name, number] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + number;
};

/** Plays the seeds of a task; a history that throws is broken as well. */
function play({ from, to, stores }: Task, tell?: (line: string) => void): Played {
  const counts: Record<string, number> = {};
  const broken: string[] = [];
  for (let seed = from; seed <= to; seed++)
    for (const store of stores) {
      tell?.(`seed ${seed} on ${store}`);
      try {
        const { violations, counts: found } = playHistory({
          seed,
          store,
          ...(tell === undefined ? {} : { tell }),
        });
        add(counts, found);
        for (const violation of violations) broken.push(`seed ${seed} on ${store}: ${violation}`);
      } catch (error) {
        broken.push(
          `seed ${seed} on ${store}: the simulation itself failed: ${error instanceof Error ? error.stack : String(error)}`,
        );
      }
    }
  return { counts, broken };
}

function inProcess(task: Task): Promise<Played> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ['--task', JSON.stringify(task)]);
    let played: Played | undefined;
    child.on('message', (message) => {
      played = message as Played;
    });
    child.on('error', reject);
    child.on('exit', (code) =>
      played === undefined
        ? reject(new Error(`The seeds from ${task.from} ended with code ${code}.`))
        : resolve(played),
    );
  });
}

function show({ counts, broken }: Played): void {
  for (const line of broken) console.log(line);
  console.log('');
  for (const [name, number] of Object.entries(counts).sort(([left], [right]) =>
    left.localeCompare(right),
  ))
    console.log(`${String(number).padStart(10)}  ${name}`);
  console.log(`${String(broken.length).padStart(10)}  violations`);
}

async function playAll(
  seeds: number,
  first: number,
  stores: readonly Store[],
  workers: number,
): Promise<Played> {
  const tasks: Task[] = [];
  for (let from = first; from < first + seeds; from += SEEDS_PER_PROCESS)
    tasks.push({ from, to: Math.min(from + SEEDS_PER_PROCESS, first + seeds) - 1, stores });
  const counts: Record<string, number> = {};
  const broken: string[] = [];
  // Hours of playing are not lost with the patience of who waits.
  process.once('SIGINT', () => {
    show({ counts, broken });
    process.exit(1);
  });
  const work = async (): Promise<void> => {
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
      const played = await inProcess(task);
      add(counts, played.counts);
      broken.push(...played.broken);
      console.log(`seeds ${task.from} to ${task.to}: ${played.broken.length} violations`);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return { counts, broken };
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    store: { type: 'string' },
    workers: { type: 'string', default: String(availableParallelism()) },
    task: { type: 'string' },
  },
});

if (values.task !== undefined) process.send?.(play(JSON.parse(values.task) as Task));
else {
  const stores = STORES.filter((store) => values.store === undefined || store === values.store);
  const [seed, seeds] = [Number(values.seed), Number(values.seeds)];
  if (stores.length === 0 || (Number.isNaN(seed) && Number.isNaN(seeds))) {
    console.log(USAGE);
    process.exitCode = 2;
  } else {
    const played = Number.isNaN(seed)
      ? await playAll(seeds, Number(values.from), stores, Number(values.workers))
      : play({ from: seed, to: seed, stores }, (line) => console.log(line));
    show(played);
    process.exitCode = played.broken.length > 0 ? 1 : 0;
  }
}
