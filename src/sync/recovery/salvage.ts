import { baselineEntries, taking } from '../delivery/baseline';
import type { Ledger } from '../ledger/entries';
import { eventless, type LedgerEntry, newEntry } from '../ledger/entry';
import { type LineTexts, remainsOf } from '../ledger/ledger';
import type { Plan } from '../plan/planned-row';
import type { ReadySync } from '../sync';
import { baseId, revisionIn } from './search';

/**
 * Whole lines for rows that were marked as billed elsewhere, made from damaged lines whose index
 * can be read. Nothing else knows of these rows: Lago has no event of them.
 */
export function salvaged(damaged: readonly LineTexts[], ledger: Ledger): LedgerEntry[] {
  const taken = new Set<string>();
  return damaged.flatMap((texts) => {
    const { index, isBaseline } = remainsOf(texts) ?? {};
    if (index === undefined || isBaseline !== true) return [];
    if (ledger.byId.has(index.id) || taken.has(index.id)) return [];
    taken.add(index.id);
    const { id, ...said } = index;
    return [taking(newEntry(said, eventless(id, index.at)))];
  });
}

/**
 * The same from damaged lines of which only the id is left: that of the row's event, or, for an
 * incomplete row, one that names its key.
 * @param now in ms
 */
export function takenRows(
  damaged: readonly LineTexts[],
  plan: Plan,
  { sync }: ReadySync,
  now: number,
): LedgerEntry[] {
  const ids = new Set(
    damaged
      .flatMap((texts) => remainsOf(texts) ?? [])
      .flatMap(({ id, isBaseline }) => (isBaseline ? [id] : [])),
  );
  if (ids.size === 0) return [];
  const incomplete = new Set(
    plan.rows.flatMap(({ key }) => (key !== undefined && ids.has(`baseline ${key}`) ? [key] : [])),
  );
  const rows = plan.rows.filter(({ key, entry }) =>
    entry === undefined ? incomplete.has(key ?? '') : ids.has(entry.index.id),
  );
  return baselineEntries({ rows }, sync, incomplete, now);
}

/**
 * The highest revision that damaged lines mention of each row, by the id of the row's first event.
 */
export function revisionHints(damaged: readonly LineTexts[]): ReadonlyMap<string, number> {
  const hints = new Map<string, number>();
  for (const { id, index } of damaged.flatMap((texts) => remainsOf(texts) ?? [])) {
    const revision = index?.revision ?? revisionIn(id);
    hints.set(baseId(id), Math.max(hints.get(baseId(id)) ?? 0, revision));
  }
  return hints;
}
