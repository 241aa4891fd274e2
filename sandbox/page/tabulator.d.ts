/** The slice of tabulator-tables that the page uses; the package brings no types. */
declare module 'tabulator-tables' {
  interface Cell {
    getField(): string;
    getValue(): string;
    getData(): { readonly row: number };
  }

  interface Row {
    getCell(field: string): Cell | false;
  }

  interface Range {
    getTopEdge(): number;
    getBottomEdge(): number;
    getLeftEdge(): number;
    getRightEdge(): number;
    setBounds(start: Cell, end: Cell): void;
  }

  class TabulatorFull {
    constructor(element: HTMLElement, options: Readonly<Record<string, unknown>>);
    on(event: 'tableBuilt', handler: () => void): void;
    on(event: 'cellEdited', handler: (cell: Cell) => void): void;
    on(event: 'rangeChanged', handler: (range: Range) => void): void;
    scrollToRow(index: number, position: 'center', ifVisible: boolean): Promise<void>;
    scrollToColumn(field: string, position: 'middle', ifVisible: boolean): Promise<void>;
    getRow(index: number): Row | false;
    getRanges(): readonly Range[];
    updateData(data: readonly object[]): Promise<void>;
    destroy(): void;
  }
}
