export type StepName = 'connect' | 'rows' | 'event' | 'test' | 'review';

const STEPS: readonly (readonly [StepName, string])[] = [
  ['connect', 'Connect'],
  ['rows', 'Rows'],
  ['event', 'Event'],
  ['test', 'Test'],
  ['review', 'Review'],
];

interface StepsProps {
  readonly current: StepName;
  /** Whether a step was done, so that one can go back to it, or on to it again. */
  readonly isOpen: (step: StepName) => boolean;
  readonly onGo: (step: StepName) => void;
}

/** The guided way: where one stands, what is done and what comes. */
export function Steps({ current, isOpen, onGo }: StepsProps) {
  return (
    <nav class="steps" aria-label="Setting up">
      <ol>
        {STEPS.map(([step, label]) => (
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
