import { useEffect, useState } from 'preact/hooks';
import { Button } from '../parts/button';
import { Counts } from '../parts/counts';
import { Choice, Tick } from '../parts/field';
import { Page } from '../parts/page';
import { ProblemCard } from '../parts/problem-card';
import { Section } from '../parts/section';
import { Busy } from '../parts/status';
import { useRequest } from '../request';
import { Resolution } from './resolution';
import type { SyncScreenProps } from './screen-props';

const CHANGED = [
  {
    value: 'flag',
    label: 'Only flag it',
    hint: 'The invoice keeps what was sent first. You are told, and set the row back or enter the difference as a new row.',
  },
  {
    value: 'add',
    label: 'Send it as a new event',
    hint: 'It adds on top of what was sent. With a metric that sums up, a 10 changed to 12 is billed as 22.',
  },
] as const;

const REMOVED = [
  {
    value: 'flag',
    label: 'Flag it',
    hint: 'The invoice still has it. You are told, and bring the row back or enter the correction as a new row.',
  },
  { value: 'ignore', label: 'Ignore it', hint: 'The invoice still has it, and nobody is told. For sheets that are cleared after sending.' },
] as const;

export function ActivationScreen({ view, home, dispatch, refresh }: SyncScreenProps) {
  const { sync } = view;
  const { id, revision } = sync;
  const [changed, setChanged] = useState(sync.changed);
  const [removed, setRemoved] = useState(sync.removed);
  const [onEdit, setOnEdit] = useState(home.triggers.onEdit);
  const dryRun = useRequest('dryRun');
  const activate = useRequest('activate', (activated) => {
    dispatch({ type: 'activated', view: activated });
    refresh();
  });
  useEffect(() => dryRun.send({ id }), []);
  const chosen = changed !== undefined && removed !== undefined;

  return (
    <Page title="Activate" onBack={() => dispatch({ type: 'left' })}>
      <p>
        From now on the rows of {sync.source.tabName} are sent every hour
        {home.connection === undefined ? '' : ` to ${home.connection.organization}`}.
      </p>
      {dryRun.busy && <Busy words="Counting what the first run sends" />}
      {dryRun.problem !== undefined && <ProblemCard problem={dryRun.problem} onRepeat={dryRun.repeat} />}
      {dryRun.problem !== undefined && (
        <Resolution code={dryRun.problem.code} id={id} dispatch={dispatch} refresh={refresh} onResolved={() => dryRun.send({ id })} />
      )}
      {dryRun.value !== undefined && <Counts counts={dryRun.value.counts} done={false} changes={dryRun.value.changes} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (changed !== undefined && removed !== undefined) activate.send({ id, revision, changed, removed, onEdit });
        }}
      >
        <Choice name="changed" legend="A row is changed after it was sent" value={changed} options={CHANGED} onChange={setChanged} />
        <Choice name="removed" legend="A row is removed after it was sent" value={removed} options={REMOVED} onChange={setRemoved} />
        <Section title="When">
          <p>Every hour, for the whole tab.</p>
          <Tick
            id="on-edit"
            label="Also soon after a row is edited"
            checked={onEdit}
            onChange={setOnEdit}
            hint={
              sync.ready === undefined
                ? `A row goes out when it has rested for ${sync.restMinutes} minutes, so that a correction made right away counts.`
                : 'A row goes out when it is ticked as ready.'
            }
          />
          <p class="hint">If the sync stops or needs you, a mail tells you, at most once a day.</p>
        </Section>
        {activate.problem !== undefined && <ProblemCard problem={activate.problem} onRepeat={activate.repeat} />}
        {!chosen && (
          <p class="obstacle" role="status">
            Choose what happens with changed and with removed rows.
          </p>
        )}
        <div class="buttons end">
          <Button kind="primary" submit busy={activate.busy} disabled={!chosen}>
            Activate
          </Button>
        </div>
      </form>
    </Page>
  );
}
