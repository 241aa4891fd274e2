import { Button } from './button';

interface ConfirmationProps {
  readonly question: string;
  readonly yes: string;
  readonly no: string;
  readonly busy?: boolean;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

/** Asks once more, in place. */
export function Confirmation({ question, yes, no, busy = false, onYes, onNo }: ConfirmationProps) {
  return (
    <div class="card warning" role="alertdialog" aria-label={question}>
      <p class="message">{question}</p>
      <div class="buttons">
        <Button onClick={onNo}>{no}</Button>
        <Button kind="danger" busy={busy} onClick={onYes}>
          {yes}
        </Button>
      </div>
    </div>
  );
}
