import type { SyncDraft } from '../../rpc/contract';
import { EventPreview } from '../parts/event-preview';
import { Page } from '../parts/page';
import { useRowPreview } from '../row-preview';
import type { Action } from '../state';

/** What a row would become. */
export function PreviewScreen({ draft, dispatch }: { readonly draft: SyncDraft; readonly dispatch: (action: Action) => void }) {
  const preview = useRowPreview(draft);
  return (
    <Page title="Preview" onBack={() => dispatch({ type: 'left' })}>
      <p class="hint">Nothing is sent.</p>
      <EventPreview preview={preview} />
    </Page>
  );
}
