import { type Problem, problem } from '../../problem/problem';
import { groupBy } from '../../value/group';
import type { UsageEvent } from '../../value/usage-event';
import type { LedgerEntry } from '../ledger/entry';
import type { UsedId } from '../ports';
import { listRows } from '../rows/model';
import { type Draft, hold } from './draft';
import type { PlanInput } from './plan-input';

/**
 * Whether two events of one id count the same usage: another id would bill it twice. A key that
 * another tab has too, such as that of the month before, says nothing.
 */
const isSameRow = (one: UsageEvent, other: UsageEvent, isOfSameRow: boolean): boolean =>
  one.code === other.code &&
  one.external_subscription_id === other.external_subscription_id &&
  (isOfSameRow || one.timestamp === other.timestamp);

/** Why an event is held that another sync has sent, or whose id it has used. */
function sentBy(
  elsewhere: Pick<UsedId, 'key' | 'tab' | 'event'>,
  { index: { id, key }, event }: Pick<LedgerEntry, 'index' | 'event'>,
  tab: number,
): Problem {
  const other = elsewhere.event();
  const isSame =
    other === undefined || isSameRow(other, event, elsewhere.key === key && elsewhere.tab === tab);
  return problem(isSame ? 'event.sent-elsewhere' : 'event.id-elsewhere', {
    id: other?.transaction_id ?? id,
    key: elsewhere.key,
  });
}

/** Why rows are held that make one id. */
const idTwice = (id: string, drafts: readonly Draft[]): Problem =>
  problem('event.id-twice', { id, rows: listRows(drafts.map(({ row }) => row ?? 0)) });

/**
 * Holds rows whose event has an id that is not theirs alone. Lago wants ids that are unique in a
 * batch, and they are best unique in the organization (lago: batch.id-alone,
 * event.duplicate-scope).
 */
export function refuseSharedIds(
  drafts: readonly Draft[],
  { ready, ledger, usedElsewhere }: PlanInput,
): Draft[] {
  const tab = ready.sync.source.tabId;
  const sending = drafts.filter(({ entry }) => entry !== undefined);
  const draftsById = groupBy(sending, ({ entry }) => entry?.index.id ?? '');
  // Made once for all rows of an id, since there may be as many as the tab has.
  const twice = new Map(
    [...draftsById].flatMap(([id, some]) =>
      some.length < 2 ? [] : [[id, idTwice(id, some)] as const],
    ),
  );
  const sharedBy = ({ index, event, frozen }: LedgerEntry): Problem | undefined => {
    const { id, key, revision } = index;
    const shared = twice.get(id);
    if (shared !== undefined) return shared;
    const used = ledger.byId.get(id);
    if (used !== undefined)
      return problem(used.frozen === frozen ? 'key.renamed' : 'event.id-used', {
        id,
        key: used.index.key,
      });
    const elsewhere = usedElsewhere?.(id, revision === 1 ? { key, event } : undefined);
    return elsewhere && sentBy(elsewhere, { index, event }, tab);
  };
  return drafts.map((draft) => {
    const found = draft.entry === undefined ? undefined : sharedBy(draft.entry);
    return found === undefined ? draft : hold(draft, found);
  });
}
