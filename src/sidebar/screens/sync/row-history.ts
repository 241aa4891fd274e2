import type { LineView } from '../../../rpc/contract';

/** Whether a line of the ledger is an event of the row itself. */
export const isOwn = ({ kind }: Pick<LineView, 'kind'>): boolean =>
  kind === 'usage' || kind === 'adopted';

/** Id of the accepted event that took a line's event back; undefined if none did. */
export const takenBackBy = ({ id }: LineView, lines: readonly LineView[]): string | undefined =>
  lines.find(({ undoes, state }) => undoes === id && state === 'accepted')?.id;

/** Whether Lago bills one of these events: it was accepted, and not taken back. */
export const isBilled = (lines: readonly LineView[]): boolean =>
  lines.some(
    (line) => isOwn(line) && line.state === 'accepted' && takenBackBy(line, lines) === undefined,
  );
