import type { ComponentChildren } from 'preact';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick?: (() => void) | undefined;
  readonly kind?: 'primary' | 'plain' | 'danger' | undefined;
  readonly submit?: boolean | undefined;
  readonly busy?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  /** For a button whose words repeat on the screen, such as "Open" in a list. */
  readonly label?: string | undefined;
}

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
      {...(label === undefined ? {} : { 'aria-label': label })}
    >
      {busy && <span class="spinner" aria-hidden="true" />}
      {children}
    </button>
  );
}
