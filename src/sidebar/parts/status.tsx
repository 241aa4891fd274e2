import { useEffect, useState } from 'preact/hooks';
import type { Tone } from '../words/tone';

/** A state in words with a coloured dot; the words alone say it too. */
export function Status({ words, tone }: { readonly words: string; readonly tone: Tone }) {
  return (
    <span class={`status ${tone}`}>
      <span class="dot" aria-hidden="true" />
      {words}
    </span>
  );
}

/** After so long a person wonders whether anything still happens. */
const LONG_MS = 10_000;

/** What is waited for; after a while also that waiting is right. */
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
