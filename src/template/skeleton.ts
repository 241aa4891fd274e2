import type { Output } from './outputs';
import { type Piece, pieces } from './pieces';

/** A block around a piece. Branches are numbered from 0. */
interface OpenBlock {
  /** The one that the text is in; -1 before the first `when` of a case. */
  branch: number;
  /** The number of its last branch. */
  readonly last: number;
}

/** Notes which blocks are open behind a piece, and in which branches. */
function follow(open: OpenBlock[], { kind, name, branches }: Piece): void {
  const top = open[open.length - 1];
  if (kind === 'block') open.push({ branch: name === 'case' ? -1 : 0, last: branches - 1 });
  else if (kind === 'branch' && top !== undefined) top.branch++;
  else if (kind === 'end') open.pop();
}

/**
 * The JSON that a template would make if every block took its branch number `branch` (0-based), or
 * its last one if it has fewer. Outputs become fillers of their length, so an offset in the
 * skeleton is an offset in the template.
 */
export function skeleton(text: string, outputs: readonly Output[], branch: number): string {
  const inTexts = new Set(outputs.filter(({ kind }) => kind === 'text').map(({ begin }) => begin));
  const open: OpenBlock[] = [];
  const filler = ({ kind, begin, end }: Piece): string => {
    if (kind === 'html') return text.slice(begin, end);
    if (kind !== 'output') return ' '.repeat(end - begin);
    return inTexts.has(begin) ? 'x'.repeat(end - begin) : '0'.padEnd(end - begin);
  };
  return pieces(text)
    .map((piece) => {
      follow(open, piece);
      const isTaken =
        !piece.commented && open.every((each) => each.branch === Math.min(branch, each.last));
      return isTaken ? filler(piece) : ' '.repeat(piece.end - piece.begin);
    })
    .join('');
}
