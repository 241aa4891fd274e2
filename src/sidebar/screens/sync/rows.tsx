import { useEffect, useState } from 'preact/hooks';
import type { DryRun } from '../../../rpc/contract';
import { Button } from '../../parts/button';
import { ProblemCard } from '../../parts/problem-card';
import { Section } from '../../parts/section';
import { Busy } from '../../parts/status';
import { useRequest } from '../../server/request';
import { sentWords } from '../../words/runs';
import { RowList } from './row-list';

interface RowSectionProps {
  readonly id: string;
  /** What a dry run has just found; it is asked for here where it is undefined. */
  readonly rows?: DryRun['rows'] | undefined;
  readonly refresh: () => void;
  /** Whether the rows are listed at once, without being asked for. */
  readonly listed?: boolean | undefined;
}

/** Refused rows first: only for these there is something to press. */
const refusedFirst = (rows: DryRun['rows']): DryRun['rows'] =>
  [...rows].sort(
    (left, right) => Number(right.action === 'refused') - Number(left.action === 'refused'),
  );

/** The rows that need somebody one by one, with "Send again" for those that Lago refused. */
export function RowSection({ id, rows, refresh, listed = false }: RowSectionProps) {
  const [shown, setShown] = useState(listed);
  const dryRun = useRequest('dryRun');
  const again = useRequest('sendAgain', () => {
    refresh();
    dryRun.send({ id });
  });
  useEffect(() => {
    if (shown && rows === undefined) dryRun.send({ id });
  }, [shown]);
  const found = dryRun.value?.rows ?? rows;
  if (rows !== undefined && rows.length === 0) return null;
  if (!shown) return <Button onClick={() => setShown(true)}>List these rows</Button>;
  return (
    <Section title="Row by row">
      {dryRun.busy && <Busy words="Checking every row" />}
      {dryRun.problem !== undefined && (
        <ProblemCard problem={dryRun.problem} onRepeat={dryRun.repeat} />
      )}
      {again.busy && <Busy words="Sending the row again" />}
      {again.value !== undefined && (
        <p role="status" class={again.value.delivered > 0 ? 'good' : 'obstacle'}>
          {sentWords(again.value)}.
        </p>
      )}
      {again.value?.stopped !== undefined && <ProblemCard problem={again.value.stopped} />}
      {again.problem !== undefined && (
        <ProblemCard problem={again.problem} onRepeat={again.repeat} />
      )}
      {found !== undefined && (
        <RowList
          id={id}
          rows={refusedFirst(found)}
          busy={again.busy}
          onSendAgain={(key) => again.send({ id, key })}
        />
      )}
    </Section>
  );
}
