import * as v from 'valibot';
import { catalogue, type ProblemCode } from '../../problem/catalogue';
import type { Place, Problem } from '../../problem/problem';
import type { EntriesOf } from '../../schema/fit';
import type { Approval } from '../../sync/plan/guard';
import type { Action } from '../../sync/plan/planned-row';
import type { ProblemGroup } from '../../sync/plan/problem-group';
import type { RunReport } from '../../sync/report';
import { OPTIONAL_NUMBER, OPTIONAL_TEXT } from './sync-schema';

const isCode = (value: unknown): boolean =>
  typeof value === 'string' && Object.keys(catalogue).includes(value);

export const PROBLEM = v.object({
  code: v.custom<ProblemCode>(isCode),
  actor: v.picklist(['sheet', 'template', 'settings', 'lago', 'wait', 'us']),
  place: v.object({
    row: OPTIONAL_NUMBER,
    column: OPTIONAL_TEXT,
    line: OPTIONAL_NUMBER,
    character: OPTIONAL_NUMBER,
  } satisfies EntriesOf<Place>),
  message: v.string(),
  remedy: v.string(),
} satisfies EntriesOf<Problem>);

export const OPTIONAL_PROBLEM = v.optional(PROBLEM);

export const APPROVAL = v.object({
  events: v.number(),
  removed: v.number(),
} satisfies EntriesOf<Approval>);

const ACTION = v.picklist(['send', 'hold', 'wait', 'sent', 'flag', 'refused', 'elsewhere']);

const GROUP = v.object({
  action: ACTION,
  problem: PROBLEM,
  alike: v.boolean(),
  count: v.number(),
  rows: v.array(v.number()),
  keys: v.optional(v.array(v.nullable(v.string()))),
} satisfies EntriesOf<ProblemGroup>);

/** The report of a run as it is stored. */
export const REPORT = v.pipe(
  v.object({
    sync: v.string(),
    trigger: v.picklist(['hourly', 'edit', 'person', 'test']),
    run: OPTIONAL_TEXT,
    repeats: OPTIONAL_NUMBER,
    startedAt: v.number(),
    endedAt: v.number(),
    rows: v.object({
      send: v.number(),
      hold: v.number(),
      wait: v.number(),
      sent: v.number(),
      flag: v.number(),
      refused: v.number(),
      elsewhere: v.number(),
    } satisfies EntriesOf<Record<Action, number>>),
    delivered: v.number(),
    rejected: v.number(),
    left: v.number(),
    problems: v.array(GROUP),
    checksOff: v.array(PROBLEM),
    stopped: OPTIONAL_PROBLEM,
    asks: v.optional(APPROVAL),
  } satisfies EntriesOf<RunReport>),
  v.transform((report): RunReport => ({ ...report, stopped: report.stopped })),
);
