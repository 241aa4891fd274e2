import { useState } from 'preact/hooks';

const MINUTE_MS = 60_000;
const STEPS = [
  { label: '+5 minutes', ms: 5 * MINUTE_MS, hint: 'An edited row has rested after that' },
  { label: '+1 hour', ms: 60 * MINUTE_MS, hint: 'The hourly trigger fires' },
  { label: '+1 day', ms: 24 * 60 * MINUTE_MS, hint: 'The hourly trigger fires 24 times' },
] as const;

interface ClockProps {
  readonly now: number;
  /** Undefined where time passes by itself only. */
  readonly onAdvance: ((ms: number) => Promise<void>) | undefined;
}

/** The sandbox's own time, and the buttons that move it. */
export function Clock({ now, onAdvance }: ClockProps) {
  const [moving, setMoving] = useState(false);
  const move = async (ms: number): Promise<void> => {
    setMoving(true);
    try {
      await onAdvance?.(ms);
    } finally {
      setMoving(false);
    }
  };
  return (
    <div class="clock">
      <output aria-label="Time in the sandbox">
        {new Date(now).toISOString().replace('T', ' ').slice(0, 16)} UTC
      </output>
      {(onAdvance === undefined ? [] : STEPS).map(({ label, ms, hint }) => (
        <button
          type="button"
          key={label}
          title={hint}
          disabled={moving}
          onClick={() => void move(ms)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
