import type { Preview, TestResult } from '../../../rpc/contract';
import { obstacle } from '../../draft/draft';
import { Button } from '../../parts/button';
import { EnvironmentWord } from '../../parts/environment';
import { Notice } from '../../parts/notice';
import { RequestState } from '../../parts/request-state';
import { Resolution } from '../../parts/resolution';
import { type Request, useRequest } from '../../server/request';
import { isUnsaved } from '../../setup';
import { EventPreview } from './event-preview';
import { type RowPreview, useRowPreview } from './row-preview';
import type { StepProps } from './step-props';
import { StepWay } from './step-way';
import { TestOutcome, wasSentBefore } from './test-result';
import { UnsavedCard } from './unsaved-card';

/** Sends a row for real, and reads it back from Lago. */
export function TestStep(props: StepProps) {
  const { draft, refresh } = props;
  const preview = useRowPreview(draft);
  const test = useRequest('testSend', refresh);
  const showNext = (row: number): void => {
    test.forget();
    preview.show(row + 1);
  };
  return test.value === undefined ? (
    <TestForm {...props} preview={preview} test={test} />
  ) : (
    <Tested {...props} result={test.value} onAnother={showNext} />
  );
}

interface TestedProps extends StepProps {
  /** What the test did. */
  readonly result: TestResult;
  /** Gets the number of the tested row (1-based). */
  readonly onAnother: (row: number) => void;
}

function Tested(props: TestedProps) {
  const { goTo, result, onAnother } = props;
  const isDone = result.state === 'accepted' && !wasSentBefore(result);
  return (
    <>
      <TestOutcome result={result} />
      <StepWay {...props}>
        <Button kind={isDone ? 'plain' : 'primary'} onClick={() => onAnother(result.row)}>
          Test another row
        </Button>
        <Button kind={isDone ? 'primary' : 'plain'} onClick={() => goTo('review')}>
          Next: review
        </Button>
      </StepWay>
    </>
  );
}

/** Why the row cannot be tested, in one sentence; undefined if it can. */
function testObstacle({ home, draft }: StepProps, shown: Preview | undefined): string | undefined {
  if (home.connection === undefined) return 'Connect to Lago first.';
  return shown?.held === true
    ? 'This row cannot be tested: it would be held. ' +
        'Put right what is said above, or choose another row.'
    : obstacle(draft);
}

interface TestFormProps extends StepProps {
  /** The row that would be tested. */
  readonly preview: RowPreview;
  /** Sends the row; the answer says what became of it. */
  readonly test: Request<'testSend'>;
}

/** Chooses the row to test, and says where it goes. */
function TestForm(props: TestFormProps) {
  const { home, setup, saving, draft, dispatch, refresh, preview, test } = props;
  const missing = testObstacle(props, preview.request.value);
  return (
    <>
      <TestWarning connection={home.connection} />
      {!setup.savesItself && isUnsaved(setup) && (
        <UnsavedCard saving={saving} disabled={missing !== undefined} />
      )}
      <EventPreview preview={preview} blocked={test.busy} />
      <RequestState request={test} words="Sending the event and reading it back" />
      {test.problem !== undefined && (
        <Resolution
          problem={test.problem}
          id={draft.id ?? ''}
          dispatch={dispatch}
          refresh={refresh}
          onResolved={test.forget}
        />
      )}
      <TestWay {...props} missing={missing} />
    </>
  );
}

/** The button that sends the row. Settings of an active sync have to be saved first. */
function TestWay(props: TestFormProps & { readonly missing: string | undefined }) {
  const { setup, saving, draft, goTo, preview, test, missing } = props;
  const { row } = preview;
  const shown = preview.request.value;
  return (
    <StepWay {...props}>
      <Button onClick={() => goTo('review')}>Next: review</Button>
      {(setup.savesItself || !isUnsaved(setup)) && (
        <Button
          kind="primary"
          busy={test.busy || (setup.savesItself && !saving.saved)}
          disabled={shown === undefined || missing !== undefined}
          onClick={() => shown !== undefined && test.send({ id: draft.id ?? '', row: shown.row })}
        >
          {row === undefined ? 'Send this row' : `Send row ${row}`}
        </Button>
      )}
    </StepWay>
  );
}

/** A test is billed like any other event. */
function TestWarning({ connection }: Pick<StepProps['home'], 'connection'>) {
  return (
    <Notice message="A test event is a real event.">
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
    </Notice>
  );
}
