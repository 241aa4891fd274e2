import type { ComponentChildren } from 'preact';
import type { Argument, SyncView, Value } from '../../rpc/contract';
import { counted } from '../../value/count';
import { ID_HEADER } from '../../value/id-header';
import { useRequest } from '../server/request';
import { quoted } from '../words/lists';
import { Button } from './button';
import { RequestState } from './request-state';

interface FillIdsProps {
  /** Which rows get ids, and in which column. */
  readonly asked: Argument<'fillIds'>;
  /** Words of the button; without them only what was written is told. */
  readonly children?: ComponentChildren;
  readonly onDone?: ((value: Value<'fillIds'>) => void) | undefined;
}

/** Writes ids into the tab, and says how many. */
export function FillIds({ asked, children, onDone }: FillIdsProps) {
  const fill = useRequest('fillIds', onDone);
  const { value } = fill;
  return (
    <>
      {children !== undefined && (
        <Button busy={fill.busy} onClick={() => fill.send(asked)}>
          {children}
        </Button>
      )}
      <RequestState request={fill} />
      {value !== undefined && (
        <p class="good" role="status">
          {counted(value.filled, 'id')} written into the column <bdi>{quoted(value.header)}</bdi>.
        </p>
      )}
    </>
  );
}

/** Gives an id to each row of a sync that came without one. */
export function FillMissingIds({ sync: { id, source } }: Pick<SyncView, 'sync'>) {
  const { tabId, headerRow } = source;
  return (
    <FillIds asked={{ tabId, headerRow, header: ID_HEADER, sync: id }}>
      Fill the missing ids
    </FillIds>
  );
}
