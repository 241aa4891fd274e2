import type { Value } from '../../src/rpc/contract';
import { activate, createWorld, fireHourly, MINUTE, TAB, type World } from './world';

const ledgerOf = ({ google }: World): string =>
  google.spreadsheet.sheets.find(({ name }) => name.startsWith('Lago ledger'))?.name ?? '';

/** As the page does: part after part. */
function rebuild(world: World, id: string): Value<'rebuildLedger'>[] {
  const parts: Value<'rebuildLedger'>[] = [];
  do {
    const from = parts[parts.length - 1]?.next;
    parts.push(world.ask('rebuildLedger', from === undefined ? { id } : { id, from }));
  } while (parts[parts.length - 1]?.next !== undefined);
  return parts;
}

test('a row that lost its line is looked for in Lago, also where a row that is gone looks like it', () => {
  const world = createWorld({
    rows: [
      ['r1', 'acme', '2026-11-03 10:00', '5'],
      ['r2', 'acme', '2026-11-03 10:00', '5'],
      ['r3', 'acme', '2026-11-03 10:00', '6'],
    ],
  });
  const id = activate(world);
  fireHourly(world);
  world.time.now += 10 * MINUTE;
  world.google.spreadsheet.deleteRows(TAB, 2, 1);
  world.google.spreadsheet.deleteRows(ledgerOf(world), 3, 1);
  fireHourly(world);
  rebuild(world, id);
  const keys = world.google.spreadsheet
    .table(ledgerOf(world))
    .slice(1)
    .map((line) => `${line[5]} ${line[3]}`);
  expect(keys.sort()).toEqual(['r1 accepted', 'r2 accepted', 'r3 accepted']);
});
