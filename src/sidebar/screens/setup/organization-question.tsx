import type { ConnectionView, OrganizationChange } from '../../../rpc/contract';
import { Confirmation } from '../../parts/confirmation';
import { Facts } from '../../parts/facts';
import { Hint } from '../../parts/hint';
import { effectWords, organizationMarks, organizationQuestion } from '../../words/connection';

interface OrganizationQuestionProps {
  /** What storing the key would change. */
  readonly change: OrganizationChange;
  /** Stores it. Gets the id of the organization that the person has seen. */
  readonly onYes: (organization: string) => void;
  /** Leaves the stored connection as it is. */
  readonly onNo: () => void;
}

/** Asks before a key of another organization is stored, with what that means for each sync. */
export function OrganizationQuestion({ change, onYes, onNo }: OrganizationQuestionProps) {
  const { from, to, syncs } = change;
  const shown = (connection: ConnectionView) => (
    <>
      <bdi>{connection.organization}</bdi>
      {organizationMarks(connection, change).map((mark) => (
        <Hint key={mark}>{mark}</Hint>
      ))}
    </>
  );
  return (
    <Confirmation
      question={organizationQuestion(change)}
      yes="Save this key"
      no={from === undefined ? 'Cancel' : 'Keep the stored key'}
      onYes={() => onYes(to.organizationId)}
      onNo={onNo}
    >
      <Facts
        facts={[
          from === undefined ? undefined : ['Stored key', shown(from)],
          ['This key', shown(to)],
        ]}
      />
      <ul class="event-list">
        {syncs.map(({ name, effect }, place) => (
          <li key={place}>
            <strong dir="auto">{name}</strong> {effectWords(effect, to.organization)}
          </li>
        ))}
      </ul>
    </Confirmation>
  );
}
