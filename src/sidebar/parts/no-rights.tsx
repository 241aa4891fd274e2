import type { Home } from '../../rpc/contract';
import { Notice } from './notice';

interface NoRightsProps {
  /** Its syncs name the people who have activated them. */
  readonly home: Pick<Home, 'syncs'>;
}

/** For people who may not edit the file: who can help, instead of buttons that would fail. */
export function NoRights({ home }: NoRightsProps) {
  const people = [...new Set(home.syncs.map(({ sync }) => sync.activatedBy ?? ''))].filter(
    (mail) => mail !== '',
  );
  return (
    <Notice message="You may look at this file, but not edit it." isNews>
      <p>
        You can view syncs but not change them. Ask the owner of the file for the right to edit
        (Share, Editor)
        {people.length > 0 && (
          <>
            {', or '}
            <bdi>{people.join(', ')}</bdi> to do it
          </>
        )}
        .
      </p>
    </Notice>
  );
}
