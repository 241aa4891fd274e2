import { lagoDestination } from '../../lago/destination';
import { prerequisitesOf } from '../../lago/prerequisites';
import { required } from '../../problem/problem';
import type { Argument, Environment, Value } from '../../rpc/contract';
import { FILTER_HINTS } from '../../template/vocabulary';
import {
  type Connection,
  enteredAccess,
  readConnection,
  requireConnection,
  storeConnection,
  viewOf,
} from '../connection';
import { type Execution, portsOf, requireIdentity } from '../sync-runner';
import { urlFetchHttp } from '../url-fetch-http';

/** How people name an organization that is only for trying things out. */
const TEST_NAME = /\b(?:test|testing|sandbox|staging|demo|dev|trial)\b/i;

const guess = (organization: string): Environment =>
  TEST_NAME.test(organization) ? 'test' : 'live';

/** Checks an address and key against Lago and stores them. */
export function connect(
  { runtime, clock }: Execution,
  entered: Argument<'connect'>,
): Value<'connect'> {
  const before = readConnection(runtime);
  const access = enteredAccess(before, entered);
  const { organization, name, store, zone } = requireIdentity(
    lagoDestination(urlFetchHttp(runtime, access, clock), clock, access.requestsPerSecond),
  );
  // A test organization often has the same name as the live one, so ids decide.
  const kept = before?.organizationId === organization ? before.environment : undefined;
  const checked: Connection = {
    ...access,
    organization: name,
    organizationId: organization,
    store,
    zone,
    environment: entered.environment ?? kept ?? guess(name),
  };
  storeConnection(runtime, checked);
  return viewOf(checked);
}

export function labelConnection(
  { runtime }: Execution,
  { environment }: Argument<'labelConnection'>,
): Value<'labelConnection'> {
  const labelled = { ...requireConnection(runtime), environment };
  storeConnection(runtime, labelled);
  return viewOf(labelled);
}

export const prerequisites = (execution: Execution): Value<'prerequisites'> => ({
  prerequisites: prerequisitesOf(required(portsOf(execution).destination.inventory())),
});

/** Metrics offered for choosing. More would slow the page down; their codes can be typed. */
const MOST_METRICS = 2_000;

export function vocabulary(execution: Execution): Value<'vocabulary'> {
  const connection = readConnection(execution.runtime);
  const metrics = connection && required(portsOf(execution, connection).destination.metrics());
  return {
    metrics:
      metrics &&
      [...metrics.values()]
        .slice(0, MOST_METRICS)
        .map(({ code, name, aggregation, field, expression }) => ({
          code,
          name,
          aggregation,
          field,
          hasExpression: expression !== undefined,
        })),
    filters: FILTER_HINTS,
  };
}

const NEWEST = 5;

export const newestEvents = (execution: Execution): Value<'newestEvents'> => ({
  events: required(portsOf(execution).destination.newest(NEWEST)).map((event) => ({
    transactionId: event.transaction_id,
    subscription: event.external_subscription_id,
    code: event.code,
    time: event.time,
    receivedAt: event.receivedAt,
    properties: JSON.stringify(event.properties),
  })),
});
