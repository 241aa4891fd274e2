import { IS_LONG } from '../bundle/long';
import { CONTRACT, differences, isThere } from './contract';

if (!IS_LONG)
  it.skip('the fake answers as all recordings do: in a long run, and by npm run contract', () => {});
else if (!isThere())
  it.skip(`the fake answers as the recordings do: skipped, for there are none in ${CONTRACT}`, () => {});
else
  it.each([
    ['answers', 'postgres'],
    ['answers', 'clickhouse'],
    ['bills', 'postgres'],
    ['bills', 'clickhouse'],
  ] as const)('the fake’s %s on %s are those of a running Lago', async (part, store) => {
    expect(await differences(part, store)).toMatch(/^\d+ same, 0 differ\n$/);
  });
