import type { SyncDraft, TabView } from '../../rpc/contract';
import { PLACEHOLDER_CODE } from '../../value/template-language';
import {
  type ExampleOptions,
  exampleTemplate,
  guessColumn,
  type MetricShape,
  onlyNamesake,
  optionsOf,
  rolesIn,
} from '../screens/setup/example';
import { choosableColumns, guessableColumns, withPicked } from './columns';

/**
 * The choices that the draft's template was written with; undefined once a person has changed it by
 * hand.
 */
export const exampleOptions = (draft: SyncDraft, tab: TabView): ExampleOptions | undefined =>
  optionsOf(draft.template, guessableColumns(draft, tab), draft.key);

/** The draft with the example of these choices as its template, whatever stood there. */
export const withExample = (
  draft: SyncDraft,
  tab: TabView,
  options: ExampleOptions,
): SyncDraft => ({
  ...draft,
  template: exampleTemplate(guessableColumns(draft, tab), draft.key, options),
});

/**
 * The draft with the event of a metric as its template, whatever stood there.
 * @param column name of the column that the metric reads; guessed if undefined
 */
export const withMetric = (
  draft: SyncDraft,
  tab: TabView,
  metric: MetricShape | undefined,
  column?: string,
): SyncDraft =>
  withExample(withNamesake(draft, tab, metric), tab, {
    codeInId: false,
    ...exampleOptions(draft, tab),
    metric,
    column,
  });

/** The draft with the one column picked that is called like the metric's property. */
function withNamesake(draft: SyncDraft, tab: TabView, metric: MetricShape | undefined): SyncDraft {
  const namesake = metric && onlyNamesake(choosableColumns(draft, tab), metric);
  return withPicked(draft, tab, [namesake?.name]);
}

/**
 * What of the event is read from a column that a person can choose: `column` is what the metric
 * reads.
 */
export type Role = 'subscription' | 'time' | 'column';

/**
 * By role the column that an example reads, by its name in the template; undefined if none is
 * found.
 */
export function readColumns(
  draft: SyncDraft,
  tab: TabView,
  options: ExampleOptions,
): Readonly<Record<Role, string | undefined>> {
  const columns = guessableColumns(draft, tab);
  const { subscription, time } = rolesIn(columns, draft.key, options);
  return {
    subscription,
    time,
    column: options.column ?? guessColumn(columns, draft.key, options.metric, options),
  };
}

/** A column that a person has chosen for a role. */
export interface RoleChoice {
  /** What of the event it is read for. */
  readonly role: Role;
  /** Name of the column in the template. */
  readonly name: string;
  /** The metric of the event, if it is known: the template does not say everything about it. */
  readonly metric?: MetricShape | undefined;
}

/**
 * The draft whose example reads another column for one of its roles; everything else of the example
 * stays. A template that was written by hand is not changed.
 */
export function withRole(
  draft: SyncDraft,
  tab: TabView,
  { role, name, metric }: RoleChoice,
): SyncDraft {
  const written = exampleOptions(draft, tab);
  if (written === undefined) return draft;
  const options = metric === undefined ? written : { ...written, metric };
  return withExample(withPicked(draft, tab, [name]), tab, {
    ...options,
    ...readColumns(draft, tab, options),
    [role]: name,
  });
}

/** The code of the metric that the template names; undefined if it is not a plain text. */
export function codeOf(template: string): string | undefined {
  const code = /"code"\s*:\s*"([^"\\{}]*)"/.exec(template)?.[1];
  return code === undefined || code === PLACEHOLDER_CODE ? undefined : code;
}
