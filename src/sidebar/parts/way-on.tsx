import type { ComponentChildren } from 'preact';

interface WayOnProps {
  /** What has to be done before it goes on, in one sentence. */
  readonly missing?: string | undefined;
  readonly children: ComponentChildren;
}

/** The buttons that lead on. They stay in sight at the lower edge, so that one always sees what comes next. */
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
