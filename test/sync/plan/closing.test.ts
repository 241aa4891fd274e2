import { problem } from '../../../src/problem/problem';
import { announceClosing } from '../../../src/sync/plan/closing';
import type { Action, PlannedRow } from '../../../src/sync/plan/planned-row';

const END = Date.UTC(2026, 10, 30, 23, 59, 59);
const HOUR = 3_600_000;

const row = (
  number: number,
  action: Action,
  periodEndsAt: number | undefined,
  changes: Partial<PlannedRow> = {},
): PlannedRow => ({
  key: `k${number}`,
  row: number,
  change: 'added',
  action,
  problems: [],
  entry: undefined,
  latest: undefined,
  content: '',
  periodEndsAt,
  ...changes,
});

const announced = (rows: readonly PlannedRow[], now = END - 20 * HOUR, hasSent = true): string[] =>
  announceClosing({ rows }, 'Europe/Berlin', now, hasSent).map(
    ({ problem: { message }, rows: numbers }) => `${message} ${numbers.join()}`,
  );

describe('a billing period that is about to close', () => {
  it('is announced with the rows that are held or not sent yet', () => {
    expect(
      announced([
        row(2, 'sent', END),
        row(3, 'hold', END),
        row(4, 'send', END),
        row(5, 'refused', END),
        row(6, 'wait', END),
      ]),
    ).toEqual([
      'A billing period ends at 2026-12-01 00:59 (Europe/Berlin). Rows that may belong to it and are not billed as the sheet says: 4. 3,4,5,6',
    ]);
  });

  it('is announced for rows of which no time can be read, if any row of the tab tells that it closes', () => {
    expect(announced([row(2, 'sent', END), row(3, 'hold', undefined)])).toHaveLength(1);
    expect(announced([row(3, 'hold', undefined)])).toEqual([]);
  });

  it('is no concern where everything is sent, or taken as billed elsewhere', () => {
    expect(announced([row(2, 'sent', END), row(3, 'elsewhere', END), row(4, 'flag', END)])).toEqual(
      [],
    );
  });

  it('is not announced long before, nor afterwards', () => {
    expect(announced([row(2, 'hold', END)], END - 49 * HOUR)).toEqual([]);
    expect(announced([row(2, 'hold', END)], END - 48 * HOUR)).toHaveLength(1);
    expect(announced([row(2, 'hold', END)], END + 1)).toEqual([]);
  });

  it('does not concern rows of other periods, nor late ones', () => {
    const late = {
      problems: [problem('event.late', { value: 'acme', date: '2026-10-30', suggestion: '' })],
    };
    expect(
      announced([
        row(2, 'sent', END),
        row(3, 'hold', END + 40 * 24 * HOUR),
        row(4, 'hold', undefined, late),
      ]),
    ).toEqual([]);
  });

  it('does not concern rows that wait for what is planned, nor what no invoice will have', () => {
    const codes = [
      'event.waits-for-start',
      'event.waits-for-end',
      'event.waits-for-plan',
      'event.before-first-invoice',
      'event.between-plans',
    ] as const;
    const rows = codes.map((code, place) =>
      row(place + 3, 'hold', undefined, { problems: [problem(code)] }),
    );
    expect(announced([row(2, 'sent', END), ...rows])).toEqual([]);
  });

  it('goes by the end of each row: of those that end later it says how many, and until when', () => {
    expect(
      announced([
        row(2, 'sent', END - 2 * HOUR),
        row(3, 'hold', END),
        row(4, 'hold', END - HOUR),
        row(5, 'hold', END - HOUR),
      ]),
    ).toEqual([
      'A billing period ends at 2026-11-30 23:59 (Europe/Berlin). Rows that may belong to it and are not billed as the sheet says: 2. Of periods that end later, until 2026-12-01 00:59 (Europe/Berlin): 1. 4,5,3',
    ]);
  });

  it('takes rows of no known subscription for those of the first period that ends', () => {
    const rows = [row(2, 'sent', END - 2 * HOUR), row(3, 'hold', END), row(4, 'hold', undefined)];
    expect(announced(rows)).toEqual([
      'A billing period ends at 2026-11-30 22:59 (Europe/Berlin). Rows that may belong to it and are not billed as the sheet says: 1. Of periods that end later, until 2026-12-01 00:59 (Europe/Berlin): 1. 4,3',
    ]);
  });

  it('does not concern rows of periods that are over, or have not begun', () => {
    const rows = [row(2, 'sent', END), row(3, 'hold', END - 100 * HOUR), row(4, 'hold', Infinity)];
    expect(announced(rows)).toEqual([]);
  });

  it('is announced for changed and removed rows whose correction waits or is held', () => {
    const held = { problems: [problem('row.empty-cell', { column: 'amount' })] };
    const removed = { change: 'removed', row: undefined } as const;
    expect(
      announced([
        row(2, 'flag', END, { change: 'changed', ...held }),
        row(3, 'wait', END, { ...removed, problems: [problem('row.unsettled')] }),
        row(4, 'send', END, removed),
      ]),
    ).toEqual([
      'A billing period ends at 2026-12-01 00:59 (Europe/Berlin). Rows that may belong to it and are not billed as the sheet says: 3. 2',
    ]);
  });

  it.each([
    ['row.changed', 'changed'],
    ['row.changed-uncorrected', 'changed'],
    ['row.removed', 'removed'],
    ['row.removed-uncorrected', 'removed'],
  ] as const)('does not concern a row that stays different: %s', (code, change) => {
    expect(announced([row(2, 'flag', END, { change, problems: [problem(code)] })])).toEqual([]);
  });
});
