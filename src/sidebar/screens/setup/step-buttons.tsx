import { Button } from '../../parts/button';
import { WayOn } from '../../parts/way-on';
import { isUnsaved } from '../../setup';
import { Conflict, type ConflictProps, isConflict } from './conflict';

interface StepButtonsProps extends ConflictProps {
  /** What has to be done before it goes on, in one sentence. */
  readonly missing: string | undefined;
  readonly next: string;
  readonly onNext: () => void;
}

/** The way on. Changed settings of a sync that is active are saved here first. */
export function StepButtons({ setup, saving, dispatch, missing, next, onNext }: StepButtonsProps) {
  if (isConflict(saving))
    return (
      <Conflict saving={saving} setup={setup} dispatch={dispatch}>
        <Button disabled>{next}</Button>
      </Conflict>
    );
  const savesFirst = !setup.savesItself && isUnsaved(setup);
  return (
    <WayOn missing={missing}>
      {setup.savesItself && setup.saved !== undefined && setup.saved.revision > 0 && (
        <span class="hint saved">
          {saving.saved ? 'Saved' : saving.problem === undefined ? 'Saving\u2026' : 'Not saved'}
        </span>
      )}
      {savesFirst ? (
        <>
          <Button onClick={onNext} disabled={missing !== undefined}>
            {next}
          </Button>
          <Button
            kind="primary"
            busy={saving.busy}
            disabled={missing !== undefined}
            onClick={() => saving.save()}
          >
            Save
          </Button>
        </>
      ) : (
        <Button kind="primary" onClick={onNext} disabled={missing !== undefined}>
          {next}
        </Button>
      )}
    </WayOn>
  );
}
