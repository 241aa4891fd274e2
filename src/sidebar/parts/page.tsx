import { type ComponentChildren, createContext } from 'preact';
import { useContext, useLayoutEffect, useRef } from 'preact/hooks';
import type { ConnectionView } from '../../rpc/contract';
import { EnvironmentLabel } from './environment';

/** The connection to Lago that every screen is about; undefined if there is none. */
export const CurrentConnection = createContext<ConnectionView | undefined>(undefined);

interface PageProps {
  /** Also the tooltip, since long names of syncs are cut. */
  readonly title: string;
  readonly children: ComponentChildren;
  /** What the way back does; the home screen has none. */
  readonly onBack?: (() => void) | undefined;
  /** Shown between the title and the content, such as the steps of the guided way. */
  readonly above?: ComponentChildren | undefined;
}

/**
 * A screen: its title, the way back, the organization that it is about, its content.
 * The title takes the focus, so that a screen reader announces the new screen.
 */
export function Page({ title, children, onBack, above }: PageProps) {
  const connection = useContext(CurrentConnection);
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    window.scrollTo(0, 0);
    if (onBack !== undefined) heading.current?.focus();
  }, []);
  return (
    <>
      <header class="top">
        <div class="bar">
          {onBack !== undefined && (
            <button type="button" class="back" onClick={onBack} aria-label="Back">
              <svg width="20" height="20" viewBox="0 0 24 24" aria-hidden="true">
                <path
                  fill="currentColor"
                  d="M20 11H7.83l5.59-5.59L12 4l-8 8 8 8 1.41-1.41L7.83 13H20z"
                />
              </svg>
            </button>
          )}
          <h1 ref={heading} tabIndex={-1} title={title}>
            {title}
          </h1>
        </div>
        {connection !== undefined && <EnvironmentLabel connection={connection} />}
      </header>
      {above}
      <main>{children}</main>
    </>
  );
}
