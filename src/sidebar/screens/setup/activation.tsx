import { useState } from 'preact/hooks';
import type { Approval, DryRun, SyncDraft } from '../../../rpc/contract';
import { DAILY_HOUR } from '../../../value/duration';
import { Button } from '../../parts/button';
import { Confirmation } from '../../parts/confirmation';
import { Tick } from '../../parts/field';
import { Hint } from '../../parts/hint';
import { RequestState } from '../../parts/request-state';
import { Section } from '../../parts/section';
import { SelectField } from '../../parts/select-field';
import { findSync } from '../../state';
import { askedIn } from '../../way-out';
import { accountWords, activationQuestion } from '../../words/account';
import { approvalWords } from '../../words/approval';
import {
  asksForFirst,
  type First,
  isAsChosen,
  isSameTimes,
  missingChoice,
  type Times,
  timesOf,
} from './activation-choices';
import { FirstRows } from './first-rows';
import { useHoldingRequest } from './holding-request';
import { PolicyChoices } from './policies';
import type { StepProps } from './step-props';
import { StepWay } from './step-way';

interface ActivationFormProps extends StepProps {
  /** The newest dry run. */
  readonly found: DryRun;
  /** Whether another dry run is under way. */
  readonly checking: boolean;
  /** Gets the dry run after rows were taken as billed. */
  readonly onFound: (found: DryRun) => void;
}

/** A person chooses what happens with the rows that are there, with later changes, and when. */
export function ActivationForm(props: ActivationFormProps) {
  const { home, saving, draft, found, onFound, edit } = props;
  const id = draft.id ?? '';
  const sync = findSync(home, id)?.sync;
  const state = sync?.state ?? 'draft';
  const [first, setFirst] = useState<First | undefined>(undefined);
  const before = timesOf(home, sync);
  const [times, setTimes] = useState(before);
  const isFirst = asksForFirst(state, found);
  return (
    <>
      {isFirst && (
        <FirstRows
          id={id}
          revision={draft.revision}
          found={found}
          first={first}
          setFirst={setFirst}
          onFound={onFound}
          canTake={saving.saved}
        />
      )}
      {state === 'draft' && !isFirst && (
        <Hint>No row waits to be sent: the sync sends those that come from now on.</Hint>
      )}
      <PolicyChoices draft={draft} rules={found.rules} edit={edit} />
      <TimeSection
        draft={draft}
        account={home.account}
        times={times}
        setTimes={setTimes}
        options={found.schedules}
      />
      <ActivationWay
        {...props}
        state={state}
        first={first}
        times={times}
        isTimed={isSameTimes(times, before)}
        missing={missingChoice(isFirst, first, draft)}
      />
    </>
  );
}

interface TimeSectionProps {
  readonly draft: SyncDraft;
  /** Whose trigger runs it; empty if Google does not say. */
  readonly account: string;
  readonly times: Times;
  readonly setTimes: (times: Times) => void;
  /** What Google allows here. */
  readonly options: DryRun['schedules'];
}

const HOURS = [...Array(24).keys()].map((hour) => [hour, `${hour}:00`] as const);

function TimeSection(props: TimeSectionProps) {
  const { draft, account, times, setTimes, options } = props;
  const { every, hour = DAILY_HOUR } = times.schedule;
  return (
    <Section title="When rows are sent">
      <SelectField
        id="every"
        label="The whole tab"
        value={options.findIndex((option) => option.schedule.every === every)}
        options={options.map(({ words }, place) => [place, words])}
        onChoose={(place) =>
          setTimes({
            ...times,
            schedule: { ...times.schedule, ...options[Number(place)]?.schedule },
          })
        }
      />
      {typeof every !== 'number' && (
        <SelectField
          id="hour"
          label="At"
          value={hour}
          options={HOURS}
          onChoose={(value) => setTimes({ ...times, schedule: { every, hour: Number(value) } })}
        />
      )}
      <Tick
        id="on-edit"
        label="Also soon after a row is edited"
        checked={times.onEdit}
        onChange={(onEdit) => setTimes({ ...times, onEdit })}
        hint={
          draft.ready === undefined
            ? 'A row goes out once nobody has changed it for five minutes.'
            : 'A row goes out when it is ticked as ready.'
        }
      />
      <Hint>
        It runs as <bdi>{accountWords(account)}</bdi>. A mail tells you when it stops or needs you.
      </Hint>
    </Section>
  );
}

/** What a run would need a person to approve, in words; undefined if it needs nothing. */
function approvalOf(
  { problems, asks }: DryRun,
  takesBack: boolean,
): (ReturnType<typeof approvalWords> & { readonly asks: Approval }) | undefined {
  const asked = askedIn(problems);
  return asked === undefined || asks === undefined
    ? undefined
    : { ...approvalWords(asked, asks, takesBack), asks };
}

interface ActivationWayProps extends ActivationFormProps {
  /** State of the sync as the server has it. */
  readonly state: 'draft' | 'active' | 'paused';
  /** What becomes of the rows that are there; undefined before it is chosen. */
  readonly first: First | undefined;
  readonly times: Times;
  /** Whether they are those with which it was activated. */
  readonly isTimed: boolean;
  /** What has to be chosen first, in one sentence; undefined if nothing. */
  readonly missing: string | undefined;
}

/** The button that activates the sync, or runs it if nothing is left to activate. */
function ActivationWay(props: ActivationWayProps) {
  const { home, setup, saving, draft, found, checking, dispatch, state, isTimed, missing } = props;
  const id = draft.id ?? '';
  const [approving, setApproving] = useState(false);
  const { activate, start } = useActivation(props);
  const runs = state === 'active' && isTimed && isAsChosen(draft, setup.saved);
  // A sync that is activated with these numbers on the screen needs no other approval.
  const approval = approvalOf(found, draft.removed === 'correct');
  const run = (approved?: Approval): void =>
    dispatch({ type: 'opened', screen: { name: 'run', id, approved } });
  const asked = runs
    ? approval
    : activationQuestion(home.account, findSync(home, id)?.sync.activatedBy);
  const goOn = (): void => {
    setApproving(false);
    if (runs) run(approval?.asks);
    else start();
  };
  const press = (): void => {
    if (asked === undefined) goOn();
    else setApproving(true);
  };
  const isSaving = setup.savesItself && !saving.saved && saving.problem === undefined;
  return (
    <>
      <RequestState request={{ ...activate, repeat: start }} />
      {approving && asked !== undefined && (
        <Confirmation
          question={asked.question}
          yes={asked.button}
          no="Not yet"
          onYes={goOn}
          onNo={() => setApproving(false)}
        />
      )}
      <StepWay {...props}>
        <Button
          kind="primary"
          busy={activate.busy || isSaving}
          disabled={missing !== undefined || !home.canEdit || approving || checking}
          onClick={press}
        >
          {state !== 'active'
            ? 'Activate'
            : runs
              ? (approval?.button ?? 'Run now')
              : 'Save and activate again'}
        </Button>
      </StepWay>
    </>
  );
}

/** Activates the sync with the choices on the screen, and goes on to its first run. */
function useActivation(props: ActivationWayProps) {
  const { saving, draft, found, checking, first, times, missing, dispatch, refresh } = props;
  const { id = '', revision, changed, removed, late } = draft;
  const activate = useHoldingRequest('activate', saving, (view) => {
    dispatch({ type: 'activated', view });
    // The screen of the run refreshes what is shown itself.
    if (first === 'everything') dispatch({ type: 'opened', screen: { name: 'run', id } });
    else refresh();
  });
  const start = (): void => {
    if (changed === undefined || removed === undefined || missing !== undefined) return;
    // The revision and the numbers that count are on their way.
    if (saving.busy || checking) return;
    activate.send({
      id,
      revision,
      changed,
      removed,
      late,
      ...times,
      lookMs: found.lookMs,
      reviewed: { events: found.summary.events, removed: found.changes.removed },
    });
  };
  return { activate, start };
}
