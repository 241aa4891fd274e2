import { useEffect, useState } from 'preact/hooks';
import type { DryRun, RowView } from '../../../rpc/contract';
import { counted } from '../../../value/count';
import { Button } from '../../parts/button';
import { Confirmation } from '../../parts/confirmation';
import { Choice, Tick } from '../../parts/field';
import { ProblemCard } from '../../parts/problem-card';
import { Section } from '../../parts/section';
import { WayOn } from '../../parts/way-on';
import { useRequest } from '../../server/request';
import { findSync } from '../../state';
import { asksFor } from '../../way-out';
import { approvalWords, heldWords } from '../../words/approval';
import { Conflict, isConflict } from './conflict';
import type { StepProps } from './step-props';

/** The choices for rows that are changed or removed after they were sent. @param held why they would not be corrected, as a sentence */
const changedOptions = (held: string) =>
  [
    {
      value: 'correct',
      label: 'Correct it',
      hint: `What was sent is taken back and the new event sent, so that the invoice equals the sheet.${held}`,
    },
    {
      value: 'add',
      label: 'Send it as a new event',
      hint: 'It adds on top of what was sent. With a metric that sums up, a 10 changed to 12 is billed as 22.',
    },
    {
      value: 'flag',
      label: 'Only flag it',
      hint: 'The invoice keeps what was sent first. You are told, and set the row back or enter the difference as a new row.',
    },
  ] as const;

const removedOptions = (held: string) =>
  [
    {
      value: 'flag',
      label: 'Flag it',
      hint: 'The invoice still has it. You are told, and bring the row back or enter the correction as a new row.',
    },
    {
      value: 'correct',
      label: 'Take it back',
      hint: `What was sent is taken back, so that the invoice equals the sheet.${held}`,
    },
    {
      value: 'ignore',
      label: 'Ignore it',
      hint: 'The invoice still has it, and nobody is told. For sheets that are cleared after sending.',
    },
  ] as const;

const LATE = [
  {
    value: 'hold',
    label: 'Hold it and tell',
    hint: 'It is not sent; you correct its date, bill it by hand in Lago, or come back here.',
  },
  {
    value: 'book',
    label: 'Count it in the running period',
    hint: 'It goes on the next invoice, with its date kept in the property usage_date; only where a metric adds up or counts.',
  },
] as const;

interface ActivationFormProps extends StepProps {
  readonly found: DryRun;
  /** Whether it is being made anew. */
  readonly checking: boolean;
  readonly onFound: (found: DryRun) => void;
}

type First = 'everything' | 'now';

/** What happens with the rows that are there, with later changes, and when; each of it is a person's choice. */
export function ActivationForm({
  home,
  setup,
  saving,
  draft,
  found,
  checking,
  onFound,
  edit,
  dispatch,
  refresh,
}: ActivationFormProps) {
  const id = draft.id ?? '';
  const state = findSync(home, id)?.sync.state ?? 'draft';
  const [first, setFirst] = useState<First | undefined>(undefined);
  const [onEdit, setOnEdit] = useState(home.triggers.onEdit);
  const { changed, removed, late } = draft;
  const held = heldWords(found.rules);
  const [approving, setApproving] = useState(false);
  const asked = found.problems.find(({ problem }) => asksFor(problem))?.problem;
  const activate = useRequest('activate', (view) => {
    saving.hold(false);
    dispatch({ type: 'activated', view });
    // The run's own screen refreshes what is shown.
    if (first === 'everything') dispatch({ type: 'opened', screen: { name: 'run', id } });
    else refresh();
  });
  // Without an answer it is not known which revision is the newest: then only the same call may be made again.
  const isOver = activate.problem !== undefined && activate.problem.code !== 'run.google';
  useEffect(() => {
    if (isOver) saving.hold(false);
  }, [isOver]);
  useEffect(() => () => saving.hold(false), []);
  const isFirst = state === 'draft' && found.counts.send > 0;
  const isAsChosen =
    state === 'active' &&
    changed === setup.saved?.changed &&
    removed === setup.saved?.removed &&
    (late ?? 'hold') === (setup.saved?.late ?? 'hold') &&
    onEdit === home.triggers.onEdit;
  const missing =
    isFirst && first === undefined
      ? 'Choose what happens with the rows that are there now.'
      : isFirst && first === 'now'
        ? 'Take the rows as billed first, or choose to send everything.'
        : changed === undefined || removed === undefined
          ? 'Choose what happens with changed and with removed rows.'
          : undefined;

  // A sync that is activated with these numbers on the screen needs no other approval.
  const approval =
    asked === undefined || found.asks === undefined
      ? undefined
      : approvalWords(asked, found.asks, removed === 'correct');
  const approve = (): void => {
    if (found.asks !== undefined)
      dispatch({ type: 'opened', screen: { name: 'run', id, approved: found.asks } });
  };
  const start = (): void => {
    if (missing !== undefined || changed === undefined || removed === undefined) return;
    if (isAsChosen && approval !== undefined) setApproving(true);
    else if (isAsChosen) dispatch({ type: 'opened', screen: { name: 'run', id } });
    else {
      // Until its answer is there, nothing else may take the revision.
      saving.hold(true);
      activate.send({
        id,
        revision: draft.revision,
        changed,
        removed,
        ...(late === undefined ? {} : { late }),
        onEdit,
        reviewed: { events: found.summary.events, removed: found.changes.removed },
      });
    }
  };

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
      {state === 'draft' && !isFirst && found.counts.send === 0 && (
        <p class="hint">No row waits to be sent: the sync sends those that come from now on.</p>
      )}
      <Choice
        name="changed"
        legend="A row is changed after it was sent"
        value={changed}
        options={changedOptions(held)}
        recommended={found.rules.length > 0 && held === '' ? 'correct' : 'flag'}
        onChange={(value) => edit({ ...draft, changed: value })}
      />
      <Choice
        name="removed"
        legend="A row is removed after it was sent"
        value={removed}
        options={removedOptions(held)}
        recommended="flag"
        onChange={(value) => edit({ ...draft, removed: value })}
      />
      <Choice
        name="late"
        legend="Usage of a period that is already invoiced"
        value={late ?? 'hold'}
        recommended="hold"
        options={LATE}
        onChange={(value) => edit({ ...draft, late: value })}
      />
      <Section title="When rows are sent">
        <p>Every hour, for the whole tab.</p>
        <Tick
          id="on-edit"
          label="Also soon after a row is edited"
          checked={onEdit}
          onChange={setOnEdit}
          hint={
            draft.ready === undefined
              ? 'A row goes out when it has rested for a few minutes, so that a correction made right away counts.'
              : 'A row goes out when it is ticked as ready.'
          }
        />
        <p class="hint">
          A mail tells you at once when the sync stops, and once a day when it needs you.
        </p>
      </Section>
      {activate.problem !== undefined && (
        <ProblemCard problem={activate.problem} onRepeat={activate.repeat} />
      )}
      {approving && approval !== undefined && (
        <Confirmation
          question={approval.question}
          yes={approval.button}
          no="Not yet"
          onYes={approve}
          onNo={() => setApproving(false)}
        />
      )}
      {isConflict(saving) ? (
        <Conflict saving={saving} setup={setup} dispatch={dispatch} />
      ) : (
        <WayOn missing={missing}>
          <Button
            kind="primary"
            busy={
              activate.busy || (setup.savesItself && !saving.saved && saving.problem === undefined)
            }
            disabled={missing !== undefined || !home.canEdit || approving || checking}
            onClick={start}
          >
            {state !== 'active'
              ? 'Activate'
              : isAsChosen
                ? (approval?.button ?? 'Run now')
                : 'Save and activate again'}
          </Button>
        </WayOn>
      )}
    </>
  );
}

const FIRST = [
  {
    value: 'everything',
    label: 'Send everything',
    hint: 'They are billed. You watch the first run right after activating.',
  },
  {
    value: 'now',
    label: 'Start from now',
    hint: 'Take complete rows as already billed: for usage that was billed in another way before. They are never sent.',
  },
] as const;

interface FirstRowsProps {
  readonly id: string;
  readonly revision: number;
  readonly found: DryRun;
  readonly first: First | undefined;
  readonly setFirst: (first: First) => void;
  readonly onFound: (found: DryRun) => void;
  /** Whether the server has the settings that are shown. */
  readonly canTake: boolean;
}

const isIncomplete = ({ action, change, key }: RowView): boolean =>
  action === 'hold' && change === 'added' && key !== undefined;

/** What becomes of the rows that are in the sheet when the sync begins. */
function FirstRows({ id, revision, found, first, setFirst, onFound, canTake }: FirstRowsProps) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [asking, setAsking] = useState(false);
  const take = useRequest('takeAsBilled', ({ dryRun }) => {
    setAsking(false);
    onFound(dryRun);
  });
  const complete = found.counts.send;
  const incomplete = found.rows.filter(isIncomplete);
  const total = complete + ticked.size;
  const tick = (key: string, on: boolean): void =>
    setTicked(new Set(on ? [...ticked, key] : [...ticked].filter((each) => each !== key)));
  return (
    <>
      <Choice
        name="first"
        legend={`${counted(complete, 'row')} ${complete === 1 ? 'waits' : 'wait'} to be sent`}
        value={first}
        options={FIRST}
        onChange={setFirst}
      />
      {first === 'now' && (
        <div class="several">
          <p>
            {counted(complete, 'complete row')} {complete === 1 ? 'is' : 'are'} taken as billed.
            {incomplete.length > 0 &&
              ' These are incomplete; tick the ones that were billed, too. The others are sent when they are complete.'}
          </p>
          {incomplete.length > 0 && (
            <fieldset class="ticks">
              <legend>Incomplete rows</legend>
              {incomplete.map(({ key = '', row, problems }) => (
                <Tick
                  key={key}
                  id={`billed-${row ?? key}`}
                  label={
                    <>
                      Row {row}: <bdi>{key}</bdi>
                    </>
                  }
                  checked={ticked.has(key)}
                  onChange={(on) => tick(key, on)}
                  hint={problems[0]?.message ?? ''}
                />
              ))}
            </fieldset>
          )}
          {take.problem !== undefined && (
            <ProblemCard problem={take.problem} onRepeat={take.repeat} />
          )}
          {asking ? (
            <Confirmation
              question={`Take ${counted(total, 'row')} as billed? They will never be sent to Lago, also not later. This cannot be undone here.`}
              yes="Take as billed"
              no="Not yet"
              busy={take.busy}
              onYes={() => take.send({ id, revision, incomplete: [...ticked] })}
              onNo={() => setAsking(false)}
            />
          ) : (
            <Button disabled={!canTake} onClick={() => setAsking(true)}>
              Take {counted(total, 'row')} as billed
            </Button>
          )}
        </div>
      )}
    </>
  );
}
