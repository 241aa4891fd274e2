import type { DryRun } from '../../rpc/contract';
import { count, counted } from '../../value/count';
import { Hint } from './hint';
import { JsonView } from './json-view';
import { RowButtons, useRowJump } from './row-jump';
import { Section } from './section';

interface CorrectionsProps extends Pick<DryRun, 'corrected' | 'corrections' | 'undo'> {
  /** Id of the sync whose rows they are. */
  readonly id: string;
}

/** Rows that would be corrected, each with the exact events; nothing if there is none. */
export function Corrections({ id, corrected, corrections, undo }: CorrectionsProps) {
  const { jump, note } = useRowJump(id);
  if (corrected === 0) return null;
  return (
    <Section title="What would be corrected">
      <Hint>
        {counted(corrected, 'row')}
        {corrected > corrections.length && `, the first ${count(corrections.length)} of them here`}.
        The events of a row are sent together or not at all.
      </Hint>
      <ul class="lines">
        {corrections.map(({ row, key, events }) => (
          <li key={`${row ?? ''} ${key ?? ''}`}>
            {row === undefined ? (
              <p>
                <bdi class="key">{key}</bdi> Gone from the sheet
              </p>
            ) : (
              <RowButtons rows={[row]} total={1} column={undefined} jump={jump} keyOf={() => key} />
            )}
            <details>
              <summary>{counted(events.length, 'event')}</summary>
              {events.map((event, index) => (
                // The last event of a row is the new one, unless the row is gone or taken back.
                <JsonView
                  key={event}
                  title={
                    row !== undefined && undo === undefined && index === events.length - 1
                      ? 'New event'
                      : 'Takes back'
                  }
                  text={event}
                />
              ))}
            </details>
          </li>
        ))}
      </ul>
      {note}
    </Section>
  );
}
