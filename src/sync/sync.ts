import { type Problem, problem } from '../problem/problem';
import { type Column, compileTemplate, type Template } from '../template/template';
import type { TimeRule } from '../value/time';
import type { Schedule } from './clock/schedule';

/**
 * What a sync reads: a tab, known by its id, the row that holds the column names (1-based), and the
 * picked columns.
 */
export interface Source {
  /** Google's id of the tab, which survives renaming. */
  readonly tabId: number;
  /** Its name when it was chosen. */
  readonly tabName: string;
  /** 1-based. */
  readonly headerRow: number;
  /** The picked columns. */
  readonly columns: readonly Column[];
}

/**
 * What is done about a sent row that was changed: it is reported; a further event under a derived
 * id adds to the first; or, if Lago's billing allows it, an event takes the old one back together
 * with the new one.
 */
export type ChangedPolicy = 'flag' | 'add' | 'correct';
/**
 * What is done about a sent row that is gone from the sheet: it is reported, nothing, or, if Lago's
 * billing allows it, its event is taken back.
 */
export type RemovedPolicy = 'flag' | 'ignore' | 'correct';

/**
 * What is done about usage of a period that is closed: it is held, or counted in the
 * running period with its date kept in a property.
 */
export type LatePolicy = 'hold' | 'book';

/** The steps of setting up a sync. */
export type SetupStep = 'rows' | 'event' | 'test' | 'review';

/** A saved configuration: which rows of which tab become events, by which template. */
export interface Sync {
  /** Made by the page; never changes. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Grows by one with every saved change; a save is refused unless it was made from the newest. */
  readonly revision: number;
  /** What is read. */
  readonly source: Source;
  /** Name of the column that identifies a row. */
  readonly key: string;
  /** Name of a tick-box column; only ticked rows are sent. */
  readonly ready?: string | undefined;
  /** Text of the template. */
  readonly template: string;
  /** Grows by one when the template's text changes. */
  readonly templateRevision: number;
  /** The hour given to dates without a time. */
  readonly dateOnly: TimeRule['dateOnly'];
  /**
   * What to do about changed rows. A person chooses this and `removed` before activating, since no
   * default is right for everybody.
   */
  readonly changed?: ChangedPolicy | undefined;
  /** What to do about removed rows. */
  readonly removed?: RemovedPolicy | undefined;
  /** What to do about late usage; it is held if this is undefined. */
  readonly late?: LatePolicy | undefined;
  /** Minutes that an edited row rests before an on-edit run sends it. */
  readonly restMinutes: number;
  /** Most events that a run may send without an approval that names their number. */
  readonly unattendedEvents: number;
  /**
   * A second limit for the same: a multiple of the second busiest of the last days (`usualLimit`).
   */
  readonly unattendedTimes?: number | undefined;
  /** When the clock runs it; every hour if this is undefined. */
  readonly schedule?: Schedule | undefined;
  /** Whether its rows also go soon after an edit, as it was chosen together with the schedule. */
  readonly onEdit?: boolean | undefined;
  /** Only active syncs are run by triggers. */
  readonly state: 'draft' | 'active' | 'paused';
  /** The Lago organization that the sync sends to, since its first test or activation. */
  readonly organization?: string | undefined;
  /** Lago's address that it sends to, since then. */
  readonly address?: string | undefined;
  /** Mail address of the person who activated it; blank if Google does not say. */
  readonly activatedBy?: string | undefined;
  /** The step that its setup has reached; undefined once activated. */
  readonly step?: SetupStep | undefined;
  /** Header of the column that each row's status is written to, if there is one. */
  readonly statuses?: string | undefined;
}

/** `restMinutes` of a new sync. */
export const DEFAULT_REST_MINUTES = 5;
/** `unattendedEvents` of a new sync. */
export const DEFAULT_UNATTENDED_EVENTS = 10_000;
/** Used if `unattendedTimes` is not set. */
export const DEFAULT_UNATTENDED_TIMES = 5;

/** A sync whose parts fit together, ready to plan with. */
export interface ReadySync {
  /** The sync. */
  readonly sync: Sync;
  /** Its compiled template. */
  readonly template: Template;
}

/**
 * The headers of the columns that decide what is sent: the key first, then the ready box and what
 * the template reads. The other picked ones only tell whether a row is empty.
 */
export function decidingHeaders({ sync, template }: ReadySync): string[] {
  const names = new Set([sync.key, sync.ready, ...template.reads.map(({ name }) => name)]);
  return [...names].flatMap((name) =>
    sync.source.columns.filter((column) => column.name === name).map(({ header }) => header),
  );
}

/** Compiles the sync's template and checks that what it refers to exists; all problems at once. */
export function prepare(sync: Sync): ReadySync | { readonly problems: readonly Problem[] } {
  const names = sync.source.columns.map(({ name }) => name);
  const incomplete = [
    ...(names.length === 0 ? ['no columns are chosen'] : []),
    ...(names.includes(sync.key) ? [] : ['no column is chosen as the key']),
    ...(sync.ready === undefined || names.includes(sync.ready)
      ? []
      : ['the ready column is not among the chosen ones']),
  ].map((detail) => problem('settings.incomplete', { detail }));
  const compilation = compileTemplate(sync.template, sync.source.columns);
  if (compilation.template === undefined || incomplete.length > 0)
    return { problems: [...incomplete, ...compilation.problems] };
  return { sync, template: compilation.template };
}
