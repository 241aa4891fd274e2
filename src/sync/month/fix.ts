import { groupBy } from '../../value/group';
import { isDeeper } from '../../value/json';
import type { UsageEvent } from '../../value/usage-event';
import { negationOf, ruleFor } from '../billing/correction';
import { isLost } from '../billing/period';
import type { Ledger } from '../ledger/entries';
import { FOUND, foundInLago, type LedgerEntry, type LineOutcome, newEntry } from '../ledger/entry';
import type { PlannedRow } from '../plan/planned-row';
import { firstReversalId, reversalId } from '../plan/reversal';
import type { EventCheck } from '../ports';
import { contentIn, otherContent } from '../rows/content';
import type { RowEvent } from './compare';
import type { FindingFix } from './finding';
import { correctionAdvice } from './findings';
import type { IsSame, ListedUsage } from './listed';
import type { RowsNow } from './rows-of-month';

/** Why a finding is left as it is, in one sentence. */
const LEFT = {
  gone: 'The ledger does not have it any more. Reconcile again.',
  there: 'Lago has it now.',
  silent: 'Lago does not say whether it has it. Try again later.',
  absent: 'Lago does not have it any more.',
  closed: 'Its billing period is closed, so Lago would not bill it any more.',
  noRow: 'No row of the tab makes this event now.',
  different: 'Lago has another content under this id than the ledger.',
  ours: 'The ledger has it: change or remove its row.',
  row: 'A row of the tab makes this event now.',
} as const;

/**
 * Levels that the properties of a correction may have. Lago refuses a whole request of more than
 * 100 (lago: requests.unreadable), and a batch has one more around them than a single event.
 */
const MOST_LEVELS = 60;

/** What fixes are decided by. */
export interface FixScene<Listed extends ListedUsage> {
  /** What was sent. */
  readonly ledger: Ledger;
  /** What Lago would do with an event. */
  readonly check: EventCheck;
  /** Revision of the sync's template. */
  readonly templateRevision: number;
  /** Whether Lago's event is the one that was sent. */
  readonly isSame: IsSame<Listed>;
  /** A listed event as it would be sent. */
  readonly asUsageEvent: (listed: Listed) => UsageEvent;
  /** The row for which another sync has used an id, if one has. */
  readonly usedElsewhere: (id: string) => unknown;
  /** Reads the tab when first asked. */
  readonly rows: () => RowsNow;
  /** Now, in ms. */
  readonly now: number;
}

/** What Lago has under an event's id; `unknown` if it does not say. */
export type Shown<Listed> = Listed | undefined | 'unknown';

/** What is to be written into the ledger, and what was left. */
export interface Fixed {
  /** Outcomes of lines that the ledger has. */
  readonly outcomes: readonly { readonly line: number; readonly outcome: LineOutcome }[];
  /** New lines. */
  readonly lines: readonly LedgerEntry[];
  /** Ids that were fixed. */
  readonly done: readonly string[];
  /** Ids that were left as they are, each with the reason. */
  readonly left: readonly { readonly id: string; readonly why: string }[];
}

/**
 * Why Lago would never bill an event that is sent again, as a sentence, because its period is
 * closed; undefined if it is not.
 */
export const lostBecause =
  ({ periodOf }: EventCheck) =>
  (event: UsageEvent): string | undefined =>
    isLost(periodOf?.(event)) ? LEFT.closed : undefined;

/** Fixes findings one by one. Only the ledger changes; the next run sends what follows. */
export class Fixing<Listed extends ListedUsage> {
  private readonly outcomes: { readonly line: number; readonly outcome: LineOutcome }[] = [];
  private readonly lines: LedgerEntry[] = [];
  private readonly done: string[] = [];
  private readonly left: { readonly id: string; readonly why: string }[] = [];
  private rowsByNumber: ReadonlyMap<number | undefined, readonly PlannedRow[]> | undefined;

  constructor(private readonly scene: FixScene<Listed>) {}

  /**
   * Does what a finding offers for an event.
   * @param found what Lago has under its id
   * @param correction what Lago has under the id that would take it back; only for `take-back`
   */
  fix(fix: FindingFix, id: string, found: Shown<Listed>, correction: Shown<Listed>): void {
    const why =
      found === 'unknown' || correction === 'unknown'
        ? LEFT.silent
        : this.hindrance(fix, id, found, correction);
    if (why === undefined) this.done.push(id);
    else this.left.push({ id, why });
  }

  /** What is to be written, and what was left. */
  result(): Fixed {
    const { outcomes, lines, done, left } = this;
    return { outcomes, lines, done, left };
  }

  private hindrance(
    fix: FindingFix,
    id: string,
    found: Listed | undefined,
    correction: Listed | undefined,
  ): string | undefined {
    if (fix === 'send') return this.sendAgain(id, found);
    if (fix === 'adopt') return this.adopt(id, found);
    return this.takeBack(id, found, correction);
  }

  private write({ line, outcome }: LedgerEntry, changes: Partial<LineOutcome>): void {
    this.outcomes.push({
      line: line ?? 0,
      outcome: { ...outcome, at: this.scene.now, ...changes },
    });
  }

  /** An accepted event that Lago does not have becomes pending again. */
  private sendAgain(id: string, found: Listed | undefined): string | undefined {
    const entry = this.scene.ledger.byId.get(id);
    if (entry === undefined || entry.index.kind === 'baseline') return LEFT.gone;
    if (entry.outcome.state === 'pending') return undefined;
    if (entry.outcome.state !== 'accepted') return LEFT.gone;
    if (found !== undefined) return LEFT.there;
    const because = lostBecause(this.scene.check)(entry.event);
    if (because !== undefined) return because;
    this.write(entry, { state: 'pending', tries: 0, answer: 'missing in Lago' });
    return undefined;
  }

  /** What Lago has becomes a line of the ledger. */
  private adopt(id: string, found: Listed | undefined): string | undefined {
    const { ledger, isSame, usedElsewhere, rows } = this.scene;
    if (found === undefined) return LEFT.absent;
    const entry = ledger.byId.get(id);
    if (entry?.outcome.state === 'accepted') return undefined;
    if (entry !== undefined) {
      if (entry.index.kind === 'baseline' || !isSame(entry.event, found)) return LEFT.different;
      this.write(entry, { state: 'accepted', answer: FOUND });
      return undefined;
    }
    const made = usedElsewhere(id) === undefined ? rows().byId.get(id) : undefined;
    const row = made && this.plannedRow(made);
    if (made === undefined || row === undefined) return LEFT.noRow;
    this.lines.push(this.adoptedLine(row, made, found));
    return undefined;
  }

  /** What a run would do with the row that makes an event. */
  private plannedRow({ key, row: number }: RowEvent): PlannedRow | undefined {
    this.rowsByNumber ??= groupBy(this.scene.rows().plan.rows, ({ row }) => row);
    return this.rowsByNumber.get(number)?.find((row) => row.key === key);
  }

  /**
   * The line of an event that Lago has for a row. If the row says something else now, the line
   * holds Lago's event, and the row counts as changed since.
   */
  private adoptedLine(row: PlannedRow, made: RowEvent, found: Listed): LedgerEntry {
    const { isSame, asUsageEvent, templateRevision, now } = this.scene;
    const said = contentIn(row.content ?? '[]');
    const isUnchanged = isSame(made.event, found);
    return foundInLago(
      newEntry(
        {
          key: made.key,
          kind: 'adopted',
          revision: (row.latest?.index.revision ?? 0) + 1,
          content: isUnchanged ? said : otherContent(said),
          templateRevision,
          at: now,
        },
        isUnchanged ? made.event : asUsageEvent(found),
      ),
      now,
    );
  }

  /** An event that no row makes becomes a line, and its negative a pending one. */
  private takeBack(
    id: string,
    found: Listed | undefined,
    correction: Listed | undefined,
  ): string | undefined {
    const { ledger, usedElsewhere, asUsageEvent, rows } = this.scene;
    const known = ledger.byId.get(id);
    if (known?.index.kind === 'adopted' && ledger.reversals.has(id)) return undefined;
    if (known !== undefined || usedElsewhere(id) !== undefined) return LEFT.ours;
    if (found === undefined) return LEFT.absent;
    const { byId, doubtAbout } = rows();
    const doubt = doubtAbout(id);
    if (byId.has(id)) return LEFT.row;
    if (doubt !== undefined) return `${doubt.message} ${doubt.remedy}`;
    const corrected = correctionAdvice(
      id,
      correction === undefined ? undefined : firstReversalId(id),
    );
    if (corrected !== undefined) return corrected;
    const taken = this.reversalLines(asUsageEvent(found));
    if (typeof taken === 'string') return taken;
    this.lines.push(...taken);
    return undefined;
  }

  private reversalLines(event: UsageEvent): readonly LedgerEntry[] | string {
    const { ledger, check, templateRevision, now } = this.scene;
    const index = {
      key: `only in Lago: ${event.transaction_id}`,
      content: {},
      templateRevision,
      revision: 1,
      at: now,
    };
    const adopted = foundInLago(newEntry({ ...index, kind: 'adopted' }, event), now);
    const negation = negationFor(check, event, reversalId(ledger, adopted));
    return typeof negation === 'string'
      ? negation
      : [adopted, newEntry({ ...index, kind: 'reversal', undoes: event.transaction_id }, negation)];
  }
}

/**
 * The event, under the id, that takes back one that no row makes; or why there is none, as a
 * sentence.
 */
function negationFor(check: EventCheck, event: UsageEvent, id: string): UsageEvent | string {
  if (isDeeper(event.properties, MOST_LEVELS))
    return 'It cannot be taken back: it has more levels of objects and lists than a batch takes.';
  const terms = check.billingOf?.(event);
  if (terms === undefined || terms.period === 'unknown')
    return 'It cannot be taken back: it is not known how Lago bills it.';
  const rule = ruleFor(terms);
  if ('because' in rule) return `It cannot be taken back: ${rule.because}.`;
  if (rule.by !== 'negation')
    return 'It cannot be taken back by itself: it depends on other events.';
  if (terms.period !== 'open') return LEFT.closed;
  return (
    negationOf(event, terms, id) ?? 'It cannot be taken back: its value is none that Lago counts.'
  );
}

/** Why an event that no row makes cannot be taken back, as a sentence; undefined if it can. */
export function keptBecause(check: EventCheck, event: UsageEvent): string | undefined {
  const taken = negationFor(check, event, '');
  return typeof taken === 'string' ? taken : undefined;
}
