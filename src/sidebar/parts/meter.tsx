import type { ComponentChildren } from 'preact';

interface MeterProps {
  /** For a screen reader, such as "Rows sent". */
  readonly name: string;
  /** What is being done now. */
  readonly words: string;
  /** 0 to 100, rounded down; undefined while nothing is known. */
  readonly percent: number | undefined;
  /** Words such as "1,200 of 5,000 rows". */
  readonly amount?: string | undefined;
  /** Shown below the bar. */
  readonly children?: ComponentChildren | undefined;
}

/** How far long work has come. */
export function Meter({ name, words, percent, amount, children }: MeterProps) {
  const isKnown = percent !== undefined;
  return (
    <div class="progress">
      <p class="progress-words" role="status">
        {words}
      </p>
      <div
        class={isKnown ? 'progress-bar' : 'progress-bar unknown'}
        role="progressbar"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={isKnown ? amount : undefined}
      >
        <span class="progress-done" style={isKnown ? { width: `${percent}%` } : {}} />
      </div>
      {isKnown && amount !== undefined && (
        <p class="progress-count">
          <span>{amount}</span>
          <span>{percent}%</span>
        </p>
      )}
      {children}
    </div>
  );
}
