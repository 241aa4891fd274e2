import type { Tone } from '../words';

/** A state in words with a coloured dot; the words alone say it too. */
export function Status({ words, tone }: { readonly words: string; readonly tone: Tone }) {
  return (
    <span class={`status ${tone}`}>
      <span class="dot" aria-hidden="true" />
      {words}
    </span>
  );
}

export function Busy({ words }: { readonly words: string }) {
  return (
    <p class="busy" role="status">
      <span class="spinner" aria-hidden="true" />
      {words}
    </p>
  );
}
