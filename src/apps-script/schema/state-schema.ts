import * as v from 'valibot';
import { type EntriesOf, maybe } from '../../schema/fit';
import type { BegunRun } from '../../sync/memory/begun';
import type { DayCount } from '../../sync/memory/days';
import type { Health } from '../../sync/memory/health';
import type { Standstill } from '../../sync/memory/standstill';
import type { GivenApproval, SyncState } from '../../sync/memory/sync-state';
import type { Touched } from '../../sync/rows/resting';
import { isObject } from '../../value/json';
import { APPROVAL, PROBLEM, REPORT } from './report-schema';
import { NUMBER, OPTIONAL_NUMBER, OPTIONAL_TEXT } from './sync-schema';

const HEALTH_STATE = v.picklist(['healthy', 'needs-you', 'stopped']);

const HEALTH = v.object({
  state: HEALTH_STATE,
  failures: NUMBER,
  problem: maybe(PROBLEM),
  told: HEALTH_STATE,
  toldCode: OPTIONAL_TEXT,
  toldAt: NUMBER,
  triedAt: OPTIONAL_NUMBER,
  unmailed: v.optional(PROBLEM),
  closing: v.optional(PROBLEM),
  closingToldAt: OPTIONAL_NUMBER,
  breaks: v.optional(PROBLEM),
  breaksToldAt: OPTIONAL_NUMBER,
  belowZero: v.optional(PROBLEM),
  belowZeroToldAt: OPTIONAL_NUMBER,
} satisfies EntriesOf<Health>);

/** The state of a sync as it is stored. */
export const STATE = v.object({
  health: HEALTH,
  lastRun: maybe(REPORT),
  approved: maybe(v.object({ ...APPROVAL.entries, at: NUMBER } satisfies EntriesOf<GivenApproval>)),
  removed: maybe(NUMBER),
  days: v.array(
    v.object({
      day: v.string(),
      sent: NUMBER,
      refused: NUMBER,
    } satisfies EntriesOf<DayCount>),
  ),
  dueAt: OPTIONAL_NUMBER,
  endsAt: OPTIONAL_NUMBER,
  lookMs: OPTIONAL_NUMBER,
  standstill: v.optional(
    v.object({
      seen: v.string(),
      since: NUMBER,
      rows: REPORT.entries.rows,
    } satisfies EntriesOf<Standstill>),
  ),
  begun: v.optional(
    v.object({
      at: NUMBER,
      trigger: REPORT.entries.trigger,
      doing: v.picklist(['reading', 'sending', 'statuses']),
      before: NUMBER,
    } satisfies EntriesOf<BegunRun>),
  ),
  month: OPTIONAL_TEXT,
  remindedAt: OPTIONAL_NUMBER,
} satisfies EntriesOf<SyncState>);

const areMoments = (value: unknown): boolean =>
  isObject(value) &&
  Object.values(value).every(
    (marks) => Array.isArray(marks) && marks.every((mark) => typeof mark === 'string'),
  );

/** When rows of a sync were edited, as it is stored. */
export const TOUCHED = v.object({
  moments: v.custom<Touched['moments']>(areMoments),
  tabAt: NUMBER,
  lookedAt: NUMBER,
  againAt: OPTIONAL_NUMBER,
} satisfies EntriesOf<Touched>);
