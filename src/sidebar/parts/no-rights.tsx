import type { Home } from '../../rpc/contract';

/** For a person who may only look: who can help, instead of buttons that would fail. */
export function NoRights({ home }: { readonly home: Home }) {
  const people = [
    ...new Set(
      home.syncs.flatMap(({ sync }) => (sync.activatedBy === undefined ? [] : [sync.activatedBy])),
    ),
  ].filter((mail) => mail !== '');
  return (
    <div class="card warning" role="status">
      <p class="message">You may look at this file, but not edit it.</p>
      <p>
        You see how the syncs are. To set up or run them, ask the owner of the file for the right to
        edit (Share, Editor)
        {people.length > 0 && (
          <>
            {', or '}
            <bdi>{people.join(', ')}</bdi> to do it
          </>
        )}
        .
      </p>
    </div>
  );
}
