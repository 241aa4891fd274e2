import type {
  ConnectionView,
  OrganizationChange,
  OrganizationEffect,
  OrganizationView,
} from '../../rpc/contract';
import { regionWords } from '../parts/regions';

/** Where Lago keeps its events. */
export const STORES: Readonly<Record<ConnectionView['store'], string>> = {
  postgres: 'PostgreSQL',
  clickhouse: 'ClickHouse',
  unknown: 'Not told by this Lago (older than 1.47)',
};

const hasSameNames = ({ from, to }: OrganizationChange): boolean =>
  from?.name.trim().toLowerCase() === to.name.trim().toLowerCase();

/** Asks whether the key of another organization is meant. */
export function organizationQuestion(change: OrganizationChange): string {
  const { from, to } = change;
  if (from === undefined)
    return `This key belongs to “${to.name}”. Syncs here have sent to another organization.`;
  return hasSameNames(change)
    ? `This key belongs to another organization with the same name, “${to.name}”.`
    : `This key belongs to “${to.name}”, not to “${from.name}”.`;
}

/**
 * What tells an organization from the other one of a change, besides its name: its key, and where
 * the names or the regions are of no help its id and region.
 */
export function organizationMarks(
  { id, address, keyEnding }: OrganizationView,
  change: OrganizationChange,
): string[] {
  return [
    ...(keyEnding === '' ? [] : [`Key ends in ${keyEnding}`]),
    ...(change.from?.address === change.to.address ? [] : [regionWords(address)]),
    ...(hasSameNames(change) ? [`ID ${id}`] : []),
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
