/** What a figure is held against. */
export interface Target {
  /** The line of the table. */
  readonly what: string;
  readonly target: string;
  /** The numbers of the target, in the order of the figure's; each at most, unless told. */
  readonly limits: readonly number[];
  readonly atLeast?: true;
}

/** Every figure of the table, in its order. */
export const TARGETS = {
  firstDelivery: {
    what: 'first delivery, model seconds: 10,000 / 100,000 rows',
    target: '≤ 8 / ≤ 62',
    limits: [8, 62],
  },
  perSecond: {
    what: 'first delivery, rows a second: 10,000 / 100,000 rows',
    target: '≥ 1,250 / ≥ 1,612',
    limits: [1_250, 1_612],
    atLeast: true,
  },
  oneExecution: {
    what: 'rows in one execution (10 columns, 500,000 rows in the sheet)',
    target: '500,000',
    limits: [500_000],
    atLeast: true,
  },
  wholeSheet: {
    what: '300,000 rows: sent in the end; executions',
    target: 'works',
    limits: [300_000],
    atLeast: true,
  },
  ownShare: {
    what: 'small self-hosted Lago: own share of a delivery, %; model seconds (10,000 rows)',
    target: '≤ 15 %',
    limits: [15],
  },
  wave: {
    what: 'service calls per wave beside answers and getRange; events of a wave',
    target: '≤ 4; 2,000',
    limits: [4],
  },
  idleRun: {
    what: 'hourly run, nothing to do: calls; cells read (100,000 rows, 10 columns)',
    target: '≤ 20; ≤ 700,000',
    limits: [20, 700_000],
  },
  idleFiring: {
    what: 'firing of the clock, no run due: calls',
    target: '–',
    limits: [],
  },
  edit: {
    what: 'an edit of one cell: calls; cells read (100,000 rows)',
    target: '≤ 8; ≤ 1,000',
    limits: [8, 1_000],
  },
  page: {
    what: 'a run that a page drives: cells beside one run; slices, cells, model s (100,000 rows)',
    target: '≤ 1.3 times',
    limits: [1.3],
  },
  newRow: {
    what: 'processor time, new row against bare liquidjs + JSON.parse: plan; execution',
    target: '≤ 2; ≤ 3.5',
    limits: [2, 3.5],
  },
  unchangedRow: {
    what: 'processor time, unchanged row: plan; execution',
    target: '≤ 0.5; ≤ 1',
    limits: [0.5, 1],
  },
  memory: {
    what: 'live memory while sending, KB a row; KB more a row already sent',
    target: '≤ 0.8; 0',
    limits: [0.8, 0.05],
  },
  ledgerCells: {
    what: 'ledger cells per event',
    target: '≤ 8',
    limits: [8],
  },
  idleRequests: {
    what: 'requests to Lago, idle run (10,000 subscriptions there); KB',
    target: '≤ 1',
    limits: [1],
  },
  setUpRequests: {
    what: 'requests to Lago, set-up; KB',
    target: '≤ 12',
    limits: [12],
  },
  addedRequests: {
    what: 'requests to Lago, 1,000 new rows; KB',
    target: '≤ 16',
    limits: [16],
  },
  rebuild: {
    what: 'requests to Lago a row, rebuild: Lago has all / nothing',
    target: '≤ 0.05 / ≤ 0.05',
    limits: [0.05, 0.05],
  },
  codeStart: {
    what: 'Code.js compiled and evaluated against liquidjs alone; ms',
    target: '≤ 4 times',
    limits: [4],
  },
  kill: {
    what: 'killed in the middle at its worst (1,080 rows): billed twice / never sent',
    target: '0 / 0',
    limits: [0, 0],
  },
} as const satisfies Record<string, Target>;

export type FigureName = keyof typeof TARGETS;

export const FIGURE_NAMES = Object.keys(TARGETS) as FigureName[];

/** What each way that a run can take is held against. */
export const GROWTH_TARGET = { exponent: 1.1, secondsAt20000: 3 };
