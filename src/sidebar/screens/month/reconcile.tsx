import { useState } from 'preact/hooks';
import { leaving } from '../../navigation';
import { Button } from '../../parts/button';
import { Page } from '../../parts/page';
import { ProblemCard } from '../../parts/problem-card';
import { SelectField } from '../../parts/select-field';
import type { SyncScreenProps } from '../../screen-props';
import { usePartsRequest } from '../../server/parts-request';
import { call } from '../../server/server';
import { findSync, reconcilable } from '../../state';
import { monthWords } from '../../words/periods';
import { type ComparedPart, Comparing, Comparison } from './comparison';
import { likelyMonth, recentMonths } from './recent-months';

/** Compares a month in Lago with the ledger and the sheet. */
export function ReconcileScreen({ view, home, dispatch }: SyncScreenProps) {
  const [id, setId] = useState(view.sync.id);
  const [month, setMonth] = useState(() => likelyMonth(home.today));
  const [done, setDone] = useState(month);
  const work = usePartsRequest<ComparedPart>();
  const last = work.parts[work.parts.length - 1];
  const isDone = last !== undefined && last.next === undefined;
  const offered = reconcilable(home);
  const start = (): void => {
    setDone(month);
    work.start((next) => call('reconcile', { id, month, next }));
  };
  return (
    <Page title="Reconcile with Lago" onBack={leaving(dispatch)}>
      <p>
        Compares all events of a month in Lago with ledger and sheet, and writes what differs into a
        new sheet. Nothing is sent.
      </p>
      {offered.length > 1 && (
        <SelectField
          id="sync"
          label="Sync"
          value={id}
          disabled={work.busy}
          options={offered.map(({ sync }) => [sync.id, sync.name])}
          onChoose={(chosen) => {
            setId(chosen);
            work.forget();
          }}
        />
      )}
      <SelectField
        id="month"
        label="Month"
        value={month}
        disabled={work.busy}
        options={recentMonths(home.today).map((each) => [each, monthWords(each)])}
        onChoose={setMonth}
      />
      <div class="buttons">
        <Button kind={isDone ? 'plain' : 'primary'} busy={work.busy} onClick={start}>
          {isDone ? 'Reconcile again' : 'Reconcile'}
        </Button>
      </div>
      {work.busy && <Comparing last={last} />}
      {work.problem !== undefined && <ProblemCard problem={work.problem} onRepeat={work.goOn} />}
      {last !== undefined && isDone && (
        <Comparison
          id={id}
          month={done}
          parts={work.parts}
          last={last}
          isDraft={findSync(home, id)?.sync.state === 'draft'}
          dispatch={dispatch}
        />
      )}
    </Page>
  );
}
