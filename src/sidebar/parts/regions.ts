/** Lago's own clouds. The address is that of the API. */
export const REGIONS = [
  { address: 'https://api.getlago.com', region: 'US', label: 'Lago Cloud, US (api.getlago.com)' },
  {
    address: 'https://api.eu.getlago.com',
    region: 'EU',
    label: 'Lago Cloud, EU (api.eu.getlago.com)',
  },
] as const;

/** Stands for an address that is none of Lago's clouds. */
export const OWN = 'own';

/** The cloud that has this address, as its address; `own` if it is none. */
export const regionOf = (address: string): string =>
  REGIONS.find((region) => region.address === address)?.address ?? OWN;

/** An address as people read it: without `https://` in front. */
export const withoutScheme = (address: string): string => address.replace(/^https?:[/]{2}/, '');

/** Where an address is, in words, such as "EU (api.eu.getlago.com)". */
export function regionWords(address: string): string {
  const known = REGIONS.find((region) => region.address === address);
  return known === undefined
    ? `Own server, ${withoutScheme(address)}`
    : `${known.region} (${withoutScheme(address)})`;
}
