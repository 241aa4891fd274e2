import { MUTANTS } from './mutants';
import { changed } from './mutated';

test.each(MUTANTS)('the bug "$name" still fits the sources', ({ changes }) => {
  for (const change of changes) expect(changed(change.file, [change])).not.toBe('');
});
