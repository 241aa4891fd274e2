import { type Problem, problem } from '../problem/problem';
import { count } from '../value/count';
import type { Metric, Plan } from './catalog';
import type { Listing } from './listing';

/**
 * What Lago has to bill with. A part that the key may not read is undefined. Subscriptions are only
 * counted, because there may be many.
 */
export interface Inventory {
  /** Undefined if the key may not read them. */
  readonly metrics: Listing<Metric> | undefined;
  /** Undefined if the key may not read them. */
  readonly plans: Listing<Plan> | undefined;
  /** Number of active ones; undefined if the key may not read them. */
  readonly subscriptions: number | undefined;
}

/** One thing that Lago must have before it bills an event, as the sidebar lists it. */
export interface Prerequisite {
  /** Which list of Lago's it is about. */
  readonly what: 'metrics' | 'plans' | 'subscriptions';
  /** How many there are; undefined if the key may not read them. */
  readonly count: number | undefined;
  /** What is missing, if anything. */
  readonly problem: Problem | undefined;
}

const NAMED_METRICS = 5;

/** Names in a sentence: “A”, “B” and 2 more. */
function inWords(metrics: readonly Metric[]): string {
  const names = metrics.slice(0, NAMED_METRICS).map(({ name }) => `“${name}”`);
  if (metrics.length > NAMED_METRICS)
    return `${names.join(', ')} and ${count(metrics.length - NAMED_METRICS)} more`;
  return names.length < 2
    ? names.join('')
    : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

/** What no plan charges for, in words; undefined if there is nothing or it can't be told. */
function uncharged({ metrics, plans }: Inventory): string | undefined {
  if (plans === undefined) return undefined;
  // A plan that was not read may charge for anything.
  if (plans.items.length < plans.total) return undefined;
  const charged = new Set(plans.items.flatMap(({ charges }) => [...charges.keys()]));
  if (charged.size === 0) return 'any billable metric';
  const missing = (metrics?.items ?? []).filter(({ code }) => !charged.has(code));
  return missing.length === 0 ? undefined : inWords(missing);
}

/**
 * What must be in Lago before it bills an event and what is missing, in the order in which people
 * create it there.
 */
export function prerequisitesOf(inventory: Inventory): readonly Prerequisite[] {
  const { metrics, plans, subscriptions } = inventory;
  const missing = uncharged(inventory);
  return [
    {
      what: 'metrics',
      count: metrics?.total,
      problem:
        metrics === undefined
          ? problem('lago.unchecked', { what: 'billable metrics' })
          : metrics.total === 0
            ? problem('lago.no-metrics')
            : undefined,
    },
    {
      what: 'plans',
      count: plans?.total,
      problem:
        plans === undefined
          ? problem('lago.unchecked', { what: 'plans' })
          : missing === undefined
            ? undefined
            : problem('lago.no-plans', { metrics: missing }),
    },
    {
      what: 'subscriptions',
      count: subscriptions,
      problem:
        subscriptions === undefined
          ? problem('lago.unchecked', { what: 'subscriptions' })
          : subscriptions === 0
            ? problem('lago.no-subscriptions')
            : undefined,
    },
  ];
}
