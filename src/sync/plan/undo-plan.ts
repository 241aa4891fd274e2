import { type Problem, problem } from '../../problem/problem';
import { textOf } from '../../value/json';
import { propertyOf, type UsageEvent } from '../../value/usage-event';
import { billedOf, latestOf } from '../ledger/entries';
import type { LedgerEntry } from '../ledger/entry';
import { unitName } from '../ledger/unit';
import { firstClosing } from './period-end';
import { onceAsked } from './plan';
import type { PlanInput } from './plan-input';
import type { Plan, PlannedRow } from './planned-row';
import { leavingOf, uncorrected, withEnds } from './reversal';
import { waitingFor } from './standing';
import { takeBack } from './take-back';
import { withinLimits } from './total-limits';
import { isSentBy, isWrittenBy, type SentByRun } from './undo';

const TOOK_BACK =
  'it took back what had been sent before, for a row that was gone; if the row is back, it is ' +
  'sent as any other';
const NO_EFFECT = 'what counts is the value of another row, so Lago bills nothing for it alone';

/** Everything that the plan of an undo follows from. */
export type UndoInput = PlanInput & { readonly undo: SentByRun };

/**
 * Plans to take back what a run sent. That follows from the ledger alone: whatever became of the
 * rows in the sheet, Lago has their events. Rows that were sent at other times keep theirs.
 */
export const planUndo = (input: UndoInput): Plan => onceAsked(input, () => planned(input));

function planned(input: UndoInput): Plan {
  const { model, ledger, undo } = input;
  const numbers = new Map(
    model.rows.flatMap(({ key, number }) => (key === undefined ? [] : [[key, number] as const])),
  );
  const rows = [...ledger.byKey.keys()].flatMap(
    (key) => plannedRow(input, key, numbers.get(key)) ?? [],
  );
  const taken = withinLimits(input, withEnds(input.check, takeBack(input, rows)));
  const ids = new Set(
    taken.flatMap(({ reversals = [] }) =>
      reversals.flatMap(({ index: { undoes, undoesToo = [] } }) =>
        undoes === undefined ? [] : [undoes, ...undoesToo],
      ),
    ),
  );
  return { rows: taken.map((row) => marked(withEffect(input, row, ids), undo)) };
}

/** A row that the ledger knows; undefined if Lago bills nothing for it. */
function plannedRow(
  input: UndoInput,
  key: string,
  row: number | undefined,
): PlannedRow | undefined {
  const { ledger, undo } = input;
  const lines = ledger.byKey.get(key) ?? [];
  const sent = lines.filter((entry) => isSentBy(undo, entry));
  const leaving = leavingOf(input, key);
  const standing: PlannedRow = {
    key,
    row,
    change: 'unchanged',
    action: 'sent',
    problems: [],
    entry: undefined,
    latest: latestOf(ledger, key),
    content: undefined,
  };
  const undone = { ...standing, change: 'undone' } as const;
  const isOpen = sent.some(({ outcome }) => /pending|stuck/.test(outcome.state));
  const waiting = leaving.length > 0 || isOpen ? waitingFor(ledger, key) : undefined;
  if (waiting !== undefined) return { ...undone, action: 'wait', problems: [waiting] };
  if (leaving.length > 0)
    return {
      ...undone,
      action: 'send',
      problems: leaving.flatMap((entry) => replacement(input, entry) ?? []),
      periodEndsAt: firstClosing(
        input,
        leaving.map(({ event }) => event),
      ),
    };
  if (onlyTookBack(lines, undo)) return uncorrected(undone, TOOK_BACK);
  return billedOf(ledger, key) === undefined ? undefined : standing;
}

/** Whether the run took something back for a row, and sent nothing in its place. */
const onlyTookBack = (lines: readonly LedgerEntry[], undo: SentByRun): boolean =>
  lines.some(
    (line) =>
      isWrittenBy(undo, line) &&
      line.outcome.state === 'accepted' &&
      line.index.undoes !== undefined &&
      line.index.undoneRun === undefined &&
      !lines.some((other) => other.index.kind !== 'reversal' && unitName(other) === unitName(line)),
  );

/** What a row was before the run corrected it: that is not billed again by the undo. */
function replacement({ ledger, check }: PlanInput, entry: LedgerEntry): Problem | undefined {
  const { key, unit } = entry.index;
  const undoes =
    unit === undefined
      ? undefined
      : ledger.byKey
          .get(key)
          ?.find(({ index }) => index.unit === unit && index.undoes !== undefined)?.index.undoes;
  const before = undoes === undefined ? undefined : ledger.byId.get(undoes);
  if (before === undefined) return undefined;
  const amountOf = (event: UsageEvent): string =>
    textOf(propertyOf(event, check.quantityField?.(event.code) ?? ''));
  const customerOf = (event: UsageEvent): string => event.external_subscription_id;
  const told = amountOf(before.event) === amountOf(entry.event) ? customerOf : amountOf;
  const [was, is] = [told(before.event), told(entry.event)];
  return problem('row.undone-correction', { key, was, is });
}

/**
 * The row as it is if its events are taken back, by itself or with those of another row. Otherwise
 * nothing that could be sent would change what Lago bills, so it keeps them.
 */
function withEffect(input: PlanInput, row: PlannedRow, taken: ReadonlySet<string>): PlannedRow {
  if (row.change !== 'undone' || row.action !== 'send' || (row.reversals ?? []).length > 0)
    return row;
  return leavingOf(input, row.key ?? '').every(({ index }) => taken.has(index.id))
    ? { ...row, action: 'sent' }
    : uncorrected(row, NO_EFFECT);
}

/** The row with its new lines saying which run they take back. */
const marked = (row: PlannedRow, { startedAt }: SentByRun): PlannedRow =>
  row.reversals === undefined
    ? row
    : {
        ...row,
        reversals: row.reversals.map((entry) => ({
          ...entry,
          index: { ...entry.index, undoneRun: startedAt },
        })),
      };
