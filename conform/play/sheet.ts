import { chargeOf, isoSeconds, type Metric } from '../account';
import { type MetricName, metricOf } from '../bill';
import type { Scene } from '../scene';

/** The metrics of the play, each with one charge. */
export const PLAYED = ['sum', 'weighted', 'unique', 'latest', 'count', 'max'] as const;
export type Played = (typeof PLAYED)[number] & MetricName;

export const TAB = 'usage';
export const COLUMNS = ['id', 'subscription', 'metric', 'time', 'value'] as const;
export type Column = (typeof COLUMNS)[number];

/** Numbers travel as texts (lago: counting.numbers, event.numbers). */
export const TEMPLATE = `{
  "transaction_id": "{{ row.id }}",
  "external_subscription_id": "{{ row.subscription }}",
  "code": "{{ row.metric }}",
  "timestamp": {{ row.time | unix }},
  "properties": { "n": "{{ row.value }}" }
}`;

/** Names of rows, their metric and value; a minute apart, the first one an hour ago. */
const ROWS: readonly (readonly [name: string, metric: Played, value: string])[] = [
  ['s1', 'sum', '5'],
  ['s2', 'sum', '7'],
  ['s3', 'sum', '11'],
  ['w1', 'weighted', '1000'],
  ['w2', 'weighted', '-400'],
  ['u1', 'unique', 'alpha'],
  ['u2', 'unique', 'beta'],
  ['u3', 'unique', 'beta'],
  ['l1', 'latest', '3'],
  ['l2', 'latest', '9'],
  ['c1', 'count', '1'],
  ['c2', 'count', '1'],
  ['m1', 'max', '4'],
  ['m2', 'max', '8'],
];

const HOUR_SECONDS = 3_600;
const MINUTE_SECONDS = 60;

/** What the play has in Lago: two subscriptions on a plan that charges for all its metrics. */
export interface Cast {
  readonly first: string;
  readonly second: string;
  readonly metrics: ReadonlyMap<Played, Metric>;
}

export function castOf(scene: Scene): Cast {
  const { account } = scene;
  const metrics = new Map(PLAYED.map((kind) => [kind, metricOf(scene, kind, `play-${kind}`)]));
  const charges = [...metrics.values()].map((each) => chargeOf(each, 'standard', { amount: '1' }));
  const plan = account.plan('play', charges);
  return {
    first: account.subscription('play-a', plan),
    second: account.subscription('play-b', plan),
    metrics,
  };
}

/** The key of a row, which is the id of its event too. */
export const keyOf = ({ account }: Scene, name: string): string => account.named(`play-${name}`);

export const KEYS: readonly string[] = ROWS.map(([name]) => name);

/** When the usage of a row was, by its place among the rows (ms). */
export const timeOf = ({ now }: Scene, place: number): number =>
  (now - HOUR_SECONDS + place * MINUTE_SECONDS) * 1000;

/** A row as the sheet has it. */
export function rowOf(
  scene: Scene,
  { first, metrics }: Cast,
  place: number,
  [name, metric, value]: readonly [name: string, metric: Played, value: string],
): string[] {
  const time = isoSeconds(timeOf(scene, place)).replace('T', ' ').replace('Z', '');
  return [keyOf(scene, name), first, metrics.get(metric)?.code ?? '', time, value];
}

/** The sheet as CSV. */
export const csvOf = (scene: Scene, cast: Cast): string =>
  [[...COLUMNS], ...ROWS.map((row, place) => rowOf(scene, cast, place, row))]
    .map((cells) => cells.join(','))
    .join('\n');
