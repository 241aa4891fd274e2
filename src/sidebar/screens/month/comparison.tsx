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
import { Whole } from './whole';

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
          : `${counted(last.events, 'event')} compared so far.`}
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

/** What came of comparing a month: the numbers, the totals, and the findings by kind. */
export function Comparison({ id, month, parts, last, isDraft, dispatch }: ComparisonProps) {
  const { jump, note } = useRowJump(id);
  const findings = parts.flatMap((part) => part.findings);
  return (
    <>
      <ComparisonFacts month={month} last={last} />
      {last.checksOff.map((off) => (
        <ProblemCard key={off.message} problem={off} mild />
      ))}
      {last.totals.length > 0 && (
        <Section title="Sheet and Lago">
          <Totals last={last} />
        </Section>
      )}
      {FINDING_KINDS.map(
        ([kind, title]) =>
          last.counts[kind] > 0 && (
            <KindSection
              key={kind}
              id={id}
              title={title}
              total={last.counts[kind]}
              findings={findings.filter((each) => each.kind === kind)}
              sheetName={last.sheetName}
              jump={jump}
              isDraft={isDraft}
              dispatch={dispatch}
            />
          ),
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
          ['Rows in the sheet', count(last.rows)],
          last.eventless === 0 ? undefined : ['Rows that make no event', count(last.eventless)],
          ['Events in Lago', count(last.events)],
          last.others === 0 ? undefined : ['Of other syncs or customers', count(last.others)],
          ['Totals that differ', count(last.different)],
          ['All details', <bdi key="sheet">{last.sheetName}</bdi>],
        ]}
      />
    </>
  );
}

/** What is compared of a metric. */
const MEASURED: Readonly<Record<ComparedPart['totals'][number]['by'], string>> = {
  sum: 'Sum',
  events: 'Events',
  rows: 'Rows',
};

/** Number of totals that are shown; the sheet lists all. */
const FIRST_TOTALS = 5;

/** What the sheet and Lago add up to, those that differ first. */
function Totals({ last }: Pick<ComparisonProps, 'last'>) {
  const shown = last.totals.slice(0, FIRST_TOTALS);
  return (
    <>
      <ul class="event-list">
        {shown.map(({ code, subscription, by, sheet, lago, difference, unexplained, current }) => (
          <li key={`${code} ${subscription}`}>
            <p>
              <bdi>{subscription}</bdi>, <bdi>{code}</bdi>
            </p>
            <Hint>
              {MEASURED[by]} in the sheet {sheet}, in Lago {lago}
              {difference !== '0' && `, difference ${difference}`}.
              {unexplained !== '0' && ` ${unexplained} of it is not explained by the findings.`}
              {current !== undefined && ` Lago would bill ${current} now.`}
            </Hint>
          </li>
        ))}
      </ul>
      {shown.length < last.compared && (
        <Whole of={last.compared} shown={shown.length} sheetName={last.sheetName} />
      )}
    </>
  );
}
