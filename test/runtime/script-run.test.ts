import { loadScriptRun, PageNode, type Runner } from './script-run-page';

interface Asked {
  readonly args: readonly unknown[];
  readonly answer: (value: unknown) => void;
}

const asked: Asked[] = [];
let run: () => Runner;

/** Until everything that can happen by itself has happened. */
const rest = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await jest.advanceTimersByTimeAsync(50);
};

describe('google.script.run of the page', () => {
  beforeAll(async () => {
    jest.useFakeTimers();
    run = await loadScriptRun(
      (_, args) =>
        new Promise((resolve) => asked.push({ args, answer: (value) => resolve({ value }) })),
    );
  });
  beforeEach(() => {
    asked.length = 0;
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => {
    jest.useRealTimers();
  });

  test('has ten calls under way at once; the next one waits', async () => {
    for (let call = 0; call < 12; call += 1) run().rpc(call);
    await rest();
    expect(asked.map(({ args }) => args[0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    asked[3]?.answer('done');
    await rest();
    expect(asked.map(({ args }) => args[0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const { answer } of asked.splice(0)) answer('done');
    await rest();
    expect(asked.map(({ args }) => args[0])).toEqual([11]);
    asked[0]?.answer('done');
    await rest();
  });

  test('answers in any order', async () => {
    const answers: unknown[] = [];
    const draws = [0.9, 0.1];
    jest.spyOn(Math, 'random').mockImplementation(() => draws.shift() ?? 0);
    for (const name of ['first', 'second'])
      run()
        .withSuccessHandler((value) => answers.push(value))
        .rpc(name);
    await rest();
    for (const { args, answer } of asked) answer(args[0]);
    await rest();
    expect(answers).toEqual(['second', 'first']);
  });

  test('gives each runner its own handlers and user object', async () => {
    const heard: unknown[] = [];
    const common = run().withSuccessHandler((value, userObject) => heard.push([value, userObject]));
    common.withUserObject('one').rpc('a');
    common.withUserObject('two').rpc('b');
    run().rpc('nobody listens');
    await rest();
    for (const { args, answer } of asked) {
      answer(args[0]);
      await rest();
    }
    expect(heard).toEqual([
      ['a', 'one'],
      ['b', 'two'],
    ]);
  });

  test('sends a copy, and refuses dates, functions and elements before anything is sent', async () => {
    const argument = { list: [1] };
    run().rpc(argument);
    argument.list.push(2);
    for (const illegal of [new Date(), () => undefined, { deep: [new Date()] }, new PageNode()])
      expect(() => run().rpc('x', illegal)).toThrow('Failed due to illegal value in property: 1');
    await rest();
    expect(asked.map(({ args }) => args)).toEqual([[{ list: [1] }]]);
    asked[0]?.answer(null);
    await rest();
  });
});
