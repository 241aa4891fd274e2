import type { ComponentChildren } from 'preact';

/** A paragraph in quiet letters, for what helps but can be skipped. */
export function Hint({ children }: { readonly children: ComponentChildren }) {
  return <p class="hint">{children}</p>;
}
