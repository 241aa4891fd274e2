import type { GridView, LagoView, Overview, SheetChange } from './backend';
import type { Selection } from './selection';

async function answerOf(response: Response): Promise<unknown> {
  const value: unknown = await response.json();
  if (response.ok) return value;
  throw new Error(
    typeof value === 'object' && value !== null && 'error' in value
      ? String(value.error)
      : `The sandbox answered ${response.status}.`,
  );
}

const ask = async (path: string): Promise<unknown> => answerOf(await fetch(path));

const tell = async (path: string, body: object): Promise<void> => {
  await answerOf(
    await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
};

export const askOverview = async (): Promise<Overview> => (await ask('/overview')) as Overview;
export const askGrid = async (sheet: number): Promise<GridView> =>
  (await ask(`/grid?sheet=${sheet}`)) as GridView;
export const askLago = async (): Promise<LagoView> => (await ask('/lago')) as LagoView;

export const tellEdit = (sheet: number, row: number, column: number, text: string): Promise<void> =>
  tell('/edit', { sheet, row, column, text });
export const tellSelection = (sheet: number, selection: Selection): Promise<void> =>
  tell('/select', { sheet, ...selection });
export const tellPaste = (sheet: number, { row, column }: Selection, text: string): Promise<void> =>
  tell('/paste', { sheet, row, column, text });
export const tellChange = (sheet: number, change: SheetChange): Promise<void> =>
  tell('/change', { sheet, change });
export const tellCsv = (name: string, text: string): Promise<void> => tell('/csv', { name, text });
export const tellAdvance = (ms: number): Promise<void> => tell('/advance', { ms });
