import { createHash } from 'node:crypto';
import { IS_LONG } from './long';
import type { World } from './world';

/** How many events a new sync may send without a person; a short run is about fewer. */
const UNATTENDED = 10_000;
export const LIMIT = IS_LONG ? UNATTENDED : 200;

/** Gives the saved sync the limit of this run. */
export function limit({ google: { documentProperties: stored } }: World): void {
  const head = JSON.parse(stored.get('syncs') ?? '') as { readonly generation: string };
  const part = `syncs.${head.generation}.0`;
  const limits = (events: number): string => `"unattendedEvents":${events}`;
  const before = stored.get(part) ?? '';
  expect(before).toContain(limits(UNATTENDED));
  const content = before.replace(limits(UNATTENDED), limits(LIMIT));
  const checksum = createHash('sha256').update(content).digest('hex').slice(0, 32);
  stored.set(part, content);
  stored.set('syncs', JSON.stringify({ ...head, checksum }));
}
