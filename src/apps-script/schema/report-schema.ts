import * as v from 'valibot';
import { catalogue, type ProblemCode } from '../../problem/catalogue';
import type { Place, Problem } from '../../problem/problem';
import { type EntriesOf, maybe } from '../../schema/fit';
import type { Approval } from '../../sync/plan/guard';
import type { Action } from '../../sync/plan/planned-row';
import type { ProblemGroup } from '../../sync/plan/problem-group';
import type { RunReport } from '../../sync/report';
import { ownValue } from '../../value/json';
import { COUNT, NUMBER, OPTIONAL_NUMBER, OPTIONAL_TEXT } from './sync-schema';

const isCode = (value: unknown): boolean =>
  typeof value === 'string' && ownValue(catalogue, value) !== undefined;

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

export const APPROVAL = v.object({
  events: COUNT,
  removed: COUNT,
} satisfies EntriesOf<Approval>);

const ACTION = v.picklist(['send', 'hold', 'wait', 'sent', 'flag', 'refused', 'elsewhere']);

const GROUP = v.object({
  action: ACTION,
  problem: PROBLEM,
  alike: v.boolean(),
  count: NUMBER,
  rows: v.array(NUMBER),
  keys: v.optional(v.array(v.nullable(v.string()))),
} satisfies EntriesOf<ProblemGroup>);

/** The report of a run as it is stored. */
export const REPORT = v.object({
  sync: v.string(),
  trigger: v.picklist(['clock', 'edit', 'person', 'test']),
  run: OPTIONAL_TEXT,
  repeats: OPTIONAL_NUMBER,
  undone: v.optional(v.object({ startedAt: NUMBER, events: NUMBER })),
  startedAt: NUMBER,
  endedAt: NUMBER,
  rows: v.object({
    send: NUMBER,
    hold: NUMBER,
    wait: NUMBER,
    sent: NUMBER,
    flag: NUMBER,
    refused: NUMBER,
    elsewhere: NUMBER,
  } satisfies EntriesOf<Record<Action, number>>),
  delivered: NUMBER,
  rejected: NUMBER,
  left: NUMBER,
  problems: v.array(GROUP),
  checksOff: v.array(PROBLEM),
  stopped: maybe(PROBLEM),
  asks: v.optional(APPROVAL),
} satisfies EntriesOf<RunReport>);
