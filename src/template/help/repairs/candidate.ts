import { readsAs as readsInTemplate } from '../../../value/template-language';
import type { Fix, TextEdit } from '../../../value/text-edit';
import type { Column } from '../../columns';
import type { Draft, LocatedProblem } from '../draft';

/** A fix that may be worth offering. */
export interface Candidate extends Fix {
  /** Whether it is one of several that only a person can choose between. */
  readonly choice?: boolean | undefined;
  /** Name of a property that it gives up. */
  readonly without?: string | undefined;
}

/** What may repair a problem, the likeliest first. Each is tried before it is offered. */
export type Repair = (draft: Draft, found: LocatedProblem) => readonly Candidate[];

/** The most columns that are offered for one problem. */
export const LISTED_COLUMNS = 3;

/** The most metrics that are offered for one problem. */
export const LISTED_METRICS = 5;

/** The characters from `from` to `to` (0-based, exclusive) become `insert`. */
export const edit = (from: number, to: number, insert: string): TextEdit => ({ from, to, insert });

/** A fix of edits in any order. */
export const fix = (label: string, ...edits: readonly TextEdit[]): Candidate => ({
  label,
  edits: [...edits].sort((left, right) => left.from - right.from),
});

/** A column as the repairs write it. */
export const readsAs = ({ name }: Column): string => readsInTemplate(name, '"');
