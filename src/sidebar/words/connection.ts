import type { ConnectionView, OrganizationChange, OrganizationEffect } from '../../rpc/contract';
import { regionWords } from '../parts/regions';

/** Where Lago keeps its events. */
export const STORES: Readonly<Record<ConnectionView['store'], string>> = {
  postgres: 'PostgreSQL',
  clickhouse: 'ClickHouse',
  unknown: 'Not told by this Lago (older than 1.47)',
};

const hasSameNames = ({ from, to }: OrganizationChange): boolean =>
  from?.organization.trim().toLowerCase() === to.organization.trim().toLowerCase();

/** Asks whether the key of another organization is meant. */
export function organizationQuestion(change: OrganizationChange): string {
  const { from, to } = change;
  const belongs = 'This key belongs to';
  if (from === undefined)
    return `${belongs} “${to.organization}”. Syncs here have sent to another organization.`;
  return hasSameNames(change)
    ? `${belongs} another organization with the same name, “${to.organization}”.`
    : `${belongs} “${to.organization}”, not to “${from.organization}”.`;
}

/**
 * What tells an organization from the other one of a change, besides its name: its key, and where
 * the names or the regions are of no help its id and region.
 */
export function organizationMarks(
  { organizationId, address, keyEnding }: ConnectionView,
  change: OrganizationChange,
): string[] {
  return [
    ...(keyEnding === '' ? [] : [`Key ends in ${keyEnding}`]),
    ...(change.from?.address === change.to.address ? [] : [regionWords(address)]),
    ...(hasSameNames(change) ? [`ID ${organizationId}`] : []),
  ];
}

/** What becomes of a sync under the key of an organization. @param name of the organization */
export const effectWords = (effect: OrganizationEffect, name: string): string =>
  ({
    stops:
      'has sent to another organization. It stops until you enter a key of that one again, ' +
      `or let it start anew in “${name}”.`,
    moves: `has sent nothing yet. It will send to “${name}”.`,
    returns: `has sent to “${name}” before. It goes on.`,
  })[effect];
