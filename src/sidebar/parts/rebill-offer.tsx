import { opening } from '../navigation';
import type { ScreenProps } from '../screen-props';
import { Button } from './button';

interface RebillOfferProps extends Pick<ScreenProps, 'dispatch'> {
  /** Id of the sync. */
  readonly id: string;
}

/** After a template was changed: the way to bill sent rows again. */
export function RebillOffer({ id, dispatch }: RebillOfferProps) {
  return (
    <>
      <p>Sent rows keep the event that Lago has of them, until they are billed again.</p>
      <Button onClick={opening(dispatch, { name: 'rebill', id, rebill: 'all' })}>
        Bill sent rows again
      </Button>
    </>
  );
}
