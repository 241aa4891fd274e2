import { catalogue } from '../../../src/problem/catalogue';
import { type Problem, problem } from '../../../src/problem/problem';
import type { SyncView } from '../../../src/rpc/contract';
import {
  actionWords,
  answerWords,
  approvalWords,
  chartTicks,
  closingPeriod,
  countLines,
  dayBars,
  goneRows,
  healthWords,
  heldWords,
  inOrderOfNeed,
  isOfLedger,
  jumpWords,
  listed,
  mainProblem,
  otherProblems,
  pendingApproval,
  restWords,
  rowsWords,
  runSentence,
  runTimeWords,
  sentOn,
  soon,
  standingWords,
  stepWords,
  toDoWords,
  wayOut,
} from '../../../src/sidebar/words/words';
import { report, sync } from '../../browser/canned-backend';

type RunReport = NonNullable<SyncView['lastRun']>;

const clean: RunReport = {
  ...report,
  rows: { ...report.rows, hold: 0, refused: 0, flag: 0 },
  problems: [],
};
const healthy: SyncView['health'] = {
  state: 'healthy',
  failures: 0,
  problem: undefined,
  told: 'healthy',
  toldAt: 0,
};

const view = (
  lastRun: RunReport | undefined,
  health: Partial<SyncView['health']> = {},
  more: Partial<SyncView['sync']> = {},
): SyncView => ({
  sync: { ...sync, state: 'active', ...more },
  health: { ...healthy, ...health },
  lastRun,
  days: [],
  nextRun: undefined,
});

const group = (
  found: Problem,
  count: number,
  action: RunReport['problems'][number]['action'] = 'hold',
) => ({
  action,
  alike: true,
  problem: found,
  count,
  rows: [2, 3],
});

describe('the health of a sync', () => {
  test.each([
    ['that held and refused nothing is healthy', view(clean), 'Healthy', 'good'],
    [
      'that has not run yet says when it will',
      view(undefined),
      'Active: first run within the hour',
      'quiet',
    ],
    [
      'that was only tested has not run yet',
      view({ ...clean, trigger: 'test' }),
      'Active: first run within the hour',
      'quiet',
    ],
    [
      'with held rows needs a person',
      view({ ...clean, rows: { ...clean.rows, hold: 1 } }),
      'Needs you',
      'warning',
    ],
    [
      'with refused rows needs a person',
      view({ ...clean, rows: { ...clean.rows, refused: 1 } }),
      'Needs you',
      'warning',
    ],
    [
      'with rows that differ from Lago needs a person',
      view({ ...clean, rows: { ...clean.rows, flag: 1 } }),
      'Needs you',
      'warning',
    ],
    [
      'that Lago did not answer tries again',
      view(clean, { failures: 2 }),
      'Trying again',
      'warning',
    ],
    [
      'that is stopped says so, whatever else it is',
      view(clean, { state: 'stopped' }, { state: 'draft' }),
      'Stopped',
      'bad',
    ],
    ['that is paused says so', view(report, {}, { state: 'paused' }), 'Paused', 'quiet'],
    [
      'that is being set up says at which step',
      view(undefined, {}, { state: 'draft', step: 'review' }),
      'Being set up: Review',
      'quiet',
    ],
  ] as const)('a sync %s', (_, shown, words, tone) => {
    expect(healthWords(shown)).toEqual({ words, tone });
  });

  test('rows that wait for their tick are no alarm, and not called healthy', () => {
    const unticked = group(problem('row.not-ready', { column: 'Checked' }), 12);
    const lastRun = { ...clean, rows: { ...clean.rows, hold: 12 }, problems: [unticked] };
    expect(healthWords(view(lastRun))).toEqual({ words: '12 rows not ticked yet', tone: 'quiet' });
    expect(healthWords(view({ ...lastRun, rows: { ...lastRun.rows, hold: 13 } })).words).toBe(
      'Needs you',
    );
  });

  test('setting up begins with the rows', () => {
    expect(stepWords(sync)).toBe('Rows');
  });
});

describe('the main problem of a sync', () => {
  const empty = group(problem('row.empty-cell', { column: 'Hours' }), 3);

  test('is that of its health, with the rows that have it', () => {
    const shown = view(
      { ...report, problems: [empty] },
      { state: 'needs-you', problem: empty.problem },
    );
    expect(mainProblem(shown)).toEqual({ problem: empty.problem, group: empty });
  });

  test('is why it stopped, without rows', () => {
    const stopped = problem('lago.unauthorized');
    expect(
      mainProblem(view({ ...report, problems: [empty] }, { state: 'stopped', problem: stopped })),
    ).toEqual({
      problem: stopped,
      group: undefined,
    });
  });

  test('is what the last run waits for while it tries again', () => {
    const stopped = problem('lago.unavailable', { status: 503 });
    expect(mainProblem(view({ ...clean, stopped }, { failures: 1 }))?.problem).toBe(stopped);
  });

  test('is no row that solves itself or waits for its tick', () => {
    const waiting = [
      group(problem('row.resting', { minutes: 5 }), 1, 'wait'),
      group(problem('row.not-ready'), 2),
    ];
    expect(mainProblem(view({ ...clean, problems: waiting }))).toBeUndefined();
  });
});

describe('the other problems of a sync', () => {
  test('are counted by kind, without the main one and without those that need nobody', () => {
    const problems = [
      group(problem('row.empty-cell'), 3),
      group(problem('row.empty-cell'), 1, 'flag'),
      group(problem('event.rejected'), 1, 'refused'),
      group(problem('row.not-ready'), 5),
      group(problem('row.resting'), 1, 'wait'),
    ];
    const last = {
      ...clean,
      problems,
      checksOff: [
        problem('lago.unchecked', { what: 'plans' }),
        problem('lago.unchecked', { what: 'x' }),
      ],
    };
    expect(
      otherProblems(view(last, { state: 'needs-you', problem: problem('row.empty-cell') })),
    ).toBe(2);
    expect(otherProblems(view(clean))).toBe(0);
    expect(otherProblems(view({ ...last, trigger: 'test' }))).toBe(0);
  });
});

describe('a run that waits for an approval', () => {
  const volume = problem('run.volume', { events: 12_000, limit: 10_000 });
  const removals = problem('run.removals', { removed: 300, events: 280, name: 'Usage' });
  const asks = { events: 12_000, removed: 1 };
  const waiting = (found: Problem): SyncView =>
    view({ ...clean, left: 12_000, stopped: found, asks }, { state: 'stopped', problem: found });

  test('is shown as what it waits for', () => {
    expect(healthWords(waiting(volume)).words).toBe('Waits for your approval');
    expect(healthWords(waiting(removals)).words).toBe('Waits for your approval');
    expect(healthWords(waiting(problem('lago.unauthorized'))).words).toBe('Stopped');
    expect(restWords({ ...clean, left: 12_000, asks })).toEqual([
      '12,000 waiting for your approval',
    ]);
    expect(countLines(clean.rows, true, true)[0]?.hint).toBe('wait for your approval');
  });

  test('has its numbers in the last run, unless that stopped for something else', () => {
    expect(pendingApproval(waiting(volume))).toEqual({ problem: volume, asks });
    expect(pendingApproval(waiting(problem('lago.unauthorized')))).toBeUndefined();
    expect(pendingApproval(view({ ...clean, stopped: volume }))).toBeUndefined();
    expect(pendingApproval(view(undefined))).toBeUndefined();
  });

  test('names its numbers on the button', () => {
    expect(approvalWords(volume, asks).button).toBe('Send 12,000 events');
    expect(approvalWords(volume, { events: 1, removed: 0 }).button).toBe('Send 1 event');
    expect(approvalWords(removals, { events: 280, removed: 300 }).button).toBe(
      'Yes, 300 rows are gone; send 280 events',
    );
    expect(approvalWords(removals, { events: 0, removed: 1 }).button).toBe('Yes, 1 row is gone');
  });

  test('says before what comes of it', () => {
    expect(approvalWords(removals, { events: 280, removed: 300 }).question).toBe(
      'Is it right that 300 rows are gone from the tab? Lago keeps what it has of them. Then 280 events are sent. Sent events are billed.',
    );
    expect(approvalWords(removals, { events: 0, removed: 1 }).question).toBe(
      'Is it right that 1 row is gone from the tab? Lago keeps what it has of it.',
    );
    expect(approvalWords(removals, { events: 0, removed: 1 }, true).question).toBe(
      'Is it right that 1 row is gone from the tab? What Lago has of it is taken back where that is possible.',
    );
  });
});

describe('a period that is about to close', () => {
  const closing = group(problem('period.closing', { end: '2026-11-30', rows: 3 }), 3);
  const last = { ...clean, problems: [closing, group(problem('key.duplicate'), 2)] };
  const HOUR_MS = 3_600_000;

  test('is told apart from what is wrong with its rows', () => {
    const shown = view(last, { state: 'needs-you', problem: closing.problem });
    expect(closingPeriod(shown, last.endedAt)).toBe(closing);
    expect(mainProblem(shown)?.problem.code).toBe('key.duplicate');
    expect(otherProblems(shown)).toBe(0);
  });

  test('is the only thing to tell where nothing is wrong with the rows', () => {
    const shown = view(
      { ...last, problems: [closing] },
      { state: 'needs-you', problem: closing.problem },
    );
    expect(mainProblem(shown)).toBeUndefined();
  });

  test('is over two days after the run that found it', () => {
    expect(closingPeriod(view(last), last.endedAt + 48 * HOUR_MS)).toBe(closing);
    expect(closingPeriod(view(last), last.endedAt + 49 * HOUR_MS)).toBeUndefined();
    expect(closingPeriod(view({ ...last, trigger: 'test' }), last.endedAt)).toBeUndefined();
    expect(closingPeriod(view(undefined), 0)).toBeUndefined();
  });
});

test('a ledger that is half made anew is one that cannot be read, and one of another sync is not', () => {
  expect(isOfLedger('ledger.rebuilding')).toBe(true);
  expect(isOfLedger('ledger.found')).toBe(false);
});

describe('the order of syncs', () => {
  test('begins with what stands still and ends with what is being set up', () => {
    const named = (name: string, shown: SyncView): SyncView => ({
      ...shown,
      sync: { ...shown.sync, name },
    });
    const ordered = inOrderOfNeed([
      named('draft', view(undefined, {}, { state: 'draft' })),
      named('fine', view(clean)),
      named('paused', view(clean, {}, { state: 'paused' })),
      named('needs somebody', view(report)),
      named('stopped', view(clean, { state: 'stopped' })),
      named('fine too', view(clean)),
    ]);
    expect(ordered.map(({ sync: { name } }) => name)).toEqual([
      'stopped',
      'needs somebody',
      'fine',
      'paused',
      'fine too',
      'draft',
    ]);
  });
});

describe('the way out of a problem', () => {
  test.each([
    ['ledger.copied', 'choice'],
    ['lago.other-organization', 'choice'],
    ['lago.not-lago', 'connection'],
    ['lago.unauthorized', 'connection'],
    ['sheet.header-missing', 'settings'],
    ['template.customer-field', 'settings'],
    ['event.unknown-subscription', 'rows'],
    ['key.duplicate', 'rows'],
    ['run.volume', 'approval'],
    ['run.removals', 'approval'],
    ['event.late', 'late'],
    ['event.id-elsewhere', 'event'],
    ['key.reused', 'next-tab'],
    ['ledger.vanished', 'choice'],
    ['ledger.missing', 'choice'],
    ['ledger.damaged', 'choice'],
    ['status.missing', 'statuses'],
    ['lago.unavailable', undefined],
    ['internal', undefined],
  ] as const)('%s: %s', (code, way) => {
    expect(wayOut(problem(code))).toBe(way);
  });

  test('nothing that a person has to do in the connection is without one', () => {
    const codes = (Object.keys(catalogue) as Problem['code'][]).filter(
      (code) => code.startsWith('lago.') && catalogue[code].actor === 'settings',
    );
    expect(codes.filter((code) => wayOut(problem(code)) === undefined)).toEqual([]);
  });
});

describe('runs in words', () => {
  test('what is nothing is not said', () => {
    expect(restWords(clean)).toEqual([]);
    expect(restWords({ ...report, left: 1234 })).toEqual([
      '18 rows held',
      '1 refused',
      '2 changed or removed after sending',
      '1,234 left for the next run',
    ]);
  });

  test('of a test the rows that it was not about are not said', () => {
    expect(restWords({ ...report, trigger: 'test', rejected: 0, left: 200 })).toEqual([]);
    expect(restWords({ ...report, trigger: 'test', rejected: 1 })).toEqual(['1 refused']);
  });

  test('a sentence says when, by whom and how much', () => {
    expect(runSentence({ ...clean, delivered: 1, trigger: 'edit' })).toMatch(
      /, after an edit: 1 event sent\.$/,
    );
  });

  test('several runs that are told as one say from when to when they were', () => {
    expect(runTimeWords(clean)).not.toContain('run');
    expect(runTimeWords({ ...clean, repeats: 2 })).toMatch(/ to .*, 3 runs$/);
  });

  test('a row that was changed after it was sent is told apart', () => {
    expect(actionWords({ action: 'send', change: 'changed' })).toBe('To send as a new event');
    expect(actionWords({ action: 'sent', change: 'changed' })).toBe('Sent as a new event');
    expect(actionWords({ action: 'sent', change: 'unchanged' })).toBe('Sent');
    expect(actionWords({ action: 'flag', change: 'changed' })).toBe('Differs from Lago');
  });

  test('the day is said only where it is another one', () => {
    const noon = new Date(2026, 10, 20, 12).getTime();
    expect(soon(noon, noon + 1000)).not.toContain('2026');
    expect(soon(noon, noon + 2 * 86_400_000)).toContain('2026');
  });

  test('a jump says where the row is now, and how sure that is', () => {
    expect(jumpWords({ key: 'a' }, 1043)).toBe('Row 1043 is selected in the sheet.');
    expect(jumpWords({ key: 'a', row: 43 }, 43)).toBe('Row 43 is selected in the sheet.');
    expect(jumpWords({ key: 'a', row: 42 }, 43)).toBe(
      'Row 43 is selected in the sheet: it was row 42 before.',
    );
    expect(jumpWords({ row: 43 }, 43)).toMatch(
      /^Row 43 is selected in the sheet[.] It was looked for by its number/,
    );
  });

  test('a name that Lago does not know may be put right on either side', () => {
    expect(toDoWords(problem('event.unknown-subscription'))).toBe('to do in the sheet or in Lago');
    expect(toDoWords(problem('event.unknown-code'))).toBe('to do in the sheet or in Lago');
    expect(toDoWords(problem('row.empty-cell'))).toBe('to do in the sheet');
  });

  test('rows that are gone from the sheet are told apart from those in it', () => {
    expect(rowsWords(1312, 0)).toBe('Rows: 1,312');
    expect(rowsWords(1312, 1)).toBe('Rows: 1,311, and 1 that is gone from the sheet');
    expect(rowsWords(12, 2)).toBe('Rows: 10, and 2 that are gone from the sheet');
    expect(goneRows(report)).toBe(0);
    expect(goneRows({ problems: [group(problem('row.removed', { key: 'a' }), 2, 'flag')] })).toBe(
      2,
    );
    expect(
      goneRows({ problems: [group(problem('row.removed-uncorrected', { key: 'a' }), 3, 'flag')] }),
    ).toBe(3);
  });

  test('rows that were taken as billed elsewhere are not among the sent ones', () => {
    const lines = countLines({ ...report.rows, sent: 7, elsewhere: 5 }, true);
    expect(lines.map(({ label, amount }) => [label, amount])).toEqual(
      expect.arrayContaining([
        ['Already sent', 7],
        ['Taken as billed elsewhere', 5],
      ]),
    );
    const { elsewhere: _, ...older } = report.rows;
    expect(countLines(older, true).reduce((sum, { amount }) => sum + amount, 0)).toBe(240);
  });

  test.each([
    ['accepted', '', 'Lago accepted it'],
    ['accepted', '200', 'Lago accepted it (200)'],
    ['accepted', 'value_already_exist', 'Lago had it already (value_already_exist)'],
    ['accepted', 'found in Lago', 'Lago accepted it (found in Lago)'],
    ['rejected', 'invalid_timestamp', 'Lago refused it (invalid_timestamp)'],
    [
      'conflict',
      'value_already_exist',
      'Lago has another event under this id (value_already_exist)',
    ],
    ['pending', '', 'Not clear so far'],
    ['stuck', '500 oops', 'Lago failed each time (500 oops)'],
  ] as const)('an event that is %s with the answer "%s": %s', (state, answer, words) => {
    expect(answerWords({ state, answer })).toBe(words);
  });

  test('where a row stands says whether it goes by itself, and whether it comes on top', () => {
    expect(standingWords('send', true, undefined).words).toBe('Goes out with the next run');
    expect(standingWords('send', true, 'corrected').words).toBe(
      'Goes out with the next run, in the place of what Lago has',
    );
    expect(standingWords('send', false, 'added').words).toBe(
      'Would be sent by a run as a further event, on top of what Lago has',
    );
    expect(standingWords('hold', true, undefined)).toMatchObject({
      words: expect.stringMatching(/^Held/),
      tone: 'warning',
    });
    expect(standingWords('flag', true, 'added')).toMatchObject({
      words: expect.stringMatching(/^Differs/),
      tone: 'warning',
    });
    expect(standingWords('elsewhere', true, undefined).words).toContain('never sent to Lago');
  });

  test('why rows would be held is told with their code where there are several', () => {
    const max = { code: 'peak', because: 'a lower value does not replace a maximum' };
    expect(heldWords([])).toBe('');
    expect(heldWords([{ code: 'calls', because: undefined }])).toBe('');
    expect(heldWords([max])).toBe(
      ' It is held and shown, because a lower value does not replace a maximum.',
    );
    expect(heldWords([max, { code: 'calls', because: undefined }])).toBe(
      ' It is held and shown for “peak”, because a lower value does not replace a maximum.',
    );
  });

  test('rows are listed as far as they are known', () => {
    expect(listed([17], 1)).toBe('Row 17');
    expect(listed([17, 18], 1234)).toBe('Rows 17, 18 and 1,232 more');
    expect(listed([], 5)).toBe('5 rows');
  });
});

describe('the chart of 30 days', () => {
  const bars = dayBars(
    [
      { day: '2026-10-21', sent: 99, refused: 0 },
      { day: '2026-11-01', sent: 1234, refused: 3 },
      { day: '2026-11-20', sent: 5, refused: 0 },
    ],
    '2026-11-20',
  );

  test('ends today and leaves gaps where nothing happened', () => {
    expect(bars).toHaveLength(30);
    expect(bars[0]).toEqual({ label: 'Oct 22', title: 'Oct 22: nothing', parts: [] });
    expect(bars[29]).toMatchObject({ label: 'Nov 20', title: 'Nov 20: 5 sent, 0 refused' });
  });

  test('shows what was sent and refused on a day', () => {
    expect(bars[10]).toEqual({
      label: 'Nov 1',
      title: 'Nov 1: 1,234 sent, 3 refused',
      parts: [
        { tone: 'good', value: 1234 },
        { tone: 'bad', value: 3 },
      ],
    });
  });

  test('goes over the end of a year and a change of clocks without losing a day', () => {
    const labels = dayBars([], '2027-01-05').map(({ label }) => label);
    expect(new Set(labels).size).toBe(30);
    expect(labels.slice(-6)).toEqual(['Dec 31', 'Jan 1', 'Jan 2', 'Jan 3', 'Jan 4', 'Jan 5']);
  });

  test('a day that is not in it counts nothing', () => {
    expect(sentOn([{ day: '2026-11-20', sent: 5, refused: 0 }], '2026-11-20')).toBe(5);
    expect(sentOn([], '2026-11-20')).toBe(0);
  });

  test.each([
    [0, []],
    [1, [0]],
    [6, [0, 1, 2, 3, 4, 5]],
    [7, [0, 2, 4, 6]],
    [30, [5, 13, 21, 29]],
  ])('of %d bars these have a label: %j', (amount, ticks) => {
    expect([...chartTicks(amount)]).toEqual(ticks);
  });
});
