import { ask, doJob, send } from '../../sandbox/job';
import type { Argument, Value } from '../../src/rpc/contract';
import { type Check, is } from '../check';
import { notAsked, type Outcome, outcomeOf } from '../outcome';
import type { Scene } from '../scene';
import type { Target } from '../target';
import { billedUnits, idsInLago } from './billed';
import { type Cast, castOf, KEYS, keyOf, rowOf, TAB, TEMPLATE, timeOf } from './sheet';
import { Spreadsheet } from './spreadsheet';

/** What the steps share. */
interface Stage {
  readonly scene: Scene;
  readonly cast: Cast;
  readonly sheet: Spreadsheet;
  readonly target: Target;
}

interface Step {
  readonly id: string;
  readonly says: string;
  perform(stage: Stage): readonly Check[] | Promise<readonly Check[]>;
}

/** How long ClickHouse may take to show an event, by the product’s own rule. */
const VISIBLE_AFTER_MS = 5 * 60_000;
/** A call of the page does a part; a month or a ledger of a few rows needs few. */
const MOST_PARTS = 30;

const STEPS: readonly Step[] = [
  {
    id: 'play.job',
    says: 'The main job bills every row, once.',
    perform: async ({ scene, cast, sheet, target }) => {
      const { address, apiKey } = target;
      const { google } = sheet;
      const { sync } = await doJob(google, {
        tab: TAB,
        key: 'id',
        template: TEMPLATE,
        address,
        apiKey,
        onStep: async () => {},
      });
      sheet.sync = sync.sync.id;
      const ids = KEYS.map((name) => keyOf(scene, name)).sort();
      return [
        ...scene.until(() => [is('the events', idsInLago(scene, cast), ids)]),
        ...billedUnits(scene, cast, {
          first: {
            sum: '23.0',
            weighted: '600.0',
            unique: '2.0',
            latest: '9.0',
            count: '2.0',
            max: '8.0',
          },
        }),
      ];
    },
  },
  {
    id: 'play.changed',
    says: 'A changed row of a sum, a weighted sum, a unique count and a latest value is corrected.',
    perform: ({ scene, cast, sheet }) => {
      sheet.correctFromNow();
      sheet.edit('s1', 'value', '6');
      sheet.edit('s3', 'subscription', cast.second);
      sheet.edit('w1', 'value', '1100');
      sheet.edit('u1', 'value', 'gamma');
      sheet.edit('l2', 'value', '10');
      return [
        is('what stopped the run', sheet.run(), ''),
        ...billedUnits(scene, cast, {
          first: { sum: '13.0', weighted: '700.0', unique: '2.0', latest: '10.0' },
          second: { sum: '11.0' },
        }),
      ];
    },
  },
  {
    id: 'play.removed',
    says: 'A removed row of each of them is taken back.',
    perform: ({ scene, cast, sheet }) => {
      for (const name of ['s2', 'w2', 'u1', 'u2', 'l2']) sheet.remove(name);
      return [
        is('what stopped the run', sheet.run(), ''),
        ...billedUnits(scene, cast, {
          first: { sum: '6.0', weighted: '1100.0', unique: '1.0', latest: '3.0' },
          second: { sum: '11.0' },
        }),
      ];
    },
  },
  {
    id: 'play.flagged',
    says: 'A removed row of a count and of a maximum is flagged, and nothing is sent for it.',
    perform: ({ scene, cast, sheet }) => {
      const before = idsInLago(scene, cast);
      for (const name of ['c2', 'm2']) sheet.remove(name);
      return [
        is('what stopped the run', sheet.run(), ''),
        is('the flagged rows', sheet.flagged(), [keyOf(scene, 'c2'), keyOf(scene, 'm2')]),
        is('the events', idsInLago(scene, cast), before),
        ...billedUnits(scene, cast, { first: { count: '2.0', max: '8.0' } }),
      ];
    },
  },
  {
    id: 'play.reconcile',
    says: 'Reconcile finds what Lago still has of removed rows, and nothing else.',
    perform: (stage) => {
      const { scene, target } = stage;
      if (scene.store !== 'postgres') {
        target.tell('Waiting five minutes, for ClickHouse shows events late …');
        scene.clock.wait(VISIBLE_AFTER_MS);
      }
      const parts = reconciled(stage);
      const last = parts.at(-1);
      const findings = parts.flatMap((part) => part.findings);
      return [
        is(
          'the findings',
          findings.map(({ kind, id }) => `${kind} ${id}`).sort(),
          // Another row has the value of u2, so that it was left in Lago.
          ['c2', 'm2', 'u2'].map((name) => `gone ${keyOf(scene, name)}`),
        ),
        is(
          'the totals that differ',
          last?.totals.flatMap(({ difference }) => (difference === '0' ? [] : [difference])) ??
            null,
          ['-1', '-1', '-1'],
        ),
        is(
          'what no finding explains',
          last?.totals.filter(({ unexplained }) => unexplained !== '0').length ?? null,
          0,
        ),
      ];
    },
  },
  {
    id: 'play.rebuild',
    says: 'A ledger that lost lines is rebuilt from Lago; then nothing is sent twice.',
    perform: (stage) => {
      const { scene, cast, sheet } = stage;
      const before = idsInLago(scene, cast);
      for (const name of ['c1', 'm1']) sheet.loseLine(name);
      const stopped = sheet.run();
      rebuild(stage);
      sheet.correctFromNow();
      sheet.add(rowOf(scene, cast, KEYS.length, ['s9', 'sum', '2']));
      return [
        is('what stopped the run before', stopped, 'ledger.vanished'),
        is('what stopped the run after', sheet.run(), ''),
        ...billedUnits(scene, cast, { first: { sum: '8.0', count: '2.0', max: '8.0' } }),
        ...scene.until(() => [
          is('the events', idsInLago(scene, cast), [...before, keyOf(scene, 's9')].sort()),
        ]),
      ];
    },
  },
];

type Part = Value<'reconcile'>;

/** Every part of the month of the play, as the page asks for them. */
function reconciled({ scene, sheet }: Stage): Part[] {
  const month = new Date(timeOf(scene, 0)).toISOString().slice(0, 7);
  const parts: Part[] = [];
  for (let argument: Argument<'reconcile'> = { id: sheet.sync, month }; ; ) {
    const part = ask(sheet.google, 'reconcile', argument).value;
    parts.push(part);
    if (part.next === undefined || parts.length === MOST_PARTS) return parts;
    argument = { id: sheet.sync, month, next: part.next };
  }
}

/** As the page does: part after part; on ClickHouse the first one says how long to wait. */
function rebuild({ scene, sheet, target }: Stage): void {
  if (scene.store !== 'postgres') {
    target.tell('Waiting five minutes, for a rebuild compares only what ClickHouse surely shows …');
    begin(sheet);
    scene.clock.wait(VISIBLE_AFTER_MS);
  }
  let from: number | undefined;
  for (let part = 0; part < MOST_PARTS; part++) {
    const argument = from === undefined ? { id: sheet.sync } : { id: sheet.sync, from };
    from = ask(sheet.google, 'rebuildLedger', argument).value.next;
    if (from === undefined) return;
  }
  throw new Error('The rebuild does not end.');
}

/** Begins a rebuild, which is refused until what was sent before is visible. */
function begin({ google, sync }: Spreadsheet): void {
  send(google, { method: 'rebuildLedger', argument: { id: sync } });
}

function staged(scene: Scene, target: Target): Stage {
  const cast = castOf(scene);
  return { scene, cast, target, sheet: new Spreadsheet(scene, cast, target) };
}

/** Plays the product with its bundle. After a step that differs no other one is performed. */
export async function play(scene: Scene, target: Target): Promise<Outcome[]> {
  target.tell('The product: main job, corrections, Reconcile, rebuild …');
  const outcomes: Outcome[] = [];
  let stage: Stage | undefined;
  for (const { id, says, perform } of STEPS) {
    const last = outcomes.at(-1);
    if (last?.outcome === 'differs' || last?.outcome === 'not asked') {
      outcomes.push(notAsked({ id, says }, 'A step before it differs.'));
      continue;
    }
    outcomes.push(
      await outcomeOf({ id, says }, () => {
        stage ??= staged(scene, target);
        return perform(stage);
      }),
    );
  }
  return outcomes;
}
