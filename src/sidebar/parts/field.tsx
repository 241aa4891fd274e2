import type { ComponentChildren } from 'preact';

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly hint?: ComponentChildren | undefined;
  readonly children: ComponentChildren;
}

/** A label above its control. The control has the same id, and `describedBy(id)` where there is a hint. */
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

interface ChoiceProps<T extends string> {
  readonly name: string;
  readonly legend: string;
  readonly value: T | undefined;
  readonly options: readonly { readonly value: T; readonly label: string; readonly hint: string }[];
  readonly recommended?: T | undefined;
  readonly onChange: (value: T) => void;
}

/** Radio buttons with what each choice does beneath it. */
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
  readonly id: string;
  readonly label: ComponentChildren;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly hint?: string | undefined;
}

export function Tick({ id, label, checked, onChange, hint }: TickProps) {
  return (
    <div class="option">
      <input
        type="checkbox"
        id={id}
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
        {...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` })}
      />
      <div>
        <label for={id}>{label}</label>
        {hint !== undefined && (
          <p class="hint" id={`${id}-hint`}>
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
