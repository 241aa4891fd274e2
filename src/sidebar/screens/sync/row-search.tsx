import { useState } from 'preact/hooks';
import type { Value } from '../../../rpc/contract';
import { headerOf } from '../../draft/columns';
import { Button } from '../../parts/button';
import { Field } from '../../parts/field';
import { SelectField } from '../../parts/select-field';

interface RowSearchProps {
  /** The syncs to search in. If there are several, a person chooses one. */
  readonly syncs: readonly Value<'saveSync'>[];
  /** The key that the field shows at first. */
  readonly first?: string | undefined;
  /** Whether a search is under way. */
  readonly busy?: boolean | undefined;
  /** Gets the id of the sync and the key. */
  readonly onSearch: (sync: string, key: string) => void;
}

/** Asks for a row by its key. */
export function RowSearch({ syncs, first = '', busy = false, onSearch }: RowSearchProps) {
  const [key, setKey] = useState(first);
  const [id, setId] = useState(syncs[0]?.id ?? '');
  const sync = syncs.find((each) => each.id === id);
  if (sync === undefined) return null;
  const wanted = key.trim();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== '') onSearch(id, wanted);
      }}
    >
      {syncs.length > 1 && (
        <SelectField
          id="search-sync"
          label="Sync"
          value={id}
          options={syncs.map((each) => [each.id, each.name])}
          onChoose={setId}
        />
      )}
      <Field id="search-key" label={`Find a row by its key (${headerOf(sync, sync.key)})`}>
        <div class="search-line">
          <input
            id="search-key"
            type="text"
            value={key}
            onInput={(event) => setKey(event.currentTarget.value)}
            autocomplete="off"
          />
          <Button submit busy={busy} disabled={busy || wanted === ''}>
            Find
          </Button>
        </div>
      </Field>
    </form>
  );
}
