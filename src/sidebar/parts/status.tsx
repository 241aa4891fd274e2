import { useEffect, useState } from 'preact/hooks';
import type { Tone } from '../words/tone';

interface StatusProps {
  /** The state, such as "Healthy". */
  readonly words: string;
  /** Colour of the dot. */
  readonly tone: Tone;
}

/** A state in words with a coloured dot. The words alone say it too. */
export function Status({ words, tone }: StatusProps) {
  return (
    <span class={`status ${tone}`}>
      <span class="dot" aria-hidden="true" />
      {words}
    </span>
  );
}

/** After ten seconds people wonder whether anything still happens. */
const LONG_MS = 10_000;

/** What is being waited for; after a while it says that waiting is all right. */
export function Busy({ words }: { readonly words: string }) {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LONG_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p class="busy" role="status">
      <span class="spinner" aria-hidden="true" />
      <span>
        {words}
        {isLong && (
          <span class="hint">
            It takes longer than usual. You can wait, or try again later: nothing is lost.
          </span>
        )}
      </span>
    </p>
  );
}
