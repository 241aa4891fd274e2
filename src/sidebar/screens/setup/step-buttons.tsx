import { Button } from '../../parts/button';
import { isUnsaved } from '../../setup';
import type { ConflictProps } from './conflict';
import { StepWay } from './step-way';

interface StepButtonsProps extends ConflictProps {
  /** What has to be done first, in one sentence; undefined if nothing. */
  readonly missing: string | undefined;
  /** Words of the button to the next step. */
  readonly next: string;
  /** Goes to the next step. */
  readonly onNext: () => void;
}

/** The way to the next step. Changes of an active sync can be saved here first. */
export function StepButtons(props: StepButtonsProps) {
  const { setup, saving, missing, next, onNext } = props;
  const savesFirst = !setup.savesItself && isUnsaved(setup);
  const isMissing = missing !== undefined;
  return (
    <StepWay {...props} inConflict={<Button disabled>{next}</Button>}>
      {setup.savesItself && setup.saved !== undefined && setup.saved.revision > 0 && (
        <span class="hint saved">
          {saving.saved ? 'Saved' : saving.problem === undefined ? 'Saving\u2026' : 'Not saved'}
        </span>
      )}
      <Button kind={savesFirst ? 'plain' : 'primary'} onClick={onNext} disabled={isMissing}>
        {next}
      </Button>
      {savesFirst && (
        <Button
          kind="primary"
          busy={saving.busy}
          disabled={isMissing}
          onClick={() => saving.save()}
        >
          Save
        </Button>
      )}
    </StepWay>
  );
}
