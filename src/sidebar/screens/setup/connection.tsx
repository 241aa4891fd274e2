import { useState } from 'preact/hooks';
import type { ConnectionView } from '../../../rpc/contract';
import { leaving } from '../../navigation';
import { Button } from '../../parts/button';
import { Facts } from '../../parts/facts';
import { Page } from '../../parts/page';
import { regionWords } from '../../parts/regions';
import { WayOn } from '../../parts/way-on';
import type { ScreenProps } from '../../screen-props';
import type { Setup } from '../../setup';
import { STORES } from '../../words/connection';
import { afterConnecting, isFirstStep } from './after-connecting';
import { ConnectionForm } from './connection-form';
import { ConnectionLabel } from './connection-label';
import { canGoTo } from './open-steps';
import { Prerequisites } from './prerequisites';
import { Steps } from './steps';

interface ConnectionScreenProps extends ScreenProps {
  /** The sync that is being set up; undefined if none is. */
  readonly setup: Setup | undefined;
  /** Id of the sync whose review comes next; undefined if none does. */
  readonly review: string | undefined;
}

/** The first step: which Lago the file sends to, and what that has. */
export function ConnectionScreen(props: ConnectionScreenProps) {
  const { home, dispatch, refresh, setup } = props;
  const { connection } = home;
  const [changing, setChanging] = useState(connection === undefined);
  // The server guesses the label of an organization that it sees for the first time.
  const [guessed, setGuessed] = useState(false);
  const isForm = changing || connection === undefined;
  const next = afterConnecting(props);
  return (
    <Page
      // The form and the facts are screens of their own: the title takes the focus in each.
      key={isForm ? 'form' : 'facts'}
      title={connection === undefined ? 'Connect to Lago' : 'Connection'}
      onBack={leaving(dispatch)}
      above={
        isFirstStep(props) && (
          <Steps
            current="connect"
            isOpen={(step) => canGoTo(step, setup, connection)}
            onGo={(step) => step !== 'connect' && dispatch({ type: 'stepped', step })}
          />
        )
      }
    >
      {isForm ? (
        <ConnectionForm
          connection={connection}
          onConnected={(connected) => {
            dispatch({ type: 'connected', connection: connected });
            setChanging(false);
            setGuessed(connection?.organizationId !== connected.organizationId);
            refresh();
          }}
          onCancel={connection === undefined ? undefined : () => setChanging(false)}
        />
      ) : (
        <>
          <ConnectionFacts connection={connection} />
          <Button onClick={() => setChanging(true)}>Change connection</Button>
          <ConnectionLabel
            connection={connection}
            guessed={guessed}
            onLabelled={(labelled) => {
              setGuessed(false);
              dispatch({ type: 'connected', connection: labelled });
            }}
          />
          <Prerequisites key={connection.organizationId} />
          <WayOn>
            <Button kind="primary" onClick={() => dispatch(next.action)}>
              {next.words}
            </Button>
          </WayOn>
        </>
      )}
    </Page>
  );
}

/** The organization and where it is. Of the API key only the last characters are known here. */
function ConnectionFacts({ connection }: { readonly connection: ConnectionView }) {
  const { organization, address, store, keyEnding } = connection;
  return (
    <Facts
      facts={[
        ['Organization', <span dir="auto">{organization}</span>],
        ['Region', regionWords(address)],
        ['Event store', STORES[store]],
        ['API key', keyEnding === '' ? 'Stored' : `Ends in ${keyEnding}`],
      ]}
    />
  );
}
