import { isEmpty } from '../../value/cell';
import { allBilledOf, billedOf, latestOf } from '../ledger/entries';
import { isToProve } from '../ledger/entry';
import { contentOf, contentText, sameContent } from '../rows/content';
import { keyText, type Row } from '../rows/model';
import { atRow, type Draft } from './draft';
import { holdMoved, isBilledByUs, planRemoved } from './missing-rows';
import { nextEntry, type SendableRow } from './next-entry';
import { firstAhead, firstClosing } from './period-end';
import type { PlanInput } from './plan-input';
import type { Change, Plan, PlannedRow } from './planned-row';
import { withEnds } from './reversal';
import { refuseSharedIds } from './shared-ids';
import { standingOf } from './standing';
import { takeBack } from './take-back';
import { withoutTies } from './ties';
import { withinLimits } from './total-limits';

/** Plans every row of the tab, and the rows that are gone from it. */
export const makePlan = (input: PlanInput): Plan => onceAsked(input, () => planned(input));

/**
 * A plan, made once more if Lago had to be asked for invoices on the way: they are asked for
 * together.
 */
export function onceAsked({ check, ledger }: PlanInput, plan: () => Plan): Plan {
  const first = plan();
  const isProofDue = ledger.entries.some(isToProve);
  return check.askUnasked?.(isProofDue) === true ? plan() : first;
}

function planned(input: PlanInput): Plan {
  const { model, ledger } = input;
  const drafts = model.rows.map((row) => draftRow(input, row));
  const present = new Set(model.rows.map(({ key }) => key));
  const gone = [...ledger.byKey.keys()].filter((key) => !present.has(key));
  const { rows, renamed } =
    input.holdsRenamed === false
      ? { rows: drafts, renamed: new Set<string>() }
      : holdMoved(input, gone, drafts);
  const missing = gone.filter((key) => !renamed.has(key));
  const removed = model.keysComplete
    ? missing.flatMap((key) => planRemoved(input, key).map((row) => dated(input, row)))
    : [];
  const taken = takeBack(input, withoutTies(input, [...refuseSharedIds(rows, input), ...removed]));
  return {
    rows: withinLimits(input, withEnds(input.check, taken)),
    runningEnds: runningEnds(input, taken),
    missing: model.keysComplete ? 0 : missing.filter((key) => isBilledByUs(ledger, key)).length,
  };
}

function draftRow(input: PlanInput, row: Row): Draft {
  const { template } = input.ready;
  const { key } = row;
  const content = contentOf(row.cells, template.reads);
  const latest = key === undefined ? undefined : latestOf(input.ledger, key);
  const billed = key === undefined ? undefined : billedOf(input.ledger, key);
  const sendable: SendableRow = { row, content, latest, billed };
  const planned = planRow(input, sendable);
  return {
    key,
    row: row.number,
    change: changeOf(sendable),
    action: planned.action,
    problems: atRow(planned.problems ?? [], row.number),
    entry: planned.entry,
    latest,
    content: contentText(content),
    periodEndsAt: endOfPeriod(input, sendable, planned.endsAt),
    billed,
  };
}

function changeOf({ content, latest, billed }: SendableRow): Change {
  const against = billed ?? latest;
  // A row that comes back after its event was taken back is new to Lago.
  const isBack = billed === undefined && latest?.outcome.state === 'accepted';
  if (against === undefined || isBack) return 'added';
  return sameContent(against.index.content, content) ? 'unchanged' : 'changed';
}

type PlannedAction = Pick<Draft, 'action'> &
  Partial<Pick<Draft, 'problems' | 'entry'>> & { readonly endsAt?: number | undefined };

function planRow(input: PlanInput, sendable: SendableRow): PlannedAction {
  const { row, content, latest, billed } = sendable;
  const unsent = billed === undefined ? 'hold' : 'flag';
  if (row.problem !== undefined) return { action: unsent, problems: [row.problem] };
  const standing =
    latest === undefined ? undefined : standingOf(input, { latest, billed, content });
  if (standing !== undefined) return standing;
  const next = nextEntry(input, sendable);
  if ('alike' in next) return { action: 'sent' };
  return 'problems' in next
    ? { action: unsent, problems: next.problems, endsAt: next.endsAt }
    : { action: 'send', entry: next.entry, endsAt: next.endsAt };
}

/**
 * When the period closes (ms) in which something can still be sent for a row: the first of that of
 * its new event, and that of what Lago has of it.
 * @param own of its new event; undefined if it makes none, or nobody knows
 */
function endOfPeriod(
  input: PlanInput,
  { row, latest, billed }: SendableRow,
  own: number | undefined,
): number | undefined {
  const against = billed ?? latest;
  if (against === undefined) return own ?? endOfRow(input, row);
  return firstAhead([own, input.check.closesAt?.(against.event)], input.now);
}

/** See `Plan`. Each subscription and metric is looked at once. */
function runningEnds({ check, now }: PlanInput, rows: readonly PlannedRow[]): number[] {
  const events = new Map(
    rows.flatMap(({ latest }) =>
      latest === undefined
        ? []
        : [[JSON.stringify([latest.event.external_subscription_id, latest.event.code]), latest]],
    ),
  );
  return [...events.values()].flatMap(
    ({ event }) => check.closesAt?.({ ...event, timestamp: now / 1000 }) ?? [],
  );
}

/** When the running period of the subscription that a row names ends (ms). */
function endOfRow({ ready: { template }, check, now }: PlanInput, row: Row): number | undefined {
  for (const { name } of template.idColumns) {
    const value = row.cells.get(name)?.value ?? '';
    const end = isEmpty(value)
      ? undefined
      : check.closesAt?.({
          transaction_id: '',
          external_subscription_id: keyText(value),
          code: '',
          timestamp: now / 1000,
          properties: {},
        });
    if (end !== undefined) return end;
  }
  return undefined;
}

/** A removed row with the end of the period in which it can be taken back. */
const dated = (input: PlanInput, row: PlannedRow): PlannedRow => ({
  ...row,
  periodEndsAt: firstClosing(
    input,
    allBilledOf(input.ledger, row.key ?? '').map(({ event }) => event),
  ),
});
