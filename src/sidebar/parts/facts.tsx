import type { ComponentChildren } from 'preact';

interface FactsProps {
  /** Names with their values; what is undefined is left out. */
  readonly facts: readonly (readonly [name: string, value: ComponentChildren] | undefined)[];
}

/** Names and values, one below the other. */
export function Facts({ facts }: FactsProps) {
  return (
    <dl class="facts">
      {facts.map(
        (fact) =>
          fact !== undefined && (
            <div key={fact[0]}>
              <dt>{fact[0]}</dt>
              <dd>{fact[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
