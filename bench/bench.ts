import { existsSync } from 'node:fs';
import {
  drivenByPage,
  firstDelivery,
  ledgerCellsPerEvent,
  oneExecution,
  ownShare,
  sentSheet,
  waveOf,
  wholeSheet,
} from './delivery';
import { type Growth, growthOf, WAYS } from './growth';
import { idleFiring, idleRun, oneEdit } from './idle';
import { heldWhileSending } from './memory';
import { type Bar, drawPicture, keepForPicture } from './picture';
import { codeStart, rowTimes } from './processor';
import { askedOfLago } from './requests';
import { SCRIPTS, type Speed, speedOf, worstKill } from './scripts';
import { type Figure, type Figures, growthTable, shown, tableOf } from './table';

/** Rows of the figures; quick ones show the direction only. */
const SIZES = {
  full: { few: 10_000, many: 100_000, one: 500_000, whole: 300_000, way: 2_500, memory: 20_000 },
  quick: { few: 1_000, many: 5_000, one: 20_000, whole: 10_000, way: 500, memory: 4_000 },
};
type Sizes = (typeof SIZES)['full'];

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Says on the other stream what is measured, so that the table can be piped. */
function measured<T>(what: string, measure: () => T): T {
  process.stderr.write(`${what} … `);
  const before = performance.now();
  const value = measure();
  process.stderr.write(`${((performance.now() - before) / 1000).toFixed(0)} s\n`);
  return value;
}

/** A figure that cannot be measured must not cost the others. */
function attempted<T>(otherwise: T, work: () => T): T {
  try {
    return work();
  } catch (error) {
    process.stderr.write(`failed: ${error instanceof Error ? error.stack : String(error)}\n`);
    return otherwise;
  }
}

/** What one sheet shows that was sent whole. */
function sentFigures({ few, many }: Sizes): Figures {
  const small = measured(`first delivery, ${shown(few)} rows`, () => sentSheet(few));
  const large = measured(`first delivery, ${shown(many)} rows`, () => sentSheet(many));
  const wave = waveOf(small);
  const seconds = [firstDelivery(small), firstDelivery(large)];
  const idle = measured('a run with nothing to do', () => idleRun(large));
  const firing = idleFiring(large);
  const edit = measured('an edit', () => oneEdit(large));
  return {
    firstDelivery: { numbers: seconds },
    perSecond: { numbers: [few, many].map((rows, index) => rows / (seconds[index] ?? 0)) },
    wave: { numbers: [wave.calls], beside: `${shown(wave.events)} events` },
    idleRun: { numbers: [idle.calls, idle.cellsRead], beside: `${shown(idle.seconds)} s` },
    idleFiring: { numbers: [firing.calls] },
    edit: { numbers: [edit.calls, edit.cellsRead], beside: `${shown(edit.seconds)} s` },
    ledgerCells: { numbers: [ledgerCellsPerEvent(small)] },
  };
}

function sizeFigures({ few, many, one, whole }: Sizes): Figures {
  const execution = measured(`one execution, ${shown(one)} rows`, () => oneExecution(one));
  const all = measured(`a sheet of ${shown(whole)} rows`, () => wholeSheet(whole));
  const page = measured(`a page drives ${shown(many)} rows`, () => drivenByPage(many));
  const own = measured('a small Lago', () => ownShare(few));
  const stopped = execution.why === '' ? '' : `, ${execution.why}`;
  return {
    oneExecution: {
      numbers: [execution.delivered],
      beside: `${shown(execution.seconds)} s${stopped}`,
    },
    wholeSheet: {
      numbers: [all.delivered],
      beside: `${all.executions} executions, ${shown(all.seconds)} s ${all.why}`.trim(),
    },
    page: {
      numbers: [page.ratio],
      beside: `${page.slices} slices, ${shown(page.cells)} cells, ${shown(page.seconds)} s`,
    },
    ownShare: { numbers: [own.share * 100], beside: `${shown(own.seconds)} s` },
  };
}

function processorFigures({ few, memory }: Sizes): Figures {
  const times = measured(`processor time, ${shown(few)} rows`, () => rowTimes(few));
  const start = measured('start of Code.js', codeStart);
  const held = measured('memory', () => heldWhileSending(memory));
  const ratio = (ms: number): number => ms / times.bare;
  const bare = `bare: ${shown((times.bare * 1000) / times.rows)} µs a row`;
  return {
    newRow: { numbers: [ratio(times.newPlan), ratio(times.newRun)], beside: bare },
    unchangedRow: { numbers: [ratio(times.unchangedPlan), ratio(times.unchangedRun)] },
    memory: { numbers: [held.perRow / 1024, held.perSentRow / 1024] },
    codeStart: {
      numbers: [start.code / start.liquid],
      beside: `${shown(start.code)} and ${shown(start.liquid)} ms`,
    },
  };
}

function requestFigures(): Figures {
  const { idle, setUp, added } = measured('requests to Lago', () => askedOfLago(1_000));
  const figure = ({ requests, kilobytes }: typeof idle): Figure => ({
    numbers: [requests],
    beside: `${shown(kilobytes)} KB`,
  });
  return {
    idleRequests: figure(idle),
    setUpRequests: figure(setUp),
    addedRequests: figure(added),
  };
}

function growthFigures({ way }: Sizes): { growths: Growth[]; figures: Figures } {
  const growths = WAYS.flatMap((each) =>
    attempted([], () => [measured(each.name, () => growthOf(each, way))]),
  );
  const rebuilt = growths.filter((each) => each.way.startsWith('rebuilt'));
  const figures = { rebuild: { numbers: rebuilt.map(({ requestsPerRow }) => requestsPerRow) } };
  return { growths, figures };
}

/** How the hand-written scripts and the product do beside each other. */
interface Comparison {
  readonly figures: Figures;
  readonly speeds: readonly { readonly name: string; readonly speeds: readonly Speed[] }[];
}

const OURS = 'this add-on';

function comparison({ few, many }: Sizes, mine: Figures): Comparison {
  const speeds = SCRIPTS.map((script) => ({
    name: script.name,
    speeds: [few, many].map((rows) =>
      measured(`${script.name}, ${shown(rows)} rows`, () => speedOf(script, rows)),
    ),
  }));
  const all = [...SCRIPTS, undefined];
  const kills = all.map((script) =>
    measured(`${script?.name ?? OURS}, killed`, () => worstKill(script)),
  );
  const ours = kills.pop();
  const joined = (of: (speed: Speed) => number): string[] =>
    speeds.map((each) => each.speeds.map((speed) => shown(of(speed))).join(' / '));
  return {
    speeds,
    figures: {
      firstDelivery: {
        numbers: mine.firstDelivery?.numbers ?? [],
        scripts: joined(({ seconds }) => seconds),
      },
      perSecond: {
        numbers: mine.perSecond?.numbers ?? [],
        scripts: joined(({ perSecond }) => perSecond),
      },
      oneExecution: {
        numbers: [],
        ...mine.oneExecution,
        scripts: speeds.map((each) => `${shown(each.speeds[1]?.inOne ?? 0)} of ${shown(many)}`),
      },
      kill: {
        numbers: [ours?.twice ?? Number.NaN, ours?.never ?? Number.NaN],
        scripts: kills.map(({ twice, never }) => `${twice} / ${never}`),
      },
    },
  };
}

/** Every way to send the larger sheet, this add-on last. */
function barsOf({ speeds, figures }: Comparison): readonly Bar[] {
  const { kill, perSecond } = figures;
  const kills = [...(kill?.scripts ?? []), kill?.numbers.join(' / ') ?? ''];
  const bars = [
    ...speeds.map((each) => ({ name: each.name, perSecond: each.speeds[1]?.perSecond ?? 0 })),
    { name: OURS, perSecond: perSecond?.numbers[1] ?? 0 },
  ];
  return bars.map((bar, index) => ({ ...bar, kill: kills[index] ?? '' }));
}

function everything(sizes: Sizes): void {
  const sent = attempted({}, () => sentFigures(sizes));
  const mine = { ...sent, ...attempted({}, () => sizeFigures(sizes)) };
  const beside = attempted({ figures: {}, speeds: [] }, () => comparison(sizes, mine));
  // The picture is drawn of the last bench that measured whole sheets.
  if (sizes === SIZES.full) keepForPicture({ rows: sizes.many, bars: barsOf(beside) });
  const { growths, figures } = growthFigures(sizes);
  const all = {
    ...mine,
    ...beside.figures,
    ...attempted({}, () => processorFigures(sizes)),
    ...attempted({}, requestFigures),
    ...figures,
  };
  say(
    `\n${tableOf(
      all,
      SCRIPTS.map(({ name }) => name),
    )}\n\n${growthTable(growths)}`,
  );
  const misses = growths.filter(({ exponent }) => exponent > 1.1).length;
  say(`\n${misses} of ${growths.length} ways grow faster than they should.`);
}

/** Further benches, each by its name. */
const OTHERS = { home: './open-home', check: './check-rows', reconcile: './reconcile' } as const;

const isOther = (name: string): name is keyof typeof OTHERS => name in OTHERS;

async function bench([what = 'full']: readonly string[]): Promise<void> {
  if (!existsSync('dist/Code.js')) throw new Error('Run npm run build first.');
  if (isOther(what)) await import(OTHERS[what]);
  else if (what === 'picture') say(`${drawPicture()} was written.`);
  else if (what === 'quick') everything(SIZES.quick);
  else if (what === 'full') everything(SIZES.full);
  else say(`Choose full, quick, picture, ${Object.keys(OTHERS).join(', ')}; or nothing.`);
}

bench(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
