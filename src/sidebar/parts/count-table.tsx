import type { ComponentChildren } from 'preact';
import { count } from '../../value/count';

interface CountTableProps {
  /** What is counted, above the table. */
  readonly caption: string;
  /** In the order in which they are shown; `hint` says what the number means. */
  readonly lines: readonly {
    readonly label: string;
    readonly amount: number;
    readonly hint: string;
  }[];
  /** Table rows below them. */
  readonly children?: ComponentChildren | undefined;
}

/** A table of numbers, each with its label and what it means. */
export function CountTable({ caption, lines, children }: CountTableProps) {
  return (
    <table class="counts">
      <caption>{caption}</caption>
      <tbody>
        {lines.map(({ label, amount, hint }) => (
          <tr key={label}>
            <th scope="row">
              <span class="label">{label}</span>
              <span class="hint">{hint}</span>
            </th>
            <td>{count(amount)}</td>
          </tr>
        ))}
        {children}
      </tbody>
    </table>
  );
}
