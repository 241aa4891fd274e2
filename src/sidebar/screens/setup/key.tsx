import type { ColumnView } from '../../../rpc/contract';
import { ID_HEADER } from '../../../value/id-header';
import { withKey } from '../../draft/changes';
import { headerOf, usableColumns } from '../../draft/columns';
import { FillIds } from '../../parts/fill-ids';
import { Hint } from '../../parts/hint';
import { SelectField } from '../../parts/select-field';
import { keyCaution, keyObstacle } from '../../words/columns';
import { quoted } from '../../words/lists';
import { idsOffer, keyColumn } from './ids-offer';
import type { StepProps, TabDraftProps } from './step-props';

type KeySectionProps = TabDraftProps & Pick<StepProps, 'dispatch'>;

/** Which column identifies a row, with how well it does; and a column of ids if none does. */
export function KeySection(props: KeySectionProps) {
  return (
    <div class="stack">
      <KeyField {...props} />
      <IdsOffer {...props} />
    </div>
  );
}

function KeyField({ draft, tab, edit }: KeySectionProps) {
  const columns = usableColumns(tab);
  const key = keyColumn(draft, tab);
  const header = headerOf(draft, draft.key);
  return (
    <SelectField
      id="key"
      label="Column that identifies a row"
      hint={<KeyHint column={key} />}
      value={header}
      options={columns.map((column) => [
        column.header,
        column.unique && keyCaution(column) === undefined
          ? `${column.header} (unique)`
          : column.header,
      ])}
      onChoose={(chosen) =>
        edit(
          withKey(
            draft,
            tab,
            columns.find((column) => column.header === chosen),
          ),
        )
      }
    >
      <option value="">Choose a column</option>
      {key === undefined && header !== '' && (
        <option value={header}>{`${header} (missing)`}</option>
      )}
    </SelectField>
  );
}

/** How well the chosen column identifies the rows. */
function KeyHint({ column }: { readonly column: ColumnView | undefined }) {
  if (column === undefined) return <>A row is known by it, wherever it is moved or sorted to.</>;
  const problem = keyObstacle(column);
  if (problem !== undefined)
    return (
      <>
        <strong class="warning">{problem}</strong> Such rows are held, not sent.
      </>
    );
  const caution = keyCaution(column);
  return caution === undefined ? (
    <span class="good">Every row has a value of its own here.</span>
  ) : (
    <strong class="warning">{caution}</strong>
  );
}

const OFFERS = {
  add: 'Add an ID column',
  fill: 'Fill the missing ids',
  use: `Use the column ${quoted(ID_HEADER)}`,
} as const;

/** Ids from the server, for tabs in which no column identifies the rows well. */
function IdsOffer({ draft, tab, dispatch }: KeySectionProps) {
  const offer = idsOffer(draft, tab);
  const { tabId, headerRow } = draft.source;
  const column = `column ${quoted(ID_HEADER)}`;
  return (
    <div>
      <FillIds
        asked={{ tabId, headerRow, header: offer === 'add' ? undefined : ID_HEADER }}
        onDone={({ tab: filled, header }) => dispatch({ type: 'ids-filled', tab: filled, header })}
      >
        {offer && OFFERS[offer]}
      </FillIds>
      {offer !== undefined && (
        <Hint>
          {offer === 'add' ? `A ${column} at the right of the tab` : `The ${column}`} holds an id
          for each row; the ids stay, also when rows are sorted.
        </Hint>
      )}
    </div>
  );
}
