import { LiquidError } from 'liquidjs';

/**
 * liquidjs' message without its location and its excerpt of the text, which a person sees in the
 * editor.
 */
export function shortMessage(error: unknown): string {
  const message =
    error instanceof Error ? (error.message.split(', line:')[0] ?? '') : String(error);
  return message.startsWith('memory alloc')
    ? 'it makes far more text than an event can hold'
    : message;
}

/** The character (0-based) of the text at which liquidjs gave up; 0 if it does not say. */
export const offsetOf = (error: unknown): number => (LiquidError.is(error) ? error.token.begin : 0);

/** What a filter threw, if that is why rendering failed. */
export const causeOf = (error: unknown): unknown =>
  LiquidError.is(error) ? error.originalError : undefined;
