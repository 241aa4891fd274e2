import { Button } from '../../parts/button';
import { Notice } from '../../parts/notice';
import type { Saving } from './autosave';

interface UnsavedCardProps {
  /** Saves the draft when the button is pressed. */
  readonly saving: Saving;
  /** Whether something has to be put right before it can be saved. */
  readonly disabled?: boolean | undefined;
  /** Whether saving is the one thing to do on the screen. */
  readonly isMain?: boolean | undefined;
}

/**
 * For a step that works with the saved settings: those of an active sync are saved only when a
 * person says so.
 */
export function UnsavedCard({ saving, disabled, isMain = true }: UnsavedCardProps) {
  return (
    <Notice message="Your changes are not saved yet.">
      <p>What is sent follows the saved settings.</p>
      <Button
        kind={isMain ? 'primary' : 'plain'}
        busy={saving.busy}
        disabled={disabled}
        onClick={() => saving.save()}
      >
        Save
      </Button>
    </Notice>
  );
}
