import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventsStoreName } from '../../../../sandbox/lago';
import type { Json, JsonObject } from '../../../../src/value/json';
import { CONTRACT, ORIGIN, PARTS, run } from '../../contract';
import { KEY, type PerStore, type RecordingName } from '../recording';
import { type Overheard, overhear } from './overheard';

/** What a running Lago answered, as the full recordings have it. */
export interface FullAnswer {
  readonly name: string;
  readonly status: number;
  readonly body: Json;
}

/** A request, and what each store answered. */
export interface Turn extends Overheard {
  readonly name: string;
  readonly postgres: FullAnswer;
  readonly clickhouse: FullAnswer;
}

/** A random bill of the full recordings. */
export interface FullBill {
  readonly seed: number;
  /** Status of the answer to the plan. */
  readonly plan: number;
  readonly asked: {
    readonly metric: JsonObject;
    readonly charge: JsonObject;
    /** Day of November 2026. */
    readonly start: number;
    readonly events: readonly SentEvent[];
  };
  readonly usage: Omit<FullAnswer, 'name'>;
}

/** What of an event a bill depends on. */
export interface SentEvent {
  readonly timestamp: number;
  readonly properties: JsonObject;
  readonly precise_total_amount_cents?: string;
}

/** The requests, overheard as a fake is asked them, with the recorded answers. */
export async function readTurns(): Promise<Turn[]> {
  const [script] = PARTS.answers.script;
  const ask = (address: string) => run(script, [address, KEY]);
  const heard = await overhear(ask, Date.parse(ORIGIN.recorded));
  return paired('answers', (postgres: FullAnswer, clickhouse, index) => {
    const { name } = postgres;
    return { ...itemAt(heard, index), name, postgres, clickhouse };
  });
}

/** What is made of each entry of a full recording, as the two stores have it. */
export function paired<T, R>(
  part: RecordingName,
  make: (postgres: T, clickhouse: T, index: number) => R,
): R[] {
  const clickhouse = readFull<T>(part, 'clickhouse');
  return readFull<T>(part, 'postgres').map((entry, index) =>
    make(entry, itemAt(clickhouse, index), index),
  );
}

const readFull = <T>(part: RecordingName, store: EventsStoreName): T[] =>
  JSON.parse(readFileSync(join(CONTRACT, PARTS[part][store]), 'utf8'));

function itemAt<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error('The recordings do not belong together.');
  return item;
}

/** Once, if both stores have the same. */
export const perStore = <T>(postgres: T, clickhouse: T): PerStore<T> =>
  JSON.stringify(postgres) === JSON.stringify(clickhouse)
    ? { both: postgres }
    : { postgres, clickhouse };
