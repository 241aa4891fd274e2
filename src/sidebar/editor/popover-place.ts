import type { EditorView } from '@codemirror/view';

/** The class of the element that holds what is shown beside the text. */
export const POPOVER_CLASS = 'template-popover';

/**
 * Where something is shown beside a line: beneath it or above it, as a CSS length from the edge of
 * the editor.
 */
export type Side = { readonly top: string } | { readonly bottom: string };

/**
 * With less room than this beneath the line (in pixels), the room above is taken if there is more
 * of it.
 */
const ROOM = 200;
/** Between the line and what is shown beside it, in pixels. */
const GAP = 4;

/** The side of the line at a 0-based offset that has room; undefined if the line is not drawn. */
export function sideOf(view: EditorView, at: number): Side | undefined {
  const line = view.coordsAtPos(at);
  if (line === null) return undefined;
  const { top, bottom } = view.dom.getBoundingClientRect();
  const below = window.innerHeight - line.bottom;
  return below >= ROOM || below >= line.top
    ? { top: `${line.bottom - top + GAP}px` }
    : { bottom: `${bottom - line.top + GAP}px` };
}
