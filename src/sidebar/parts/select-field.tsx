import type { ComponentChildren } from 'preact';
import { Field } from './field';

interface SelectFieldProps {
  /** Id of the list in the document. */
  readonly id: string;
  readonly label: string;
  /** Shown below the list, and read out with it. */
  readonly hint?: ComponentChildren | undefined;
  /** Value of the chosen option; empty if none is chosen. */
  readonly value: string | number;
  /** Whether no option can be chosen now. */
  readonly disabled?: boolean | undefined;
  /** Each option with its value and the words that a person reads. */
  readonly options?: readonly (readonly [value: string | number, words: string])[] | undefined;
  /** Option elements that come before the others. */
  readonly children?: ComponentChildren | undefined;
  /** Gets the value of the option that a person picks; a number comes as text. */
  readonly onChoose: (value: string) => void;
}

/** A list from which one option is chosen. */
export function SelectField({
  id,
  label,
  hint,
  value,
  disabled,
  options = [],
  children,
  onChoose,
}: SelectFieldProps) {
  return (
    <Field id={id} label={label} hint={hint}>
      <select
        id={id}
        value={value}
        disabled={disabled}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {children}
        {options.map(([each, words]) => (
          <option key={each} value={each}>
            {words}
          </option>
        ))}
      </select>
    </Field>
  );
}
