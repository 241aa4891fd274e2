import type { SheetView } from './backend';
import { tellCsv } from './requests';

interface SheetTabsProps {
  readonly sheets: readonly SheetView[];
  readonly shown: number | undefined;
  readonly hiddenToo: boolean;
  readonly onShow: (sheet: number) => void;
  readonly onHiddenToo: (hiddenToo: boolean) => void;
  readonly onLoaded: () => void;
}

/** The spreadsheet's tabs, and the way of CSV files in and out. */
export function SheetTabs({
  sheets,
  shown,
  hiddenToo,
  onShow,
  onHiddenToo,
  onLoaded,
}: SheetTabsProps) {
  const load = async (input: HTMLInputElement): Promise<void> => {
    const [file] = input.files ?? [];
    if (file === undefined) return;
    await tellCsv(file.name.replace(/\.csv$/i, ''), await file.text());
    input.value = '';
    onLoaded();
  };
  return (
    <div class="sheet-tabs">
      <div role="tablist" aria-label="Sheets">
        {sheets
          .filter(({ hidden }) => hiddenToo || !hidden)
          .map(({ id, name, hidden }) => (
            <button
              type="button"
              role="tab"
              key={id}
              aria-selected={id === shown}
              class={hidden ? 'hidden-sheet' : ''}
              title={hidden ? `${name} (hidden)` : name}
              onClick={() => onShow(id)}
            >
              {name}
            </button>
          ))}
      </div>
      <label>
        <input
          type="checkbox"
          checked={hiddenToo}
          onChange={(event) => onHiddenToo(event.currentTarget.checked)}
        />{' '}
        Hidden sheets
      </label>
      <label class="file">
        Load CSV
        <input
          type="file"
          accept=".csv,text/csv"
          onChange={(event) => void load(event.currentTarget)}
        />
      </label>
      {shown !== undefined && (
        <a
          href={`/csv?sheet=${shown}`}
          download={`${sheets.find(({ id }) => id === shown)?.name ?? 'sheet'}.csv`}
        >
          Save CSV
        </a>
      )}
    </div>
  );
}
