import { isProblem, type Problem } from '../../problem/problem';
import type { TimeRule } from '../../value/time';
import { isSharedBy, usedElsewhere } from '../open-ledger';
import type { EventCheck, Identity, Ports } from '../ports';
import { type Model, readModel } from '../rows/model';
import { makePlan } from './plan';
import type { PlanInput } from './plan-input';
import type { Plan } from './planned-row';

/** What a plan of the whole tab follows from, beside the tab itself. */
export interface TabPlanRequest
  extends Pick<PlanInput, 'ready' | 'ledger' | 'resting' | 'again' | 'rebill' | 'holdsRenamed'> {
  /** The organization that the key belongs to. */
  readonly identity: Identity;
}

/** The tab as it was read once, to be planned by what is known of Lago. */
export interface TabPlan {
  /** Its rows. */
  readonly model: Model;
  /** How its times are read. */
  readonly rule: TimeRule;
  /** Plans every row. A second plan costs no second reading. */
  plan(check: EventCheck): Plan;
}

/**
 * Reads the tab once; a problem if it cannot be read or has no usable header.
 * @param sync as it is set up; the request's sync may differ in how rows are planned
 */
export function readTab(
  ports: Pick<Ports, 'source' | 'ledger' | 'clock'>,
  { identity, ...request }: TabPlanRequest,
  sync = request.ready.sync,
): TabPlan | Problem {
  const reading = ports.source.read(sync.source);
  if (isProblem(reading)) return reading;
  const read = readModel(sync, reading);
  if ('problems' in read) return read.problems[0];
  const { model } = read;
  const rule: TimeRule = {
    sheetZone: ports.source.zone(),
    periodZone: identity.zone,
    dateOnly: sync.dateOnly,
  };
  const input = {
    ...request,
    model,
    rule,
    usedElsewhere: usedElsewhere(ports, sync, identity.organization),
    isShared: isSharedBy(ports, sync, identity.organization),
  };
  return {
    model,
    rule,
    plan: (check) => makePlan({ ...input, check, now: ports.clock.now() }),
  };
}
