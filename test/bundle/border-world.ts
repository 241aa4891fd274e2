import { fireHourly, TAB, type World } from './world';

/** Types rows below the first one, at a time. */
export function typeAt(world: World, ms: number, ...rows: readonly (readonly string[])[]): void {
  world.time.now = ms;
  world.google.spreadsheet.paste(TAB, 3, 1, rows);
}

export function runAt(world: World, ms: number): void {
  world.time.now = ms;
  fireHourly(world);
}

/** `r1 finalized`: what became of each event in Lago. */
export const billed = ({ lago }: World): string[] =>
  lago.billing().map((each) => `${each.transactionId} ${each.billed ? each.where : 'never'}`);

/** `r1 hold event.late`: rows that are not simply sent. */
export const troubled = (world: World, id: string): string[] =>
  world
    .ask('dryRun', { id })
    .rows.filter(({ problems }) => problems.length > 0)
    .map(({ key, action, problems }) => `${key} ${action} ${problems.map(({ code }) => code)}`);

/** What the proof wrote into the ledger's outcomes. */
export const proofs = ({ google }: World): string[] =>
  google.spreadsheet.sheets
    .filter(({ name }) => name.startsWith('Lago ledger'))
    .flatMap(({ name }) => google.spreadsheet.table(name).slice(1))
    .flatMap(([, , outcome]) => {
      const read = JSON.parse(String(outcome) || '{}') as { id?: string; bill?: string };
      return read.bill === undefined ? [] : [`${read.id} ${read.bill}`];
    });
