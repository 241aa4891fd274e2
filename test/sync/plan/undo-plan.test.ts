import type { SentByRun } from '../../../src/sync/plan/undo';
import type { RunResult } from '../../../src/sync/report';
import type { UsageEvent } from '../../../src/value/usage-event';
import { type Billing, CHARGE, CorrectedSheet, told } from '../corrected-sheet';

const A = 'a | s1 | 2026-03-02 | 5';
const A9 = 'a | s1 | 2026-03-02 | 9';
const B = 'b | s1 | 2026-03-03 | 6';
const C = 'c | s2 | 2026-03-04 | 7';

/** Plays states of a sheet, a run each, and says what each run sent. */
function played(sheet: CorrectedSheet, states: readonly (readonly string[])[]): SentByRun[] {
  let after = Number.NEGATIVE_INFINITY;
  return states.map((rows) => {
    const { startedAt, endedAt } = sheet.run(rows).report;
    const run = { startedAt, after, endedAt };
    after = endedAt;
    return run;
  });
}

interface Undone {
  readonly result: RunResult;
  /** What left, then what stays: its key and why. */
  readonly events: readonly string[];
}

/** @param seen number of events that a person saw */
function takeBack(
  sheet: CorrectedSheet,
  run: SentByRun | undefined,
  seen: number,
  rows: readonly string[],
): Undone {
  if (run === undefined) throw new Error('There is no such run.');
  const { stored } = sheet.world.destination;
  const before = stored.length;
  const at = sheet.world.clock.time;
  const result = sheet.run(rows, { undo: { ...run, seen: { events: seen, at } } });
  return {
    result,
    events: [
      ...stored.slice(before).map(({ text }) => told(JSON.parse(text) as UsageEvent)),
      ...result.report.problems.map(({ problem, count }) => `(${count}: ${problem.message})`),
    ],
  };
}

const stays = (rows: number, because: string): string =>
  `(${rows}: What this run sent for the row stays as it is: ${because}.)`;

interface Case {
  readonly name: string;
  readonly states: readonly (readonly string[])[];
  /** Of the states, 0-based; the last one if left out. */
  readonly run?: number;
  /** What the sheet says then; as in the last state if left out. */
  readonly later?: readonly string[];
  readonly billing?: Billing;
  readonly policies?: CorrectedSheet['sync'];
  readonly events: readonly string[];
}

const CASES: readonly Case[] = [
  { name: 'of its rows', states: [[A, C]], events: ['a~x1 s1 02 -5', 'c~x1 s2 04 -7'] },
  { name: 'of its rows alone', states: [[A], [A, B]], events: ['b~x1 s1 03 -6'] },
  { name: 'of an earlier run', states: [[A], [A, B]], run: 0, events: ['a~x1 s1 02 -5'] },
  { name: 'of a row that was edited since', states: [[A]], later: [A9], events: ['a~x1 s1 02 -5'] },
  {
    name: 'of a row that is gone',
    states: [[A, B]],
    later: [B],
    events: ['a~x1 s1 02 -5', 'b~x1 s1 03 -6'],
  },
  {
    name: 'of rows with a double key and with none',
    states: [[A, B]],
    later: [A, A, ' | s1 | 2026-03-03 | 6'],
    events: ['a~x1 s1 02 -5', 'b~x1 s1 03 -6'],
  },
  {
    name: 'where nothing is corrected otherwise',
    states: [[A]],
    policies: { changed: 'flag', removed: 'ignore' },
    events: ['a~x1 s1 02 -5'],
  },
  { name: 'in the place of an earlier value', states: [[A], [A9]], events: ['a~r2~x1 s1 02 -9'] },
  { name: 'before it was corrected is nothing', states: [[A], [A9]], run: 0, events: [] },
  {
    name: 'on top of an earlier value',
    states: [[A], [A9]],
    policies: { changed: 'add' },
    events: ['a~r2~x1 s1 02 -9'],
  },
  {
    name: 'below a later value',
    states: [[A], [A9]],
    run: 0,
    policies: { changed: 'add' },
    events: ['a~x1 s1 02 -5'],
  },
  {
    name: 'to take back a removed row is nothing',
    states: [[A, B], [B]],
    events: [
      stays(
        1,
        'it took back what had been sent before, for a row that was gone; if the row is back, it ' +
          'is sent as any other',
      ),
    ],
  },
  {
    name: 'of a maximum is nothing',
    states: [[A, B]],
    billing: { terms: { aggregation: 'max_agg' } },
    events: [stays(2, 'a lower value does not replace a maximum')],
  },
  {
    name: 'of counted events is nothing, and is told apart from what is paid in advance',
    states: [[A, B, C]],
    billing: {
      termsFor: ({ external_subscription_id: id }) =>
        id === 's1'
          ? { aggregation: 'count_agg', field: undefined }
          : { charges: [{ ...CHARGE, payInAdvance: true }] },
    },
    events: [
      stays(2, 'an event that was counted cannot be taken back'),
      stays(1, 'its charge is paid in advance, and Lago gives nothing back for an event'),
    ],
  },
  {
    name: 'of a unique value that only its rows have',
    states: [[B], [B, A, 'd | s1 | 2026-03-05 | 5']],
    billing: { terms: { aggregation: 'unique_count_agg' } },
    events: ['d~x1 s1 05+.001 5 remove'],
  },
  {
    name: 'of a unique value that another row has too is nothing',
    states: [[A], [A, 'd | s1 | 2026-03-05 | 5']],
    billing: { terms: { aggregation: 'unique_count_agg' } },
    events: [
      stays(1, 'what counts is the value of another row, so Lago bills nothing for it alone'),
    ],
  },
];

describe('taking back what a run sent', () => {
  test.each(CASES)('$name', ({ states, run, later, billing = {}, policies = {}, events }) => {
    const sheet = new CorrectedSheet();
    sheet.billing = billing;
    sheet.sync = policies;
    const runs = played(sheet, states);
    const seen = events.filter((event) => !event.startsWith('(')).length;
    const rows = later ?? states.at(-1) ?? [];
    const { result, events: left } = takeBack(sheet, runs[run ?? runs.length - 1], seen, rows);
    expect(left).toEqual(events);
    expect(result.report.stopped).toBeUndefined();
    // What was taken back once is not taken back again.
    const again = takeBack(sheet, runs[run ?? runs.length - 1], 0, rows);
    expect(again.events).toEqual(events.filter((event) => event.startsWith('(')));
  });

  test('makes its rows new: the next run sends each once, as it stands by then', () => {
    const sheet = new CorrectedSheet();
    const [run] = played(sheet, [[A, B]]);
    const { result } = takeBack(sheet, run, 2, [A9, B]);
    expect(result.plan?.rows.map(({ key, change, action }) => [key, change, action])).toEqual([
      ['a', 'added', 'send'],
      ['b', 'added', 'send'],
    ]);
    sheet.sent();
    expect(sheet.sent(A9, B)).toEqual(['a~r2 s1 02 9', 'b~r2 s1 03 6']);
    expect(sheet.sent(A9, B)).toEqual([]);
  });

  test.each([1, 3])('sends nothing where a person saw %i events, and it would send two', (seen) => {
    const sheet = new CorrectedSheet();
    const [run] = played(sheet, [[A, B]]);
    const { result, events } = takeBack(sheet, run, seen, [A, B]);
    expect(events).toEqual([]);
    expect(result.report).toMatchObject({ delivered: 0, stopped: { code: 'run.undo-changed' } });
  });

  test('waits for an event of it that has no clear answer', () => {
    const sheet = new CorrectedSheet('clickhouse');
    sheet.world.destination.faults = ['stored-and-lost'];
    const [run] = played(sheet, [[A]]);
    sheet.world.clock.time -= 3_600_000;
    const { events } = takeBack(sheet, run, 0, [A]);
    expect(events).toEqual([expect.stringContaining('it is not clear yet whether Lago has it')]);
    expect(takeBack(sheet, run, 1, [A]).events).toEqual(['a~x1 s1 02 -5']);
  });

  test('counts what it took back since a person confirmed it, over all of its slices', () => {
    const sheet = new CorrectedSheet();
    const [run] = played(sheet, [[A, B]]);
    if (run === undefined) throw new Error('There is no such run.');
    const undo = { ...run, seen: { events: 2, at: sheet.world.clock.time } };
    const halfway = sheet.run([A, B], { undo, only: (key) => key === 'a' });
    expect(halfway.report.stopped?.code).toBe('run.undo-changed');
    sheet.world.destination.before = () => {
      sheet.world.clock.time += 60_000;
    };
    const whole = sheet.run([A, B], { undo });
    expect(whole.report.undone).toEqual({ startedAt: run.startedAt, events: 2 });
    expect(sheet.run([A, B], { undo }).report).toMatchObject({
      delivered: 0,
      undone: { events: 2 },
    });
  });
});
