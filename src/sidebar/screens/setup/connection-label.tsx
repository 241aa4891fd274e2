import { useState } from 'preact/hooks';
import type { ConnectionView, Environment } from '../../../rpc/contract';
import { Choice, type Option } from '../../parts/field';
import { Hint } from '../../parts/hint';
import { RequestState } from '../../parts/request-state';
import { Section } from '../../parts/section';
import { useRequest } from '../../server/request';

const OPTIONS: readonly Option<Environment>[] = [
  { value: 'live', label: 'Live', hint: 'Its customers get invoices.' },
  { value: 'test', label: 'Test', hint: 'A second organization, for trying things out.' },
];

interface ConnectionLabelProps {
  /** The connection whose organization is labelled. */
  readonly connection: ConnectionView;
  /** Whether nobody has chosen the label yet. */
  readonly guessed: boolean;
  /** Gets the connection with the new label. */
  readonly onLabelled: (connection: ConnectionView) => void;
}

/** Whether the organization bills for real, as a person labels it. */
export function ConnectionLabel({ connection, guessed, onLabelled }: ConnectionLabelProps) {
  const label = useRequest('labelConnection', onLabelled);
  // A click shows at once; then the server's answer counts.
  const [clicked, setClicked] = useState<Environment | undefined>(undefined);
  const shown = label.busy && clicked !== undefined ? clicked : connection.environment;
  return (
    <Section title="What it is for">
      <Choice
        name="environment"
        legend="This organization is"
        value={shown}
        options={OPTIONS}
        onChange={(environment) => {
          setClicked(environment);
          label.send({ environment });
        }}
      />
      {guessed && !label.busy && <p class="obstacle">Guessed from the name; please check.</p>}
      <Hint>
        The label is yours, and it stands on every screen. It changes nothing that is sent.
      </Hint>
      <RequestState request={label} />
    </Section>
  );
}
