import {
  shownHeaders,
  writtenHeaders,
} from '../../../../src/sidebar/screens/setup/written-headers';

describe('headers as lines', () => {
  test('show names, and dots in the place of their values', () => {
    expect(shownHeaders(['CF-Access-Client-Id', 'CF-Access-Client-Secret'])).toBe(
      'CF-Access-Client-Id: •••\nCF-Access-Client-Secret: •••',
    );
    expect(shownHeaders(undefined)).toBe('');
  });

  test('are read with values that contain colons and spaces', () => {
    expect(writtenHeaders('X-Time: 10:30 : 11\n  Proxy-Authorization :Basic YTpi==  ')).toEqual([
      { name: 'X-Time', value: '10:30 : 11' },
      { name: 'Proxy-Authorization', value: 'Basic YTpi==' },
    ]);
  });

  test('ask with no value for those that are stored', () => {
    expect(writtenHeaders(`${shownHeaders(['X-Proxy'])}\nX-New: a•••`)).toEqual([
      { name: 'X-Proxy', value: '' },
      { name: 'X-New', value: 'a•••' },
    ]);
  });

  test('pass over empty lines, and keep a line without a value, which the server names', () => {
    expect(writtenHeaders('\n \r\nX-Proxy\r\n')).toEqual([{ name: 'X-Proxy', value: '' }]);
    expect(writtenHeaders('')).toEqual([]);
  });
});
