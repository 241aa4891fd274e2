import type { LineView, TestResult } from '../../rpc/contract';
import { moment } from './moments';
import type { Tone } from './tone';

/** What a line of the ledger is. */
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

/** What Lago answered for an event, with its own text if there is one. */
export function answerWords({ state, answer }: Pick<LineView, 'state' | 'answer'>): string {
  // The answer of an event that was sent before and found in Lago.
  const words =
    state === 'accepted' && answer === 'value_already_exist'
      ? 'Lago had it already'
      : ANSWERS[state];
  return answer === '' ? words : `${words} (${answer})`;
}

/** What became of a row that was sent as a test. */
export const STATES: Readonly<
  Record<TestResult['state'], { readonly words: string; readonly tone: Tone }>
> = {
  accepted: { words: 'Lago has the event', tone: 'good' },
  rejected: { words: 'Lago refused the event', tone: 'bad' },
  conflict: { words: 'Lago has another event under this id', tone: 'bad' },
  pending: { words: 'Not clear yet whether Lago has the event', tone: 'warning' },
  stuck: { words: 'Lago fails for this event', tone: 'bad' },
  held: { words: 'Held: nothing was sent', tone: 'warning' },
};

/** What became of a row that was sent as a test, with what was read back from Lago. */
export const testState = ({ state, stored }: Pick<TestResult, 'state' | 'stored'>) =>
  state === 'pending' && stored !== undefined
    ? {
        words: 'Lago has an event under this ID; the next run compares it',
        tone: STATES.pending.tone,
      }
    : STATES[state];

/** When an event arrived, and the time of its usage (ms). */
export const arrivalWords = (time: number, receivedAt: number | undefined): string =>
  receivedAt === undefined
    ? `Used ${moment(time)}`
    : `Received ${moment(receivedAt)}, used ${moment(time)}`;
