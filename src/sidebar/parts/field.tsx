import type { ComponentChildren } from 'preact';

interface FieldProps {
  /** Id of the control in the document. */
  readonly id: string;
  readonly label: string;
  /** Shown below the control. */
  readonly hint?: ComponentChildren | undefined;
  /** The control. If there is a hint, `aria-describedby` names it: the id followed by `-hint`. */
  readonly children: ComponentChildren;
}

/** A label above its control. */
export function Field({ id, label, hint, children }: FieldProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** One answer to a question; `hint` says what it does. */
export interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly hint: string;
}

interface ChoiceProps<T extends string> {
  /** Tells this question from the others on the screen, and begins the ids of its controls. */
  readonly name: string;
  /** The question. */
  readonly legend: string;
  /** The chosen answer; undefined before a person has chosen. */
  readonly value: T | undefined;
  /** The answers, in the order in which they are shown. */
  readonly options: readonly Option<T>[];
  /** The answer that is marked as recommended. */
  readonly recommended?: T | undefined;
  readonly onChange: (value: T) => void;
}

/** Radio buttons, each with what it does below. */
export function Choice<T extends string>({
  name,
  legend,
  value,
  options,
  recommended,
  onChange,
}: ChoiceProps<T>) {
  return (
    <fieldset>
      <legend>{legend}</legend>
      {options.map((option) => {
        const id = `${name}-${option.value}`;
        return (
          <div class="option choice" key={option.value}>
            <input
              type="radio"
              id={id}
              name={name}
              value={option.value}
              checked={value === option.value}
              aria-describedby={`${id}-hint`}
              onChange={() => onChange(option.value)}
            />
            <div>
              <label for={id}>{option.label}</label>
              <p class="hint" id={`${id}-hint`}>
                {option.value === recommended && <strong>Recommended. </strong>}
                {option.hint}
              </p>
            </div>
          </div>
        );
      })}
    </fieldset>
  );
}

interface TickProps {
  /** Id of the tick box in the document. */
  readonly id: string;
  readonly label: ComponentChildren;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  /** What it does, or what it is about. */
  readonly hint: string;
}

/** A tick box beside its label. */
export function Tick({ id, label, checked, onChange, hint }: TickProps) {
  return (
    <div class="option">
      <input
        type="checkbox"
        id={id}
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
        aria-describedby={`${id}-hint`}
      />
      <div>
        <label for={id}>{label}</label>
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      </div>
    </div>
  );
}
