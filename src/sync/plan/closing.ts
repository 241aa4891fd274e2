import type { ProblemCode } from '../../problem/catalogue';
import { problem } from '../../problem/problem';
import { count } from '../../value/count';
import { CLOSING_NOTICE_MS, MINUTE_MS } from '../../value/duration';
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
  'event.late-level',
  'event.far-future',
  'event.before-start',
  'event.after-end',
  'event.waits-for-start',
  'event.waits-for-end',
  'event.waits-for-plan',
  'key.reused',
  'row.resting',
]);

/** Why a sent row stays different from the sheet: no event waits that would put it right. */
const FOR_GOOD: ReadonlySet<ProblemCode> = new Set([
  'row.changed',
  'row.changed-elsewhere',
  'row.changed-uncorrected',
  'row.removed',
  'row.removed-uncorrected',
  'row.uncorrected',
  'row.not-undone',
]);

const hasOne = ({ problems }: PlannedRow, codes: ReadonlySet<ProblemCode>): boolean =>
  problems.some(({ code }) => codes.has(code));

/** Whether the correction of a sent row is held, or that of one that is gone. */
const isHeldCorrection = (row: PlannedRow): boolean =>
  row.action === 'flag' &&
  (row.change === 'changed' || row.change === 'removed') &&
  !hasOne(row, FOR_GOOD);

/** A row that is not billed as the sheet says, with the end of its period (ms). */
interface Concerned {
  readonly row: PlannedRow;
  readonly end: number;
}

/**
 * The rows that may be billed as the sheet says until a period ends, the first end first. A row of
 * which nobody knows the subscription may belong to any period: it stands with the first that ends,
 * since it may have no longer.
 */
function concernedRows(
  { rows }: Plan,
  isNear: (ms: number | undefined) => boolean,
  hasSent: boolean,
): Concerned[] {
  const first = rows.reduce(
    (least, { periodEndsAt = Number.POSITIVE_INFINITY }) =>
      isNear(periodEndsAt) ? Math.min(least, periodEndsAt) : least,
    Number.POSITIVE_INFINITY,
  );
  return rows
    .filter(
      (row) =>
        (UNBILLED.has(row.action) || isHeldCorrection(row) || (hasSent && row.action === 'send')) &&
        !hasOne(row, NO_CONCERN),
    )
    .map((row): Concerned => ({ row, end: row.periodEndsAt ?? first }))
    .filter(({ end }) => isNear(end))
    .sort((left, right) => left.end - right.end);
}

/**
 * Announces that billing periods are about to close while rows that may belong to them are not
 * billed as the sheet says, each by the end of its own period; empty if there is none. Rows that
 * were removed, and whose events are not taken back yet, are among them.
 * @param plan as the rows stand after the run
 * @param zone IANA zone in which the ends are shown
 * @param now in ms
 * @param hasSent whether all that could be sent was; then what is left to send is unbilled too
 */
export function announceClosing(
  plan: Plan,
  zone: string,
  now: number,
  hasSent: boolean,
): ProblemGroup[] {
  const isNear = (ms = Number.POSITIVE_INFINITY): boolean =>
    ms >= now && ms <= now + CLOSING_NOTICE_MS;
  const concerned = concernedRows(plan, isNear, hasSent);
  const [first] = concerned;
  const last = concerned[concerned.length - 1];
  if (first === undefined || last === undefined) return [];
  const shown = ({ end }: Concerned): string => `${localText(end, zone)} (${zone})`;
  const minuteOf = ({ end }: Concerned): number => Math.floor(end / MINUTE_MS);
  const rows = concerned.filter((each) => minuteOf(each) === minuteOf(first)).length;
  const others = concerned.length - rows;
  const later =
    others === 0 ? '' : ` Of periods that end later, until ${shown(last)}: ${count(others)}.`;
  return [
    groupOfRows(
      'hold',
      problem('period.closing', { end: shown(first), rows, later }),
      concerned.map(({ row }) => row),
    ),
  ];
}
