import type { ComponentChildren } from 'preact';

interface NoticeProps {
  /** What is the matter, in one sentence. */
  readonly message: ComponentChildren;
  /** Whether a screen reader announces it, since it appears while the screen is open. */
  readonly isNews?: boolean | undefined;
  /** What follows from it, and buttons. */
  readonly children?: ComponentChildren | undefined;
}

/** A card that a person should read before going on. */
export function Notice({ message, isNews = false, children }: NoticeProps) {
  return (
    <div class="card warning" role={isNews ? 'status' : undefined}>
      <p class="message">{message}</p>
      {children}
    </div>
  );
}
