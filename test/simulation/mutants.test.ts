import { IS_LONG, played } from '../bundle/long';
import { MUTANTS, type Mutant, sprung } from './mutants';
import { type Change, Mutator } from './mutated';

const mutator = new Mutator();
afterAll(() => mutator.close());

/** The first of those that one check catches, of which a short run plants every third; each of them in the long runs. */
const isPlanted = ({ says }: Mutant, place: number): boolean =>
  IS_LONG || MUTANTS.findIndex((other) => String(other.says) === String(says)) === place;

describe('a planted bug is noticed', () => {
  test.each(played(MUTANTS.filter(isPlanted), 6))('$name', async (mutant) => {
    expect(sprung(mutant.caughtBy, await mutator.codeOf(mutant.changes))).toContainEqual(
      expect.stringMatching(mutant.says),
    );
  });
});

/** One of each kind of trap in every run; each of them in the long ones. */
const isPlayed = (_: Mutant, place: number): boolean => IS_LONG || place % 18 === 0;

describe('the product as it is, built in the same way, is not blamed', () => {
  let code = '';
  beforeAll(async () => {
    code = await mutator.codeOf([]);
  });

  test.each(MUTANTS.filter(isPlayed))('that $name', ({ caughtBy }) => {
    expect(sprung(caughtBy, code)).toEqual([]);
  });
});

test('a bug that does not fit the sources any more is told as such', async () => {
  const codeOf = (change: Change): Promise<string> => mutator.codeOf([change]);
  const change = { file: 'src/sync/delivery/batch.ts', find: 'no such text', replace: '' };
  await expect(codeOf(change)).rejects.toThrow('This does not occur exactly once');
  await expect(codeOf({ ...change, find: 'return' })).rejects.toThrow(
    'This does not occur exactly once',
  );
  await expect(codeOf({ ...change, file: 'src/sidebar/draft.ts', find: '' })).rejects.toThrow(
    'is no part of Code.js',
  );
});
