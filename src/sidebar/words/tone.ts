/** How something stands: its colour. */
export type Tone = 'good' | 'warning' | 'bad' | 'quiet';

/** How something stands, in words and colour. */
export interface StatusWords {
  readonly words: string;
  readonly tone: Tone;
}
