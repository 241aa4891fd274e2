import { useEffect, useRef } from 'preact/hooks';
import type { Fix, RowChoice, SyncDraft } from '../../../rpc/contract';
import { type Request, useRequest } from '../../server/request';

/** The row that is looked at, and the way to look at another one. */
export interface RowPreview {
  /** Answers with the event of the row. */
  readonly request: Request<'preview'>;
  /** Number (1-based) of the row that was shown last, also while the next one is read. */
  readonly row: number | undefined;
  /** Number of the first row below the column names. */
  readonly first: number;
  /** Changes of the template that repair the row's number; none if it was edited since. */
  readonly fixes: readonly Fix[];
  /** Reads a row. */
  show(row: RowChoice): void;
}

/** The event is rendered again once nothing was changed for this long. */
const REST_MS = 800;

/**
 * The draft without what ties it to the stored sync. A preview reads nothing that is stored, and
 * with id and revision a save in between would make it a stale one.
 */
function unstored({ id: _, ...draft }: SyncDraft): SyncDraft {
  return { ...draft, revision: 0 };
}

/**
 * The event of a row: first of the row that is selected in the sheet, or of the first row if none
 * is. It is made again after each pause in changing what it is made of.
 */
export function useRowPreview(draft: SyncDraft): RowPreview {
  const request = useRequest('preview');
  const { value, problem } = request;
  const first = draft.source.headerRow + 1;
  const row = useRef<number | undefined>(undefined);
  const opening = useRef(true);
  const asked = useRef<RowChoice>('selected');
  const template = useRef(draft.template);
  if (value !== undefined) row.current = value.row;

  const show = (choice: RowChoice): void => {
    asked.current = choice;
    template.current = draft.template;
    request.send({ draft: unstored(draft), row: choice, sync: draft.id });
  };
  const made = JSON.stringify([
    draft.source,
    draft.key,
    draft.ready,
    draft.template,
    draft.dateOnly,
  ]);
  const shown = useRef(made);
  useEffect(() => show('selected'), []);
  useEffect(() => {
    if (shown.current === made) return undefined;
    const timer = setTimeout(() => {
      shown.current = made;
      show(row.current ?? asked.current);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [made]);
  useEffect(() => {
    if (problem?.code !== 'test.no-row' || !opening.current) return;
    opening.current = false;
    show(first);
  }, [problem]);
  return {
    request,
    row: row.current,
    first,
    fixes: template.current === draft.template ? (value?.fixes ?? []) : [],
    show: (choice) => {
      opening.current = false;
      show(choice);
    },
  };
}
