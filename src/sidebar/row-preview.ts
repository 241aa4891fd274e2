import { useEffect, useRef } from 'preact/hooks';
import type { RowChoice, SyncDraft } from '../rpc/contract';
import { type Request, useRequest } from './request';

/** A row that is looked at, and the way to look at another. */
export interface RowPreview {
  readonly request: Request<'preview'>;
  /** The row that was shown last, also while the next one is read. */
  readonly row: number | undefined;
  /** The first row below the header. */
  readonly first: number;
  show(row: RowChoice): void;
}

/** The event of a row: at first that of the row selected in the sheet, or of the first row where none is. */
export function useRowPreview(draft: SyncDraft): RowPreview {
  const request = useRequest('preview');
  const { value, problem } = request;
  const first = draft.source.headerRow + 1;
  const row = useRef<number | undefined>(undefined);
  const opening = useRef(true);
  if (value !== undefined) row.current = value.row;
  useEffect(() => request.send({ draft, row: 'selected' }), []);
  useEffect(() => {
    if (problem?.code !== 'test.no-row' || !opening.current) return;
    opening.current = false;
    request.send({ draft, row: first });
  }, [problem]);
  return {
    request,
    row: row.current,
    first,
    show: (choice) => {
      opening.current = false;
      request.send({ draft, row: choice });
    },
  };
}
