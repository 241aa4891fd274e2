import { type Problem, problem } from '../../problem/problem';
import { groupBy } from '../../value/group';
import { listRows } from '../rows/model';
import { type Draft, hold } from './draft';
import type { PlanInput } from './plan-input';

/**
 * Holds rows whose event has an id that is not theirs alone. Lago wants ids that are unique in a
 * batch, and they are best unique in the organization (lago: batch.id-alone,
 * event.duplicate-scope).
 */
export function refuseSharedIds(
  drafts: readonly Draft[],
  { ledger, usedElsewhere }: PlanInput,
): Draft[] {
  const sending = drafts.filter(({ entry }) => entry !== undefined);
  const draftsById = groupBy(sending, ({ entry }) => entry?.index.id);
  const sharedBy = (id: string): Problem | undefined => {
    const rows = (draftsById.get(id) ?? []).map(({ row }) => row ?? 0);
    if (rows.length > 1) return problem('event.id-twice', { id, rows: listRows(rows) });
    const used = ledger.byId.get(id);
    if (used !== undefined) return problem('event.id-used', { id, key: used.index.key });
    const elsewhere = usedElsewhere?.(id);
    return elsewhere === undefined
      ? undefined
      : problem('event.id-elsewhere', { id, key: elsewhere });
  };
  return drafts.map((draft) => {
    const found = draft.entry === undefined ? undefined : sharedBy(draft.entry.index.id);
    return found === undefined ? draft : hold(draft, found);
  });
}
