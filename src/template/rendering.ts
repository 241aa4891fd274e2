import type { Template as LiquidTemplate } from 'liquidjs';
import { type Problem, problem } from '../problem/problem';
import {
  type Cell,
  type Cells,
  type CellValue,
  isEmpty,
  isError,
  isImprecise,
} from '../value/cell';

import { parsedJson } from '../value/json';
import type { TimeRule } from '../value/time';
import type { Column } from './columns';
import { withExactNumbers } from './exact-json';
import { liquid, RenderState, STATE } from './liquid';
import { asText, type LiquidValue, liquidValue } from './liquid-values';
import { type EventReading, readEvent } from './read-event';
import { type Refusal, refusalOf } from './refusal';

/** What is rendered for each row. Columns are given by their index. */
export interface RenderPlan {
  /** All columns of the sync. */
  readonly columns: readonly Column[];
  /** The template, with the filters behind its outputs that escape them. */
  readonly parsed: LiquidTemplate[];
  /** The columns that the template reads. */
  readonly reads: readonly number[];
  /** The columns that the ids of the event are made from. */
  readonly ids: readonly number[];
  /** By output: the columns that it reads. */
  readonly outputs: readonly (readonly number[])[];
  /** By output: the columns that it cannot do without. */
  readonly needed: readonly (readonly number[])[];
  /** The columns that every row needs, whatever branch it takes. */
  readonly alwaysNeeded: readonly number[];
}

/** One row while it is rendered. */
class Row extends RenderState {
  /** Columns that were needed and are empty. */
  readonly missing = new Set<number>();
  /** Columns that were used and whose numbers have lost digits. */
  readonly imprecise = new Set<number>();

  constructor(
    private readonly plan: RenderPlan,
    private readonly cells: Cells,
    readonly rule: TimeRule,
  ) {
    super();
  }

  /** A column's value; '' if the row has no such cell. */
  valueAt(column: number): CellValue {
    return this.cellAt(column)?.value ?? '';
  }

  /** A column's value as a text, as filters see it. */
  text(column: number): string {
    const value = this.valueAt(column);
    return typeof value === 'number' && !Number.isFinite(value) ? '' : asText(value).trim();
  }

  shown(column: number): string {
    return this.cellAt(column)?.shown ?? '';
  }

  used(output: number): void {
    for (const column of this.plan.needed[output] ?? [])
      if (isEmpty(this.valueAt(column))) this.missing.add(column);
    for (const column of this.plan.outputs[output] ?? [])
      if (isImprecise(this.valueAt(column))) this.imprecise.add(column);
  }

  lacks(column: number): void {
    this.missing.add(column);
  }

  /** The row's values as `row` of the template. */
  values(): Readonly<Record<string, LiquidValue>> {
    const values: Record<string, LiquidValue> = Object.create(null);
    const enter = (name: string, column: number): void => {
      values[name] = liquidValue(this.valueAt(column), column);
    };
    this.plan.columns.forEach(({ header }, column) => {
      enter(header, column);
    });
    // A header may equal the name of another column. Names win, as wherever columns are looked up.
    this.plan.columns.forEach(({ name }, column) => {
      enter(name, column);
    });
    return values;
  }

  /** One problem for each of some columns. */
  problems(
    columns: Iterable<number>,
    problemOf: (header: string, value: CellValue) => Problem,
  ): readonly Problem[] {
    return [...columns].map((column) => {
      const header = this.plan.columns[column]?.header ?? '';
      return { ...problemOf(header, this.valueAt(column)), place: { column: header } };
    });
  }

  private cellAt(column: number): Cell | undefined {
    return this.cells.get(this.plan.columns[column]?.name ?? '');
  }
}

function renderText(parsed: LiquidTemplate[], scope: object): { readonly text: string } | Refusal {
  try {
    return { text: String(liquid().renderSync(parsed, scope)) };
  } catch (error) {
    return refusalOf(error);
  }
}

/** The problem of a refusal, with the column whose cell is at fault, as far as that shows. */
function refusedAt(
  { problem: found, values }: Refusal,
  { columns, reads }: RenderPlan,
  row: Row,
): Problem {
  const [column] = values.flatMap(
    (value) => reads.find((each) => row.text(each) === value.trim()) ?? [],
  );
  return column === undefined ? found : { ...found, place: { column: columns[column]?.header } };
}

/** Problems of cells that show an error; empty if there are none. */
const errorsIn = ({ reads }: RenderPlan, row: Row): readonly Problem[] =>
  row.problems(
    reads.filter((column) => isError(row.valueAt(column))),
    (column, value) => problem('row.error-cell', { column, value: String(value) }),
  );

/** The event of a row, or why there is none. Its times are read by the rule. */
export function renderRow(plan: RenderPlan, cells: Cells, rule: TimeRule): EventReading {
  const row = new Row(plan, cells, rule);
  const errors = errorsIn(plan, row);
  if (errors.length > 0) return { problems: errors };
  const rendered = renderText(plan.parsed, { row: row.values(), [STATE]: row });
  // A filter that fails on an empty cell reports that in its own words. The empty cell is what a
  // person can fix, so it is reported instead.
  const missing =
    'text' in rendered
      ? row.missing
      : new Set(plan.alwaysNeeded.filter((column) => isEmpty(row.valueAt(column))));
  if (missing.size > 0)
    return { problems: row.problems(missing, (column) => problem('row.empty-cell', { column })) };
  if (!('text' in rendered))
    return {
      problems: [refusedAt(rendered, plan, row)],
      notNumber: rendered.notNumber,
      notTime: rendered.notTime,
    };
  if (row.imprecise.size > 0)
    return {
      problems: row.problems(row.imprecise, (column) => problem('row.imprecise', { column })),
    };
  const json = parsedJson(withExactNumbers(rendered.text));
  return json === undefined
    ? { problems: [problem('row.render', { detail: 'the result is not valid JSON' })] }
    : readEvent(json);
}
