import type { Job } from './clockwork';
import { billInAdvance } from './in-advance';
import { billEndedPeriods, finalize, terminate } from './invoicing';
import type { Organization } from './organization';
import type { Plan, Subscription } from './records';
import {
  CLEARED_AFTER,
  clearedAt,
  endDay,
  nextBorder,
  startDay,
  startPending,
} from './subscriptions';
import type { Micros } from './timestamp';

/** The earliest of the instants of those records that have one. */
function earliest<T>(
  records: readonly T[],
  instantOf: (record: T) => Micros | null,
): Micros | null {
  let found: Micros | null = null;
  for (const record of records) {
    const instant = instantOf(record);
    if (instant !== null && (found === null || instant < found)) found = instant;
  }
  return found;
}

/** Starts and ends subscriptions whose day has come. */
function ofSubscriptions(
  dueOf: (organization: Organization, subscription: Subscription) => Micros | null,
  act: (organization: Organization, subscription: Subscription, at: Micros) => void,
): Pick<Job, 'due' | 'run'> {
  return {
    due: (organization) =>
      earliest(organization.subscriptions, (each) => dueOf(organization, each)),
    run: (organization, at) => {
      for (const subscription of [...organization.subscriptions]) {
        const due = dueOf(organization, subscription);
        if (due !== null && due <= at) act(organization, subscription, at);
      }
    },
  };
}

const CLEARED_SUBSCRIPTIONS = ofSubscriptions(clearedAt, terminate);

const planClearedAt = ({ deletedAt }: Plan): Micros | null =>
  deletedAt === null ? null : deletedAt + CLEARED_AFTER;

/** Ends what hangs on deleted customers and plans, then takes the plans away. */
const CLEARING: Pick<Job, 'due' | 'run'> = {
  due: (organization) =>
    earliest(
      [CLEARED_SUBSCRIPTIONS.due(organization), earliest(organization.plans, planClearedAt)],
      (instant) => instant,
    ),
  run: (organization, at) => {
    CLEARED_SUBSCRIPTIONS.run(organization, at);
    for (const plan of [...organization.plans])
      if ((planClearedAt(plan) ?? at + 1n) <= at) removePlan(organization, plan, at);
  },
};

/** Drafts of a plan that goes are made final. */
function removePlan(organization: Organization, plan: Plan, at: Micros): void {
  for (const draft of [...organization.drafts])
    if (draft.subscription.plan === plan) finalize(organization, draft, at);
  organization.plans.splice(organization.plans.indexOf(plan), 1);
}

/** Lago's jobs, in the order in which they run at one minute (lago: jobs.minutes). */
export const JOBS: readonly Job[] = [
  { name: 'clear', ...CLEARING },
  {
    name: 'event',
    due: ({ eventJobs }) => eventJobs.next(),
    run: (organization, at) => {
      for (const event of organization.eventJobs.takeUntil(at))
        billInAdvance(organization, event, at);
    },
  },
  { name: 'start', ...ofSubscriptions(startDay, startPending) },
  { name: 'end', ...ofSubscriptions(endDay, terminate) },
  {
    name: 'bill',
    ...ofSubscriptions(nextBorder, billEndedPeriods),
  },
  {
    name: 'finalize',
    due: ({ drafts }) => earliest([...drafts], ({ finalizesAt }) => finalizesAt),
    run: (organization, at) => {
      for (const draft of [...organization.drafts])
        if (draft.finalizesAt <= at) finalize(organization, draft, at);
    },
  },
];
