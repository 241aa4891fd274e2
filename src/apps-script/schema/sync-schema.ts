import * as v from 'valibot';
import type { EntriesOf } from '../../schema/fit';
import type { Schedule } from '../../sync/clock/schedule';
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

export const OPTIONAL_TEXT = v.optional(v.string());
export const OPTIONAL_NUMBER = v.optional(NUMBER);

/** When the clock runs a sync. */
export const SCHEDULE = v.object({
  every: v.picklist([5, 15, 30, 60, 240, 'day', 'working-day']),
  hour: v.optional(v.picklist(Array.from({ length: 24 }, (_, hour) => hour))),
} satisfies EntriesOf<Schedule>);

/** What a person edits of a sync. */
export const EDITED = {
  name: v.string(),
  source: SOURCE,
  key: v.string(),
  ready: OPTIONAL_TEXT,
  template: v.string(),
  dateOnly: v.picklist(['noon', 'start-of-day']),
  changed: v.optional(v.picklist(['flag', 'add', 'correct'])),
  removed: v.optional(v.picklist(['flag', 'ignore', 'correct'])),
  late: v.optional(v.picklist(['hold', 'book'])),
  step: v.optional(v.picklist(['rows', 'event', 'test', 'review'])),
};

/** A sync as it is stored. */
export const SYNC = v.object({
  ...EDITED,
  id: v.string(),
  revision: NUMBER,
  templateRevision: NUMBER,
  restMinutes: NUMBER,
  unattendedEvents: NUMBER,
  unattendedTimes: OPTIONAL_NUMBER,
  schedule: v.optional(SCHEDULE),
  state: v.picklist(['draft', 'active', 'paused']),
  organization: OPTIONAL_TEXT,
  activatedBy: OPTIONAL_TEXT,
  statuses: OPTIONAL_TEXT,
} satisfies EntriesOf<Sync>);
