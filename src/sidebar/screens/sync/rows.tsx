import { useEffect, useState } from 'preact/hooks';
import type { DryRun } from '../../../rpc/contract';
import { Button } from '../../parts/button';
import { ProblemCard } from '../../parts/problem-card';
import { RequestState } from '../../parts/request-state';
import { Section } from '../../parts/section';
import { useRequest } from '../../server/request';
import { sentWords } from '../../words/runs';
import { RowList } from './row-list';

interface RowSectionProps {
  /** Id of the sync. */
  readonly id: string;
  /** Asks the server for the syncs again, since a row was sent. */
  readonly refresh: () => void;
  /** Whether the rows are listed at once, not only when a person asks for them. */
  readonly listed: boolean;
}

/** Refused rows first, since only they have something to press. */
const refusedFirst = (rows: DryRun['rows']): DryRun['rows'] =>
  [...rows].sort(
    (left, right) => Number(right.action === 'refused') - Number(left.action === 'refused'),
  );

/** The rows that need somebody, one by one, with "Send again" for those that Lago refused. */
export function RowSection({ id, refresh, listed }: RowSectionProps) {
  const [shown, setShown] = useState(listed);
  const dryRun = useRequest('dryRun');
  const again = useRequest('sendAgain', () => {
    refresh();
    dryRun.send({ id });
  });
  const confirm = useRequest('confirmBilled', () => dryRun.send({ id }));
  useEffect(() => {
    if (shown) dryRun.send({ id });
  }, [shown]);
  if (!shown) return <Button onClick={() => setShown(true)}>List these rows</Button>;
  return (
    <Section title="Row by row">
      <RequestState request={dryRun} words="Checking every row" />
      <RequestState request={again} words="Sending the row again" />
      <RequestState request={confirm} />
      {again.value !== undefined && (
        <p role="status" class={again.value.delivered > 0 ? 'good' : 'obstacle'}>
          {sentWords(again.value)}.
        </p>
      )}
      {again.value?.stopped !== undefined && <ProblemCard problem={again.value.stopped} />}
      {dryRun.value !== undefined && (
        <RowList
          id={id}
          rows={refusedFirst(dryRun.value.rows)}
          busy={again.busy || confirm.busy}
          onConfirm={(key) => confirm.send({ id, key })}
          onSendAgain={(key) => again.send({ id, key })}
        />
      )}
    </Section>
  );
}
