import {
  OWN,
  REGIONS,
  regionOf,
  regionWords,
  withoutScheme,
} from '../../../src/sidebar/parts/regions';

test('the regions of Lago’s cloud are known by their address, any other address is an own server', () => {
  for (const { address } of REGIONS) expect(regionOf(address)).toBe(address);
  expect(regionOf('https://lago.example.com')).toBe(OWN);
});

test('an address is read without its scheme, with the region in front', () => {
  expect(regionWords('https://api.eu.getlago.com')).toBe('EU (api.eu.getlago.com)');
  expect(regionWords('https://lago.example.com')).toBe('Own server, lago.example.com');
  expect(withoutScheme('http://10.0.0.1:3000')).toBe('10.0.0.1:3000');
});
