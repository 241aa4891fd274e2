import { forbidden, unauthorized } from './errors';

export type Access = 'read' | 'write';

export type Resource =
  | 'organization'
  | 'event'
  | 'billable_metric'
  | 'plan'
  | 'customer'
  | 'subscription'
  | 'customer_usage'
  | 'invoice'
  | 'fee'
  | 'wallet';

/** A resource that is not named is out of reach. */
export type Permissions = Partial<Record<Resource, Access[]>>;

export interface ApiKey {
  value: string;
  /** Absent: everything is allowed, as for every organization without the permissions add-on. */
  permissions: Permissions | undefined;
}

/**
 * The second word of the header, whatever the first one is; a bare key is no key (lago:
 * requests.key).
 */
export function bearer(authorization: string | undefined): string {
  const key = secondWord(authorization);
  if (key === undefined) throw unauthorized();
  return key;
}

export const secondWord = (authorization: string | undefined): string | undefined =>
  authorization?.trim().split(/\s+/)[1];

/** GET reads, everything else writes. */
export function authorize(key: ApiKey, method: string, resource: Resource): void {
  const access: Access = method === 'GET' ? 'read' : 'write';
  if (key.permissions === undefined || key.permissions[resource]?.includes(access)) return;
  throw forbidden(`${access}_action_not_allowed_for_${resource}`);
}
