import { START, TAB } from '../bundle/world';
import type { Chance } from './chance';
import { HEADERS, type Header, type Row } from './row';
import type { Scene } from './scene';

const GOOD: Readonly<Record<'subscription' | 'code', readonly string[]>> = {
  subscription: ['acme', 'globex'],
  code: ['calls', 'calls', 'calls', 'peak'],
};
const BAD: Readonly<Partial<Record<Header, readonly string[]>>> = {
  id: [''],
  subscription: ['nobody', ''],
  time: ['', 'soon', '2027-09-01 10:00', '2026-10-05 10:00', '2026-08-05 10:00'],
  code: ['nothing', ''],
  amount: ['', 'many', '#N/A'],
};

const two = (value: number): string => String(value).padStart(2, '0');

/** A time of this month, up to now. */
function goodTime(chance: Chance): string {
  const at = new Date(
    Date.UTC(2026, 10, 1) +
      chance.between(0, Math.floor((START - Date.UTC(2026, 10, 1)) / 60_000) - 1) * 60_000,
  );
  return `${at.toISOString().slice(0, 10)} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
}

function typed(header: Header, chance: Chance): string {
  switch (header) {
    case 'subscription':
    case 'code':
      return chance.of(GOOD[header]);
    case 'time':
      return goodTime(chance);
    case 'amount':
      return chance.of(['1', '2', '3', '5.5', '0.25', '12', '1000', '7']);
    case 'note':
      return chance.of(['', 'a', 'b', '=1+1', '{{ row.id }}', '"}']);
    case 'ready':
      return chance.isIn(85) ? 'TRUE' : 'FALSE';
    default:
      return '';
  }
}

/**
 * Deletes a column that the sync needs, but for that of the key.
 * @returns what brings it back, at the end of the tab, each cell beside the key that it belongs to
 */
export function deleteColumn(scene: Scene, header: Exclude<Header, 'id'>): () => void {
  const { spreadsheet } = scene.world.google;
  const texts = new Map<string, string[]>();
  for (const row of scene.rows() ?? [])
    texts.set(row.id, [...(texts.get(row.id) ?? []), row[header]]);
  spreadsheet.deleteColumns(TAB, scene.column(header));
  return () => {
    const [headers = [], ...lines] = spreadsheet.table(TAB);
    const keys = headers.indexOf('id');
    spreadsheet.insertColumns(TAB, headers.length);
    spreadsheet.edit(TAB, 1, headers.length + 1, header);
    for (const [place, line] of lines.entries())
      spreadsheet.edit(
        TAB,
        place + 2,
        headers.length + 1,
        texts.get(line[keys] ?? '')?.shift() ?? '',
      );
    scene.look();
  };
}

/** Rows as people add them: each with a key of its own, one in twelve with something wrong in it. */
export class RowMaker {
  #made = 0;

  constructor(readonly chance: Chance) {}

  row(): Row {
    this.#made++;
    const row = {
      ...Object.fromEntries(HEADERS.map((header) => [header, typed(header, this.chance)])),
      id: `k${this.#made}`,
    } as Row;
    return this.chance.isIn(8) ? { ...row, ...this.#wrong() } : row;
  }

  rows(count: number): Row[] {
    return Array.from({ length: count }, () => this.row());
  }

  #wrong(): Partial<Row> {
    const header = this.chance.of(Object.keys(BAD)) as Header;
    return { [header]: this.chance.of(BAD[header] ?? ['']) };
  }

  change(): { readonly header: Header; readonly text: string } {
    const { chance } = this;
    const header = chance.weighed<Header>([
      [5, 'amount'],
      [2, 'time'],
      [2, 'subscription'],
      [1, 'code'],
      [2, 'note'],
      [2, 'ready'],
      [1, 'id'],
    ]);
    const bad = BAD[header];
    if (header === 'id')
      return {
        header,
        text: chance.isIn(50) ? '' : `k${chance.between(1, Math.max(1, this.#made))}`,
      };
    return {
      header,
      text: bad !== undefined && chance.isIn(10) ? chance.of(bad) : typed(header, chance),
    };
  }
}

/** What a person does to the sheet, also between two service calls of a run. Each says what it did. */
export class Person {
  readonly #scene: Scene;
  readonly #maker: RowMaker;
  readonly #chance: Chance;
  /** What has to be put right again before the sync can go on, in the words of a person; newest last. */
  readonly repairs: (() => void)[] = [];
  /** How often what was done. */
  readonly counts: Record<string, number> = {};
  /** Rows that were removed, as they were. */
  readonly #removed: Row[] = [];

  constructor(scene: Scene, maker: RowMaker, chance: Chance) {
    this.#scene = scene;
    this.#maker = maker;
    this.#chance = chance;
  }

  /** @param many up to how many rows a paste has */
  act(many: number): string {
    const done = this.#chance.weighed<() => string | undefined>([
      [6, () => this.#add(1)],
      [2, () => this.#add(this.#chance.between(2, 6))],
      [many > 6 ? 1 : 0, () => this.#add(many)],
      [9, () => this.#edit()],
      [3, () => this.#remove()],
      [2, () => this.#bringBack()],
      [1, () => this.#duplicate()],
      [2, () => this.#sort()],
      [1, () => this.#insertRow()],
      [1, () => this.#insertColumn()],
      [1, () => this.#deleteExtra()],
      [1, () => this.#hide()],
      [1, () => this.#filter()],
      [1, () => (this.#chance.isIn(50) ? this.#renameHeader() : this.#deleteNeeded())],
    ])();
    this.#scene.look();
    if (done !== undefined) this.#count(done);
    return done ?? 'nothing to do';
  }

  /** By what was done, without to which row. */
  #count(done: string): void {
    const rows = done.split('=').length - 1;
    const name = done.startsWith('adds')
      ? `adds ${rows < 100 ? 'rows' : 'more than 100 rows'}`
      : done.replace(/ (?:[“(]|k?\d|of |by |after ).*$/, '');
    this.counts[`person: ${name}`] = (this.counts[`person: ${name}`] ?? 0) + 1;
  }

  get #sheet() {
    return this.#scene.world.google.spreadsheet;
  }

  get #height(): number {
    return this.#sheet.table(TAB).length - 1;
  }

  #add(count: number): string | undefined {
    if (this.#scene.rows() === undefined) return undefined;
    const rows = this.#maker.rows(count);
    this.#scene.append(rows);
    return `adds ${rows.map(({ id, amount }) => `${id}=${amount}`).join(' ')}`;
  }

  #edit(): string | undefined {
    if (this.#height < 1) return undefined;
    const row = this.#chance.between(2, this.#height + 1);
    const { header, text } = this.#maker.change();
    const column = this.#scene.column(header);
    if (column === 0) return undefined;
    const id = this.#sheet.shown(TAB, row, Math.max(1, this.#scene.column('id')));
    this.#sheet.edit(TAB, row, column, text);
    return `sets ${header} of ${id} (row ${row}) to “${text}”`;
  }

  #remove(): string | undefined {
    const rows = this.#scene.rows();
    if (rows === undefined || rows.length < 2) return undefined;
    const place = this.#chance.between(0, rows.length - 1);
    const row = rows[place];
    if (row === undefined) return undefined;
    this.#removed.push(row);
    this.#sheet.deleteRows(TAB, place + 2);
    return `deletes the row ${row.id} (row ${place + 2})`;
  }

  #bringBack(): string | undefined {
    const row = this.#removed.pop();
    if (row === undefined || this.#scene.rows() === undefined) return undefined;
    this.#scene.append([row]);
    return `brings back ${row.id}`;
  }

  #duplicate(): string | undefined {
    const rows = this.#scene.rows();
    if (rows === undefined || rows.length === 0) return undefined;
    const row = this.#chance.of(rows);
    this.#scene.append([row]);
    return `copies the row ${row.id}`;
  }

  #sort(): string | undefined {
    const column = this.#chance.between(1, HEADERS.length - 1);
    const order = this.#chance.of(['ascending', 'descending'] as const);
    this.#sheet.sort(TAB, column, order);
    return `sorts by column ${column}, ${order}`;
  }

  #insertRow(): string | undefined {
    const after = this.#chance.between(1, Math.max(1, this.#height));
    this.#sheet.insertRows(TAB, after);
    return `inserts a row after ${after}`;
  }

  #insertColumn(): string | undefined {
    const after = this.#chance.between(1, HEADERS.length - 1);
    this.#sheet.insertColumns(TAB, after);
    return `inserts a column after ${after}`;
  }

  #deleteExtra(): string | undefined {
    const column = this.#scene.column('extra');
    if (column === 0) return undefined;
    this.#sheet.deleteColumns(TAB, column);
    return 'deletes the column “extra”';
  }

  #hide(): string {
    const column = this.#chance.between(1, HEADERS.length - 1);
    this.#sheet.hideColumns(TAB, column);
    return `hides column ${column}`;
  }

  #filter(): string | undefined {
    const column = this.#scene.column('code');
    if (column === 0) return undefined;
    this.#sheet.filter(TAB, column, 'peak');
    return 'filters by code';
  }

  #deleteNeeded(): string | undefined {
    const header = this.#chance.of(['amount', 'time', 'subscription'] as const);
    if (this.#scene.rows() === undefined) return undefined;
    this.repairs.push(deleteColumn(this.#scene, header));
    return `deletes the column “${header}”`;
  }

  #renameHeader(): string | undefined {
    const header = this.#chance.of(['amount', 'time', 'id', 'subscription'] as const);
    const column = this.#scene.column(header);
    if (column === 0) return undefined;
    this.#sheet.edit(TAB, 1, column, `${header} (new)`);
    this.repairs.push(() => {
      const now = (this.#sheet.table(TAB)[0] ?? []).indexOf(`${header} (new)`) + 1;
      if (now > 0) this.#sheet.edit(TAB, 1, now, header);
      this.#scene.look();
    });
    return `renames the header “${header}”`;
  }
}
