import * as v from 'valibot';
import type { EntriesOf } from '../../schema/fit';
import type { DayCount } from '../../sync/memory/days';
import type { Health } from '../../sync/memory/health';
import { type GivenApproval, NEW_STATE, type SyncState } from '../../sync/memory/sync-state';
import type { Touched } from '../../sync/rows/resting';
import { isObject } from '../../value/json';
import { OPTIONAL_PROBLEM, REPORT } from './report-schema';
import { NUMBER, OPTIONAL_NUMBER, OPTIONAL_TEXT } from './sync-schema';

const HEALTH_STATE = v.picklist(['healthy', 'needs-you', 'stopped']);

const HEALTH = v.pipe(
  v.object({
    state: HEALTH_STATE,
    failures: NUMBER,
    problem: OPTIONAL_PROBLEM,
    told: HEALTH_STATE,
    toldCode: OPTIONAL_TEXT,
    toldAt: NUMBER,
    telling: v.optional(v.literal(true)),
    closing: OPTIONAL_PROBLEM,
    closingToldAt: OPTIONAL_NUMBER,
  } satisfies EntriesOf<Health>),
  v.transform((health): Health => ({ ...health, problem: health.problem })),
);

/** The state of a sync as it is stored. */
export const STATE = v.pipe(
  v.object({
    health: HEALTH,
    lastRun: v.optional(REPORT),
    approved: v.optional(
      v.object({
        events: NUMBER,
        removed: NUMBER,
        at: NUMBER,
      } satisfies EntriesOf<GivenApproval>),
    ),
    removed: OPTIONAL_NUMBER,
    days: v.array(
      v.object({
        day: v.string(),
        sent: NUMBER,
        refused: NUMBER,
      } satisfies EntriesOf<DayCount>),
    ),
    hourlyAt: OPTIONAL_NUMBER,
    activatedAt: OPTIONAL_NUMBER,
    month: OPTIONAL_TEXT,
  } satisfies EntriesOf<SyncState>),
  v.transform((state): SyncState => ({ ...NEW_STATE, ...state })),
);

const areMoments = (value: unknown): boolean =>
  isObject(value) &&
  Object.values(value).every(
    (marks) => Array.isArray(marks) && marks.every((mark) => typeof mark === 'string'),
  );

/** When rows of a sync were edited, as it is stored. */
export const TOUCHED = v.object({
  moments: v.custom<Touched['moments']>(areMoments),
  tabAt: NUMBER,
} satisfies EntriesOf<Touched>);
