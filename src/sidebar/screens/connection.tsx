import { useState } from 'preact/hooks';
import { Button } from '../parts/button';
import { Facts } from '../parts/facts';
import { Field } from '../parts/field';
import { Page } from '../parts/page';
import { ProblemCard } from '../parts/problem-card';
import { useRequest } from '../request';
import { STORES } from '../words';
import type { ScreenProps } from './screen-props';

const REGIONS = [
  { address: 'https://api.getlago.com', label: 'Lago Cloud, US (api.getlago.com)' },
  { address: 'https://api.eu.getlago.com', label: 'Lago Cloud, EU (api.eu.getlago.com)' },
] as const;
const OWN = 'own';

const regionOf = (address: string): string => REGIONS.find((region) => region.address === address)?.address ?? OWN;

export function ConnectionScreen({ home, dispatch, refresh }: ScreenProps) {
  const { connection } = home;
  const [region, setRegion] = useState<string>(connection === undefined ? REGIONS[0].address : regionOf(connection.address));
  const [own, setOwn] = useState(connection !== undefined && regionOf(connection.address) === OWN ? connection.address : '');
  const [apiKey, setApiKey] = useState('');
  const [rate, setRate] = useState(connection === undefined ? '' : String(connection.requestsPerSecond));
  const connect = useRequest('connect', (connected) => {
    setApiKey('');
    dispatch({ type: 'connected', connection: connected });
    refresh();
  });
  const address = region === OWN ? own.trim() : region;
  const keepsKey = connection !== undefined && connection.address === address;

  return (
    <Page title="Connection" onBack={() => dispatch({ type: 'left' })}>
      {connection !== undefined && (
        <Facts
          facts={[
            ['Organization', connection.organization],
            ['API key', connection.keyEnding === '' ? 'Stored' : `Ends in ${connection.keyEnding}`],
            ['Event store', STORES[connection.store]],
          ]}
        />
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          connect.send({ address, apiKey: apiKey.trim(), ...(rate === '' ? {} : { requestsPerSecond: Number(rate) }) });
        }}
      >
        <Field id="region" label="Where is your Lago?">
          <select id="region" value={region} onChange={(event) => setRegion(event.currentTarget.value)}>
            {REGIONS.map((each) => (
              <option key={each.address} value={each.address}>
                {each.label}
              </option>
            ))}
            <option value={OWN}>My own server</option>
          </select>
        </Field>
        {region === OWN && (
          <Field id="address" label="Address of its API" hint="The address of the API, not that of Lago&rsquo;s web pages.">
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
        <Field id="rate" label="Requests per second" hint="Leave it empty for a safe default. Lago takes up to 50.">
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
        {connect.problem !== undefined && <ProblemCard problem={connect.problem} onRepeat={connect.repeat} />}
        <div class="buttons end">
          <Button kind="primary" submit busy={connect.busy}>
            {connection === undefined ? 'Connect' : 'Check and save'}
          </Button>
        </div>
      </form>
    </Page>
  );
}
