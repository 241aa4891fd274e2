import type { ReconcileNext, RunReport, Value } from '../src/rpc/contract';
import { HOUR, START, TAB, TEMPLATE } from '../test/bundle/world';
import { ownTime } from './own-time';
import { AMOUNT, HEADERS, Scene, type SceneOptions, sent, usage } from './scene';

/** How a way was gone. */
export interface Gone {
  readonly requests: number;
  /** Rows that were handled in the way's own manner, to show that it was this way. */
  readonly handled: number;
}

/** A way that a run, or work in parts, can take, made ready for so many rows. */
export interface Way {
  readonly name: string;
  /** @returns what is measured */
  readonly prepare: (rows: number) => () => Gone;
  /** Rows of it that are handled at least; all of them unless told. */
  readonly handles?: number;
  /** Where other numbers of rows tell more, or take minutes today: this share of them. */
  readonly share?: number;
}

const CODE = 'Code.js';
const EVERYTHING = { events: 1e9, removed: 1e9 };

/** What a report says of the rows that a way is about. */
type Count = (report: RunReport) => number;

const delivered: Count = (report) => report.delivered;
const flagged: Count = ({ rows }) => rows.flag;
const held: Count = ({ rows }) => rows.hold;

/** Runs until nothing is left: what has no answer yet may need more than one execution. */
const run =
  (scene: Scene, id: string, count: Count): (() => Gone) =>
  () => {
    let [requests, handled] = [0, 0];
    for (;;) {
      const { value, played } = scene.ask('runNow', { id, approved: EVERYTHING });
      requests += played.requests;
      handled += count(value);
      const waiting = value.left + value.rows.wait;
      if (waiting === 0 || value.delivered === 0) return { requests, handled };
    }
  };

/** A part of work as the page asks for it, with where the next one begins. */
interface Part<Next> extends Gone {
  readonly next: Next | undefined;
}

/** As the page asks for part after part. */
function inParts<Next>(ask: (next: Next | undefined) => Part<Next>): Gone {
  let part = ask(undefined);
  let { requests } = part;
  while (part.next !== undefined) {
    part = ask(part.next);
    requests += part.requests;
  }
  return { requests, handled: part.handled };
}

/** Amounts of all rows, which differ from what was sent. */
const changeAll = (scene: Scene, rows: number, amount: (index: number) => string): void =>
  scene.google.spreadsheet.paste(
    TAB,
    2,
    AMOUNT,
    Array.from({ length: rows }, (_, index) => [amount(index)]),
  );

const removeHalf = (scene: Scene, rows: number): void =>
  scene.google.spreadsheet.deleteRows(TAB, 2, Math.floor(rows / 2));

/** The hidden sheet with the most rows. */
export const ledgerOf = (scene: Scene) =>
  scene.google.spreadsheet.sheets
    .filter(({ name }) => name.startsWith('Lago ledger'))
    .reduce((most, sheet) => (sheet.rows > most.rows ? sheet : most));

const withMetric = (aggregation: string): Pick<SceneOptions, 'metrics'> => ({
  metrics: [{ name: 'Seats', code: 'seats', aggregation_type: aggregation, field_name: 'amount' }],
});
const SEATS = TEMPLATE.replace('"calls"', '"seats"');

/** All rows are changed, each to a value of its own unless told. */
const corrected =
  (
    aggregation: string,
    amount = (index: number, rows: number): string => String(rows + index + 1),
  ): Way['prepare'] =>
  (rows) => {
    const policies = { changed: 'correct', removed: 'correct' } as const;
    const isSum = aggregation === 'sum_agg';
    const { scene, id } = sent(
      { rows: usage(rows), ...(isSum ? {} : withMetric(aggregation)) },
      { ...policies, ...(isSum ? {} : { template: SEATS }) },
    );
    changeAll(scene, rows, (index) => amount(index, rows));
    return run(scene, id, delivered);
  };

const removed =
  (policy: 'flag' | 'correct'): Way['prepare'] =>
  (rows) => {
    const { scene, id } = sent({ rows: usage(rows) }, { changed: 'flag', removed: policy });
    removeHalf(scene, rows);
    return run(scene, id, policy === 'flag' ? flagged : delivered);
  };

/** What a ledger line says of an event that was handed over and has no answer yet. */
const pending = (index: number): string =>
  JSON.stringify({ id: `r${index + 1}`, state: 'pending', at: START, tries: 0, answer: '' });
/** Of a ledger's sheet. */
const OUTCOME_COLUMN = 3;

const settled =
  (store: 'postgres' | 'clickhouse'): Way['prepare'] =>
  (rows) => {
    const { scene, id } = sent({ rows: usage(rows), store });
    const lines = Array.from({ length: rows }, (_, index) => [pending(index)]);
    scene.google.spreadsheet.paste(ledgerOf(scene).name, 2, OUTCOME_COLUMN, lines);
    return run(scene, id, delivered);
  };

const rebuilt =
  (hasEvents: boolean): Way['prepare'] =>
  (rows) => {
    const { scene, id } = sent({ rows: usage(rows) });
    scene.google.spreadsheet.deleteSheet(ledgerOf(scene).name);
    if (!hasEvents) scene.world.lago.rewriteEvents(() => []);
    return () => {
      let handled = 0;
      return inParts<number>((from) => {
        const asked = { id, ...(from === undefined ? {} : { from }) };
        const { value, played } = scene.ask('rebuildLedger', asked);
        handled += value.found + value.absent;
        return { ...played, handled, next: value.next };
      });
    };
  };

/** Each way that a run, or work that the page drives, can take. */
export const WAYS: readonly Way[] = [
  {
    name: 'first delivery',
    prepare: (rows) => {
      const scene = new Scene({ rows: usage(rows) });
      return run(scene, scene.activate(), delivered);
    },
  },
  {
    name: 'unchanged',
    prepare: (rows) => {
      const { scene } = sent({ rows: usage(rows) });
      // Nobody is asked for the rows: a report of the clock's run is read from home.
      return () => {
        const { requests, waves } = scene.hourly();
        return { requests, handled: waves.length === 0 ? rows : 0 };
      };
    },
  },
  {
    name: 'changed, flagged',
    prepare: (rows) => {
      const { scene, id } = sent({ rows: usage(rows) }, { changed: 'flag' });
      changeAll(scene, rows, (index) => String(rows + index + 1));
      return run(scene, id, flagged);
    },
  },
  { name: 'corrected: sum', prepare: corrected('sum_agg') },
  { name: 'corrected: unique', prepare: corrected('unique_count_agg') },
  {
    name: 'corrected: unique, to one value',
    prepare: corrected('unique_count_agg', () => '7'),
  },
  { name: 'corrected: latest', prepare: corrected('latest_agg') },
  { name: 'half removed, flagged', prepare: removed('flag'), handles: 0.5 },
  { name: 'half removed, taken back', prepare: removed('correct'), handles: 0.5 },
  {
    name: 'half removed, restored',
    prepare: (rows) => {
      const { scene, id } = sent({ rows: usage(rows) }, { changed: 'correct', removed: 'correct' });
      removeHalf(scene, rows);
      scene.deliver(id);
      const half = usage(rows).slice(0, Math.floor(rows / 2));
      scene.google.spreadsheet.insertRows(TAB, rows - half.length + 1, half.length);
      scene.google.spreadsheet.paste(TAB, rows - half.length + 2, 1, half);
      scene.pass(HOUR);
      return run(scene, id, delivered);
    },
    handles: 0.5,
  },
  {
    name: 'one id in all rows',
    prepare: (rows) => {
      const scene = new Scene({ rows: usage(rows) });
      const template = TEMPLATE.replace('{{ row.id }}', 'the same for {{ row.region }}');
      return run(scene, scene.activate({ template }), held);
    },
    // What grows with the square shows late here.
    share: 4,
  },
  {
    name: 'renamed keys, equal contents',
    prepare: (rows) => {
      const equal = usage(rows).map(([id = '', , time = '', , ...others]) => [
        id,
        'acme',
        usage(1)[0]?.[2] ?? time,
        '1',
        ...others,
      ]);
      const { scene, id } = sent({ rows: equal });
      const names = equal.map((_, index) => [`n${index + 1}`]);
      scene.google.spreadsheet.paste(TAB, 2, HEADERS.indexOf('id') + 1, names);
      return run(scene, id, held);
    },
  },
  { name: 'pending settled: PostgreSQL', prepare: settled('postgres') },
  { name: 'pending settled: ClickHouse', prepare: settled('clickhouse') },
  { name: 'rebuilt, Lago has all', prepare: rebuilt(true), share: 0.25 },
  { name: 'rebuilt, Lago has nothing', prepare: rebuilt(false), share: 0.25 },
  {
    name: 'reconciled',
    prepare: (rows) => {
      const { scene, id } = sent({ rows: usage(rows) });
      return () =>
        inParts<ReconcileNext>((next) => {
          const given = next === undefined ? {} : { next };
          const { value, played } = scene.ask('reconcile', { id, month: '2026-11', ...given });
          return { ...played, handled: value.events, next: value.next };
        });
    },
  },
  {
    name: 'statement',
    handles: 0.5,
    prepare: (rows) => {
      const { scene, id } = sent({ rows: usage(rows) });
      return () =>
        inParts<NonNullable<Value<'statement'>['next']>>((next) => {
          const given = next === undefined ? {} : { next };
          const asked = { id, month: '2026-11', subscription: 'acme', ...given };
          const { value, played } = scene.ask('statement', asked);
          return { ...played, handled: value.lines, next: value.next };
        });
    },
  },
];

type Point = readonly [rows: number, ms: number];

/** How a way's processor time grows with its rows. */
export interface Growth {
  readonly way: string;
  /** Rows of both measurements, and their processor time (ms). */
  readonly points: readonly [Point, Point];
  /** 1 is linear, 2 quadratic. */
  readonly exponent: number;
  /** What 20,000 rows would take (s) if it goes on like that. */
  readonly at20000: number;
  /** Requests to Lago for a row, of the larger one. */
  readonly requestsPerRow: number;
}

const STEP = 4;
const ASKED_ROWS = 20_000;

/**
 * Goes a way, and tells how many requests to Lago it took for a row.
 * @throws Error if rows went another way
 */
export function requestsOf(
  { name, handles = 1 }: Pick<Way, 'name' | 'handles'>,
  rows: number,
  go: () => Gone,
): number {
  const { requests, handled } = go();
  if (handled < rows * handles)
    throw new Error(`${name}: ${handled} of ${rows} rows went this way.`);
  return requests / rows;
}

/** @param rows of the smaller measurement */
export function growthOf({ name, prepare, handles = 1, share = 1 }: Way, rows: number): Growth {
  let requestsPerRow = 0;
  const timeOf = (size: number): number => {
    const go = prepare(size);
    return ownTime(CODE, () => {
      requestsPerRow = requestsOf({ name, handles }, size, go);
    });
  };
  const [small, large] = [rows * share, rows * share * STEP];
  const least = timeOf(small);
  const most = timeOf(large);
  const exponent = Math.log(most / least) / Math.log(STEP);
  const points: Growth['points'] = [
    [small, least],
    [large, most],
  ];
  const at20000 = ((ASKED_ROWS / large) ** exponent * most) / 1000;
  return { way: name, points, exponent, at20000, requestsPerRow };
}
