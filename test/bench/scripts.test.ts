import { SCRIPTS, speedOf, worstKill } from '../../bench/scripts';

const script = (name: string) => {
  const found = SCRIPTS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`There is no ${name}.`);
  return found;
};

describe('what the product is compared with', () => {
  test.each(SCRIPTS.map((each) => [each.name, each] as const))('sends every row: %s', (_, each) => {
    const { executions, inOne } = speedOf(each, 400);
    expect(executions).toBe(1);
    expect(inOne).toBe(400);
  });

  test('the tutorial script sends at most 900 rows in six minutes', () => {
    const { executions, inOne } = speedOf(script('tutorial script'), 1_000);
    expect(executions).toBe(2);
    expect(inOne).toBeGreaterThan(800);
    expect(inOne).toBeLessThan(900);
  });

  test('the tutorial script bills rows twice when it is killed, the better one loses rows', () => {
    expect(worstKill(script('tutorial script')).twice).toBeGreaterThan(0);
    expect(worstKill(script('better script')).never).toBeGreaterThan(0);
  });

  test('the one with a ledger bills nothing twice and loses nothing', () => {
    expect(worstKill(script('with a ledger'))).toMatchObject({ twice: 0, never: 0 });
  });
});
