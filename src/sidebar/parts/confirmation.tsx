import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Button } from './button';

interface ConfirmationProps {
  /** The question, with what the answer leads to. */
  readonly question: string;
  /** What a person needs to know for the answer, below the question. */
  readonly children?: ComponentChildren;
  /** Words of the button that goes ahead. */
  readonly yes: string;
  /** Words of the button that leaves everything as it is. */
  readonly no: string;
  /** Whether what was confirmed is under way. */
  readonly busy?: boolean | undefined;
  /** Does what was asked about. */
  readonly onYes: () => void;
  /** Takes the question away. */
  readonly onNo: () => void;
}

/** Asks once more, in place. It scrolls into view and takes the focus. */
export function Confirmation(props: ConfirmationProps) {
  const { question, children, yes, no, busy = false, onYes, onNo } = props;
  const card = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    card.current?.focus({ preventScroll: true });
    card.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div class="card warning" role="alertdialog" aria-label={question} tabIndex={-1} ref={card}>
      <p class="message">{question}</p>
      {children}
      <div class="buttons">
        <Button onClick={onNo}>{no}</Button>
        <Button kind="danger" busy={busy} onClick={onYes}>
          {yes}
        </Button>
      </div>
    </div>
  );
}
