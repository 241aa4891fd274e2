import type { ProblemCode } from '../../problem/catalogue';
import { isUsedUp, needsSomebody } from '../../problem/needs-somebody';
import type { Problem } from '../../problem/problem';
import { CLOSING_NOTICE_MS, DAY_MS } from '../../value/duration';
import type { RunReport } from '../report';

/** How a sync is: it needs nobody, it needs a person for some rows, or it sends nothing. */
export type HealthState = 'healthy' | 'needs-you' | 'stopped';

/** How a sync is, and what its person was last mailed about it. */
export interface Health {
  /** How it is. */
  readonly state: HealthState;
  /** Runs in a row that ended with a problem that waiting should have solved. */
  readonly failures: number;
  /** What is wrong. */
  readonly problem: Problem | undefined;
  /** The state in the last mail. */
  readonly told: HealthState;
  /** Code of the problem in the last mail. */
  readonly toldCode?: string | undefined;
  /** When the last mail left, or was tried (ms). */
  readonly toldAt: number;
  /** When a mail was tried of which nobody knows whether it left (ms). */
  readonly triedAt?: number | undefined;
  /** Why the mail that is due could not be sent. */
  readonly unmailed?: Problem | undefined;
  /** A billing period that is about to close with unbilled rows, whatever else is wrong. */
  readonly closing?: Problem | undefined;
  /** When that was last mailed (ms). */
  readonly closingToldAt?: number | undefined;
  /** A customer for whom Lago can make no invoice, because a total is below zero. */
  readonly breaks?: Problem | undefined;
  /** When that was last mailed (ms). */
  readonly breaksToldAt?: number | undefined;
  /** A billing period that is about to close with totals that Lago does not bill as they are. */
  readonly belowZero?: Problem | undefined;
  /** When that was last mailed (ms). */
  readonly belowZeroToldAt?: number | undefined;
}

/** The health of a sync that has not run. */
export const newHealth: Health = {
  state: 'healthy',
  failures: 0,
  problem: undefined,
  told: 'healthy',
  toldAt: 0,
};

/** After this many runs a problem that should pass by itself becomes one for a person. */
const FAILURES_BEFORE_STOPPED = 3;

/** The health after a run. */
export function healthAfter(report: RunReport, former: Health): Health {
  const { stopped } = report;
  const found = (wanted: ProblemCode): Problem | undefined =>
    report.problems.find(({ problem: { code } }) => code === wanted)?.problem;
  const closing = found('period.closing');
  const belowZero = found('period.below-zero');
  const breaks = found('total.breaks');
  const before: Health = { ...former, closing, belowZero, breaks };
  // A quota that is used up lasts until tomorrow: nothing is sent, whoever has to act.
  if (stopped !== undefined && (stopped.actor !== 'wait' || isUsedUp(stopped)))
    return { ...before, state: 'stopped', failures: 0, problem: stopped };
  const failures = stopped !== undefined && stopped.code !== 'run.time' ? before.failures + 1 : 0;
  // What stopped the sync before may be put right by now; only the newest reason is known to hold.
  if (failures >= FAILURES_BEFORE_STOPPED || (failures > 0 && before.state === 'stopped'))
    return { ...before, state: 'stopped', failures, problem: stopped };
  if (failures > 0) return { ...before, failures };
  const group = [...report.checksOff.map((problem) => ({ problem })), ...report.problems].find(
    ({ problem }) => needsSomebody(problem),
  );
  const problem = group?.problem ?? breaks ?? closing ?? belowZero;
  return { ...before, failures, state: problem === undefined ? 'healthy' : 'needs-you', problem };
}

const isNewProblem = ({ problem, toldCode }: Health): boolean =>
  problem !== undefined && problem.code !== toldCode;

/**
 * A closing period is mailed every day, even if nothing has changed and another mail has just left.
 */
const mustTellClosing = ({ closing, closingToldAt = 0 }: Health, now: number): boolean =>
  closing !== undefined && now - closingToldAt >= DAY_MS;

/** A customer without an invoice is mailed at once, and every day until that is over. */
const mustTellBreaks = ({ breaks, breaksToldAt = 0 }: Health, now: number): boolean =>
  breaks !== undefined && now - breaksToldAt >= DAY_MS;

/**
 * Totals below zero are mailed once before a period ends: they may be meant, and stay as they are.
 */
const mustTellBelowZero = ({ belowZero, belowZeroToldAt = 0 }: Health, now: number): boolean =>
  belowZero !== undefined && now - belowZeroToldAt > CLOSING_NOTICE_MS;

/**
 * A stop is mailed at once, even on the day of another mail. Two such mails are still a day apart,
 * since one about another state lies between them.
 */
const mustTellStop = ({ state, told: last }: Health): boolean =>
  state === 'stopped' && last !== 'stopped';

const ELSEWHERE = 'lago.other-address';

/**
 * Another address is mailed at once, even if the sync had stopped before: somebody may have entered
 * it who should not.
 */
const mustTellElsewhere = ({ problem, toldCode }: Health): boolean =>
  problem?.code === ELSEWHERE && toldCode !== ELSEWHERE;

/** A mail may have left although Google said that it did not, so it is repeated daily only. */
const mustRepeat = ({ triedAt }: Health, now: number): boolean =>
  triedAt !== undefined && now - triedAt >= DAY_MS;

/**
 * Whether the person who activated the sync is mailed now: at once if the sync stops; otherwise on
 * a change of state or problem, at most once a day; on each day of a closing period, of a customer
 * without an invoice, and while nobody knows whether the last mail left; and once for what is below
 * zero in a period.
 * @param now in ms
 */
export const mustTell = (health: Health, now: number): boolean =>
  mustRepeat(health, now) ||
  mustTellClosing(health, now) ||
  mustTellBelowZero(health, now) ||
  mustTellBreaks(health, now) ||
  mustTellStop(health) ||
  mustTellElsewhere(health) ||
  ((health.state !== health.told || isNewProblem(health)) && now - health.toldAt >= DAY_MS);

/** The health while a mail about it leaves, and if nobody knows whether it did. @param now in ms */
export const tried = (health: Health, now: number): Health => ({
  ...told(health, now),
  triedAt: now,
});

/** The health after a mail about it has left. @param now in ms */
export function told(health: Health, now: number): Health {
  return {
    ...health,
    closingToldAt: health.closing === undefined ? health.closingToldAt : now,
    breaksToldAt: health.breaks === undefined ? health.breaksToldAt : now,
    belowZeroToldAt: health.belowZero === undefined ? health.belowZeroToldAt : now,
    told: health.state,
    toldAt: now,
    toldCode: health.problem?.code,
    triedAt: undefined,
    unmailed: undefined,
  };
}
