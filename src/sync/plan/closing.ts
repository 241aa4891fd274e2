import type { ProblemCode } from '../../problem/catalogue';
import { problem } from '../../problem/problem';
import { CLOSING_NOTICE_MS } from '../../value/duration';
import { localText } from '../../value/time';
import type { Action, Plan, PlannedRow } from './planned-row';
import { groupOfRows, type ProblemGroup } from './problem-group';

/** Rows that Lago does not have and that are expected to reach it. */
const UNBILLED: ReadonlySet<Action> = new Set(['hold', 'wait', 'refused']);

/** Problems of rows that belong to another time, or are sent by themselves once it has come. */
const NO_CONCERN: ReadonlySet<ProblemCode> = new Set([
  'event.late',
  'event.not-billed',
  'event.untold',
  'event.books-later',
  'row.unasked',
  'event.before-first-invoice',
  'event.between-plans',
  'event.far-future',
  'event.before-start',
  'event.after-end',
  'event.waits-for-start',
  'event.waits-for-end',
  'event.waits-for-plan',
  'key.reused',
  'row.resting',
]);

const isOfConcern = ({ problems }: PlannedRow): boolean =>
  !problems.some(({ code }) => NO_CONCERN.has(code));

/**
 * Announces that a billing period is about to close while rows that may belong to it are not
 * billed; empty if there is none. Rows whose time cannot be read may belong to it.
 * @param plan as the rows stand after the run
 * @param zone IANA zone in which the end is shown
 * @param now in ms
 * @param hasSent whether all that could be sent was; then what is left to send is unbilled too
 */
export function announceClosing(
  { rows }: Plan,
  zone: string,
  now: number,
  hasSent: boolean,
): ProblemGroup[] {
  const isNear = (ms: number | undefined): ms is number =>
    ms !== undefined && ms >= now && ms <= now + CLOSING_NOTICE_MS;
  const ends = rows.map(({ periodEndsAt }) => periodEndsAt).filter(isNear);
  if (ends.length === 0) return [];
  const concerned = rows.filter(
    (row) =>
      (UNBILLED.has(row.action) || (hasSent && row.action === 'send')) &&
      row.row !== undefined &&
      isOfConcern(row) &&
      (row.periodEndsAt === undefined || isNear(row.periodEndsAt)),
  );
  if (concerned.length === 0) return [];
  const end = ends.reduce((first, each) => Math.min(first, each));
  const found = problem('period.closing', {
    end: `${localText(end, zone)} (${zone})`,
    rows: concerned.length,
  });
  return [groupOfRows('hold', found, concerned)];
}
