import { GoogleException } from './exception';

/** What is left of a day's allowance. A test may set any of them, to 0 for instance. */
export interface Quotas {
  urlFetchCalls: number;
  mailRecipients: number;
  propertyReads: number;
  propertyWrites: number;
  /** Virtual running time of all triggers together. */
  triggerMs: number;
}

/** For consumer accounts (Apps Script guide: Quotas for Google Services). */
export const CONSUMER_QUOTAS: Readonly<Quotas> = {
  urlFetchCalls: 20_000,
  mailRecipients: 100,
  propertyReads: 50_000,
  propertyWrites: 50_000,
  triggerMs: 90 * 60_000,
};

const SERVICE: { readonly [quota in keyof Quotas]: string } = {
  urlFetchCalls: 'Service invoked too many times for one day: urlfetch.',
  mailRecipients: 'Service invoked too many times for one day: email.',
  propertyReads: 'Service invoked too many times for one day: properties.',
  propertyWrites: 'Service invoked too many times for one day: properties.',
  triggerMs: 'Service using too much computer time for one day.',
};

export function spend(quotas: Quotas, quota: keyof Quotas, amount = 1): void {
  if (quotas[quota] < amount) throw new GoogleException(SERVICE[quota]);
  quotas[quota] -= amount;
}
