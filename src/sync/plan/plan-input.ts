import type { TimeRule } from '../../value/time';
import type { UsageEvent } from '../../value/usage-event';
import type { PeriodPlace, PeriodUsage } from '../billing/period-usage';
import type { Ledger } from '../ledger/entries';
import type { UsedElsewhere } from '../open-ledger';
import type { EventCheck } from '../ports';
import type { Model } from '../rows/model';
import type { RestingRule } from '../rows/resting';
import type { ReadySync } from '../sync';
import type { SentByRun } from './undo';

/** Everything that a plan follows from. */
export interface PlanInput {
  /** The sync with its compiled template. */
  readonly ready: ReadySync;
  /** The tab as it was read. */
  readonly model: Model;
  /** What was sent so far. */
  readonly ledger: Ledger;
  /** How times are read. */
  readonly rule: TimeRule;
  /** Now (ms): when new entries are written, and what dates far ahead are measured from. */
  readonly now: number;
  /** What Lago knows, and what it would do with an event. */
  readonly check: EventCheck;
  /** What another sync has used an id for. Asked only for events that would be sent. */
  readonly usedElsewhere?: UsedElsewhere | undefined;
  /**
   * Whether another sync of the file has sent usage of an event's metric and subscription. Asked
   * only before one value is put in the place of another.
   */
  readonly isShared?: ((event: UsageEvent) => boolean) | undefined;
  /**
   * Lago's own events of periods of metrics and subscriptions (see Destination). Asked only where a
   * total comes near a limit; undefined if Lago is not to be asked for it.
   */
  readonly usageIn?: ((places: readonly PeriodPlace[]) => readonly PeriodUsage[]) | undefined;
  /** Whether a row still rests after an edit. */
  readonly resting: RestingRule;
  /** Which sent rows a person wants billed again with the newer template. */
  readonly rebill?: ((key: string) => boolean) | undefined;
  /**
   * Whether a row that looks like a missing one under another key is held. True unless rows are
   * only compared with Lago.
   */
  readonly holdsRenamed?: boolean | undefined;
  /** Keys of refused rows that a person wants sent as a new event, unchanged. */
  readonly again: ReadonlySet<string>;
  /** The run that a person takes back; nothing else is planned then. */
  readonly undo?: SentByRun | undefined;
}
