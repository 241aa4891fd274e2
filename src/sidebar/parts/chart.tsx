import { count } from '../../value/count';
import { chartTicks } from './chart-ticks';

type BarTone = 'good' | 'bad' | 'quiet';

/** One bar of a chart. */
export interface Bar {
  /** Short, such as a day of the month. Only as many labels as fit are written below the bars. */
  readonly label: string;
  /**
   * The whole bar in words, with its numbers: what a screen reader says and a pointer shows.
   * No two bars of a chart have the same.
   */
  readonly title: string;
  /** From the bottom up; parts of 0 are not drawn. */
  readonly parts: readonly { readonly tone: BarTone; readonly value: number }[];
}

interface BarChartProps {
  /** What the bars show, over which time. */
  readonly caption: string;
  /** Up to 31 fit into the sidebar. */
  readonly bars: readonly Bar[];
  /** The highest bar in words; its number if undefined. */
  readonly most?: string | undefined;
  /** What the tones mean, if the caption does not say so. */
  readonly legend?: readonly { readonly tone: BarTone; readonly label: string }[];
}

const sumOf = ({ parts }: Bar): number => parts.reduce((sum, { value }) => sum + value, 0);

/**
 * Upright bars to look at, and a table of the same for screen readers. A table that is laid out as
 * bars would be no table any more for some of them.
 */
export function BarChart({ caption, bars, most, legend = [] }: BarChartProps) {
  const highest = bars.reduce((most, bar) => Math.max(most, sumOf(bar)), 0);
  const ticks = chartTicks(bars.length);
  return (
    <div class="chart">
      <p class="chart-caption" aria-hidden="true">
        <span>{caption}</span>
        {highest > 0 && <span class="chart-most">up to {most ?? count(highest)}</span>}
      </p>
      <div class="bars" aria-hidden="true">
        {bars.map((bar) => (
          <div class="bar-column" key={bar.title} title={bar.title}>
            {bar.parts
              .filter(({ value }) => value > 0)
              .map(({ tone, value }) => (
                <span
                  key={tone}
                  class={`bar-part ${tone}`}
                  style={{ height: `${(100 * value) / highest}%` }}
                />
              ))}
          </div>
        ))}
      </div>
      <div class="bar-labels" aria-hidden="true">
        {bars.map(({ label, title }, index) => (
          <span class="bar-label" key={title}>
            {ticks.has(index) && <span class="bar-tick">{label}</span>}
          </span>
        ))}
      </div>
      {legend.length > 0 && (
        <p class="bar-legend" aria-hidden="true">
          {legend.map(({ tone, label }) => (
            <span class="bar-meaning" key={tone}>
              <span class={`bar-part ${tone}`} />
              {label}
            </span>
          ))}
        </p>
      )}
      <div class="unseen">
        <table>
          <caption>{caption}</caption>
          <tbody>
            {bars.map(({ label, title }) => (
              <tr key={title}>
                <th scope="row">{label}</th>
                <td>{title}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
