import { ProblemError, problem } from '../../problem/problem';
import {
  clockMinutes,
  isFiredFor,
  type MeasuredSchedule,
  MOST_MINUTES,
  minutesADay,
} from '../../sync/clock/cost';
import { EVERY_HOUR, type Schedule } from '../../sync/clock/schedule';
import type { Sync } from '../../sync/sync';
import type { Execution } from '../sync-runner';
import { isAddOn, readTriggers, setTriggers } from '../triggers';

const activeOf = ({ settings }: Execution): Sync[] =>
  settings.syncs().filter(({ state }) => state === 'active');

/** The schedules of the active syncs but one, with how long their runs take. */
export const otherSchedules = (execution: Execution, id: string): MeasuredSchedule[] =>
  activeOf(execution)
    .filter((sync) => sync.id !== id)
    .map((sync) => ({
      schedule: sync.schedule ?? EVERY_HOUR,
      lookMs: execution.settings.legibleState(sync.id).lookMs ?? 0,
    }));

/**
 * Refuses a schedule that is not offered here, since an add-on's clock fires too rarely, or by
 * which the triggers of this file would use up the minutes of a day.
 * @throws ProblemError request.unknown, schedule.costly
 */
export function requireAffordable(
  execution: Execution,
  id: string,
  measured: MeasuredSchedule,
  soon: boolean,
): void {
  const addOn = isAddOn(execution.runtime);
  const { schedule } = measured;
  if (!isFiredFor(schedule, addOn))
    throw new ProblemError(
      problem('request.unknown', { detail: `a run of an add-on every ${schedule.every} minutes` }),
    );
  const minutes = minutesADay([...otherSchedules(execution, id), measured], soon, addOn);
  if (minutes > MOST_MINUTES)
    throw new ProblemError(problem('schedule.costly', { minutes, most: MOST_MINUTES }));
}

/**
 * Makes this person's triggers for these schedules.
 * @param afresh whether Google may have disabled those that it lists; only new ones fire then
 */
export function startTriggers(
  execution: Execution,
  schedules: readonly Schedule[],
  onEdit: boolean,
  afresh: boolean,
): void {
  if (afresh) setTriggers(execution, { clock: undefined, onEdit: false });
  const addOn = isAddOn(execution.runtime);
  setTriggers(execution, { clock: clockMinutes({ schedules, soon: onEdit, addOn }), onEdit });
}

/**
 * Makes the clock no faster than the active syncs need, and removes this person's triggers where
 * none is active: they would only use up the minutes of the day.
 */
export function slowTriggers(execution: Execution): void {
  const active = activeOf(execution);
  if (active.length === 0) {
    setTriggers(execution, { clock: undefined, onEdit: false });
    return;
  }
  const { clock, onEdit } = readTriggers(execution);
  if (clock)
    startTriggers(
      execution,
      active.map(({ schedule = EVERY_HOUR }) => schedule),
      onEdit,
      false,
    );
}
