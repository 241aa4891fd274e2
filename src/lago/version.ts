import * as v from 'valibot';
import { valueBy } from '../schema/fit';
import { jsonBody } from './failure';
import { text } from './field';
import { type Requests, readOne } from './requests';

/** Numbers with dots, such as `1.51.0` or `v1.51`; some servers answer a word instead. */
const VERSION = /^v?(\d+(?:\.\d+)+)/;

const HEALTH = v.object({ version: text });

/** Which version of Lago answers; undefined if it does not say (lago: requests.health). */
export function readVersion(requests: Requests): string | undefined {
  const response = readOne(requests, { method: 'get', path: '/health', isOutsideApi: true });
  return VERSION.exec(valueBy(HEALTH, jsonBody(response))?.version ?? '')?.[1];
}

/** Which version of Lago answered at an address. */
export interface NotedVersion {
  /** Lago's address. */
  readonly address: string;
  /** Undefined if it does not say. */
  readonly version?: string | undefined;
  /** When it was asked (ms). */
  readonly at: number;
}

/**
 * What is noted after Lago was asked again. An answer without a version changes nothing.
 * @param found the version that it named now
 * @param at in ms
 */
export const notedAfter = (
  before: NotedVersion,
  found: string | undefined,
  at: number,
): NotedVersion => ({ ...before, version: found ?? before.version, at });

/** Whether another version answers than before, which a person has to know. */
export const isUpdated = (before: NotedVersion, after: NotedVersion): boolean =>
  before.version !== undefined && before.version !== after.version;
