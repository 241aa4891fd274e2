import type { ComponentChildren } from 'preact';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick?: () => void;
  readonly kind?: 'primary' | 'plain' | 'danger';
  readonly submit?: boolean;
  readonly busy?: boolean;
  readonly disabled?: boolean;
  /** For a button whose words repeat on the screen, such as "Open" in a list. */
  readonly label?: string;
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
