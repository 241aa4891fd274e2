import type { Mutant } from '../mutants';
import type { Change } from '../mutated';
import { type BorderScene, moment, subscribed } from './scene';

const CATALOG = 'src/lago/catalog.ts';
const READER = 'src/lago/catalog-reader.ts';
const BORDERS = 'src/lago/border.ts';
const PERIODS = 'src/lago/periods.ts';
const PLANNED = 'src/lago/planned-change.ts';
const INVOICES = 'src/lago/invoices.ts';
const RECURRING = 'src/lago/recurring.ts';
const REFUND = 'src/lago/refund.ts';
const NEXT_ENTRY = 'src/sync/plan/next-entry.ts';
const PLACING = 'src/sync/plan/placing.ts';
const COVER = 'src/sync/plan/volume-cover.ts';
const COST_BOUND = 'src/sync/billing/cost-bound.ts';
const TURNS = 'src/sync/delivery/in-turns.ts';
const PROVE = 'src/sync/proof/prove.ts';
const VERDICT = 'src/sync/proof/verdict.ts';
const RUN = 'src/sync/run.ts';

const change = (file: string, find: string, replace: string): Change => ({ file, find, replace });

const DAY = 24;

/** Usage of a period that has ended, while the job that invoices it does not run. */
const beforeTheJob: BorderScene = {
  outage: [-1, 6],
  rows: [{ typed: 1.5, at: -1, code: 'hits' }],
  runs: [-2, 2, 7],
  billed: 1,
};
/** Usage that leaves before the job that invoices its period, and arrives after it. */
const afterTheJob: BorderScene = {
  rows: [{ typed: -0.1, at: -1, code: 'hits' }],
  runs: [-2, 0.15, 1],
  slow: { run: 0.15, minutes: 3 },
  billed: 0,
};
/** A customer whose invoices are drafts for two days. */
const draft = { graceDays: 2 };
/** Usage that leaves before its draft is made final, and arrives after that. */
const finalMeanwhile: BorderScene = {
  ...draft,
  rows: [{ typed: 47.5, at: -1, code: 'hits' }],
  runs: [-2, 48.3, 49],
  slow: { run: 48.3, minutes: 3 },
  billed: 0,
};
const backdated = subscribed({ kind: 'backdated' }, { created_at: moment(-10 * DAY) });
const downgraded = subscribed({ kind: 'downgraded' }, { plan_code: 'large' });
/** Ends in the evening after the border, as planned: Lago ends it as that day begins. */
const ending = subscribed({ kind: 'ending' }, { ending_at: moment(20) });

/** Usage that an invoice lacks is told to be lacking. */
const UNTOLD = /"r[13]".* was sent, is not billed, and not told/;
const REASON = /r1 is held for event.late, and no invoice has its time/;

/** What covers a total is refused, since somebody else has used its id. */
const refusedCover: BorderScene = {
  rows: [
    { typed: -30, at: -31, code: 'hits' },
    { typed: -28.4, at: -31, code: 'tiers' },
    { typed: -28.3, at: -31, code: 'tiers', n: -4 },
  ],
  runs: [-29, -28],
  taken: 'r2',
  billed: 1,
};

/** Bugs at the ends of periods, each with the shortest history in which the checkers notice it. */
export const BORDER_MUTANTS: readonly Mutant<BorderScene>[] = [
  {
    name: 'usage is late as soon as its period has ended',
    changes: [
      change(
        READER,
        "return isChanged ? waiting : { state: 'unbilled', end, until };",
        'void [isChanged, end];\n    return waiting;',
      ),
    ],
    caughtBy: beforeTheJob,
    says: /r1 .* is held as late, and would be billed/,
  },
  {
    name: 'the day of an invoice ends with that of UTC',
    changes: [
      change(
        BORDERS,
        'periodFrom + SHORTEST_DAY_MS : nextDay(periodFrom, zone);',
        "periodFrom + SHORTEST_DAY_MS : nextDay(periodFrom, 'UTC');",
      ),
    ],
    caughtBy: {
      zone: 'America/New_York',
      outage: [4, 28],
      rows: [{ typed: 25.5, at: 3, code: 'hits' }],
      runs: [-2, 26, 29],
      billed: 1,
    },
    says: /r1 .* is held as late, and would be billed/,
  },
  {
    name: 'usage of any earlier period waits for the same invoice',
    changes: [
      change(
        BORDERS,
        'if (now >= until || ms < beginningBefore(periodFrom, periodTo, zone)) return undefined;',
        'if (now >= until) return undefined;',
      ),
    ],
    caughtBy: {
      ...beforeTheJob,
      late: 'book',
      rows: [{ typed: 1.5, at: -40 * DAY, code: 'hits' }],
    },
    says: /0 rows are billed, not 1/,
  },
  {
    name: 'usage is booked before its own period has an invoice',
    changes: [
      change(
        PLACING,
        'if (period.booksFrom !== undefined && now < period.booksFrom)',
        'if (period.booksFrom !== undefined && now < 0)',
      ),
    ],
    caughtBy: {
      late: 'book',
      hides: '/invoices',
      rows: [{ typed: -0.1, at: -1, code: 'hits' }],
      runs: [-2, 0.1, 25],
      billed: 1,
    },
    says: /r1 was booked before the invoice of its own period was made/,
  },
  {
    name: 'invoices are not compared with what was sent after the end',
    changes: [change(PROVE, 'if (open.length === 0 || billsOf', 'if (open.length >= 0 || billsOf')],
    caughtBy: afterTheJob,
    says: UNTOLD,
  },
  {
    name: 'nobody remembers what was sent after the end',
    changes: [change(NEXT_ENTRY, 'periodEnd: endToProve(period),', 'periodEnd: undefined,')],
    caughtBy: afterTheJob,
    says: UNTOLD,
  },
  {
    name: 'what an invoice lacks counts as billed',
    changes: [
      change(
        VERDICT,
        "isCorrection ? 'untold' : 'not-billed';",
        "isCorrection ? 'untold' : 'billed';",
      ),
    ],
    caughtBy: afterTheJob,
    says: UNTOLD,
  },
  {
    name: 'what an invoice has counts as lacking',
    changes: [
      change(
        VERDICT,
        "isPassedOn(id) ? 'billed' : 'untold'",
        "isPassedOn(id) ? 'not-billed' : 'untold'",
      ),
    ],
    caughtBy: beforeTheJob,
    says: /r1 is shown as refused, and billed/,
  },
  {
    name: 'what was sent hours apart is taken to have arrived together',
    changes: [
      change(VERDICT, 'const APART_MS = 5 * MINUTE_MS;', 'const APART_MS = 500 * MINUTE_MS;'),
    ],
    caughtBy: {
      outage: [-1, 6.1],
      rows: [
        { typed: 1.5, at: -1, code: 'hits' },
        { typed: 5.9, at: -1, code: 'hits', n: 3 },
      ],
      runs: [-2, 2, 6.15, 7],
      slow: { run: 6.15, minutes: 3 },
      billed: 1,
    },
    says: /"r1".* is held, and billed/,
  },
  {
    name: 'a draft counts as an invoice',
    changes: [change(INVOICES, "if (invoice.isDraft) return 'draft';", '')],
    caughtBy: {
      ...draft,
      rows: [{ typed: 47.5, at: -1, code: 'hits' }],
      runs: [-2, 47.8, 49],
      billed: 1,
    },
    says: /r1 is shown as refused, and billed/,
  },
  {
    name: 'a draft surely takes what is sent until it is final',
    changes: [
      change(
        READER,
        '...(finalAt <= now + MAY_BE_FINAL_MS ? { end: to } : {}),',
        '...(finalAt <= now - MAY_BE_FINAL_MS ? { end: to } : {}),',
      ),
    ],
    caughtBy: finalMeanwhile,
    says: UNTOLD,
  },
  {
    name: 'what an invoice cannot tell counts as billed',
    changes: [
      change(VERDICT, "stateOf?.(index.id) ?? 'untold');", "stateOf?.(index.id) ?? 'billed');"),
    ],
    caughtBy: { ...afterTheJob, hides: '/plans' },
    says: UNTOLD,
  },
  {
    name: 'an invoice whose events may not be read is waited for',
    changes: [change(PROVE, 'UNREAD_AFTER_MS = 62 * DAY_MS;', 'UNREAD_AFTER_MS = 620 * DAY_MS;')],
    caughtBy: { ...afterTheJob, hides: '/events?' },
    says: UNTOLD,
  },
  {
    name: 'an invoice that is not made at once is never made',
    changes: [change(PROVE, 'NO_INVOICE_AFTER_MS = 2 * DAY_MS;', 'NO_INVOICE_AFTER_MS = 0;')],
    caughtBy: beforeTheJob,
    says: /"r1".* is held, and billed/,
  },
  {
    name: 'an unanswered event is sent again after the end without being proved',
    changes: [
      change(
        RUN,
        'return endToProve(period) !== undefined && index.periodEnd === undefined;',
        'return endToProve(period) !== undefined && index.periodEnd !== undefined;',
      ),
    ],
    caughtBy: {
      rows: [{ typed: -0.5, at: -1, code: 'hits' }],
      runs: [-2, -0.25, 0.15, 1],
      unanswered: -0.25,
      slow: { run: 0.15, minutes: 3 },
      billed: 0,
    },
    says: UNTOLD,
  },
  {
    name: 'a subscription made after the border waits for an invoice of the time before',
    changes: [
      change(
        BORDERS,
        'if (startedAt >= periodFrom || (createdAt !== undefined && createdAt >= periodFrom))',
        'if (startedAt >= periodFrom || (createdAt !== undefined && createdAt < 0))',
      ),
    ],
    caughtBy: {
      ...beforeTheJob,
      late: 'book',
      subscriptions: [subscribed({ kind: 'backdated' }, { created_at: moment(1) })],
      runs: [2, 7],
    },
    says: /0 rows are billed, not 1/,
  },
  {
    name: 'usage from before the first invoice counts as invoiced',
    changes: [
      change(
        PERIODS,
        'return counting.every((each) => isBeforeFirstInvoice(each, ms, zoneOf))',
        'return counting.every((each) => isBeforeFirstInvoice(each, Infinity, zoneOf))',
      ),
    ],
    caughtBy: {
      subscriptions: [backdated],
      rows: [{ typed: -1.5, at: -40 * DAY, code: 'hits' }],
      runs: [-1, 1],
      billed: 0,
    },
    says: REASON,
  },
  {
    name: 'usage from before a subscription was made was never invoiced',
    changes: [
      change(PERIODS, 'return first ? ms < first.from : false;', 'return first !== undefined;'),
    ],
    caughtBy: {
      subscriptions: [backdated],
      rows: [{ typed: 25.5, at: -20 * DAY, code: 'hits' }],
      runs: [-1, 26],
      billed: 0,
    },
    says: /r1 is held for event.before-first-invoice, and an invoice has its time/,
  },
  {
    name: 'a subscription takes usage until the moment of its planned end',
    changes: [
      change(
        PLANNED,
        "return { kind: 'end', at: endsAt, from: Math.max(day(running, endsAt), startedAt) };",
        "return { kind: 'end', at: endsAt, from: Math.max(endsAt, startedAt) };",
      ),
    ],
    caughtBy: {
      subscriptions: [ending],
      rows: [{ typed: -1, at: 12, code: 'hits' }],
      runs: [-2, -0.5, 1],
      billed: 0,
    },
    says: UNTOLD,
  },
  {
    name: 'a subscription that has ended took usage until its planned end',
    changes: [
      change(
        PERIODS,
        'endedAt ?? (planned === undefined ? endsAt : planned.from - 1);',
        '(planned === undefined ? endsAt : planned.from - 1) ?? endedAt;',
      ),
    ],
    caughtBy: {
      subscriptions: [ending],
      rows: [{ typed: 22, at: 12, code: 'hits' }],
      runs: [-2, 23, 50],
      billed: 0,
    },
    says: REASON,
  },
  {
    name: 'a subscription starts at the moment that was planned',
    changes: [
      change(
        CATALOG,
        'startedAt: found.started_at,',
        'startedAt: found.started_at === undefined ? undefined : found.subscription_at,',
      ),
    ],
    caughtBy: {
      subscriptions: [
        subscribed(
          { kind: 'starting' },
          { created_at: moment(-3 * DAY), subscription_at: moment(20) },
        ),
      ],
      rows: [{ typed: 22, at: 12, code: 'hits' }],
      runs: [-2, 23],
      billed: 1,
    },
    says: /0 rows are billed, not 1/,
  },
  {
    name: 'a smaller plan that is to come is not waited for',
    changes: [
      change(
        PLANNED,
        'return earlier(endOf(each, day), next && changeOfPlan(each, now));',
        'void [next, changeOfPlan];\n    return endOf(each, day);',
      ),
    ],
    caughtBy: {
      subscriptions: [downgraded],
      rows: [{ typed: -1, at: 0.1, code: 'hits' }],
      runs: [-2, -0.5, 1],
      billed: 0,
    },
    says: UNTOLD,
  },
  {
    name: 'the former plan is invoiced up to the job that changes it',
    changes: [
      change(PLANNED, 'return next && day(next, endedAt) - 1;', 'void next;\n  return undefined;'),
    ],
    caughtBy: {
      subscriptions: [downgraded],
      rows: [{ typed: 1.5, at: 0.1, code: 'hits' }],
      runs: [-2, 2],
      billed: 0,
    },
    says: REASON,
  },
  {
    name: 'a level that is late is put on a draft alone',
    changes: [
      change(
        PERIODS,
        'if (metric !== undefined && isCarriedOver(metric))',
        'if (metric === undefined || isCarriedOver({ ...metric, recurring: false }))',
      ),
    ],
    caughtBy: {
      ...draft,
      rows: [
        { typed: -71, at: -72, code: 'storage' },
        { typed: 5, at: -100, code: 'storage', n: 3 },
      ],
      runs: [-70, 6],
      billed: 1,
    },
    says: /the level of s is .* in Lago, and its rows come to/,
  },
  {
    name: 'a level is never late',
    changes: [
      change(
        RECURRING,
        'metric?.recurring === true && !isCarriedOver(metric);',
        'metric?.recurring === true;',
      ),
    ],
    caughtBy: {
      rows: [{ typed: 5, at: -20, code: 'storage' }],
      runs: [-2, 6],
      billed: 0,
    },
    says: UNTOLD,
  },
  {
    name: 'what is paid in advance is late after its period',
    changes: [
      change(
        PERIODS,
        "if (isPaidAtOnce(catalog, event.code, counting)) return { state: 'in-advance' };",
        '',
      ),
    ],
    caughtBy: {
      rows: [{ typed: 5, at: -1, code: 'advance' }],
      runs: [-2, 6],
      billed: 1,
    },
    says: /r1 .* is held as late, and would be billed/,
  },
  {
    name: 'less than nothing is sent to a charge that is paid in advance',
    changes: [
      change(
        REFUND,
        'return found === undefined ?',
        'return found === undefined || found.value !== "" ?',
      ),
    ],
    caughtBy: {
      rows: [{ typed: -5, at: -6, code: 'advance', n: -4 }],
      runs: [-8, -4],
      billed: 0,
    },
    says: UNTOLD,
  },
  {
    name: 'no number is too large where the plans are not known',
    changes: [change(COST_BOUND, "MOST_UNITS = new Big('1e15');", "MOST_UNITS = new Big('1e18');")],
    caughtBy: {
      hides: '/plans',
      rows: [
        { typed: -5, at: -6, code: 'hits', n: 1e17 },
        { typed: -5, at: -6, code: 'hits' },
      ],
      runs: [-4, 1],
      billed: 1,
    },
    says: /"r2".* was sent, is not billed, and not told/,
  },
  {
    name: 'a volume total falls below zero',
    changes: [change(COVER, 'if (!isNegative) return false;', 'if (isNegative) return false;')],
    caughtBy: {
      rows: [
        { typed: -30, at: -31, code: 'hits' },
        { typed: -30, at: -31, code: 'tiers', n: -4 },
      ],
      runs: [-29, 1],
      billed: 1,
    },
    says: UNTOLD,
  },
  {
    name: 'what Lago has of a volume total covers nothing',
    changes: [change(COVER, 'usage.forEach(add);', '')],
    caughtBy: {
      rows: [
        { typed: -30, at: -31, code: 'tiers' },
        { typed: -28, at: -31, code: 'tiers', n: -4 },
      ],
      runs: [-29, -27],
      billed: 2,
    },
    says: /1 rows are billed, not 2/,
  },
  {
    name: 'what was refused covers a volume total',
    changes: [
      change(
        TURNS,
        'turns.accept(delivery.entries.filter(isAccepted));',
        'turns.accept(delivery.entries);',
      ),
    ],
    caughtBy: refusedCover,
    says: UNTOLD,
  },
  {
    name: 'what a volume total needs goes together with what lowers it',
    changes: [change(COVER, 'if (this.reasonOf(unit) !== undefined) return false;', '')],
    caughtBy: refusedCover,
    says: UNTOLD,
  },
  {
    name: 'what is dated ahead covers a volume total now',
    changes: [change(COVER, 'if (at > this.now) {', 'if (at < 0) {')],
    caughtBy: {
      subscriptions: [subscribed({ kind: 'upgraded' })],
      rows: [
        { typed: -11.5, at: -5, code: 'tiers' },
        { typed: -11.5, at: -12, code: 'tiers', n: -4 },
        { typed: -11.5, at: -12, code: 'hits' },
      ],
      runs: [-13, -11],
      billed: 2,
    },
    says: /"r3".* was sent, is not billed, and not told/,
  },
];
