import type { ComponentChildren } from 'preact';

interface ButtonProps {
  /** The words on it. */
  readonly children: ComponentChildren;
  /** Left out for a button that submits a form. */
  readonly onClick?: (() => void) | undefined;
  /** At most one button of a screen is `primary`; `danger` is for what cannot be undone. */
  readonly kind?: 'primary' | 'plain' | 'danger' | undefined;
  /** Whether it submits the form that it stands in. */
  readonly submit?: boolean | undefined;
  /** Whether its work is under way: it turns and cannot be pressed. */
  readonly busy?: boolean | undefined;
  /** Whether it cannot be pressed now. */
  readonly disabled?: boolean | undefined;
  /** Name for screen readers, if its words repeat on the screen, such as "Open" in a list. */
  readonly label?: string | undefined;
}

/** A button with words, and a spinner while it is busy. */
export function Button({
  children,
  onClick,
  kind = 'plain',
  submit = false,
  busy = false,
  disabled = false,
  label,
}: ButtonProps) {
  return (
    <button
      type={submit ? 'submit' : 'button'}
      class={`button ${kind}`}
      onClick={onClick}
      disabled={busy || disabled}
      aria-busy={busy}
      aria-label={label}
    >
      {busy && <span class="spinner" aria-hidden="true" />}
      {children}
    </button>
  );
}
