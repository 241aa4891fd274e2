import { quotaProblem } from '../../src/apps-script/quota';

const code = (text: string): string | undefined => quotaProblem(text)?.code;

test.each([
  // Google's documentation, with a capital; then as it was reported.
  ['quota.requests', 'Service invoked too many times: UrlFetch.'],
  ['quota.requests', 'Service invoked too many times for one day: urlfetch.'],
  ['quota.requests', 'Service invoked too many times for one day: urlfetch. (line 43).'],
  ['quota.requests', "Trop d'appels pour ce service aujourd'hui : urlfetch."],
  ['quota.requests', 'Servicio solicitado demasiadas veces para un mismo día: urlfetch.'],
  [
    'quota.requests',
    '1 日にサービス urlfetch を実行した回数が多すぎます。（行 4、ファイル「コード」）',
  ],
  ['quota.mail', 'Usługa wywołana zbyt wiele razy jednego dnia: email.'],
  ['quota.mail', 'Servicio solicitado demasiadas veces en un mismo día: gmail.'],
  ['quota.properties', 'Service invoked too many times for one day: properties.'],
  ['quota.trigger-time', 'Service using too much computer time for one day.'],
  [
    'google.too-fast',
    'Service invoked too many times in a short time: urlfetch. Try Utilities.sleep(1000) between calls.',
  ],
  ['google.too-fast', 'Script invoked too many times per second for this Google user account.'],
  [
    'google.too-fast',
    'Bandwidth quota exceeded: https://lago.example/api. Try reducing the rate of data transfer.',
  ],
  [
    'google.settings-full',
    'You have exceeded the property storage quota. Please remove some properties and try again.',
  ],
  [
    'google.cells-full',
    'This action would increase the number of cells in the workbook above the limit of 10000000 cells.',
  ],
  ['google.cells-full', 'La limite est de 10 000 000 cellules.'],
])('%s: %s', (expected, text) => {
  expect(code(text)).toBe(expected);
});

test.each([
  'Service error: UrlFetch',
  'Service unavailable: Properties',
  'Service Spreadsheets timed out while accessing document with id 1AbC.',
  'DNS error: https://urlfetch',
  'Address unavailable: https://lago.example/service: urlfetch.',
  'Request failed for https://lago.example returned code 500. Truncated server response: email of the person',
  'Failed to send email: no recipient',
  'Invalid email: nobody',
  'Argument too large: value',
  'The starting row of the range is too small.',
  'There is no property: propertiesOfMine',
  '100000000 rows',
  '',
])('no quota: %s', (text) => {
  expect(code(text)).toBeUndefined();
});
