import { STEPS, type Step } from '../../setup';
import { STEP_NAMES } from '../../words/steps';

/** The steps of the guided way, with the connection that comes before a sync is set up. */
export type StepName = 'connect' | Step;

const NAMES: readonly (readonly [StepName, string])[] = [
  ['connect', 'Connect'],
  ...STEPS.map((step) => [step, STEP_NAMES[step]] as const),
];

interface StepsProps {
  /** The step that is open. */
  readonly current: StepName;
  /** Whether a person can go to this step. */
  readonly isOpen: (step: StepName) => boolean;
  /** Opens another step. */
  readonly onGo: (step: StepName) => void;
}

/** The guided way: where one is, what is done and what comes. */
export function Steps({ current, isOpen, onGo }: StepsProps) {
  return (
    <nav class="steps" aria-label="Setting up">
      <ol>
        {NAMES.map(([step, label]) => (
          <li key={step} class={step === current ? 'current' : isOpen(step) ? 'open' : ''}>
            {step === current ? (
              <span aria-current="step">{label}</span>
            ) : isOpen(step) ? (
              <button type="button" onClick={() => onGo(step)}>
                {label}
              </button>
            ) : (
              <span>{label}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
