import type { ComponentChildren } from 'preact';

interface WayOnProps {
  /** What has to be done first, in one sentence; undefined if nothing. */
  readonly missing?: string | undefined;
  /** The buttons. */
  readonly children: ComponentChildren;
}

/** The buttons that lead on. They stay in sight at the lower edge, whatever is scrolled. */
export function WayOn({ missing, children }: WayOnProps) {
  return (
    <div class="way-on">
      <p class="obstacle" role="status">
        {missing}
      </p>
      <div class="buttons end">{children}</div>
    </div>
  );
}
