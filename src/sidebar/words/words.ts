import type { Actor } from '../../problem/catalogue';
import type { Place, Problem } from '../../problem/problem';
import type {
  ConnectionView,
  DryRun,
  LineView,
  RowView,
  SyncView,
  TestResult,
  Value,
} from '../../rpc/contract';
import { count, counted } from '../../value/count';

export { count, counted } from '../../value/count';

type RunReport = Value<'runNow'>;

/** The numbers that a person approves: events, and rows that are gone. */
export type Approval = NonNullable<RunReport['asks']>;

/** A moment as the browser's own zone and language write it. */
export const moment = (ms: number): string =>
  new Date(ms).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** The hour and minute alone where it is the same day as now (both ms), else with the day. */
export const soon = (ms: number, now: number): string =>
  new Date(ms).toDateString() === new Date(now).toDateString()
    ? new Date(ms).toLocaleTimeString(undefined, { timeStyle: 'short' })
    : moment(ms);

export const TRIGGERS: Readonly<Record<RunReport['trigger'], string>> = {
  hourly: 'by the hourly trigger',
  edit: 'after an edit',
  person: 'by hand',
  test: 'as a test',
};

/** What a run sent, in words. */
export const sentWords = ({ delivered }: RunReport): string =>
  `${counted(delivered, 'event')} sent`;

/** Where the rows stand that were not sent, in words; empty where there are none. A test is about one row: the others are no news of it. */
export function restWords({
  trigger,
  rejected,
  rows: { hold, refused, flag },
  left,
  asks,
}: RunReport): readonly string[] {
  if (trigger === 'test') return rejected > 0 ? [`${count(rejected)} refused`] : [];
  return [
    ...(hold > 0 ? [`${counted(hold, 'row')} held`] : []),
    ...(refused > 0 ? [`${count(refused)} refused`] : []),
    ...(flag > 0 ? [`${count(flag)} changed or removed after sending`] : []),
    ...(left > 0
      ? [
          `${count(left)} ${asks === undefined ? 'left for the next run' : 'waiting for your approval'}`,
        ]
      : []),
  ];
}

/** When a run was; of several runs that are told as one, when they were and how many. */
export function runTimeWords({ startedAt, endedAt, repeats = 0 }: RunReport): string {
  return repeats === 0
    ? moment(startedAt)
    : `${moment(startedAt)} to ${moment(endedAt)}, ${count(repeats + 1)} runs`;
}

/** A run in one sentence. */
export const runSentence = (report: RunReport): string =>
  `${moment(report.startedAt)}, ${TRIGGERS[report.trigger]}: ${[sentWords(report), ...restWords(report)].join(', ')}.`;

export type Tone = 'good' | 'warning' | 'bad' | 'quiet';

interface StatusWords {
  readonly words: string;
  readonly tone: Tone;
}

const STEPS: Readonly<Record<NonNullable<SyncView['sync']['step']>, string>> = {
  rows: 'Rows',
  event: 'Event',
  test: 'Test',
  review: 'Review',
};

/** Name of the step at which a sync's setting up stands. */
export const stepWords = ({ step = 'rows' }: SyncView['sync']): string => STEPS[step];

/** The last run that was to send every row; a test is about one row and says nothing of the others. */
export const wholeRun = ({ lastRun }: SyncView): RunReport | undefined =>
  lastRun?.trigger === 'test' ? undefined : lastRun;

const ASKING: ReadonlySet<Problem['code']> = new Set(['run.volume', 'run.removals']);

/** Whether a run waits for numbers to be approved. */
export const asksFor = ({ code }: Problem): boolean => ASKING.has(code);

const waitsForApproval = ({ health }: SyncView): boolean =>
  health.problem !== undefined && asksFor(health.problem);

/** What a sync waits for, where its last run has told the numbers. */
export function pendingApproval(
  view: SyncView,
): { readonly problem: Problem; readonly asks: Approval } | undefined {
  const last = wholeRun(view);
  return last?.asks === undefined || last.stopped === undefined || !asksFor(last.stopped)
    ? undefined
    : { problem: last.stopped, asks: last.asks };
}

const gone = (removed: number): string =>
  removed === 1 ? '1 row is gone' : `${count(removed)} rows are gone`;

/** What lets a run go on: the button that names its numbers, and what is asked before. @param takesBack whether removed rows are taken back in Lago */
export function approvalWords(
  { code }: Problem,
  { events, removed }: Approval,
  takesBack = false,
): { readonly button: string; readonly question: string } {
  const sent = counted(events, 'event');
  const billed = 'Sent events are billed.';
  if (code !== 'run.removals')
    return { button: `Send ${sent}`, question: `Send ${sent} to Lago? ${billed}` };
  const them = removed === 1 ? 'it' : 'them';
  const then = takesBack
    ? `What Lago has of ${them} is taken back where that is possible.`
    : `Lago keeps what it has of ${them}.`;
  const right = `Is it right that ${gone(removed)} from the tab? ${then}`;
  return events === 0
    ? { button: `Yes, ${gone(removed)}`, question: right }
    : {
        button: `Yes, ${gone(removed)}; send ${sent}`,
        question: `${right} Then ${sent} ${events === 1 ? 'is' : 'are'} sent. ${billed}`,
      };
}

/** Why rows would be held instead of corrected, as a further sentence; empty where all can be corrected, or nothing is known. */
export function heldWords(rules: DryRun['rules']): string {
  const held = rules.flatMap(({ code, because }) =>
    because === undefined
      ? []
      : `${rules.length > 1 ? ` for \u201c${code}\u201d` : ''}, because ${because}`,
  );
  return held.length === 0 ? '' : ` It is held and shown${held.join(';')}.`;
}

/** How a sync is, in a few words. It is healthy only after a run that held and refused nothing. */
export function healthWords(view: SyncView): StatusWords {
  const { sync, health } = view;
  const last = wholeRun(view);
  if (health.state === 'stopped')
    return { words: waitsForApproval(view) ? 'Waits for your approval' : 'Stopped', tone: 'bad' };
  if (sync.state === 'draft') return { words: `Being set up: ${stepWords(sync)}`, tone: 'quiet' };
  if (sync.state === 'paused') return { words: 'Paused', tone: 'quiet' };
  if (health.state === 'needs-you') return { words: 'Needs you', tone: 'warning' };
  if (last === undefined) return { words: 'Active: first run within the hour', tone: 'quiet' };
  if (health.failures > 0) return { words: 'Trying again', tone: 'warning' };
  const { hold, refused, flag } = last.rows;
  if (hold + refused + flag === 0) return { words: 'Healthy', tone: 'good' };
  // Ticking rows is what a person does anyway, when they are complete.
  const unticked = last.problems
    .filter(({ problem }) => problem.code === 'row.not-ready')
    .reduce((sum, group) => sum + group.count, 0);
  return unticked === hold && refused + flag === 0
    ? { words: `${counted(hold, 'row')} not ticked yet`, tone: 'quiet' }
    : { words: 'Needs you', tone: 'warning' };
}

type Group = DryRun['problems'][number];

/** A period that is about to close is told apart from what is wrong with its rows. */
const needsSomebody = ({ actor, code }: Problem): boolean =>
  actor !== 'wait' && code !== 'row.not-ready' && code !== 'period.closing';

/** A period is announced two days before it ends: what an older run has found is over. */
const ANNOUNCED_MS = 48 * 3_600_000;

/** The period that is about to close with rows that are not billed, as the last run has found it. @param now in ms */
export function closingPeriod(view: SyncView, now: number): Group | undefined {
  const last = wholeRun(view);
  if (last === undefined || now - last.endedAt > ANNOUNCED_MS) return undefined;
  return last.problems.find(({ problem }) => problem.code === 'period.closing');
}

/** Stopped syncs first, then those that need somebody, and last those that are still being set up; the others stay as they were. */
export function inOrderOfNeed(views: readonly SyncView[]): readonly SyncView[] {
  const rank = (view: SyncView): number => {
    const { tone } = healthWords(view);
    if (tone === 'bad') return 0;
    if (view.sync.state === 'draft') return 3;
    return tone === 'warning' ? 1 : 2;
  };
  return [...views].sort((left, right) => rank(left) - rank(right));
}

/** What happened to the rows of a group: one of them is told where they differ. A row that is gone from the sheet has no number. */
export function groupWords({ alike, problem: { message }, rows: [first] }: Group): string {
  if (alike) return message;
  return first === undefined ? `For example: ${message}` : `For example, row ${first}: ${message}`;
}

/** How many kinds of problems need somebody besides the main one. */
export function otherProblems(view: SyncView): number {
  const main = mainProblem(view)?.problem.code;
  const last = wholeRun(view);
  const found = [
    ...(last?.checksOff ?? []),
    ...(last?.problems ?? []).map(({ problem }) => problem),
  ].filter(needsSomebody);
  return new Set(found.map(({ code }) => code).filter((code) => code !== main)).size;
}

/** What a sync needs a person for before anything else, with the rows that have it where it is about rows. */
export function mainProblem(
  view: SyncView,
): { readonly problem: Problem; readonly group: Group | undefined } | undefined {
  const { health } = view;
  const last = wholeRun(view);
  const groups = last?.problems ?? [];
  if (
    health.problem !== undefined &&
    health.state !== 'healthy' &&
    health.problem.code !== 'period.closing'
  ) {
    const { code } = health.problem;
    return { problem: health.problem, group: groups.find(({ problem }) => problem.code === code) };
  }
  if (health.failures > 0 && last?.stopped !== undefined)
    return { problem: last.stopped, group: undefined };
  const group = groups.find(({ problem }) => needsSomebody(problem));
  return group === undefined ? undefined : { problem: group.problem, group };
}

/** What of a sync's settings puts a problem right; the rows themselves where it is `rows`, and nothing in the sidebar where it is undefined. */
export type WayOut =
  | 'connection'
  | 'settings'
  | 'event'
  | 'statuses'
  | 'activation'
  | 'late'
  | 'approval'
  | 'next-tab'
  | 'choice'
  | 'rows';

const WAYS_OUT: { readonly [Code in Problem['code']]?: WayOut } = {
  'ledger.copied': 'choice',
  'ledger.found': 'choice',
  'lago.other-organization': 'choice',
  'run.volume': 'approval',
  'run.removals': 'approval',
  'event.late': 'late',
  'event.id-elsewhere': 'event',
  'event.missing-amount': 'event',
  'event.missing-variable': 'event',
  'key.reused': 'next-tab',
  'period.closing': 'rows',
  'settings.triggers': 'activation',
  'run.silent': 'activation',
  'settings.incomplete': 'settings',
  'sheet.tab-missing': 'settings',
  'sheet.no-header': 'settings',
  'sheet.header-missing': 'settings',
  'status.missing': 'statuses',
  'status.unwritable': 'statuses',
  'status.in-use': 'statuses',
  'lago.no-metrics': 'connection',
  'lago.no-plans': 'connection',
  'lago.no-subscriptions': 'connection',
};

/** Whether the ledger cannot be read as it was written: it is restored, or made anew. */
export const isOfLedger = (code: string): boolean =>
  /^ledger[.](vanished|missing|damaged|rebuilding)$/.test(code);

/** Whether a ledger is half made anew. */
export const isRebuilding = (code: string): boolean => code === 'ledger.rebuilding';

/** Where a person puts a problem right. */
export function wayOut({ code, actor }: Problem): WayOut | undefined {
  const known = WAYS_OUT[code];
  if (known !== undefined) return known;
  if (isOfLedger(code)) return 'choice';
  if (/^(row|key|event)[.]/.test(code)) return 'rows';
  if (code.startsWith('template.')) return 'settings';
  return code.startsWith('lago.') && actor === 'settings' ? 'connection' : undefined;
}

const ACTORS: Readonly<Record<Actor, string>> = {
  sheet: 'to do in the sheet',
  template: 'to do in the template',
  settings: 'to do in the settings',
  lago: 'to do in Lago',
  wait: 'solves itself',
  us: 'our mistake',
};

/** Where a problem is, or at least where it has to be put right. */
export function placeWords(actor: Actor, { row, column, line }: Place): string {
  if (line !== undefined) return `Line ${line}`;
  if (row !== undefined) return column === undefined ? `Row ${row}` : `Row ${row}, ${column}`;
  const words = ACTORS[actor];
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A name that Lago does not know may be mistyped in the sheet, or not be created in Lago yet. */
const EITHER_WAY: ReadonlySet<Problem['code']> = new Set([
  'event.unknown-subscription',
  'event.unknown-code',
]);

/** Where a problem has to be put right, in words. */
export const toDoWords = ({ code, actor }: Problem): string =>
  EITHER_WAY.has(code) ? 'to do in the sheet or in Lago' : ACTORS[actor];

export const STORES: Readonly<Record<ConnectionView['store'], string>> = {
  postgres: 'PostgreSQL',
  clickhouse: 'ClickHouse',
  unknown: 'Not told by this Lago (older than 1.47)',
};

export const STATES: Readonly<
  Record<TestResult['state'], { readonly words: string; readonly tone: Tone }>
> = {
  accepted: { words: 'Lago has the event', tone: 'good' },
  rejected: { words: 'Lago refused the event', tone: 'bad' },
  conflict: { words: 'Lago has another event under this id', tone: 'bad' },
  pending: { words: 'Lago\u2019s answer is not known yet', tone: 'warning' },
  stuck: { words: 'Lago fails for this event', tone: 'bad' },
  held: { words: 'Held: nothing was sent', tone: 'warning' },
};

export const ACTIONS: Readonly<Record<RowView['action'], string>> = {
  send: 'To send',
  hold: 'Held',
  wait: 'Waiting',
  sent: 'Sent',
  flag: 'Differs from Lago',
  refused: 'Refused',
  elsewhere: 'Billed elsewhere',
};

/** Where a row stands; a row that was changed after it was sent bills on top of what Lago has. */
export function actionWords({ action, change }: Pick<RowView, 'action' | 'change'>): string {
  if (change !== 'changed') return ACTIONS[action];
  if (action === 'send') return 'To send as a new event';
  return action === 'sent' ? 'Sent as a new event' : ACTIONS[action];
}

/** Where a row stands and what that means for it; `again` is what becomes of an event of it that Lago has already. */
export function standingWords(
  action: RowView['action'],
  isActive: boolean,
  again: 'corrected' | 'added' | undefined,
): StatusWords {
  switch (action) {
    case 'send': {
      const how =
        again === undefined
          ? ''
          : again === 'added'
            ? ' as a further event, on top of what Lago has'
            : ', in the place of what Lago has';
      return {
        words: isActive ? `Goes out with the next run${how}` : `Would be sent by a run${how}`,
        tone: 'quiet',
      };
    }
    case 'hold':
      return { words: 'Held: it is not sent before this is put right', tone: 'warning' };
    case 'wait':
      return { words: 'Waiting: solves itself with the next runs', tone: 'quiet' };
    case 'sent':
      return { words: 'Sent, and as it was sent', tone: 'good' };
    case 'flag':
      return { words: 'Differs from what Lago has and bills', tone: 'warning' };
    case 'refused':
      return { words: 'Refused: not billed as it stands here', tone: 'bad' };
    case 'elsewhere':
      return { words: 'Taken as billed elsewhere, never sent to Lago', tone: 'quiet' };
  }
}

const ANSWERS: Readonly<Record<LineView['state'], string>> = {
  accepted: 'Lago accepted it',
  rejected: 'Lago refused it',
  conflict: 'Lago has another event under this id',
  pending: 'Not clear so far',
  stuck: 'Lago failed each time',
};

/** What Lago answered for an event, in words, with the original where there is one. */
export function answerWords({ state, answer }: Pick<LineView, 'state' | 'answer'>): string {
  // What an event that was looked up in Lago has in the place of an answer.
  const words =
    state === 'accepted' && answer === 'value_already_exist'
      ? 'Lago had it already'
      : ANSWERS[state];
  return answer === '' ? words : `${words} (${answer})`;
}

export const KINDS: Readonly<Record<LineView['kind'], string>> = {
  usage: 'Event',
  reversal: 'Reversal',
  baseline: 'Taken as billed elsewhere',
  adopted: 'Found in Lago',
};

const DAY_MS = 86_400_000;
const CHART_DAYS = 30;

interface DayBar {
  readonly label: string;
  readonly title: string;
  readonly parts: readonly { readonly tone: 'good' | 'bad'; readonly value: number }[];
}

/** The 30 days that end today (as `2026-11-21`), one bar each; a day on which nothing happened has no parts. */
export function dayBars(days: SyncView['days'], today: string): readonly DayBar[] {
  const last = Date.parse(`${today}T00:00:00Z`);
  const byDay = new Map(days.map((each) => [each.day, each]));
  return Array.from({ length: CHART_DAYS }, (_, index) => {
    const ms = last - (CHART_DAYS - 1 - index) * DAY_MS;
    const label = new Date(ms).toLocaleDateString('en-US', {
      month: 'short',
      day: 'numeric',
      timeZone: 'UTC',
    });
    const found = byDay.get(new Date(ms).toISOString().slice(0, 10));
    if (found === undefined) return { label, title: `${label}: nothing`, parts: [] };
    const { sent, refused } = found;
    return {
      label,
      title: `${label}: ${count(sent)} sent, ${count(refused)} refused`,
      parts: [
        { tone: 'good', value: sent },
        { tone: 'bad', value: refused },
      ],
    };
  });
}

/** Events that Lago took on this day (as `2026-11-21`). */
export const sentOn = (days: SyncView['days'], day: string): number =>
  days.find((each) => each.day === day)?.sent ?? 0;

interface CountLine {
  readonly label: string;
  readonly amount: number;
  readonly hint: string;
}

/** Reports of older versions do not count apart what was billed elsewhere: for them those rows were sent. */
type Counted = Omit<DryRun['counts'], 'elsewhere'> & Partial<DryRun['counts']>;

/** Where the rows stand. Every row is in exactly one line. */
export function countLines(counts: Counted, done: boolean, waits = false): CountLine[] {
  return [
    {
      label: done ? 'Left to send' : 'To send',
      amount: counts.send,
      hint: waits ? 'wait for your approval' : 'go out with the next run',
    },
    { label: 'Already sent', amount: counts.sent, hint: 'in Lago, as in the sheet' },
    {
      label: 'Taken as billed elsewhere',
      amount: counts.elsewhere ?? 0,
      hint: 'never sent to Lago',
    },
    { label: 'Held', amount: counts.hold, hint: 'not sent so far, each for a reason' },
    {
      label: 'Differ from Lago',
      amount: counts.flag,
      hint: 'changed or removed after they were sent',
    },
    { label: 'Refused by Lago', amount: counts.refused, hint: 'not billed' },
    { label: 'Waiting', amount: counts.wait, hint: 'solves itself with the next runs' },
  ];
}

/** The rows of the tab, and how many of the counted rows are gone from it, in words. */
export function rowsWords(counted: number, gone: number): string {
  const rows = `Rows: ${count(counted - gone)}`;
  if (gone === 0) return rows;
  return `${rows}, and ${gone === 1 ? '1 that is' : `${count(gone)} that are`} gone from the sheet`;
}

/** Of the counted rows of a run those that are gone from the sheet, as far as its problems tell. */
export const goneRows = ({ problems }: Pick<RunReport, 'problems'>): number =>
  problems
    .filter(({ problem }) => problem.code.startsWith('row.removed'))
    .reduce((sum, group) => sum + group.count, 0);

export const listed = (rows: readonly number[], total: number): string => {
  const more = total - rows.length;
  const shown = rows.join(', ');
  if (rows.length === 0) return counted(total, 'row');
  return `${rows.length === 1 && more === 0 ? 'Row' : 'Rows'} ${shown}${more > 0 ? ` and ${count(more)} more` : ''}`;
};

/** Which row was selected in the sheet for a wanted one; `row` is where it is now (1-based). */
export function jumpWords(
  wanted: { readonly key?: string | undefined; readonly row?: number | undefined },
  row: number,
): string {
  const selected = `Row ${row} is selected in the sheet`;
  if (wanted.key === undefined)
    return `${selected}. It was looked for by its number: if rows have moved since, it is another one now.`;
  return wanted.row === undefined || wanted.row === row
    ? `${selected}.`
    : `${selected}: it was row ${wanted.row} before.`;
}

/** So many bars are wide enough, in a chart of 300 px, for a label each; and so many labels have room below narrower ones. */
const LABELLED_BARS = 6;
const MOST_TICKS = 4;

/** Which bars (0-based) get a label: all of a few, else some at equal distances and always the last one. */
export function chartTicks(bars: number): ReadonlySet<number> {
  const step = bars <= LABELLED_BARS ? 1 : Math.ceil(bars / MOST_TICKS);
  return new Set(
    Array.from({ length: bars }, (_, index) => index).filter(
      (index) => (bars - 1 - index) % step === 0,
    ),
  );
}
