import { FILTER_HINTS, FILTER_NAMES } from '../../src/template/vocabulary';
import { codesOf, withProperties } from './fixture';

describe('the filters that completion offers', () => {
  it('are those that a template may use, in alphabetical order', () => {
    expect(FILTER_HINTS.map(({ name }) => name)).toEqual([...FILTER_NAMES].sort());
  });

  it.each(FILTER_HINTS)('$name says in one line what it makes', ({ hint }) => {
    expect(hint).toMatch(/^[A-Z][^\n]{5,70}$/);
    expect(hint).not.toMatch(/\.$/);
  });

  it.each(
    FILTER_HINTS.flatMap(({ name, hint }) =>
      /: (\w+: .+)$/.exec(hint) === null ? [] : [[name, /: (\w+: .+)$/.exec(hint)?.[1]]],
    ),
  )('%s compiles as its example %s', (_, example) => {
    expect(codesOf(withProperties(`{ "a": "{{ row.note | ${example} }}" }`))).toEqual([]);
  });
});
