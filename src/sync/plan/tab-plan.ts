import { isProblem, type Problem } from '../../problem/problem';
import type { TimeRule } from '../../value/time';
import type { Ledger } from '../ledger/entries';
import { otherSyncs } from '../open-ledger';
import type { EventCheck, Identity, Ports } from '../ports';
import { type Model, readModel } from '../rows/model';
import { remembering } from '../rows/rendering';
import { decidingHeaders, type ReadySync } from '../sync';
import { withoutBlankRows } from './blank-rows';
import { makePlan } from './plan';
import type { PlanInput } from './plan-input';
import type { Plan } from './planned-row';
import { planUndo } from './undo-plan';

/** What a plan of the whole tab follows from, beside the tab itself. */
export interface TabPlanRequest
  extends Pick<
    PlanInput,
    'ready' | 'ledger' | 'resting' | 'again' | 'rebill' | 'holdsRenamed' | 'undo' | 'usageIn'
  > {
  /** The organization that the key belongs to. */
  readonly identity: Identity;
}

/** The tab as it was read once, to be planned by what is known of Lago. */
export interface TabPlan {
  /** Its rows. */
  readonly model: Model;
  /** Why it could not be read; set for an undo only, which needs no rows. */
  readonly unread: Problem | undefined;
  /** How its times are read. */
  readonly rule: TimeRule;
  /** Plans every row, or an undo. A second plan costs no second reading. */
  plan(check: EventCheck): Plan;
  /** Where every row stands by a ledger, which may be newer than the plan's. */
  standing(check: EventCheck, ledger: Ledger): Plan;
}

/** The tab as it is read; a problem if it cannot be read or has no usable header. */
function modelOf({ source }: Pick<Ports, 'source'>, ready: ReadySync): Model | Problem {
  const { sync } = ready;
  const reading = source.read(sync.source, decidingHeaders(ready));
  if (isProblem(reading)) return reading;
  const read = readModel(sync, reading);
  return 'problems' in read ? read.problems[0] : read.model;
}

/** Without a tab, no row counts as removed. */
const NO_ROWS: Model = { rows: [], keysComplete: false };

/**
 * Reads the tab once; a problem if it cannot be read or has no usable header. An undo needs none:
 * it follows from what was sent.
 * @param sync as it is set up; the request's sync may differ in how rows are planned
 */
export function readTab(
  ports: Pick<Ports, 'source' | 'ledger' | 'clock'>,
  { identity, undo, ...request }: TabPlanRequest,
  sync = request.ready.sync,
): TabPlan | Problem {
  const read = modelOf(ports, { ...request.ready, sync });
  if (isProblem(read) && undo === undefined) return read;
  const rule: TimeRule = {
    sheetZone: ports.source.zone(),
    periodZone: identity.zone,
    dateOnly: sync.dateOnly,
  };
  const { ledger } = request;
  const ready = { ...request.ready, template: remembering(request.ready.template) };
  const model = withoutBlankRows(isProblem(read) ? NO_ROWS : read, { ready, ledger, rule });
  const input = {
    ...request,
    ready,
    model,
    rule,
    ...otherSyncs(ports, sync, identity.organization),
  };
  const standing = (check: EventCheck, ledger = request.ledger): Plan =>
    makePlan({ ...input, ledger, check, now: ports.clock.now() });
  return {
    model,
    unread: isProblem(read) ? read : undefined,
    rule,
    standing,
    plan: (check) =>
      undo === undefined
        ? standing(check)
        : planUndo({ ...input, undo, check, now: ports.clock.now() }),
  };
}
