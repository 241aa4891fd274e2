import * as v from 'valibot';
import type {
  Argument,
  ColumnView,
  CurrentUsage,
  FindingKind,
  Header,
  Method,
  MetricView,
  ReconcileNext,
  SyncDraft,
  Undo,
} from '../../rpc/contract';
import { type EntriesOf, maybe, type Schema } from '../../schema/fit';
import type { Total } from '../../sync/month/totals';
import { APPROVAL } from './report-schema';
import {
  CELL,
  COUNT,
  EDITED,
  NUMBER,
  OPTIONAL_NUMBER,
  OPTIONAL_TEXT,
  SCHEDULE,
  SOURCE,
  SYNC_ID,
} from './sync-schema';

/** A call as it arrives. Which argument its method takes is checked by `ARGUMENTS`. */
export const CALL = v.object({
  method: v.string(),
  argument: v.unknown(),
  token: v.string(),
});

const TEXT = v.string();
const TEXTS = v.array(TEXT);

const NOTHING = v.object({});
const ID = v.object({ id: TEXT });
const OF_ROW = v.object({ id: TEXT, key: TEXT });

const LEDGER_CHOICE = v.picklist(['adopt', 'empty']);
export const ENVIRONMENT = v.picklist(['test', 'live']);
const ROW = v.union([NUMBER, v.literal('selected')]);
const REBILL = v.union([v.literal('all'), TEXTS]);

const UNDO = v.object({
  startedAt: NUMBER,
  events: NUMBER,
  at: NUMBER,
} satisfies EntriesOf<Undo>);

/** Header, as it is entered and stored. */
export const HEADER = v.strictObject({
  name: v.pipe(TEXT, v.maxLength(100)),
  value: v.pipe(TEXT, v.maxLength(1_000)),
} satisfies EntriesOf<Header>);

const DRAFT = v.strictObject({
  id: v.optional(SYNC_ID),
  revision: COUNT,
  ...EDITED,
} satisfies EntriesOf<SyncDraft>);

const COLUMN = v.object({
  header: TEXT,
  type: v.picklist(['number', 'date', 'duration', 'text', 'tick box', 'empty']),
  unique: v.boolean(),
} satisfies EntriesOf<Pick<ColumnView, 'header' | 'type' | 'unique'>>);

const METRIC = v.object({
  code: TEXT,
  name: TEXT,
  aggregation: TEXT,
  field: maybe(TEXT),
  hasExpression: v.boolean(),
} satisfies EntriesOf<MetricView>);

const TOTALS = v.array(
  v.object({ code: TEXT, subscription: TEXT, amount: TEXT } satisfies EntriesOf<Total>),
);

const RECONCILE_NEXT = v.object({
  at: NUMBER,
  size: NUMBER,
  asked: NUMBER,
  codes: TEXTS,
  inLago: TOTALS,
  events: NUMBER,
  inSheet: TOTALS,
  rows: NUMBER,
  eventless: NUMBER,
  explained: TOTALS,
  usage: v.array(
    v.object({
      subscription: TEXT,
      code: TEXT,
      units: TEXT,
      events: NUMBER,
    } satisfies EntriesOf<CurrentUsage>),
  ),
  unread: TEXTS,
  counts: v.object({
    missing: NUMBER,
    different: NUMBER,
    unrecorded: NUMBER,
    gone: NUMBER,
    foreign: NUMBER,
    twice: NUMBER,
    changed: NUMBER,
    unsent: NUMBER,
    open: NUMBER,
    booked: NUMBER,
    elsewhere: NUMBER,
  } satisfies EntriesOf<Record<FindingKind, number>>),
  others: NUMBER,
  unrecorded: TEXTS,
  missing: TEXTS,
  moved: TEXTS,
  sheet: TEXT,
  row: NUMBER,
} satisfies EntriesOf<ReconcileNext>);

/** What each method is asked with. The page is a browser's, so nothing it sends is trusted. */
export const ARGUMENTS = {
  open: NOTHING,
  connect: v.object({
    address: TEXT,
    apiKey: TEXT,
    requestsPerSecond: OPTIONAL_NUMBER,
    environment: v.optional(ENVIRONMENT),
    headers: v.optional(v.pipe(v.array(HEADER), v.maxLength(20))),
    accepted: OPTIONAL_TEXT,
  } satisfies EntriesOf<Argument<'connect'>>),
  labelConnection: v.object({ environment: ENVIRONMENT }),
  prerequisites: NOTHING,
  vocabulary: NOTHING,
  describeTab: v.object({
    tabId: NUMBER,
    headerRow: OPTIONAL_NUMBER,
    sync: OPTIONAL_TEXT,
  } satisfies EntriesOf<Argument<'describeTab'>>),
  resolveFormer: v.object({
    tabId: NUMBER,
    headerRow: NUMBER,
    sync: TEXT,
    former: TEXT,
    choice: LEDGER_CHOICE,
  } satisfies EntriesOf<Argument<'resolveFormer'>>),
  fillIds: v.object({
    tabId: NUMBER,
    headerRow: NUMBER,
    header: OPTIONAL_TEXT,
    sync: OPTIONAL_TEXT,
  } satisfies EntriesOf<Argument<'fillIds'>>),
  checkTemplate: v.object({
    source: SOURCE,
    template: TEXT,
    columns: v.optional(v.array(COLUMN)),
    metrics: v.optional(v.array(METRIC)),
  } satisfies EntriesOf<Argument<'checkTemplate'>>),
  saveSync: v.object({ draft: DRAFT }),
  saveSyncs: v.object({ drafts: v.array(DRAFT) }),
  deleteSync: v.object({ id: TEXT, revision: NUMBER }),
  preview: v.object({
    draft: DRAFT,
    row: ROW,
    sync: OPTIONAL_TEXT,
  } satisfies EntriesOf<Argument<'preview'>>),
  testSend: v.object({ id: TEXT, row: ROW }),
  dryRun: v.object({
    id: TEXT,
    rebill: v.optional(REBILL),
    undo: OPTIONAL_NUMBER,
  } satisfies EntriesOf<Argument<'dryRun'>>),
  takeAsBilled: v.object({ id: TEXT, revision: NUMBER, incomplete: TEXTS }),
  activate: v.object({
    id: TEXT,
    revision: NUMBER,
    changed: EDITED.changed,
    removed: EDITED.removed,
    late: EDITED.late,
    schedule: v.optional(SCHEDULE),
    lookMs: OPTIONAL_NUMBER,
    onEdit: v.boolean(),
    reviewed: v.optional(APPROVAL),
  } satisfies EntriesOf<Argument<'activate'>>),
  pause: ID,
  runNow: v.object({
    id: TEXT,
    run: OPTIONAL_TEXT,
    seconds: OPTIONAL_NUMBER,
    approved: v.optional(APPROVAL),
    rebill: v.optional(REBILL),
    only: v.optional(v.literal('corrections')),
    undo: v.optional(UNDO),
  } satisfies EntriesOf<Argument<'runNow'>>),
  sendAgain: OF_ROW,
  confirmBilled: OF_ROW,
  resolveLedger: v.object({ id: TEXT, choice: LEDGER_CHOICE }),
  rebuildLedger: v.object({
    id: TEXT,
    from: OPTIONAL_NUMBER,
  } satisfies EntriesOf<Argument<'rebuildLedger'>>),
  changeOrganization: ID,
  showRow: v.object({
    id: TEXT,
    key: OPTIONAL_TEXT,
    row: OPTIONAL_NUMBER,
    column: OPTIONAL_TEXT,
  } satisfies EntriesOf<Argument<'showRow'>>),
  showInLedger: OF_ROW,
  activity: v.object({ id: OPTIONAL_TEXT } satisfies EntriesOf<Argument<'activity'>>),
  findRow: OF_ROW,
  newestEvents: NOTHING,
  setStatusColumn: v.object({
    id: TEXT,
    revision: NUMBER,
    column: v.union([v.object({ header: CELL }), v.picklist(['new', 'none'])]),
  }),
  reconcile: v.object({
    id: TEXT,
    month: TEXT,
    next: v.optional(RECONCILE_NEXT),
  } satisfies EntriesOf<Argument<'reconcile'>>),
  fixFindings: v.object({
    id: TEXT,
    fix: v.picklist(['send', 'adopt', 'take-back']),
    ids: TEXTS,
    subscriptions: v.optional(TEXTS),
  }),
  statementChoices: ID,
  statement: v.object({
    id: TEXT,
    month: TEXT,
    subscription: OPTIONAL_TEXT,
    customer: OPTIONAL_TEXT,
    next: v.optional(v.object({ sheet: TEXT, from: NUMBER })),
  } satisfies EntriesOf<Argument<'statement'>>),
} satisfies { readonly [M in Method]: Schema<Argument<M>> };
