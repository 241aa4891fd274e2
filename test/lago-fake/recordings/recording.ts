import { readFileSync } from 'node:fs';
import type { EventsStoreName } from '../../../sandbox/lago';

/** The key of the organization that is asked; one of the recorded requests misuses it. */
export const KEY = '11111111-1111-4111-8111-111111111111';

/** What both stores answered alike, or what each of them did. */
export type PerStore<T> = { readonly both: T } | { readonly postgres: T; readonly clickhouse: T };

/** What a store answered. */
export const recordedFor = <T>(recorded: PerStore<T>, store: EventsStoreName): T =>
  'both' in recorded ? recorded.both : recorded[store];

/** Where answers come from: first line of a file. */
export interface Origin {
  /** When the recording began: the requests were made for this time. */
  readonly recorded: string;
  /** Version and licence. */
  readonly lago: string;
}

export interface Recording<T> extends Origin {
  readonly entries: readonly T[];
}

export type RecordingName = 'answers' | 'bills';

/** The file of a recording: its origin, then an entry a line. */
export const fileOf = (name: RecordingName): string => `test/lago-fake/recordings/${name}.jsonl`;

/** The project's own copy of a recording. */
export function readRecording<T>(name: RecordingName): Recording<T> {
  const [origin = '', ...lines] = readFileSync(fileOf(name), 'utf8').trimEnd().split('\n');
  const { recorded, lago }: Origin = JSON.parse(origin);
  return { recorded, lago, entries: lines.map((line): T => JSON.parse(line)) };
}
