import { problem } from '../../../src/problem/problem';
import { driveParts } from '../../../src/sidebar/server/drive-parts';
import { NO_ANSWER } from '../../../src/sidebar/server/server';

describe('work in parts', () => {
  interface Part {
    readonly next: number | undefined;
  }
  const drive = (
    answers: readonly (Part | ReturnType<typeof problem>)[],
    isLeft = (): boolean => false,
  ) => {
    const asked: (number | undefined)[] = [];
    const pauses: number[] = [];
    return {
      asked,
      pauses,
      drive: {
        ask: (next: number | undefined): Promise<Part> => {
          const answer = answers[asked.push(next) - 1];
          return answer !== undefined && 'next' in answer
            ? Promise.resolve(answer)
            : Promise.reject(answer);
        },
        pause: (ms: number) => {
          pauses.push(ms);
          return Promise.resolve();
        },
        isLeft,
        onPart: () => undefined,
      },
    };
  };

  test('goes on until a part has no next', async () => {
    const { drive: driven, asked } = drive([{ next: 1 }, { next: 2 }, { next: undefined }]);
    expect((await driveParts<Part>(driven)).parts).toHaveLength(3);
    expect(asked).toEqual([undefined, 1, 2]);
  });

  test('asks again for a part whose answer was lost, and waits for another run', async () => {
    const {
      drive: driven,
      asked,
      pauses,
    } = drive([{ next: 1 }, NO_ANSWER, problem('run.busy'), { next: undefined }]);
    expect(await driveParts<Part>(driven)).toMatchObject({
      parts: [{ next: 1 }, {}],
      problem: undefined,
    });
    expect([asked, pauses]).toEqual([
      [undefined, 1, 1, 1],
      [3_000, 5_000],
    ]);
  });

  test('ends with a problem, and goes on from there', async () => {
    const found = problem('lago.unauthorized');
    const first = await driveParts<Part>(drive([{ next: 1 }, found]).drive);
    expect(first).toEqual({ parts: [{ next: 1 }], problem: found });
    const { drive: driven, asked } = drive([{ next: undefined }]);
    expect((await driveParts<Part>(driven, first.parts)).parts).toHaveLength(2);
    expect(asked).toEqual([1]);
  });

  test('ends when the screen is left', async () => {
    const { drive: driven, asked } = drive([{ next: 1 }, { next: undefined }], () => true);
    await driveParts<Part>(driven);
    expect(asked).toEqual([undefined]);
  });
});
