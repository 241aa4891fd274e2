import { count } from '../../../value/count';
import { Hint } from '../../parts/hint';

interface WholeProps {
  /** Number of lines that the page shows. */
  readonly shown: number;
  /** Number of all. */
  readonly of: number;
  /** Name of the result sheet, which lists all. */
  readonly sheetName: string;
}

/** Says that a list is cut, and where the whole is. */
export function Whole({ shown, of: all, sheetName }: WholeProps) {
  return (
    <Hint>
      {count(shown)} of {count(all)}. All are in <bdi>{sheetName}</bdi>.
    </Hint>
  );
}
