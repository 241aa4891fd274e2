import { useEffect, useState } from 'preact/hooks';
import type { ConnectionView, Environment, Prerequisite } from '../../../rpc/contract';
import { counted } from '../../../value/count';
import { Button } from '../../parts/button';
import { Facts } from '../../parts/facts';
import { Choice, Field } from '../../parts/field';
import { Page } from '../../parts/page';
import { ProblemCard } from '../../parts/problem-card';
import { Section } from '../../parts/section';
import { Busy, Status } from '../../parts/status';
import { WayOn } from '../../parts/way-on';
import type { ScreenProps } from '../../screen-props';
import { useRequest } from '../../server/request';
import type { Setup } from '../../setup';
import { STORES } from '../../words/connection';
import { canGoTo } from './open-steps';
import { Steps } from './steps';

const REGIONS = [
  { address: 'https://api.getlago.com', region: 'US', label: 'Lago Cloud, US (api.getlago.com)' },
  {
    address: 'https://api.eu.getlago.com',
    region: 'EU',
    label: 'Lago Cloud, EU (api.eu.getlago.com)',
  },
] as const;
const OWN = 'own';

const regionOf = (address: string): string =>
  REGIONS.find((region) => region.address === address)?.address ?? OWN;

const withoutScheme = (address: string): string => address.replace(/^https?:[/]{2}/, '');

function regionWords(address: string): string {
  const known = REGIONS.find((region) => region.address === address);
  return known === undefined
    ? `Own server, ${withoutScheme(address)}`
    : `${known.region} (${withoutScheme(address)})`;
}

interface ConnectionScreenProps extends ScreenProps {
  readonly setup: Setup | undefined;
  /** Id of the sync whose review comes next, if one does. */
  readonly review: string | undefined;
}

/** The first step: whose Lago this is, and what is there. */
export function ConnectionScreen({
  home,
  dispatch,
  refresh,
  setup,
  review,
}: ConnectionScreenProps) {
  const { connection } = home;
  const [changing, setChanging] = useState(connection === undefined);
  // The server has guessed the label of an organization that is new.
  const [guessed, setGuessed] = useState(false);
  const isForm = changing || connection === undefined;
  const isFirst = review === undefined && (setup !== undefined || home.syncs.length === 0);
  const goOn = (): void => {
    if (review !== undefined)
      dispatch({ type: 'opened', screen: { name: 'activation', id: review } });
    else if (setup !== undefined) dispatch({ type: 'stepped', step: 'rows' });
    else if (isFirst) dispatch({ type: 'editing-began', draft: undefined });
    else dispatch({ type: 'opened', screen: { name: 'home' } });
  };
  return (
    <Page
      // What takes the place of the form is a screen of its own: its title takes the focus.
      key={isForm ? 'form' : 'facts'}
      title={connection === undefined ? 'Connect to Lago' : 'Connection'}
      onBack={() => dispatch({ type: 'left' })}
      above={
        isFirst && (
          <Steps
            current="connect"
            isOpen={(step) => canGoTo(step, setup, connection)}
            onGo={(step) => step !== 'connect' && dispatch({ type: 'stepped', step })}
          />
        )
      }
    >
      {isForm || connection === undefined ? (
        <ConnectionForm
          connection={connection}
          onConnected={(connected) => {
            dispatch({ type: 'connected', connection: connected });
            setChanging(false);
            setGuessed(connection?.organization !== connected.organization);
            refresh();
          }}
          onCancel={connection === undefined ? undefined : () => setChanging(false)}
        />
      ) : (
        <>
          <Facts
            facts={[
              ['Organization', <span dir="auto">{connection.organization}</span>],
              ['Region', regionWords(connection.address)],
              ['Event store', STORES[connection.store]],
              [
                'API key',
                connection.keyEnding === '' ? 'Stored' : `Ends in ${connection.keyEnding}`,
              ],
            ]}
          />
          <Button onClick={() => setChanging(true)}>Change connection</Button>
          <LabelSection
            connection={connection}
            guessed={guessed}
            onLabelled={(labelled) => {
              setGuessed(false);
              dispatch({ type: 'connected', connection: labelled });
            }}
          />
          <PrerequisiteSection key={`${connection.address} ${connection.organization}`} />
          <WayOn>
            <Button kind="primary" onClick={goOn}>
              {review !== undefined ? 'Next: review' : isFirst ? 'Next: choose the rows' : 'Done'}
            </Button>
          </WayOn>
        </>
      )}
    </Page>
  );
}

interface ConnectionFormProps {
  readonly connection: ConnectionView | undefined;
  readonly onConnected: (connection: ConnectionView) => void;
  readonly onCancel: (() => void) | undefined;
}

function ConnectionForm({ connection, onConnected, onCancel }: ConnectionFormProps) {
  const [region, setRegion] = useState<string>(
    connection === undefined ? REGIONS[0].address : regionOf(connection.address),
  );
  const [own, setOwn] = useState(
    connection !== undefined && regionOf(connection.address) === OWN ? connection.address : '',
  );
  const [apiKey, setApiKey] = useState('');
  const [rate, setRate] = useState(
    connection === undefined ? '' : String(connection.requestsPerSecond),
  );
  const connect = useRequest('connect', (connected) => {
    setApiKey('');
    onConnected(connected);
  });
  const address = region === OWN ? own.trim() : region;
  const keepsKey = connection !== undefined && connection.address === address;

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        connect.send({
          address,
          apiKey: apiKey.trim(),
          ...(rate === '' ? {} : { requestsPerSecond: Number(rate) }),
        });
      }}
    >
      <Field id="region" label="Where is your Lago?">
        <select
          id="region"
          value={region}
          onChange={(event) => setRegion(event.currentTarget.value)}
        >
          {REGIONS.map((each) => (
            <option key={each.address} value={each.address}>
              {each.label}
            </option>
          ))}
          <option value={OWN}>My own server</option>
        </select>
      </Field>
      {region === OWN && (
        <Field
          id="address"
          label="Address of its API"
          hint="The address of the API, not that of Lago&rsquo;s web pages."
        >
          <input
            id="address"
            type="text"
            inputMode="url"
            autocomplete="off"
            spellcheck={false}
            required
            value={own}
            placeholder="https://lago.example.com"
            aria-describedby="address-hint"
            onInput={(event) => setOwn(event.currentTarget.value)}
          />
        </Field>
      )}
      <Field
        id="api-key"
        label="API key"
        hint={
          keepsKey
            ? 'Leave empty to keep the stored key.'
            : 'In Lago: Developers, API keys. It is stored with this script and never shown again. Everyone who can edit the script can read it there.'
        }
      >
        <input
          id="api-key"
          type="password"
          autocomplete="off"
          required={!keepsKey}
          value={apiKey}
          aria-describedby="api-key-hint"
          onInput={(event) => setApiKey(event.currentTarget.value)}
        />
      </Field>
      <details>
        <summary>Speed</summary>
        <Field
          id="rate"
          label="Requests per second"
          hint="Leave it empty for a safe default. Lago takes up to 50."
        >
          <input
            id="rate"
            class="short"
            type="number"
            min={1}
            max={50}
            step={1}
            value={rate}
            aria-describedby="rate-hint"
            onInput={(event) => setRate(event.currentTarget.value)}
          />
        </Field>
      </details>
      {connection === undefined && (
        <p class="hint">
          Lago has no test mode. To try things out, use the key of a second organization.
        </p>
      )}
      {connect.problem !== undefined && (
        <ProblemCard problem={connect.problem} onRepeat={connect.repeat} />
      )}
      {connect.busy && <Busy words="Asking Lago whose key this is" />}
      <div class="buttons end">
        {onCancel !== undefined && <Button onClick={onCancel}>Cancel</Button>}
        <Button kind="primary" submit busy={connect.busy}>
          {connection === undefined ? 'Connect' : 'Check and save'}
        </Button>
      </div>
    </form>
  );
}

const ENVIRONMENTS = [
  { value: 'live', label: 'Live', hint: 'Its customers get invoices.' },
  { value: 'test', label: 'Test', hint: 'A second organization, for trying things out.' },
] as const;

function LabelSection({
  connection,
  guessed,
  onLabelled,
}: {
  readonly connection: ConnectionView;
  /** Whether nobody has chosen it yet. */
  readonly guessed: boolean;
  readonly onLabelled: (connection: ConnectionView) => void;
}) {
  const label = useRequest('labelConnection', onLabelled);
  // The click shows at once; the server's answer decides.
  const [clicked, setClicked] = useState<Environment | undefined>(undefined);
  const shown = label.busy && clicked !== undefined ? clicked : connection.environment;
  return (
    <Section title="What it is for">
      <Choice
        name="environment"
        legend="This organization is"
        value={shown}
        options={ENVIRONMENTS}
        onChange={(environment) => {
          setClicked(environment);
          label.send({ environment });
        }}
      />
      {guessed && !label.busy && <p class="obstacle">Guessed from the name; please check.</p>}
      <p class="hint">
        The label is yours, and it stands on every screen. It changes nothing that is sent.
      </p>
      {label.problem !== undefined && (
        <ProblemCard problem={label.problem} onRepeat={label.repeat} />
      )}
    </Section>
  );
}

const NOUNS: Readonly<Record<Prerequisite['what'], string>> = {
  metrics: 'billable metric',
  plans: 'plan',
  subscriptions: 'subscription',
};

/** What Lago needs before anything is billed; nothing waits for it. */
function PrerequisiteSection() {
  const request = useRequest('prerequisites');
  useEffect(() => request.send({}), []);
  return (
    <Section title="What Lago needs for billing">
      {request.busy && <Busy words="Looking what Lago has" />}
      {request.problem !== undefined && (
        <ProblemCard problem={request.problem} onRepeat={request.repeat} mild />
      )}
      {request.value !== undefined && (
        <ul class="prerequisites">
          {request.value.prerequisites.map(({ what, count, problem }) => (
            <li key={what}>
              {problem === undefined ? (
                <Status
                  words={count === undefined ? `Any ${NOUNS[what]}` : counted(count, NOUNS[what])}
                  tone="good"
                />
              ) : (
                <>
                  <Status
                    words={
                      count === undefined
                        ? `Each ${NOUNS[what]}: not readable`
                        : counted(count, NOUNS[what])
                    }
                    tone="warning"
                  />
                  <p>{problem.message}</p>
                  <p class="hint">{problem.remedy}</p>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      {request.value?.prerequisites.some(({ problem }) => problem !== undefined) === true && (
        <Button onClick={request.repeat}>Look again</Button>
      )}
    </Section>
  );
}
