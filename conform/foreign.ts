import { InputProblem } from '../sandbox/input-problem';
import { PREFIX } from './account';
import { type Json, listAt, textAt, valueAt } from './json';
import type { Lago } from './lago';

/** A list of Lago's, and the fields of which one has to be named as runs name what they make. */
interface List {
  readonly what: string;
  readonly name: string;
  readonly query?: string;
  readonly fields: readonly string[];
}

const ALL_STATUSES = ['active', 'pending', 'terminated', 'canceled', 'incomplete']
  .map((status) => `status[]=${status}`)
  .join('&');

const LISTS: readonly List[] = [
  { what: 'billable metric', name: 'billable_metrics', fields: ['code'] },
  { what: 'plan', name: 'plans', fields: ['code'] },
  { what: 'customer', name: 'customers', fields: ['external_id'] },
  {
    what: 'subscription',
    name: 'subscriptions',
    query: ALL_STATUSES,
    fields: ['external_id'],
  },
  {
    what: 'event',
    name: 'events',
    fields: ['transaction_id', 'external_subscription_id', 'code'],
  },
];

const OWN_ONE = 'Use an organization of its own, with nothing in it.';
const PER_PAGE = 500;

/**
 * Refuses an organization that holds anything that no run has made, because somebody may need it.
 * @throws InputProblem that names the first such thing
 */
export function refuseForeign(lago: Lago): void {
  for (const list of LISTS) {
    const foreign = firstForeign(lago, list);
    const named = `the ${list.what} “${foreign}”`;
    if (foreign !== undefined)
      throw new InputProblem(
        `The organization holds ${named}, which conform has not made. ${OWN_ONE}`,
      );
  }
}

function firstForeign(lago: Lago, { name, query = '', fields }: List): string | undefined {
  for (let page: Json = 1; page !== null; ) {
    const path: string = `/${name}?per_page=${PER_PAGE}&page=${page}&${query}`;
    const { status, body } = lago.get(path);
    if (status !== 200) throw new InputProblem(`GET ${path} was answered with ${status}.`);
    const foreign = listAt(body, name).find((item) =>
      fields.every((field) => !textAt(item, field).startsWith(PREFIX)),
    );
    if (foreign !== undefined) return textAt(foreign, fields[0] ?? '');
    page = valueAt(body, 'meta', 'next_page');
  }
  return undefined;
}
