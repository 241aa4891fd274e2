import * as v from 'valibot';
import { isUpdated, type NotedVersion, notedAfter } from '../lago/version';
import { type EntriesOf, valueBy } from '../schema/fit';
import type { Clock } from '../sync/ports';
import type { Sync } from '../sync/sync';
import { parsedJson } from '../value/json';
import { sendUpdate } from './alert';
import { readConnection } from './connection';
import { fileId } from './file-id';
import type { Runtime } from './runtime';

/** Files may be connected to different Lagos. */
const nameIn = (runtime: Runtime): string => `lago.version.${fileId(runtime)}`;

const STORED = v.object({
  address: v.string(),
  version: v.optional(v.string()),
  at: v.number(),
} satisfies EntriesOf<NotedVersion>);

/** What noting a version needs of an execution. */
interface Noting {
  readonly runtime: Runtime;
  readonly clock: Clock;
}

/**
 * Notes which version of Lago answers, and mails the person who activated a sync once if it is
 * another one than before. What could not be told is noted another day.
 * @param ask asks Lago for its version; undefined if it does not say
 */
export function noteVersion(
  { runtime, clock }: Noting,
  sync: Pick<Sync, 'name' | 'activatedBy'>,
  ask: () => string | undefined,
): void {
  const address = readConnection(runtime)?.address;
  if (address === undefined) return;
  const properties = runtime.PropertiesService.getScriptProperties();
  const stored = valueBy(STORED, parsedJson(properties.getProperty(nameIn(runtime)) ?? ''));
  const before = stored?.address === address ? stored : { address, at: Number.NEGATIVE_INFINITY };
  const now = clock.now();
  const after = notedAfter(before, ask(), now);
  const note = (noted: NotedVersion): unknown =>
    properties.setProperty(nameIn(runtime), JSON.stringify(noted));
  // Before the mail: if Google does not take it, the mail would be sent again each hour.
  note(after);
  if (!isUpdated(before, after)) return;
  if (!sendUpdate(runtime, sync, { address, before, after })) note({ ...before, at: now });
}
