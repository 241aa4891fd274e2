import { audit } from './audit';
import type { Measure } from './catalog';
import type { Happening, SheetRow, Store } from './history';
import { Simulation } from './simulation';

/** A history that is told, not drawn: of one measure, or of several that rows name. */
export interface ToldHistory {
  readonly store: Store;
  readonly measures: readonly Measure[];
  /** The sheet as it stands before each run. */
  readonly sheets: readonly (readonly ToldRow[])[];
  /** Whether the month ends before the checkers look. */
  readonly isInvoiced?: boolean;
  /** Rows that are held in the end; none unless told. */
  readonly held?: number;
}

/** A row; of acme, of the first measure, and of a time in the running month, unless told. */
export type ToldRow = Partial<SheetRow> & Pick<SheetRow, 'id' | 'amount'>;

/** In hours. */
const FORTNIGHT = 14 * 24;

/** What is wrong after a history; nothing for the script as it should be. */
export function wrongBy(
  { store, measures, sheets, isInvoiced = false, held = 0 }: ToldHistory,
  code?: string,
): readonly string[] {
  const row: Omit<SheetRow, 'id' | 'amount'> = {
    subscription: 'acme-s',
    time: '2026-11-18 10:00',
    code: measures[0]?.code ?? '',
    region: 'eu',
    price: '100',
    note: 'a note',
    factor: '1',
  };
  const happenings = sheets.flatMap((rows): Happening[] => [
    { does: 'write', rows: rows.map((told) => ({ ...row, ...told })) },
    { does: 'run', meets: { kind: 'nothing' } },
  ]);
  if (isInvoiced) happenings.push({ does: 'pass', hours: FORTNIGHT });
  const history = { measures, happenings, first: [], grace: 0, partialBatches: false } as const;
  const simulation = new Simulation(
    store,
    { ...history, late: 'hold', unflushed: 'applied' },
    code,
  );
  simulation.play();
  simulation.settle();
  const { broken, counts } = audit(simulation);
  const shown = Object.entries(counts).filter(([name]) => name.startsWith('shown as hold'));
  const found = shown.reduce((total, [, number]) => total + number, 0);
  return found === held ? broken : [...broken, `${found} rows are held, not ${held}`];
}
