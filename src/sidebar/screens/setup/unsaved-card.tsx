import { Button } from '../../parts/button';
import type { Saving } from './autosave';
/** For a step that works with what is saved: the settings of an active sync are only saved by a person. */
export function UnsavedCard({
  saving,
  disabled = false,
  isMain = true,
}: {
  readonly saving: Saving;
  readonly disabled?: boolean | undefined;
  readonly isMain?: boolean | undefined;
}) {
  return (
    <div class="card warning">
      <p class="message">Your changes are not saved yet.</p>
      <p>What is sent follows the saved settings.</p>
      <Button
        kind={isMain ? 'primary' : 'plain'}
        busy={saving.busy}
        disabled={disabled}
        onClick={() => saving.save()}
      >
        Save
      </Button>
    </div>
  );
}
