import type { SyncDraft, SyncView } from '../../rpc/contract';

/**
 * The wanted name if it is free, else with the lowest number from 2 that makes it so. Upper and
 * lower case make no difference.
 */
export function freeName(wanted: string, taken: readonly string[]): string {
  const isTaken = (name: string): boolean =>
    taken.some((each) => each.trim().toLowerCase() === name.trim().toLowerCase());
  let name = wanted;
  for (let number = 2; isTaken(name); number++) name = `${wanted} ${number}`;
  return name;
}

/** Names of all syncs but the draft's own. */
export const otherNames = (
  syncs: readonly SyncView[],
  draft: SyncDraft | undefined,
): readonly string[] =>
  syncs.filter(({ sync }) => sync.id !== draft?.id).map(({ sync }) => sync.name);
