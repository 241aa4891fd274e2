import type { ComponentChildren } from 'preact';

interface MeterProps {
  /** For a screen reader, such as "Rows sent". */
  readonly name: string;
  /** What is being done. */
  readonly words: string;
  /** 0 to 100, rounded down; undefined as long as nothing is known. */
  readonly percent: number | undefined;
  /** How much of how much, in words. */
  readonly amount?: string | undefined;
  readonly children?: ComponentChildren | undefined;
}

/** How far a long work has come. */
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
        {...(isKnown ? { 'aria-valuenow': percent } : {})}
        {...(isKnown && amount !== undefined ? { 'aria-valuetext': amount } : {})}
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
