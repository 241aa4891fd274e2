import { proposalsAt } from '../../../src/sidebar/editor/completion/completions';
import type { Known, Proposal } from '../../../src/sidebar/editor/completion/proposal';

export const known: Known = {
  columns: [
    { name: 'usage_id', header: 'Usage ID', samples: ['U-1001'] },
    { name: 'day', header: 'Day', samples: ['', '2026-11-03'] },
    { name: 'hours', header: 'Hours used' },
    { name: 'Net amount', header: 'Net amount', samples: ['1.5'] },
  ],
  metrics: [
    {
      code: 'compute_hours',
      name: 'Compute hours',
      aggregation: 'sum_agg',
      field: 'hours',
      hasExpression: false,
    },
    {
      code: 'seats',
      name: 'Seats',
      aggregation: 'unique_count_agg',
      field: 'seat_id',
      hasExpression: false,
    },
    {
      code: 'cost',
      name: 'Cost',
      aggregation: 'sum_agg',
      field: 'computed_cost',
      hasExpression: true,
    },
    {
      code: 'calls',
      name: 'API calls',
      aggregation: 'count_agg',
      field: undefined,
      hasExpression: false,
    },
  ],
  filters: [
    { name: 'default', hint: 'Stands in for an empty cell' },
    { name: 'unix', hint: 'A date as Unix seconds' },
  ],
};

/** A text with its cursor, which is written as a ^. */
export function withCursor(marked: string): { readonly text: string; readonly at: number } {
  const at = marked.indexOf('^');
  return { text: marked.slice(0, at) + marked.slice(at + 1), at };
}

export function proposalsIn(marked: string, asked = false): readonly Proposal[] {
  const { text, at } = withCursor(marked);
  return proposalsAt({ text, at, known, asked })?.proposals ?? [];
}

export const labelsIn = (marked: string, asked = false): readonly string[] =>
  proposalsIn(marked, asked).map(({ label }) => label);

/** The text after a proposal was taken, with its new cursor. */
export function afterTaking(marked: string, label: string, asked = false): string {
  const { text } = withCursor(marked);
  const proposal = proposalsIn(marked, asked).find((each) => each.label === label);
  if (proposal === undefined) throw new Error(`${label} is not proposed at ${marked}`);
  const { from, to, insert, cursor = insert.length } = proposal;
  return `${text.slice(0, from)}${insert.slice(0, cursor)}^${insert.slice(cursor)}${text.slice(to)}`;
}
