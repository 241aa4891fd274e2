import { newGoogle } from './google';

/** The sheet as people see it. */
function loaded(text: string): string[][] {
  const google = newGoogle();
  google.loadCsv('Usage', text);
  return google.spreadsheet.table('Usage');
}

describe('a CSV', () => {
  test.each([
    ['commas', 'id,n\na,1.5\n'],
    ['semicolons', 'id;n\na;1.5\n'],
    ['tabs', 'id\tn\na\t1.5\n'],
    ['a mark of its letters, and the line ends of Windows', '\ufeffid,n\r\na,1.5\r\n'],
    ['quotes around everything', '"id";"n"\n"a";"1.5"\n'],
  ])('is read with %s', (_, text) => {
    expect(loaded(text)).toEqual([
      ['id', 'n'],
      ['a', '1.5'],
    ]);
  });

  test('is divided by the sign that its first line has most of, outside of quotes', () => {
    expect(loaded('"id;x;y",n\na;b,2\n')).toEqual([
      ['id;x;y', 'n'],
      ['a;b', '2'],
    ]);
  });

  test('keeps empty lines, so that a row has the number that it has in the file', () => {
    expect(loaded('\nid,n\n\na,1\n,\nb,2\n')).toEqual([
      ['', ''],
      ['id', 'n'],
      ['', ''],
      ['a', '1'],
      ['', ''],
      ['b', '2'],
    ]);
  });

  test('has text columns below titles that are not in its first line', () => {
    const google = newGoogle();
    google.loadCsv('Usage', 'Usage of May\n\nid,n\n007,007\n', { textColumns: ['id'] });
    expect(google.spreadsheet.table('Usage').at(-1)).toEqual(['007', '7']);
  });
});
