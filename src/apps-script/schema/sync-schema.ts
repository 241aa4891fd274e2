import * as v from 'valibot';
import type { EntriesOf } from '../../schema/fit';
import type { Schedule } from '../../sync/clock/schedule';
import type { Source, Sync } from '../../sync/sync';
import type { Column } from '../../template/template';

/** JSON reads 1e999 as Infinity and writes that as null: what holds it could not be read again. */
export const NUMBER = v.pipe(v.number(), v.finite());
/** A number of things. */
export const COUNT = v.pipe(NUMBER, v.integer(), v.minValue(0));
/** The number of a row, a revision or the like. */
export const ORDINAL = v.pipe(NUMBER, v.integer(), v.minValue(1));

/** A header is a cell, and a column's name is made of it: no text of one is longer. */
const CELL_CHARACTERS = 50_000;
export const CELL = v.pipe(v.string(), v.maxLength(CELL_CHARACTERS));

const COLUMN = v.strictObject({ name: CELL, header: CELL } satisfies EntriesOf<Column>);

/** Columns of the widest sheet that Google makes. */
const MOST_COLUMNS = 18_278;
/** Rows of the longest one. */
const MOST_ROWS = 10_000_000;

export const SOURCE = v.strictObject({
  tabId: COUNT,
  tabName: v.pipe(v.string(), v.maxLength(200)),
  headerRow: v.pipe(ORDINAL, v.maxValue(MOST_ROWS)),
  columns: v.pipe(v.array(COLUMN), v.maxLength(MOST_COLUMNS)),
} satisfies EntriesOf<Source>);

export const OPTIONAL_TEXT = v.optional(v.string());
export const OPTIONAL_NUMBER = v.optional(NUMBER);

/** Ids stand in the names of properties, whose parts are divided by dots. */
export const SYNC_ID = v.pipe(
  v.string(),
  v.regex(/^[\w-]{1,64}$/, 'made of letters, digits and dashes'),
);

/** A name stands in mails, too: it is a line of text. */
const NAME = v.pipe(
  v.string(),
  v.maxLength(200),
  v.regex(/^[^\p{Cc}]*$/u, 'a text without line breaks'),
);

/** Beyond this no template can be read, and a file has no room for it. */
const TEMPLATE_CHARACTERS = 200_000;

/** When the clock runs a sync. */
export const SCHEDULE = v.object({
  every: v.picklist([5, 15, 30, 60, 240, 'day', 'working-day']),
  hour: v.optional(v.picklist(Array.from({ length: 24 }, (_, hour) => hour))),
} satisfies EntriesOf<Schedule>);

/**
 * What a person edits of a sync, and all that a save can set. Whether it is active, where it sends,
 * whom it mails and how much it may send are decided elsewhere.
 */
export const EDITED = {
  name: NAME,
  source: SOURCE,
  key: CELL,
  ready: v.optional(CELL),
  template: v.pipe(v.string(), v.maxLength(TEMPLATE_CHARACTERS)),
  dateOnly: v.picklist(['noon', 'start-of-day']),
  changed: v.optional(v.picklist(['flag', 'add', 'correct'])),
  removed: v.optional(v.picklist(['flag', 'ignore', 'correct'])),
  late: v.optional(v.picklist(['hold', 'book'])),
  step: v.optional(v.picklist(['rows', 'event', 'test', 'review'])),
};

/** A sync as it is stored. */
export const SYNC = v.strictObject({
  ...EDITED,
  id: SYNC_ID,
  revision: ORDINAL,
  templateRevision: ORDINAL,
  restMinutes: COUNT,
  unattendedEvents: COUNT,
  unattendedTimes: v.optional(v.pipe(NUMBER, v.minValue(0))),
  schedule: v.optional(SCHEDULE),
  onEdit: v.optional(v.boolean()),
  state: v.picklist(['draft', 'active', 'paused']),
  organization: OPTIONAL_TEXT,
  address: OPTIONAL_TEXT,
  activatedBy: OPTIONAL_TEXT,
  statuses: v.optional(CELL),
} satisfies EntriesOf<Sync>);
