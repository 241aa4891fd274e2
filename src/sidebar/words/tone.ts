export type Tone = 'good' | 'warning' | 'bad' | 'quiet';

export interface StatusWords {
  readonly words: string;
  readonly tone: Tone;
}
