import type { Preview } from '../../rpc/contract';
import type { RowPreview } from '../row-preview';
import { Facts } from './facts';
import { JsonView } from './json-view';
import { ProblemCard, ProblemList } from './problem-card';
import { RowChooser } from './row-chooser';
import { Busy, Status } from './status';

/** Chooses a row and shows what it would become. */
export function EventPreview({ preview, blocked = false }: { readonly preview: RowPreview; readonly blocked?: boolean }) {
  const { busy, problem, value, repeat } = preview.request;
  return (
    <>
      <RowChooser row={preview.row} first={preview.first} busy={busy || blocked} onChoose={preview.show} />
      {busy && <Busy words="Reading the row" />}
      {problem !== undefined && <ProblemCard problem={problem} onRepeat={repeat} />}
      {value !== undefined && <Event preview={value} />}
    </>
  );
}

function Event({ preview }: { readonly preview: Preview }) {
  const { problems, key, time, event } = preview;
  return (
    <>
      <p class="state-line">
        {problems.length === 0 ? (
          <Status words="This row can be sent" tone="good" />
        ) : (
          <Status words="This row would be held" tone="warning" />
        )}
      </p>
      <Facts facts={[['Key', key ?? 'None'], ...(time === undefined ? [] : [['Time', time] as const])]} />
      {problems.length > 0 && <ProblemList problems={problems} />}
      {event !== undefined && <JsonView title="Event" text={event} />}
    </>
  );
}
