import type { TestResult } from '../../rpc/contract';
import { draftOf } from '../draft';
import { Button } from '../parts/button';
import { EventPreview } from '../parts/event-preview';
import { Facts } from '../parts/facts';
import { JsonView } from '../parts/json-view';
import { Page } from '../parts/page';
import { ProblemCard, ProblemList } from '../parts/problem-card';
import { Busy, Status } from '../parts/status';
import { useRequest } from '../request';
import { useRowPreview } from '../row-preview';
import { STATES } from '../words';
import { Resolution } from './resolution';
import type { SyncScreenProps } from './screen-props';

export function TestScreen({ view, home, dispatch, refresh }: SyncScreenProps) {
  const { sync } = view;
  const preview = useRowPreview(draftOf(sync));
  const test = useRequest('testSend', refresh);
  const chosen = preview.request.value;

  if (test.value !== undefined) {
    return (
      <Page title="Test event" onBack={() => dispatch({ type: 'left' })}>
        <Result result={test.value} />
        <div class="buttons end">
          <Button
            onClick={() => {
              test.forget();
              preview.show((test.value?.row ?? sync.source.headerRow) + 1);
            }}
          >
            Test another row
          </Button>
          <Button kind="primary" onClick={() => dispatch({ type: 'left' })}>
            Done
          </Button>
        </div>
      </Page>
    );
  }

  return (
    <Page title="Test event" onBack={() => dispatch({ type: 'left' })}>
      <div class="card warning">
        <p class="message">A test event is a real event.</p>
        <p>
          It goes to {home.connection === undefined ? 'Lago' : <strong>{home.connection.organization}</strong>} and will be billed. The row
          is not sent again afterwards.
        </p>
      </div>
      <EventPreview preview={preview} blocked={test.busy} />
      {test.problem !== undefined && <ProblemCard problem={test.problem} onRepeat={test.repeat} />}
      {test.problem !== undefined && (
        <Resolution code={test.problem.code} id={sync.id} dispatch={dispatch} refresh={refresh} onResolved={test.forget} />
      )}
      {test.busy && <Busy words="Sending the event and reading it back" />}
      <div class="buttons end">
        <Button
          kind="primary"
          busy={test.busy}
          disabled={chosen === undefined}
          onClick={() => chosen !== undefined && test.send({ id: sync.id, row: chosen.row })}
        >
          {chosen === undefined ? 'Send this row' : `Send row ${chosen.row}`}
        </Button>
      </div>
    </Page>
  );
}

function Result({ result }: { readonly result: TestResult }) {
  const { words, tone } = STATES[result.state];
  return (
    <>
      <p class="state-line">
        <Status words={words} tone={tone} />
      </p>
      <Facts
        facts={[
          ['Row', String(result.row)],
          ['Key', result.key ?? 'None'],
          ...(result.answer === '' ? [] : [['Answer of Lago', result.answer] as const]),
        ]}
      />
      {result.problems.length > 0 && <ProblemList problems={result.problems} />}
      {result.sent !== undefined && <JsonView title="As it was sent" text={result.sent} />}
      {result.stored !== undefined && <JsonView title="As Lago has it" text={result.stored} />}
    </>
  );
}
