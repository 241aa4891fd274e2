import { writeFileSync } from 'node:fs';
import { ORIGIN } from '../../contract';
import { fileOf, type RecordingName } from '../recording';
import { randomBills, withoutBills } from './bills';
import { chosenOf } from './choice';
import { exchangesOf } from './exchanges';
import { readTurns } from './full';

/** Makes the project's own copy of the full recordings. */
export async function writeRecordings(): Promise<void> {
  const { turns, bills } = withoutBills(await readTurns());
  write('answers', exchangesOf(turns));
  write('bills', [...bills, ...chosenOf(randomBills())]);
}

function write(name: RecordingName, entries: readonly object[]): void {
  const lines = [ORIGIN, ...entries].map((entry) => `${JSON.stringify(entry)}\n`);
  writeFileSync(fileOf(name), lines.join(''));
}
