import type { ConnectionView, Environment } from '../../rpc/contract';

const ENVIRONMENTS: Readonly<Record<Environment, string>> = { test: 'Test', live: 'Live' };

/** The label of an organization as one coloured word: whether it bills for real. */
export function EnvironmentWord({ environment }: { readonly environment: Environment }) {
  return <span class={`environment-word ${environment}`}>{ENVIRONMENTS[environment]}</span>;
}

/** The name of the connected organization, and whether it bills for real. */
export function EnvironmentLabel({
  connection,
}: {
  /** The organization and its label. */
  readonly connection: Pick<ConnectionView, 'environment' | 'organization'>;
}) {
  const { environment, organization } = connection;
  return (
    <p class="environment">
      <EnvironmentWord environment={environment} />
      <bdi class="environment-name" title={organization}>
        {organization}
      </bdi>
    </p>
  );
}
