import type { Chart, ChartBuilder, ColumnChartBuilder, Range } from '../../src/apps-script/runtime';
import { GoogleException } from './exception';
import { SERVICE } from './service-object';
import type { Area, Grid, SheetChart } from './workbook';

interface Parts {
  type: string;
  title: string;
  headers: number;
  position: { readonly row: number; readonly column: number } | undefined;
  readonly ranges: Range[];
}

const areaOf = (range: Range): Area & { readonly sheetId: number } => ({
  sheetId: range.getSheet().getSheetId(),
  row: range.getRow(),
  column: range.getColumn(),
  rows: range.getLastRow() - range.getRow() + 1,
  columns: range.getLastColumn() - range.getColumn() + 1,
});

/** Changes itself with every call, as Google's does. */
export class FakeChartBuilder implements ChartBuilder {
  readonly [SERVICE] = 'EmbeddedChartBuilder';
  readonly #parts: Parts;

  constructor(parts: Parts = { type: '', title: '', headers: 0, position: undefined, ranges: [] }) {
    this.#parts = parts;
  }

  asColumnChart(): ColumnChartBuilder {
    this.#parts.type = 'COLUMN';
    return new FakeColumnChartBuilder(this.#parts);
  }

  addRange(range: Range): ChartBuilder {
    this.#parts.ranges.push(range);
    return this;
  }

  setNumHeaders(headers: number): ChartBuilder {
    this.#parts.headers = headers;
    return this;
  }

  setPosition(row: number, column: number, _offsetX: number, _offsetY: number): ChartBuilder {
    this.#parts.position = { row, column };
    return this;
  }

  build(): Chart {
    return new FakeChart(this.#parts);
  }
}

class FakeColumnChartBuilder implements ColumnChartBuilder {
  readonly [SERVICE] = 'EmbeddedColumnChartBuilder';
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  setTitle(title: string): ColumnChartBuilder {
    this.#parts.title = title;
    return this;
  }

  /** Hands out the general builder, which has no title any more. */
  addRange(range: Range): ChartBuilder {
    return new FakeChartBuilder(this.#parts).addRange(range);
  }
}

export class FakeChart implements Chart {
  readonly [SERVICE] = 'EmbeddedChart';
  readonly #parts: Parts;

  constructor({ ranges, ...parts }: Parts) {
    this.#parts = { ...parts, ranges: [...ranges] };
  }

  getRanges(): Range[] {
    return [...this.#parts.ranges];
  }

  /**
   * Google's texts are not documented; a chart without a type, data or a place is refused here, so
   * that whoever forgets one notices.
   */
  placedIn(grid: Grid): SheetChart {
    const { type, title, headers, position, ranges } = this.#parts;
    if (type === '') throw new GoogleException('A chart has a type.');
    if (ranges.length === 0) throw new GoogleException('A chart has at least one range.');
    if (position === undefined || !(position.row >= 1 && position.row <= grid.rowCount))
      throw new GoogleException('Those rows are out of bounds.');
    if (!(position.column >= 1 && position.column <= grid.columnCount))
      throw new GoogleException('Those columns are out of bounds.');
    return { type, title, headers, ...position, ranges: ranges.map(areaOf) };
  }
}
