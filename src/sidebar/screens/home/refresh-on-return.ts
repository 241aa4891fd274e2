import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { ScreenProps } from '../../screen-props';

/** What is older than a minute is asked for again when the sidebar gets the focus. */
const FRESH_MS = 60_000;

/** Refreshes what is shown when somebody comes back to the sidebar, if it is old by then. */
export function useRefreshOnReturn({ home, refresh }: Pick<ScreenProps, 'home' | 'refresh'>): void {
  const shownAt = useRef(0);
  // A layout effect, because a busy browser runs other effects long after it has shown the screen,
  // which would then count as newer than it is.
  useLayoutEffect(() => {
    shownAt.current = Date.now();
  }, [home]);
  const look = useRef(refresh);
  look.current = refresh;
  useEffect(() => {
    const onReturn = (): void => {
      if (document.visibilityState === 'hidden' || Date.now() - shownAt.current <= FRESH_MS) return;
      // Several events announce one return; the time keeps the later ones from asking again.
      shownAt.current = Date.now();
      look.current();
    };
    window.addEventListener('focus', onReturn);
    document.addEventListener('visibilitychange', onReturn);
    return () => {
      window.removeEventListener('focus', onReturn);
      document.removeEventListener('visibilitychange', onReturn);
    };
  }, []);
}
