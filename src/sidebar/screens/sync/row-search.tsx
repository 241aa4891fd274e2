import { useState } from 'preact/hooks';
import type { Value } from '../../../rpc/contract';
import { headerOf } from '../../draft/columns';
import { Button } from '../../parts/button';

type Sync = Value<'saveSync'>;

interface RowSearchProps {
  /** The syncs to search in; with several of them one is chosen. */
  readonly syncs: readonly Sync[];
  readonly first?: string | undefined;
  readonly busy?: boolean | undefined;
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
        <div class="field">
          <label for="search-sync">Sync</label>
          <select
            id="search-sync"
            value={id}
            onChange={(event) => setId(event.currentTarget.value)}
          >
            {syncs.map((each) => (
              <option key={each.id} value={each.id}>
                {each.name}
              </option>
            ))}
          </select>
        </div>
      )}
      <div class="field">
        <label for="search-key">Find a row by its key ({headerOf(sync, sync.key)})</label>
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
      </div>
    </form>
  );
}
