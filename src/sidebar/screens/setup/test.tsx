import { useLayoutEffect } from 'preact/hooks';
import type { TestResult } from '../../../rpc/contract';
import { obstacle } from '../../draft/draft';
import { Button } from '../../parts/button';
import { EnvironmentWord } from '../../parts/environment';
import { Facts } from '../../parts/facts';
import { JsonView } from '../../parts/json-view';
import { ProblemCard, ProblemList } from '../../parts/problem-card';
import { Resolution } from '../../parts/resolution';
import { Busy, Status } from '../../parts/status';
import { WayOn } from '../../parts/way-on';
import { useRequest } from '../../server/request';
import { isUnsaved } from '../../setup';
import { STATES } from '../../words/events';
import { Conflict, isConflict } from './conflict';
import { EventPreview } from './event-preview';
import { useRowPreview } from './row-preview';
import type { StepProps } from './step-props';
import { UnsavedCard } from './unsaved-card';

/** A row is sent for real, and read back from Lago. */
export function TestStep({ home, setup, saving, draft, dispatch, refresh, goTo }: StepProps) {
  const { connection } = home;
  const preview = useRowPreview(draft);
  const test = useRequest('testSend', refresh);
  const id = draft.id ?? '';
  const { row } = preview;
  const shown = preview.request.value;
  const testAnother = (): void => {
    test.forget();
    preview.show((test.value?.row ?? row ?? draft.source.headerRow) + 1);
  };

  if (test.value !== undefined) {
    const isDone = test.value.state === 'accepted' && !wasSentBefore(test.value);
    return (
      <>
        <Result result={test.value} />
        {isConflict(saving) ? (
          <Conflict saving={saving} setup={setup} dispatch={dispatch} />
        ) : (
          <WayOn>
            <Button kind={isDone ? 'plain' : 'primary'} onClick={testAnother}>
              Test another row
            </Button>
            <Button kind={isDone ? 'primary' : 'plain'} onClick={() => goTo('review')}>
              Next: review
            </Button>
          </WayOn>
        )}
      </>
    );
  }

  const isHeld = shown?.held === true;
  const missing =
    connection === undefined
      ? 'Connect to Lago first.'
      : isHeld
        ? 'This row cannot be tested: it would be held. Put right what is said above, or choose another row.'
        : obstacle(draft);
  const isWaiting = setup.savesItself && !saving.saved;
  return (
    <>
      <div class="card warning">
        <p class="message">A test event is a real event.</p>
        <p>
          It goes to{' '}
          {connection === undefined ? (
            'Lago'
          ) : (
            <>
              <bdi>
                <strong>{connection.organization}</strong>
              </bdi>{' '}
              <EnvironmentWord environment={connection.environment} />
            </>
          )}{' '}
          and is billed there. The row is not sent again afterwards.
        </p>
      </div>
      {!setup.savesItself && isUnsaved(setup) && (
        <UnsavedCard saving={saving} disabled={missing !== undefined} />
      )}
      <EventPreview preview={preview} blocked={test.busy} />
      {test.problem !== undefined && <ProblemCard problem={test.problem} onRepeat={test.repeat} />}
      {test.problem !== undefined && (
        <Resolution
          code={test.problem.code}
          id={id}
          dispatch={dispatch}
          refresh={refresh}
          onResolved={test.forget}
        />
      )}
      {test.busy && <Busy words="Sending the event and reading it back" />}
      {isConflict(saving) ? (
        <Conflict saving={saving} setup={setup} dispatch={dispatch} />
      ) : (
        <WayOn missing={missing}>
          <Button onClick={() => goTo('review')}>Next: review</Button>
          {(setup.savesItself || !isUnsaved(setup)) && (
            <Button
              kind="primary"
              busy={test.busy || isWaiting}
              disabled={shown === undefined || missing !== undefined}
              onClick={() => shown !== undefined && test.send({ id, row: shown.row })}
            >
              {row === undefined ? 'Send this row' : `Send row ${row}`}
            </Button>
          )}
        </WayOn>
      )}
    </>
  );
}

/** Whether the row had been sent before this test, so that this test has sent nothing. */
const wasSentBefore = ({ problems }: TestResult): boolean =>
  problems.some(({ code }) => code === 'test.already-sent');

function Result({ result }: { readonly result: TestResult }) {
  const { words, tone } = STATES[result.state];
  const before = wasSentBefore(result);
  const problems = result.problems.filter(({ code }) => code !== 'test.already-sent');
  useLayoutEffect(() => window.scrollTo(0, 0), []);
  return (
    <>
      {before ? (
        <div class="card warning" role="status">
          <p class="message">Lago already has this row; nothing was sent now.</p>
          <p>
            If you changed the template since, Lago keeps the event that it has. Test another row to
            see the new one.
          </p>
        </div>
      ) : (
        <p class="state-line" role="status">
          <Status words={words} tone={tone} />
        </p>
      )}
      <Facts
        facts={[
          ['Row', String(result.row)],
          ['Key', <bdi key="key">{result.key ?? 'None'}</bdi>],
          ...(result.answer === ''
            ? []
            : [['Lago said', <bdi key="answer">{result.answer}</bdi>] as const]),
        ]}
      />
      {problems.length > 0 && <ProblemList problems={problems} />}
      {result.sent !== undefined && (
        <JsonView title={before ? 'As it was sent before' : 'As it was sent'} text={result.sent} />
      )}
      {result.stored !== undefined && <JsonView title="As Lago has it" text={result.stored} />}
      {result.state === 'accepted' && result.stored === undefined && (
        <p class="hint">Lago does not show the event yet; that can take a minute.</p>
      )}
    </>
  );
}
