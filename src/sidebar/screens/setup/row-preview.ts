import { useEffect, useRef } from 'preact/hooks';
import type { Fix, RowChoice, SyncDraft } from '../../../rpc/contract';
import { type Request, useRequest } from '../../server/request';

/** A row that is looked at, and the way to look at another. */
export interface RowPreview {
  readonly request: Request<'preview'>;
  /** The row that was shown last, also while the next one is read. */
  readonly row: number | undefined;
  /** The first row below the header. */
  readonly first: number;
  /** What repairs the row's number; nothing while the template is not the one that the answer is about. */
  readonly fixes: readonly Fix[];
  show(row: RowChoice): void;
}

/** How long the typing has to rest before the event is rendered anew. */
const REST_MS = 800;

/** A preview reads nothing that is stored, so it is asked for without the draft's id: a save that is at work meanwhile makes it no stale one. */
function unstored({ id: _, ...draft }: SyncDraft): SyncDraft {
  return { ...draft, revision: 0 };
}

/**
 * The event of a row: at first that of the row selected in the sheet, or of the first row where none is. It is made anew after each pause in changing what it
 * is made of.
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
    request.send({
      draft: unstored(draft),
      row: choice,
      ...(draft.id === undefined ? {} : { sync: draft.id }),
    });
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
