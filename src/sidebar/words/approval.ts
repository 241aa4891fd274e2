import type { Problem } from '../../problem/problem';
import type { Approval, DryRun } from '../../rpc/contract';
import { counted } from '../../value/count';
import { quoted } from './lists';

const gone = (removed: number): string => counted(removed, 'row is gone', 'rows are gone');

/**
 * What a person presses to approve a run's numbers, and what is asked before.
 * @param takesBack whether removed rows are taken back in Lago
 */
export function approvalWords(
  { code }: Problem,
  { events, removed }: Approval,
  takesBack = false,
): { readonly button: string; readonly question: string } {
  const sent = counted(events, 'event');
  const billed = 'Sent events are billed.';
  if (code !== 'run.removals')
    return { button: `Send ${sent}`, question: `Send ${sent} to Lago? ${billed}` };
  const them = removed === 1 ? 'it' : 'them';
  const then = takesBack
    ? `What Lago has of ${them} is taken back where that is possible.`
    : `Lago keeps what it has of ${them}.`;
  const right = `Is it right that ${gone(removed)} from the tab? ${then}`;
  return events === 0
    ? { button: `Yes, ${gone(removed)}`, question: right }
    : {
        button: `Yes, ${gone(removed)}; send ${sent}`,
        question: `${right} Then ${counted(events, 'event is', 'events are')} sent. ${billed}`,
      };
}

/**
 * Why rows would be held instead of corrected, as a further sentence with a space before it; empty
 * if all can be corrected, or nothing is known.
 */
export function heldWords(rules: DryRun['rules']): string {
  const held = rules.flatMap(({ code, because }) =>
    because === undefined
      ? []
      : `${rules.length > 1 ? ` for ${quoted(code)}` : ''}, because ${because}`,
  );
  return held.length === 0 ? '' : ` It is held and shown${held.join(';')}.`;
}
