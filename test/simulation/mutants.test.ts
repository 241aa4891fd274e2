import { IS_LONG, played } from '../bundle/long';
import { BORDER_MUTANTS } from './borders/mutants';
import { wrongAfter } from './borders/scene';
import { BILL_MUTANTS } from './corrections/mutants';
import { wrongBy } from './corrections/told';
import { MUTANTS, type Mutant, sprung } from './mutants';
import { type Change, Mutator } from './mutated';

const mutator = new Mutator();
afterAll(() => mutator.close());

/**
 * The first of those that one check catches, of which a short run plants every sixth; each of them
 * in the long runs.
 */
const isPlanted = ({ says }: Mutant, place: number): boolean =>
  IS_LONG || MUTANTS.findIndex((other) => String(other.says) === String(says)) === place;

/** A planted bug with what is wrong by some script in its trap. */
interface Planted extends Pick<Mutant, 'name' | 'changes' | 'says'> {
  readonly wrong: (code: string) => readonly string[];
}

const planted = <T>(
  mutants: readonly Mutant<T>[],
  wrong: (trap: T, code: string) => readonly string[],
): Planted[] =>
  mutants.map(({ caughtBy, ...mutant }) => ({ ...mutant, wrong: (code) => wrong(caughtBy, code) }));

const OF_LEDGER = planted(played(MUTANTS.filter(isPlanted), 6), sprung);
/** Of those of ends and bills a short run plants every fourth. */
const OF_BILLS = [...planted(BORDER_MUTANTS, wrongAfter), ...planted(BILL_MUTANTS, wrongBy)];

describe('a planted bug is noticed', () => {
  test.each([...OF_LEDGER, ...played(OF_BILLS, 4)])('$name', async ({ changes, says, wrong }) => {
    expect(wrong(await mutator.codeOf(changes))).toContainEqual(expect.stringMatching(says));
  });
});

/** One of each kind of trap in every run; each of them in the long ones. */
const isPlayed = (_: unknown, place: number): boolean => IS_LONG || place % 18 === 0;

describe('the product as it is, built in the same way, is not blamed', () => {
  let code = '';
  beforeAll(async () => {
    code = await mutator.codeOf([]);
  });

  test.each([...planted(MUTANTS, sprung).filter(isPlayed), ...OF_BILLS.filter(isPlayed)])(
    'that $name',
    ({ wrong }) => {
      expect(wrong(code)).toEqual([]);
    },
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
