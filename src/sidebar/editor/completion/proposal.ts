import type { MetricView, Vocabulary } from '../../../rpc/contract';

/** A column as a template may name it. */
export interface TemplateColumn {
  /** Its name in the template, which is not always its header. */
  readonly name: string;
  readonly header: string;
  /** Values as the sheet shows them. */
  readonly samples?: readonly string[] | undefined;
}

/** What there is to be named in a template. */
export interface Known {
  /** In the order of the sheet. */
  readonly columns: readonly TemplateColumn[];
  /** In Lago's order; undefined if they could not be read. */
  readonly metrics: readonly MetricView[] | undefined;
  /** Those that the server's Liquid knows. */
  readonly filters: Vocabulary['filters'];
}

/** Something that could be written at a place. Offsets are 0-based characters of the template. */
export interface Proposal {
  /** What a person sees of it, and what narrows it down while typing. */
  readonly label: string;
  /** A few words beneath the label. */
  readonly detail: string;
  /** `insert` takes the place of the characters from `from` up to `to`. */
  readonly from: number;
  readonly to: number;
  /** What is written. */
  readonly insert: string;
  /** Where the cursor stands in `insert` afterwards; at its end if undefined. */
  readonly cursor?: number | undefined;
}

/** The part of a proposal that is shown. */
export type Labelled = Pick<Proposal, 'label' | 'detail'>;

/** Labels with their details, in the order in which they are written. */
export const withDetails = (details: Readonly<Record<string, string>>): readonly Labelled[] =>
  Object.entries(details).map(([label, detail]) => ({ label, detail }));

/** What could be written at a place. */
export interface Proposals {
  /** The characters from here up to the cursor narrow the proposals by their labels. */
  readonly from: number;
  /** In the order in which things are known: columns as in the sheet, metrics as in Lago. */
  readonly proposals: readonly Proposal[];
}

/** A place in a template for which proposals are wanted. */
export interface Cursor {
  /** The whole template. */
  readonly text: string;
  /** Its 0-based offset. */
  readonly at: number;
  /** What there is to be named at it. */
  readonly known: Known;
  /** Whether a person asked by a key: then also what would be in the way of typing is proposed. */
  readonly asked: boolean;
}
