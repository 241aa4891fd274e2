import type { DryRun } from '../../../rpc/contract';
import { count, counted, grouped } from '../../../value/count';
import { BarChart } from '../../parts/chart';
import { Facts } from '../../parts/facts';
import { Hint } from '../../parts/hint';
import { Section } from '../../parts/section';
import { momentIn } from '../../words/moments';
import { periodLabel, periodWords } from '../../words/periods';

type Summary = DryRun['summary'];

/** A number of events, and what they add up to (exact decimal text) if they have a quantity. */
interface Amount {
  /** Number of events. */
  readonly events: number;
  /** Exact decimal text; undefined if the metric counts events. */
  readonly quantity: string | undefined;
}

/** The number that is read: the quantity, or the number of events. */
const amountOf = ({ quantity, events }: Amount): string =>
  quantity === undefined ? count(events) : grouped(quantity);

interface TotalsProps {
  /** What would be sent, summed up. */
  readonly summary: Summary;
  /** Number of rows that would be corrected. */
  readonly corrected: number;
}

/** What would be sent: per metric, over time, and to whom. */
export function Totals({ summary, corrected }: TotalsProps) {
  const { metrics, biggest, subscriptions, first, last, zone } = summary;
  const [main] = metrics;
  if (main === undefined) return null;
  return (
    <Section title="What would be sent">
      {corrected > 0 && <Hint>What is taken back is subtracted.</Hint>}
      <ul class="totals">
        {metrics.map(({ code, field = '', ...amount }) => (
          <TotalItem key={code} name={code} amount={amount} field={`${field}, `} />
        ))}
      </ul>
      <PeriodChart summary={summary} main={main} />
      <h3>Biggest subscriptions</h3>
      <ol class="totals">
        {biggest.map(({ subscription, ...amount }) => (
          <TotalItem key={subscription} name={subscription} amount={amount} field="" />
        ))}
      </ol>
      {subscriptions > biggest.length && (
        <Hint>{counted(subscriptions, 'subscription')} in all.</Hint>
      )}
      {first !== undefined && last !== undefined && (
        <Facts
          facts={[
            ['First usage', momentIn(first, zone)],
            ['Last usage', momentIn(last, zone)],
            ['Time zone', zone],
          ]}
        />
      )}
    </Section>
  );
}

interface TotalItemProps {
  /** Code of a metric, or external id of a subscription. */
  readonly name: string;
  readonly amount: Amount;
  /** What the quantity is of, with the comma behind it; empty if the list says so. */
  readonly field: string;
}

function TotalItem({ name, amount, field }: TotalItemProps) {
  const { events, quantity } = amount;
  return (
    <li>
      <span class="total-name">
        <bdi>{name}</bdi>
      </span>
      <span class="total-amount">{amountOf(amount)}</span>
      <span class="total-note hint">
        {quantity !== undefined
          ? `${field}${counted(events, 'event')}`
          : events === 1
            ? 'event'
            : 'events'}
      </span>
    </li>
  );
}

/** Number of bars that fit into the sidebar. */
const MOST_BARS = 31;

/** The height of a bar. A number is exact enough for it; what people read is the text. */
const heightOf = ({ quantity, events }: Amount): number =>
  Math.max(0, quantity === undefined ? events : Number(quantity));

interface PeriodChartProps {
  readonly summary: Summary;
  /** The metric that is drawn. */
  readonly main: Summary['metrics'][number];
}

/** The last days or months, with a bar each. */
function PeriodChart({ summary: { metrics, periods, unit }, main }: PeriodChartProps) {
  const shown = periods.slice(-MOST_BARS);
  const [highest] = [...shown].sort((left, right) => heightOf(right) - heightOf(left));
  const what = main.quantity === undefined ? 'Events' : (main.field ?? 'Quantity');
  const wordsOf = (amount: Amount): string => {
    const events = counted(amount.events, 'event');
    return amount.quantity === undefined
      ? events
      : `${amountOf(amount)} ${main.field ?? ''} in ${events}`;
  };
  return (
    <>
      {shown.length > 1 && (
        <BarChart
          caption={`${what} per ${unit}${metrics.length > 1 ? ` (${main.code})` : ''}`}
          most={highest && amountOf(highest)}
          bars={shown.map((each) => ({
            label: periodLabel(each.period),
            title: `${periodWords(each.period)}: ${wordsOf(each)}`,
            parts: [{ tone: 'good', value: heightOf(each) }],
          }))}
        />
      )}
      {shown.length < periods.length && (
        <Hint>
          The last {count(shown.length)} of {counted(periods.length, unit)}.
        </Hint>
      )}
    </>
  );
}
