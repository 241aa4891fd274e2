import { readFileSync } from 'node:fs';
import { ask } from '../../sandbox/job';
import { createGoogle, type FakeGoogle } from '../../sandbox/runtime';
import type { Scene } from '../scene';
import type { Target } from '../target';
import { type Cast, COLUMNS, type Column, csvOf, keyOf, TAB } from './sheet';

/** A real Lago takes its time, and on ClickHouse the product waits for minutes. */
const RUNAWAY_MS = 15 * 60_000;
const SECOND_MS = 1_000;

/** The spreadsheet of the play, with the built bundle in it. */
export class Spreadsheet {
  readonly google: FakeGoogle;
  /** The id of its sync, once there is one. */
  sync = '';

  constructor(
    private readonly scene: Scene,
    cast: Cast,
    { clock, transport }: Target,
  ) {
    this.google = createGoogle({
      now: clock.now,
      advance: clock.wait,
      transport,
      timeZone: 'Etc/UTC',
      allowLocalhost: true,
      runawayMs: RUNAWAY_MS,
      userEmail: 'finance@example.com',
    });
    this.google.spreadsheet.renameSheet('Sheet1', TAB);
    this.google.loadCsv(TAB, csvOf(scene, cast));
    this.google.load(readFileSync('dist/Code.js', 'utf8'));
    this.google.addHtml('sidebar', readFileSync('dist/sidebar.html', 'utf8'));
  }

  /** From now on what changes is corrected in Lago. */
  correctFromNow(): void {
    const { syncs } = ask(this.google, 'open', {}).value;
    const revision = syncs.find(({ sync }) => sync.id === this.sync)?.sync.revision ?? 0;
    ask(this.google, 'activate', {
      id: this.sync,
      revision,
      changed: 'correct',
      removed: 'correct',
      onEdit: false,
    });
  }

  edit(name: string, column: Column, text: string): void {
    const place = COLUMNS.indexOf(column) + 1;
    this.google.spreadsheet.edit(TAB, this.#rowOf(TAB, keyOf(this.scene, name)), place, text);
  }

  remove(name: string): void {
    this.google.spreadsheet.deleteRows(TAB, this.#rowOf(TAB, keyOf(this.scene, name)), 1);
  }

  add(cells: string[]): void {
    const below = this.google.spreadsheet.table(TAB).length + 1;
    this.google.spreadsheet.paste(TAB, below, 1, [cells]);
  }

  /** A hand in the ledger. */
  loseLine(name: string): void {
    const ledger = this.google.spreadsheet.sheets.find((sheet) =>
      sheet.name.startsWith('Lago ledger'),
    );
    const sheet = ledger?.name ?? '';
    const key = JSON.stringify(keyOf(this.scene, name));
    this.google.spreadsheet.deleteRows(sheet, this.#rowOf(sheet, key), 1);
  }

  /** The hourly run. Returns the code of what stopped it; empty if nothing did. */
  run(): string {
    this.scene.clock.wait(SECOND_MS);
    // As if somebody had asked for a run of all active syncs: the hour is not over.
    this.google.documentProperties.set('wish', '1');
    for (const { error } of this.google.fireHourly())
      if (error !== undefined) throw new Error(error.message);
    const { syncs } = ask(this.google, 'open', {}).value;
    const view = syncs.find(({ sync }) => sync.id === this.sync);
    return view?.lastRun?.stopped?.code ?? '';
  }

  /** Keys of rows that are flagged, and not sent. */
  flagged(): string[] {
    const { rows } = ask(this.google, 'dryRun', { id: this.sync }).value;
    return rows
      .filter(({ action }) => action === 'flag')
      .map(({ key }) => key ?? '')
      .sort();
  }

  /** The row number (1-based) of the first row that has a text in its first cell. */
  #rowOf(sheet: string, text: string): number {
    return this.google.spreadsheet.table(sheet).findIndex(([cell = '']) => cell.includes(text)) + 1;
  }
}
