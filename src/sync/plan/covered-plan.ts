import { type Problem, problem } from '../../problem/problem';
import type { EventStore } from '../event-store';
import type { Ledger } from '../ledger/entries';
import type { Unit } from '../ledger/unit';
import type { EventCheck, Ports } from '../ports';
import { atRow } from './draft';
import { type Plan, type PlannedRow, unitOf } from './planned-row';
import { groupOfRows, type ProblemGroup } from './problem-group';
import { uncorrected } from './reversal';
import { type Uncovered, uncoveredProblem, uncoveredReason, VolumeCover } from './volume-cover';

/** A plan by which no total under a volume price falls below zero. */
export interface CoveredPlan {
  /** The rows that nothing covers are held. */
  readonly plan: Plan;
  /** What the run sends, in the order of the plan. */
  readonly units: readonly Unit[];
  /** In which order the units may go. */
  readonly cover: VolumeCover;
}

/** What decides it, beside the plan. */
export interface CoverRequest {
  /** What Lago knows. */
  readonly check: EventCheck;
  /** What was sent so far. */
  readonly ledger: Ledger;
  /** Where Lago keeps events. */
  readonly store: EventStore;
  /** In ms. */
  readonly now: number;
  /** Which rows may be sent; all of them if undefined. */
  readonly only?: ((key: string, row: PlannedRow) => boolean) | undefined;
}

/** A row that is not sent, because nothing covers what it takes from a total. */
function uncoveredRow(row: PlannedRow, uncovered: Uncovered): PlannedRow {
  if (row.change === 'undone') return uncorrected(row, uncoveredReason(uncovered));
  return {
    ...row,
    action: row.change === 'added' ? 'hold' : 'flag',
    entry: undefined,
    reversals: [],
    problems: atRow([uncoveredProblem(uncovered)], row.row),
  };
}

/**
 * The plan with those rows held that would leave a total under a volume price below zero. Lists
 * events of Lago's only if something below zero would go into one.
 */
export function coveredPlan(
  { destination }: Pick<Ports, 'destination'>,
  plan: Plan,
  { only, ...request }: CoverRequest,
): CoveredPlan {
  const unitsOf = new Map<PlannedRow, Unit>();
  for (const row of plan.rows) {
    const unit = unitOf(row);
    if (unit.length > 0 && (only?.(row.key ?? '', row) ?? true)) unitsOf.set(row, unit);
  }
  const units = [...unitsOf.values()];
  const usageIn: VolumeCoverUsage = (places) => destination.usageIn(places);
  const cover = new VolumeCover({ ...request, usageIn }, units);
  const uncovered = cover.uncovered(units);
  return {
    plan: withoutUncovered(plan, unitsOf, uncovered),
    units: units.filter((unit) => !uncovered.has(unit)),
    cover,
  };
}

function withoutUncovered(
  plan: Plan,
  unitsOf: ReadonlyMap<PlannedRow, Unit>,
  uncovered: ReadonlyMap<Unit, Uncovered>,
): Plan {
  if (uncovered.size === 0) return plan;
  const rows = plan.rows.map((row) => {
    const unit = unitsOf.get(row);
    const reason = unit && uncovered.get(unit);
    return reason === undefined ? row : uncoveredRow(row, reason);
  });
  return { ...plan, rows };
}

/** Where rows stand whose turn never came, since Lago did not take what would have covered them. */
export function withoutTurn(standing: Plan, cover: VolumeCover): Plan {
  const unitsOf = new Map(
    standing.rows.flatMap((row) => {
      const unit = unitOf(row);
      return unit.length === 0 ? [] : [[row, unit] as const];
    }),
  );
  return withoutUncovered(standing, unitsOf, cover.uncovered([...unitsOf.values()]));
}

type VolumeCoverUsage = ConstructorParameters<typeof VolumeCover>[0]['usageIn'];

const NAMED = 3;

const listed = (names: Iterable<string>): string => {
  const all = [...new Set(names)];
  const more = all.length - NAMED;
  return [
    ...all.slice(0, NAMED).map((name) => `“${name}”`),
    ...(more > 0 ? [`${more} more`] : []),
  ].join(', ');
};

/** Names the customers for whom Lago can make no invoice, if there are any. */
export function brokenTotals(cover: VolumeCover, check: EventCheck): ProblemGroup[] {
  const events = cover.brokenTotals.map(({ event }) => event);
  if (events.length === 0) return [];
  const found: Problem = problem('total.breaks', {
    customers: listed(
      events.map((event) => check.customerOf?.(event) ?? event.external_subscription_id),
    ),
    codes: listed(events.map(({ code }) => code)),
  });
  return [groupOfRows('hold', found, [])];
}
