import { BORDER_MUTANTS } from './borders/mutants';
import { BILL_MUTANTS } from './corrections/mutants';
import { MUTANTS } from './mutants';
import { changed } from './mutated';

test.each([...MUTANTS, ...BORDER_MUTANTS, ...BILL_MUTANTS])(
  'the bug "$name" still fits the sources',
  ({ changes }) => {
    for (const change of changes) expect(changed(change.file, [change])).not.toBe('');
  },
);
