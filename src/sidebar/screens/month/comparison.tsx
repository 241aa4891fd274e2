import type { Value } from '../../../rpc/contract';
import { count, counted } from '../../../value/count';
import { Facts } from '../../parts/facts';
import { Headline } from '../../parts/headline';
import { Hint } from '../../parts/hint';
import { Meter } from '../../parts/meter';
import { ProblemCard } from '../../parts/problem-card';
import { useRowJump } from '../../parts/row-jump';
import { Section } from '../../parts/section';
import type { SyncScreenProps } from '../../screen-props';
import { monthWords } from '../../words/periods';
import { FINDING_KINDS } from './findings';
import { KindSection } from './kind-section';

/** One part of the comparison of a month. */
export type ComparedPart = Value<'reconcile'>;

interface ComparingProps {
  /** The newest part; undefined before the first one. */
  readonly last: ComparedPart | undefined;
}

/** How far the comparison has come. */
export function Comparing({ last }: ComparingProps) {
  return (
    <Meter
      name="Compared"
      words="Asking Lago for its events"
      percent={last && Math.floor(last.share * 100)}
    >
      <Hint>
        {last === undefined
          ? 'A month with many events takes a few minutes.'
          : `${counted(last.inLago, 'event')} compared so far.`}
      </Hint>
    </Meter>
  );
}

interface ComparisonProps extends Pick<SyncScreenProps, 'dispatch'> {
  /** Id of the sync. */
  readonly id: string;
  /** The compared month, as `2026-11`. */
  readonly month: string;
  /** All parts, each with its findings. */
  readonly parts: readonly ComparedPart[];
  /** The last part, which has the numbers of all. */
  readonly last: ComparedPart;
  /** Whether the sync sends nothing before it is activated. */
  readonly isDraft: boolean;
}

/** What came of comparing a month: the numbers, the findings by kind, and the totals. */
export function Comparison({ id, month, parts, last, isDraft, dispatch }: ComparisonProps) {
  const { jump, note } = useRowJump(id);
  const findings = parts.flatMap((part) => part.findings);
  return (
    <>
      <ComparisonFacts month={month} last={last} />
      {last.checksOff.map((off) => (
        <ProblemCard key={off.message} problem={off} mild />
      ))}
      {FINDING_KINDS.map(
        ([kind, title]) =>
          last.counts[kind] > 0 && (
            <KindSection
              key={kind}
              id={id}
              title={title}
              total={last.counts[kind]}
              findings={findings.filter((each) => each.kind === kind)}
              jump={jump}
              isDraft={isDraft}
              dispatch={dispatch}
            />
          ),
      )}
      {last.totals.length > 0 && (
        <Section title="Totals">
          <Totals totals={last.totals} />
        </Section>
      )}
      {note}
    </>
  );
}

function ComparisonFacts({ month, last }: Pick<ComparisonProps, 'month' | 'last'>) {
  const total = Object.values(last.counts).reduce((sum, each) => sum + each, 0);
  return (
    <>
      <Headline
        words={
          total === 0
            ? `${monthWords(month)} agrees`
            : `${counted(total, 'difference')} in ${monthWords(month)}`
        }
        isNews
      />
      <Facts
        facts={[
          ['Events in the ledger', count(last.inLedger)],
          ['Events in Lago', count(last.inLago)],
          last.others === 0 ? undefined : ['Of other syncs or customers', count(last.others)],
          ['Totals that differ', count(last.different)],
          ['All details', <bdi key="sheet">{last.sheetName}</bdi>],
        ]}
      />
    </>
  );
}

/** Number of totals that are shown; the sheet lists all. */
const FIRST_TOTALS = 5;

/** What the ledger and Lago add up to, those that differ first. */
function Totals({ totals }: Pick<ComparedPart, 'totals'>) {
  return (
    <ul class="event-list">
      {totals.slice(0, FIRST_TOTALS).map(({ code, subscription, ledger, lago, isSum, current }) => (
        <li key={`${code} ${subscription}`}>
          <p>
            <bdi>{subscription}</bdi>, <bdi>{code}</bdi>
          </p>
          <Hint>
            Ledger: {counted(ledger.events, 'event')}
            {isSum && `, sum ${ledger.sum}`}. Lago: {counted(lago.events, 'event')}
            {isSum && `, sum ${lago.sum}`}.
            {current !== undefined && ` Lago would bill ${current} now.`}
          </Hint>
        </li>
      ))}
    </ul>
  );
}
