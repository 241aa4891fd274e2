import type { ComponentChildren } from 'preact';

interface HeadlineProps {
  /** The outcome in a few words. */
  readonly words: string;
  /** Whether a screen reader announces it, since it appears while the screen is open. */
  readonly isNews: boolean;
  /** The rest of the sentence. */
  readonly children?: ComponentChildren | undefined;
}

/** What came of something, in large words. */
export function Headline({ words, isNews, children }: HeadlineProps) {
  return (
    <p class="run-summary" role={isNews ? 'status' : undefined}>
      <span class="headline">{words}</span>
      {children}
    </p>
  );
}
