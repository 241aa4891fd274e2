import type { Problem } from '../../problem/problem';
import type { TypedColumn } from '../../value/column-guess';
import { type EventText, type Field, fieldAt } from './event-fields';

/** A billable metric, as far as a template depends on it. */
export interface TemplateMetric {
  /** What the field `code` of its events says. */
  readonly code: string;
  /** As Lago calls it: `sum_agg`. */
  readonly aggregation: string;
  /** The property that it reads; undefined if it counts events. */
  readonly field: string | undefined;
  /** Whether Lago computes that property, so that events need not have it; undefined if unknown. */
  readonly hasExpression?: boolean | undefined;
}

/** A template that somebody is writing, with what there is to name in it. */
export interface Draft {
  /** The whole template. */
  readonly text: string;
  /** Those of the sync. */
  readonly columns: readonly TypedColumn[];
  /** Undefined if they are not known. */
  readonly metrics: readonly TemplateMetric[] | undefined;
  /** The event as each branch makes it. */
  readonly events: readonly EventText[];
}

/** A problem with the characters that it is about (0-based, `to` exclusive). */
export interface LocatedProblem extends Problem {
  /** The first of the characters. */
  readonly from: number;
  /** Behind the last one. */
  readonly to: number;
}

/** The field that begins at a character (0-based), with the event that it stands in. */
export function fieldIn(
  events: readonly EventText[],
  offset: number,
): { readonly event: EventText; readonly field: Field } | undefined {
  for (const event of events) {
    const field = fieldAt(event.fields, offset);
    if (field !== undefined) return { event, field };
  }
  return undefined;
}
