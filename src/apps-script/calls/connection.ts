import { type LagoDestination, lagoDestination } from '../../lago/destination';
import { prerequisitesOf } from '../../lago/prerequisites';
import { ProblemError, problem, required } from '../../problem/problem';
import type {
  Argument,
  Environment,
  OrganizationChange,
  OrganizationEffect,
  Value,
} from '../../rpc/contract';
import type { Sync } from '../../sync/sync';
import { FILTER_HINTS } from '../../template/vocabulary';
import {
  type Connection,
  enteredAccess,
  readConnection,
  requireConnection,
  storeConnection,
  viewOf,
} from '../connection';
import { type Execution, LOCK_WAIT_MS, portsOf, requireIdentity, withLock } from '../sync-runner';
import { urlFetchHttp } from '../url-fetch-http';

/** How people name an organization that is only for trying things out. */
const TEST_NAME = /\b(?:test|testing|sandbox|staging|demo|dev|trial)\b/i;

const guess = (organization: string): Environment =>
  TEST_NAME.test(organization) ? 'test' : 'live';

/** Refuses a key that may not write events, before anybody relies on it. */
function requireWriting(destination: Pick<LagoDestination, 'deliver'>): void {
  // Lago looks at the permission before it looks at the events (lago: requests.order), and takes
  // nothing from an empty batch (lago: batch.size). Anything but a 403 says nothing about the key,
  // but a proxy may let readings pass and nothing else.
  const [answer] = destination.deliver([[]]);
  if (answer?.kind !== 'stop') return;
  if (answer.problem.code === 'lago.not-lago') throw new ProblemError(answer.problem);
  if (answer.problem.code === 'lago.forbidden')
    throw new ProblemError(problem('lago.may-not-write'));
}

const effectOn = ({ organization }: Sync, to: string): OrganizationEffect => {
  if (organization === undefined) return 'moves';
  return organization === to ? 'returns' : 'stops';
};

/** What storing a connection would change; undefined if it is of the same organization. */
function changeBy(
  { settings }: Execution,
  before: Connection | undefined,
  entered: Connection,
): OrganizationChange | undefined {
  const { organizationId } = entered;
  const syncs = settings.legible().map((sync) => ({
    name: sync.name,
    effect: effectOn(sync, organizationId),
  }));
  const isChange =
    before === undefined
      ? syncs.some(({ effect }) => effect === 'stops')
      : before.organizationId !== organizationId;
  return isChange ? { from: before && viewOf(before), to: viewOf(entered), syncs } : undefined;
}

/**
 * Checks an address and key against Lago and stores them; see Api. Takes the lock only to store
 * them: Lago may take long to answer.
 */
export function connect(execution: Execution, entered: Argument<'connect'>): Value<'connect'> {
  const { runtime, clock, pace } = execution;
  const before = readConnection(runtime);
  const access = enteredAccess(before, entered);
  const http = urlFetchHttp(runtime, access, clock);
  const destination = lagoDestination(http, clock, access.requestsPerSecond, { pace });
  const { organization, name, store, zone } = requireIdentity(destination);
  requireWriting(destination);
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
  return withLock(execution, LOCK_WAIT_MS, () => storeChecked(execution, before, checked, entered));
}

const isSame = (left: Connection | undefined, right: Connection | undefined): boolean =>
  JSON.stringify(left) === JSON.stringify(right);

/**
 * Stores a connection that was checked, unless a person has to accept it, or somebody has stored
 * another one while Lago was asked. The caller holds the lock.
 * @throws ProblemError settings.stale
 */
function storeChecked(
  execution: Execution,
  before: Connection | undefined,
  checked: Connection,
  { accepted }: Argument<'connect'>,
): Value<'connect'> {
  const { runtime } = execution;
  const stored = readConnection(runtime);
  if (!isSame(stored, before) && !isSame(stored, checked))
    throw new ProblemError(problem('settings.stale'));
  const change = changeBy(execution, before, checked);
  if (change !== undefined && accepted !== checked.organizationId) return { unconfirmed: change };
  storeConnection(runtime, checked);
  return viewOf(checked);
}

/** The caller holds the lock. */
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
