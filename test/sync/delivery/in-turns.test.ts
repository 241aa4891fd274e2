import type { Delivery } from '../../../src/sync/delivery/delivery';
import { deliverInTurns } from '../../../src/sync/delivery/in-turns';
import type { LedgerEntry } from '../../../src/sync/ledger/entry';
import type { Unit } from '../../../src/sync/ledger/unit';
import { freshEntries, withOutcome } from '../fixture';

const UNITS: readonly Unit[] = freshEntries(4).map((entry) => [entry]);
const idsOf = (units: readonly Unit[]): string =>
  units
    .flat()
    .map(({ index }) => index.id)
    .join();

/** Delivers four units, of which the last two go once the first was accepted, and the last never. */
function delivered(answer: (units: readonly Unit[], turn: number) => Partial<Delivery>) {
  const turns: string[] = [];
  const accepted: LedgerEntry[] = [];
  const delivery = deliverInTurns(
    UNITS,
    {
      next: (units) =>
        units.filter((unit) => {
          const at = UNITS.indexOf(unit);
          return at < 2 || (at === 2 && accepted.some(({ index }) => index.id === 'e0'));
        }),
      accept: (entries) => accepted.push(...entries),
    },
    (units) => {
      turns.push(idsOf(units));
      const entries = units.flat().map((entry) => withOutcome(entry, { state: 'accepted' }, 3));
      return { entries, left: 0, stopped: undefined, ...answer(units, turns.length) };
    },
  );
  return { turns, ...delivery };
}

test('what waits for others goes after they were accepted, and what has no turn is not left', () => {
  const { turns, entries, left } = delivered(() => ({}));
  expect(turns).toEqual(['e0,e1', 'e2']);
  expect([entries.length, left]).toEqual([3, 0]);
});

test('nothing follows what has no answer', () => {
  const { turns } = delivered((units) => ({
    entries: units.flat().map((entry) => withOutcome(entry, { state: 'pending' }, 3)),
  }));
  expect(turns).toEqual(['e0,e1']);
});

test('nothing follows where time or Lago has ended a turn, and it is left', () => {
  const { turns, left } = delivered(() => ({ left: 1 }));
  expect([turns, left]).toEqual([['e0,e1'], 3]);
});

test('each turn is told whether something got through before it', () => {
  const told: boolean[] = [];
  deliverInTurns(
    UNITS,
    { next: (units) => units.slice(0, 1), accept: () => undefined },
    (units, gotThrough) => {
      told.push(gotThrough);
      const state = told.length === 2 ? 'accepted' : 'rejected';
      const entries = units.flat().map((entry) => withOutcome(entry, { state }, 3));
      return { entries, left: 0, stopped: undefined };
    },
  );
  expect(told).toEqual([false, false, true, true]);
});
