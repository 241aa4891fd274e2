import * as v from 'valibot';
import type { EntriesOf } from '../../schema/fit';
import type { Source, Sync } from '../../sync/sync';
import type { Column } from '../../template/template';

/** JSON reads 1e999 as Infinity and writes that as null: what holds it could not be read again. */
export const NUMBER = v.pipe(v.number(), v.finite());

const COLUMN = v.object({ name: v.string(), header: v.string() } satisfies EntriesOf<Column>);

export const SOURCE = v.object({
  tabId: NUMBER,
  tabName: v.string(),
  headerRow: NUMBER,
  columns: v.array(COLUMN),
} satisfies EntriesOf<Source>);

export const DATE_ONLY = v.picklist(['noon', 'start-of-day']);
export const CHANGED_POLICY = v.picklist(['flag', 'add', 'correct']);
export const REMOVED_POLICY = v.picklist(['flag', 'ignore', 'correct']);
export const LATE_POLICY = v.picklist(['hold', 'book']);
export const STEP = v.picklist(['rows', 'event', 'test', 'review']);

export const OPTIONAL_TEXT = v.optional(v.string());
export const OPTIONAL_NUMBER = v.optional(NUMBER);

/** A sync as it is stored. */
export const SYNC = v.object({
  id: v.string(),
  name: v.string(),
  revision: NUMBER,
  source: SOURCE,
  key: v.string(),
  ready: OPTIONAL_TEXT,
  template: v.string(),
  templateRevision: NUMBER,
  dateOnly: DATE_ONLY,
  changed: v.optional(CHANGED_POLICY),
  removed: v.optional(REMOVED_POLICY),
  late: v.optional(LATE_POLICY),
  restMinutes: NUMBER,
  unattendedEvents: NUMBER,
  unattendedTimes: OPTIONAL_NUMBER,
  state: v.picklist(['draft', 'active', 'paused']),
  organization: OPTIONAL_TEXT,
  activatedBy: OPTIONAL_TEXT,
  step: v.optional(STEP),
  statuses: OPTIONAL_TEXT,
} satisfies EntriesOf<Sync>);
