import type { LineView, TestResult } from '../../rpc/contract';
import type { Tone } from './tone';

export const KINDS: Readonly<Record<LineView['kind'], string>> = {
  usage: 'Event',
  reversal: 'Reversal',
  baseline: 'Taken as billed elsewhere',
  adopted: 'Found in Lago',
};

const ANSWERS: Readonly<Record<LineView['state'], string>> = {
  accepted: 'Lago accepted it',
  rejected: 'Lago refused it',
  conflict: 'Lago has another event under this id',
  pending: 'Not clear so far',
  stuck: 'Lago failed each time',
};

/** What Lago answered for an event, in words, with the original where there is one. */
export function answerWords({ state, answer }: Pick<LineView, 'state' | 'answer'>): string {
  // What an event that was looked up in Lago has in the place of an answer.
  const words =
    state === 'accepted' && answer === 'value_already_exist'
      ? 'Lago had it already'
      : ANSWERS[state];
  return answer === '' ? words : `${words} (${answer})`;
}

export const STATES: Readonly<
  Record<TestResult['state'], { readonly words: string; readonly tone: Tone }>
> = {
  accepted: { words: 'Lago has the event', tone: 'good' },
  rejected: { words: 'Lago refused the event', tone: 'bad' },
  conflict: { words: 'Lago has another event under this id', tone: 'bad' },
  pending: { words: 'Lago\u2019s answer is not known yet', tone: 'warning' },
  stuck: { words: 'Lago fails for this event', tone: 'bad' },
  held: { words: 'Held: nothing was sent', tone: 'warning' },
};
