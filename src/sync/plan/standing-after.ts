import { type Problem, problem } from '../../problem/problem';
import { isUndone, type Ledger, latestOf, unsettledOf } from '../ledger/entries';
import type { EntryState, LedgerEntry } from '../ledger/entry';
import { OTHER_HALF } from '../ledger/unit';
import type { Compared } from '../recovery/ask-first';
import { atRow } from './draft';
import { type Action, type Plan, type PlannedRow, unitOf } from './planned-row';
/**
 * The plan after the run: every row that had something to send now has the action that follows from
 * Lago's answer.
 */
export function standingAfter(
  plan: Plan,
  ledger: Ledger,
  { found, replaced, unanswered }: Pick<Compared, 'found' | 'replaced' | 'unanswered'>,
): Plan {
  const foundKeys = new Set(found.map(({ index }) => index.key));
  const standingOf = (row: PlannedRow): PlannedRow => {
    const planned = unitOf(row);
    if (planned.length === 0) return unsentRow(row, ledger);
    if (planned.some((entry) => unanswered.has(entry))) return waitingRow(row, 'row.unanswered');
    if (planned.some((entry) => replaced.has(entry))) return replacedRow(row);
    if (foundKeys.has(row.key ?? '')) return foundRow(row, ledger);
    return standing(
      row,
      planned.map((entry) => ledger.byId.get(entry.index.id) ?? entry),
    );
  };
  return { ...plan, rows: plan.rows.map(standingOf) };
}

/** A row that had nothing to send, and may have waited for an answer to what it had sent before. */
function unsentRow(row: PlannedRow, ledger: Ledger): PlannedRow {
  const latest =
    row.key === undefined
      ? undefined
      : (unsettledOf(ledger, row.key) ?? ledger.byId.get(row.latest?.index.id ?? ''));
  return row.action === 'wait' && latest !== undefined ? standing(row, [latest]) : row;
}

/** A row that was not sent in this run, and that a later run sends or settles by itself. */
const waitingRow = (row: PlannedRow, code: 'row.unanswered' | 'row.unsettled'): PlannedRow => ({
  ...row,
  action: 'wait',
  entry: undefined,
  reversals: [],
  problems: [problem(code, {}, { row: row.row })],
});

/** A row whose correction would take back what another sender has replaced. */
const replacedRow = (row: PlannedRow): PlannedRow => ({
  ...row,
  action: 'flag',
  entry: undefined,
  reversals: [],
  problems: atRow([problem('row.replaced', { key: row.key ?? '' })], row.row),
});

/**
 * A row of which something was found in Lago. If its newest event was taken back, the next run
 * plans it again.
 */
function foundRow(row: PlannedRow, ledger: Ledger): PlannedRow {
  const newest = latestOf(ledger, row.key ?? '');
  return newest === undefined ||
    newest.index.id === row.latest?.index.id ||
    isUndone(ledger, newest)
    ? waitingRow(row, 'row.unsettled')
    : standing(row, [newest]);
}

/** The states of a unit's events, what matters most to a person first. */
const GRAVITY: readonly EntryState[] = ['conflict', 'rejected', 'stuck', 'pending', 'accepted'];

function standing(row: PlannedRow, unit: readonly LedgerEntry[]): PlannedRow {
  const worst = [...unit].sort(
    (left, right) => GRAVITY.indexOf(left.outcome.state) - GRAVITY.indexOf(right.outcome.state),
  )[0];
  // If a unit was refused, Lago's own words say more than that the other half was not sent.
  const told =
    unit.find(
      ({ outcome }) => outcome.state === worst?.outcome.state && outcome.answer !== OTHER_HALF,
    ) ?? worst;
  if (told === undefined || told.line === undefined) return row;
  const { state, answer } = told.outcome;
  const latest = unit.find(({ index }) => index.kind !== 'reversal') ?? row.latest;
  const stands = (action: Action, found?: Problem): PlannedRow => ({
    ...row,
    action,
    latest,
    entry: undefined,
    reversals: [],
    problems: atRow(found === undefined ? [] : [found], row.row),
  });
  switch (state) {
    case 'accepted':
      return row.change === 'changed' && unitOf(row).length === 0
        ? stands('flag', problem('row.changed'))
        : stands('sent');
    case 'rejected':
      return stands('refused', problem('event.rejected', { answer }));
    case 'conflict':
      return stands('refused', problem('event.conflict', { id: told.index.id }));
    case 'stuck':
      return stands('wait', problem('event.stuck', { answer }));
    case 'pending':
      return stands('wait', problem('row.unsettled'));
  }
}
