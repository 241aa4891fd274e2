import type { ProposalList } from './completion/proposal-list';

/** What the text field is called for a screen reader. */
export interface EditorName {
  /** Id of the text field. */
  readonly id: string;
  readonly label: string;
  /** Ids of elements, separated by spaces. */
  readonly describedBy: string;
}

/** Id of the list of proposals beside the text field with this id. */
export const listId = (id: string): string => `${id}-proposals`;

/**
 * Id of an entry of that list (0-based). The focus stays in the text field, which names the
 * selected entry by it.
 */
export const entryId = (id: string, index: number): string => `${id}-proposal-${index}`;

/** The attributes of the text field. @param list the proposals shown beside it, if any */
export function attributes(
  { id, label, describedBy }: EditorName,
  list: ProposalList | undefined,
): Record<string, string> {
  const fixed = {
    id,
    'aria-label': label,
    'aria-describedby': describedBy,
    'aria-autocomplete': 'list',
    'aria-haspopup': 'listbox',
  };
  return list === undefined
    ? fixed
    : {
        ...fixed,
        'aria-controls': listId(id),
        'aria-activedescendant': entryId(id, list.selected),
      };
}
