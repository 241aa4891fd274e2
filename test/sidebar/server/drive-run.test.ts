import { type Problem, problem } from '../../../src/problem/problem';
import {
  type Doing,
  type Drive,
  driveRun,
  joinReports,
} from '../../../src/sidebar/server/drive-run';
import { NO_ANSWER } from '../../../src/sidebar/server/server';

type RunReport = Awaited<ReturnType<Drive['ask']>>;

const LOST = NO_ANSWER;
const BUSY = problem('run.busy');

const report = (delivered: number, left: number, more: Partial<RunReport> = {}): RunReport => ({
  sync: 's1',
  run: 'run-1',
  trigger: 'person',
  startedAt: 1000,
  endedAt: 2000,
  rows: { send: left, hold: 0, wait: 0, sent: 0, flag: 0, refused: 0, elsewhere: 0 },
  delivered,
  rejected: 0,
  left,
  problems: [],
  checksOff: [],
  stopped: left > 0 ? problem('run.time', { events: left }) : undefined,
  ...more,
});

/** A drive with these answers one after the other; each takes a second. `cancelAt` is the number of the question during which it is cancelled. */
function drive(answers: readonly (RunReport | Problem)[], cancelAt?: number) {
  const steps: Doing[] = [];
  const pauses: number[] = [];
  let asked = 0;
  let now = 0;
  const made: Drive = {
    ask: async () => {
      asked++;
      now += 1000;
      const answer = answers[asked - 1];
      if (answer === undefined) throw problem('internal', { detail: 'asked too often' });
      if ('remedy' in answer) throw answer;
      return answer;
    },
    pause: async (ms) => {
      pauses.push(ms);
    },
    isCancelled: () => cancelAt !== undefined && asked >= cancelAt,
    now: () => now,
    onStep: (doing) => steps.push(doing),
  };
  return { made, steps, pauses, asked: () => asked };
}

test('slices are asked for until nothing is left', async () => {
  const { made, asked } = drive([report(400, 600), report(400, 200), report(200, 0)]);
  const { slices, problem: found, cancelled } = await driveRun(made);
  expect(asked()).toBe(3);
  expect(slices.map(({ handled, left, ms }) => [handled, left, ms])).toEqual([
    [400, 600, 1000],
    [400, 200, 1000],
    [200, 0, 1000],
  ]);
  expect(found).toBeUndefined();
  expect(cancelled).toBe(false);
});

test('a run that stops for another reason than time is not asked on', async () => {
  const { made, asked } = drive([report(10, 90, { stopped: problem('lago.unauthorized') })]);
  await driveRun(made);
  expect(asked()).toBe(1);
});

test('a lost answer is asked for again three times, then it is told', async () => {
  const recovering = drive([LOST, LOST, LOST, report(5, 0)]);
  expect((await driveRun(recovering.made)).problem).toBeUndefined();
  expect(recovering.steps).toEqual(['slice', 'again', 'again', 'again', 'again', 'again', 'again']);
  const lost = drive([LOST, LOST, LOST, LOST, report(5, 0)]);
  expect((await driveRun(lost.made)).problem).toBe(LOST);
  expect(lost.asked()).toBe(4);
});

test('the tries for lost answers begin anew with each slice', async () => {
  const { made } = drive([LOST, LOST, report(5, 5), LOST, LOST, report(5, 0)]);
  expect((await driveRun(made)).slices).toHaveLength(2);
});

test('a run of somebody else is waited for', async () => {
  const { made, pauses, steps } = drive([BUSY, BUSY, report(5, 0)]);
  const { slices, problem: found } = await driveRun(made);
  expect(found).toBeUndefined();
  expect(slices).toHaveLength(1);
  expect(pauses).toHaveLength(2);
  expect(steps).toContain('other-run');
});

test('it does not wait for ever', async () => {
  const { made } = drive(Array.from({ length: 100 }, () => BUSY));
  expect((await driveRun(made)).problem).toBe(BUSY);
});

test('a cancelled run lets its slice end and asks for no further one', async () => {
  const { made, asked } = drive([report(400, 600), report(400, 200), report(200, 0)], 2);
  const { slices, cancelled } = await driveRun(made);
  expect(asked()).toBe(2);
  expect(slices).toHaveLength(2);
  expect(cancelled).toBe(true);
});

test('a cancel while the last slice is at work cancels nothing', async () => {
  const { made } = drive([report(400, 0)], 1);
  expect((await driveRun(made)).cancelled).toBe(false);
});

test('a cancel ends the asking for a lost answer', async () => {
  const { made, asked } = drive([LOST, report(5, 0)], 1);
  expect((await driveRun(made)).cancelled).toBe(true);
  expect(asked()).toBe(1);
});

test('slices that move nothing are not asked for without end', async () => {
  const { made, asked } = drive(Array.from({ length: 100 }, () => report(0, 50)));
  const { problem: found, cancelled } = await driveRun(made);
  expect(asked()).toBe(3);
  expect(found).toBeUndefined();
  expect(cancelled).toBe(false);
});

test('any other problem ends the run', async () => {
  const wrong = problem('settings.no-sync');
  const { made } = drive([report(5, 5), wrong]);
  const { problem: found, slices } = await driveRun(made);
  expect(found).toBe(wrong);
  expect(slices).toHaveLength(1);
});

test('a run that goes on keeps what its slices did before', async () => {
  const first = await driveRun(drive([report(400, 600)], 1).made);
  const second = await driveRun(
    drive([report(600, 0, { startedAt: 9000, rejected: 2 })]).made,
    first.slices,
  );
  expect(joinReports(second.slices)).toMatchObject({
    startedAt: 1000,
    delivered: 1000,
    rejected: 2,
    left: 0,
  });
});

test('no slices are no report', () => {
  expect(joinReports([])).toBeUndefined();
});
