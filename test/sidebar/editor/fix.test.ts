import { problem } from '../../../src/problem/problem';
import type { Fix, TemplateProblem } from '../../../src/rpc/contract';
import { carryProblems } from '../../../src/sidebar/editor/fix';

const fix = (...edits: Fix['edits']): Fix => ({ label: 'Repair', edits });
const at = (from: number, to: number, ...fixes: Fix[]): TemplateProblem => ({
  ...problem('template.customer-field'),
  from,
  to,
  fixes,
});

describe('problems of an older text', () => {
  const checked = 'aaa BAD zzz';

  test('move with what was typed before them, and their fixes too', () => {
    const found = carryProblems(
      [at(4, 7, fix({ from: 4, to: 7, insert: 'GOOD' }))],
      checked,
      `new ${checked}`,
    );
    expect(found).toEqual([at(8, 11, fix({ from: 8, to: 11, insert: 'GOOD' }))]);
  });

  test('stay where they are when something is typed behind them', () => {
    expect(carryProblems([at(4, 7)], checked, `${checked} new`)).toEqual([at(4, 7)]);
  });

  test('go when the typing touches them, until the next check', () => {
    expect(carryProblems([at(4, 7)], checked, 'aaa BxAD zzz')).toEqual([]);
    expect(carryProblems([at(4, 7)], checked, 'aaa BADx zzz')).toEqual([]);
  });

  test('lose a fix that the typing touched elsewhere', () => {
    const both = at(
      4,
      7,
      fix({ from: 4, to: 7, insert: 'x' }),
      fix({ from: 4, to: 7, insert: 'y' }, { from: 10, to: 11, insert: '' }),
    );
    expect(carryProblems([both], checked, 'aaa BAD zz!')).toEqual([
      at(4, 7, fix({ from: 4, to: 7, insert: 'x' })),
    ]);
  });

  test('that reach over the end of the text are left out, whatever it was', () => {
    expect(carryProblems([at(4, 70), at(-1, 2), at(9, 8)], checked, checked)).toEqual([]);
  });
});
