import { IS_LONG } from '../bundle/long';
import { MUTANTS, type Mutant, sprung } from './mutants';
import { type Change, Mutator } from './mutated';

/** Not a claim about speed: a machine that does other things meanwhile must not fail the test. */
const SLOW_MACHINE_MS = 120_000;

const mutator = new Mutator();
afterAll(() => mutator.close());

describe('a planted bug is noticed', () => {
  test.each(MUTANTS)(
    '$name',
    async (mutant) => {
      expect(sprung(mutant.caughtBy, await mutator.codeOf(mutant.changes))).toContainEqual(
        expect.stringMatching(mutant.says),
      );
    },
    SLOW_MACHINE_MS,
  );
});

/** One of each kind of trap in every run; each of them in the long ones. */
const isPlayed = (_: Mutant, place: number): boolean => IS_LONG || place % 6 === 0;

describe('the product as it is, built in the same way, is not blamed', () => {
  let code = '';
  beforeAll(async () => {
    code = await mutator.codeOf([]);
  });

  test.each(MUTANTS.filter(isPlayed))(
    'that $name',
    ({ caughtBy }) => {
      expect(sprung(caughtBy, code)).toEqual([]);
    },
    SLOW_MACHINE_MS,
  );
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
