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
import { codeStart, rowTimes } from './processor';
import { askedOfLago } from './requests';
import { SCRIPTS, type Speed, speedOf, worstKill } from './scripts';
import { type Figure, type Figures, type ScriptFigures, shown } from './table';

/** Rows of the figures; quick ones show the direction only. */
export const SIZES = {
  full: { few: 10_000, many: 100_000, one: 500_000, whole: 300_000, way: 2_500, memory: 20_000 },
  quick: { few: 1_000, many: 5_000, one: 20_000, whole: 10_000, way: 500, memory: 4_000 },
};
export type Sizes = (typeof SIZES)['full'];

/** What a theme has measured. */
export interface Results {
  readonly figures?: Figures;
  readonly scripts?: ScriptFigures;
  readonly growths?: readonly Growth[];
  /** Rows a second of the hand-written scripts with the larger sheet, in their order. */
  readonly perSecond?: readonly number[];
}

/** Says on the other stream what is measured, so that the table can be piped. */
function measured<T>(what: string, measure: () => T): T {
  process.stderr.write(`${what} … `);
  const before = performance.now();
  const value = measure();
  process.stderr.write(`${((performance.now() - before) / 1000).toFixed(0)} s\n`);
  return value;
}

/** What cannot be measured is reported. */
function attempted<T>(otherwise: T, work: () => T): T {
  try {
    return work();
  } catch (error) {
    process.stderr.write(`failed: ${error instanceof Error ? error.stack : String(error)}\n`);
    return otherwise;
  }
}

/** What one sheet shows that was sent whole. */
function deliveryFigures({ few, many }: Sizes): Figures {
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
  const because = (why: string): string => (why === '' ? '' : `, ${why}`);
  return {
    oneExecution: {
      numbers: [execution.delivered],
      beside: `${shown(execution.seconds)} s${because(execution.why)}`,
    },
    wholeSheet: {
      numbers: [all.delivered],
      beside: `${all.executions} executions, ${shown(all.seconds)} s${because(all.why)}`,
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

function ways({ way }: Sizes): Results {
  const growths = WAYS.flatMap((each) =>
    attempted([], () => [measured(each.name, () => growthOf(each, way))]),
  );
  const rebuilt = growths.filter((each) => each.way.startsWith('rebuilt'));
  const figures = { rebuild: { numbers: rebuilt.map(({ requestsPerRow }) => requestsPerRow) } };
  return { growths, figures };
}

function scripts({ few, many }: Sizes): Results {
  const speeds = SCRIPTS.map((script) =>
    [few, many].map((rows) =>
      measured(`${script.name}, ${shown(rows)} rows`, () => speedOf(script, rows)),
    ),
  );
  const kills = SCRIPTS.map((script) =>
    measured(`${script.name}, killed`, () => worstKill(script)),
  );
  const ours = measured('the product, killed', () => worstKill(undefined));
  const joined = (of: (speed: Speed) => number): string[] =>
    speeds.map((each) => each.map((speed) => shown(of(speed))).join(' / '));
  return {
    figures: { kill: { numbers: [ours.twice, ours.never] } },
    scripts: {
      firstDelivery: joined(({ seconds }) => seconds),
      perSecond: joined(({ perSecond }) => perSecond),
      oneExecution: speeds.map((each) => `${shown(each[1]?.inOne ?? 0)} of ${shown(many)}`),
      kill: kills.map(({ twice, never }) => `${twice} / ${never}`),
    },
    perSecond: speeds.map((each) => each[1]?.perSecond ?? 0),
  };
}

/** What can be measured alone, by its name, in the order of the whole bench. */
export const THEMES = {
  delivery: (sizes: Sizes): Results => ({ figures: deliveryFigures(sizes) }),
  size: (sizes: Sizes): Results => ({ figures: sizeFigures(sizes) }),
  scripts,
  processor: (sizes: Sizes): Results => ({ figures: processorFigures(sizes) }),
  requests: (): Results => ({ figures: requestFigures() }),
  ways,
} as const satisfies Record<string, (sizes: Sizes) => Results>;

export type Theme = keyof typeof THEMES;

/** Measures themes; one that cannot be measured does not cost the others. */
export function measure(themes: readonly Theme[], sizes: Sizes): Results {
  let all: Results = {};
  for (const theme of themes) {
    const each: Results = attempted({}, () => THEMES[theme](sizes));
    all = { ...all, ...each, figures: { ...all.figures, ...each.figures } };
  }
  return all;
}
