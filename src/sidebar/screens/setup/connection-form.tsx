import { useState } from 'preact/hooks';
import type { ConnectionView } from '../../../rpc/contract';
import { Button } from '../../parts/button';
import { Field } from '../../parts/field';
import { Hint } from '../../parts/hint';
import { OWN, REGIONS, regionOf } from '../../parts/regions';
import { RequestState } from '../../parts/request-state';
import { SelectField } from '../../parts/select-field';
import { useRequest } from '../../server/request';
import { OrganizationQuestion } from './organization-question';
import { shownHeaders, writtenHeaders } from './written-headers';

interface ConnectionFormProps {
  /** The connection that is changed; undefined for the first one. */
  readonly connection: ConnectionView | undefined;
  /** Gets the connection once Lago has accepted the key. */
  readonly onConnected: (connection: ConnectionView) => void;
  /** Leaves the connection as it is; undefined if there is none. */
  readonly onCancel: (() => void) | undefined;
}

/** Asks for Lago's address and the API key. Lago says whose key it is before anything is stored. */
export function ConnectionForm({ connection, onConnected, onCancel }: ConnectionFormProps) {
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
  const [headers, setHeaders] = useState(shownHeaders(connection?.headers));
  const connect = useRequest('connect', (answer) => {
    if ('unconfirmed' in answer) return;
    setApiKey('');
    onConnected(answer);
  });
  const address = region === OWN ? own.trim() : region;
  const send = (accepted?: string): void =>
    connect.send({
      address,
      apiKey: apiKey.trim(),
      requestsPerSecond: rate === '' ? undefined : Number(rate),
      headers: writtenHeaders(headers),
      accepted,
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <SelectField
        id="region"
        label="Where is your Lago?"
        value={region}
        options={[
          ...REGIONS.map((each) => [each.address, each.label] as const),
          [OWN, 'My own server'],
        ]}
        onChoose={setRegion}
      />
      {region === OWN && <AddressField value={own} onType={setOwn} />}
      <KeyField
        value={apiKey}
        isStored={connection !== undefined && connection.address === address}
        onType={setApiKey}
      />
      <details>
        <summary>Speed and proxy</summary>
        <RateField value={rate} onType={setRate} />
        <HeadersField value={headers} onType={setHeaders} />
      </details>
      {connection === undefined && (
        <Hint>Lago has no test mode. To try things out, use the key of a second organization.</Hint>
      )}
      <RequestState request={connect} words="Asking Lago whose key this is" />
      {connect.value !== undefined && 'unconfirmed' in connect.value ? (
        <OrganizationQuestion
          change={connect.value.unconfirmed}
          onYes={send}
          onNo={connect.forget}
        />
      ) : (
        <div class="buttons end">
          {onCancel !== undefined && <Button onClick={onCancel}>Cancel</Button>}
          <Button kind="primary" submit busy={connect.busy}>
            {connection === undefined ? 'Connect' : 'Check and save'}
          </Button>
        </div>
      )}
    </form>
  );
}

interface InputProps {
  readonly value: string;
  readonly onType: (value: string) => void;
}

function AddressField({ value, onType }: InputProps) {
  return (
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
        value={value}
        placeholder="https://lago.example.com"
        aria-describedby="address-hint"
        onInput={(event) => onType(event.currentTarget.value)}
      />
    </Field>
  );
}

/** @param isStored whether a key for this address is stored, which an empty field keeps */
function KeyField({ value, isStored, onType }: InputProps & { readonly isStored: boolean }) {
  return (
    <Field
      id="api-key"
      label="API key"
      hint={
        isStored
          ? 'Leave empty to keep the stored key.'
          : 'In Lago: Developers, API keys. It is stored with this script and never shown again; ' +
            'whoever can edit the script can read it.'
      }
    >
      <input
        id="api-key"
        type="password"
        autocomplete="off"
        required={!isStored}
        value={value}
        aria-describedby="api-key-hint"
        onInput={(event) => onType(event.currentTarget.value)}
      />
    </Field>
  );
}

function RateField({ value, onType }: InputProps) {
  return (
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
        value={value}
        aria-describedby="rate-hint"
        onInput={(event) => onType(event.currentTarget.value)}
      />
    </Field>
  );
}

function HeadersField({ value, onType }: InputProps) {
  return (
    <Field
      id="headers"
      label="Headers that a proxy asks for"
      hint="One a line, such as X-Token: secret. A stored value shows as dots, which keep it."
    >
      <textarea
        id="headers"
        rows={3}
        autocomplete="off"
        spellcheck={false}
        value={value}
        aria-describedby="headers-hint"
        onInput={(event) => onType(event.currentTarget.value)}
      />
    </Field>
  );
}
