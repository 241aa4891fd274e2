import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface PageProps {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly onBack?: () => void;
}

/** A screen: its title, the way back, its content. The title takes the focus, so that a screen reader says where one has come. */
export function Page({ title, children, onBack }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    window.scrollTo(0, 0);
    if (onBack !== undefined) heading.current?.focus();
  }, []);
  return (
    <>
      <header class="bar">
        {onBack !== undefined && (
          <button type="button" class="back" onClick={onBack} aria-label="Back">
            <svg width="20" height="20" viewBox="0 0 24 24" aria-hidden="true">
              <path fill="currentColor" d="M20 11H7.83l5.59-5.59L12 4l-8 8 8 8 1.41-1.41L7.83 13H20z" />
            </svg>
          </button>
        )}
        <h1 ref={heading} tabIndex={-1} title={title}>
          {title}
        </h1>
      </header>
      <main>{children}</main>
    </>
  );
}
