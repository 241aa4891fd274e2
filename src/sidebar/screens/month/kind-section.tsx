import { useState } from 'preact/hooks';
import type { Finding } from '../../../rpc/contract';
import { count, counted } from '../../../value/count';
import { opener } from '../../navigation';
import { Button } from '../../parts/button';
import { Confirmation } from '../../parts/confirmation';
import { Hint } from '../../parts/hint';
import { RequestState } from '../../parts/request-state';
import type { RowJump } from '../../parts/row-jump';
import { Section } from '../../parts/section';
import type { SyncScreenProps } from '../../screen-props';
import { useRequest } from '../../server/request';
import { FindingItem } from './finding';
import { FIXES, type Fixed, fixOfAll, isAlike, isOpen, NOTHING_FIXED, needsRun } from './findings';
import { Whole } from './whole';

/** Number of findings that are shown before a person asks for the others. */
const FIRST = 5;
/** The server fixes at most this number at once. */
const FIXED_AT_ONCE = 200;

interface KindSectionProps extends Pick<SyncScreenProps, 'dispatch'> {
  /** Id of the sync. */
  readonly id: string;
  /** Name of the kind in words. */
  readonly title: string;
  /** Number of all findings of this kind, also of those that only the sheet lists. */
  readonly total: number;
  /** The first findings of this kind. */
  readonly findings: readonly Finding[];
  /** Name of the result sheet, which lists all. */
  readonly sheetName: string;
  readonly jump: RowJump['jump'];
  /** Whether the sync sends nothing before it is activated. */
  readonly isDraft: boolean;
}

/** The findings of one kind, and what can be done about them. */
export function KindSection(props: KindSectionProps) {
  const { id, title, total, findings, sheetName, jump, dispatch } = props;
  const [all, setAll] = useState(false);
  const { fixed, fix, begin, asking } = useFixes(id, findings);
  const shown = findings.slice(0, all ? findings.length : FIRST);
  const alike = isAlike(findings);
  return (
    <Section title={`${title}: ${count(total)}`}>
      {alike && <Hint>{findings[0]?.advice}</Hint>}
      <KindButtons {...props} fixed={fixed} busy={fix.busy} onFix={begin} />
      {asking}
      <RequestState request={fix} />
      <ul class="event-list">
        {shown.map((each) => (
          <FindingItem
            key={[each.id, each.key, each.row, each.time, each.subscription].join(' ')}
            id={id}
            finding={each}
            fixed={fixed}
            isAdvised={!alike}
            busy={fix.busy}
            onFix={() => begin([each.id])}
            jump={jump}
            dispatch={dispatch}
          />
        ))}
      </ul>
      {shown.length < findings.length && (
        <Button onClick={() => setAll(true)}>Show {count(findings.length)}</Button>
      )}
      {findings.length < total && (
        <Whole shown={findings.length} of={total} sheetName={sheetName} />
      )}
    </Section>
  );
}

/**
 * Fixing the findings of a kind. An event that no row stands for is only taken back after one more
 * question, which is `asking`.
 */
function useFixes(id: string, findings: readonly Finding[]) {
  const [fixed, setFixed] = useState(NOTHING_FIXED);
  const [asked, setAsked] = useState<readonly string[]>([]);
  const fix = useRequest('fixFindings', ({ done, left }) =>
    setFixed((before) => ({
      done: new Set([...before.done, ...done]),
      left: new Map([...before.left, ...left.map((each) => [each.id, each.why] as const)]),
    })),
  );
  const action = fixOfAll(findings);
  const begin = (ids: readonly string[]): void => {
    if (action === 'take-back') setAsked(ids);
    else if (action !== undefined) fix.send({ id, fix: action, ids });
  };
  const subscriptionOf = (event: string): string =>
    findings.find((each) => each.id === event)?.subscription ?? '';
  const asking = action !== undefined && asked.length > 0 && (
    <Confirmation
      question={
        `Take back ${counted(asked.length, 'event')} that another tool may have sent on purpose? ` +
        `The next run sends Lago the negative of ${asked.length === 1 ? 'it' : 'each'}.`
      }
      yes="Take back"
      no="Leave"
      onYes={() => {
        fix.send({ id, fix: action, ids: asked, subscriptions: asked.map(subscriptionOf) });
        setAsked([]);
      }}
      onNo={() => setAsked([])}
    />
  );
  return { fixed, fix, begin, asking };
}

interface KindButtonsProps extends KindSectionProps {
  /** What became of the findings so far. */
  readonly fixed: Fixed;
  /** Whether findings are being fixed. */
  readonly busy: boolean;
  /** Fixes the events with these ids. */
  readonly onFix: (ids: readonly string[]) => void;
}

/** What can be done about all findings of a kind at once. */
function KindButtons({
  id,
  title,
  findings,
  isDraft,
  dispatch,
  fixed,
  busy,
  onFix,
}: KindButtonsProps) {
  const fixable = findings.filter((each) => isOpen(each, fixed)).slice(0, FIXED_AT_ONCE);
  const action = fixOfAll(findings);
  const open = opener(dispatch, id);
  const run = isDraft ? 'Activate' : 'Run now';
  return (
    <>
      {action !== undefined && fixable.length > 1 && (
        <Button busy={busy} onClick={() => onFix(fixable.map((each) => each.id))}>
          {FIXES[action].verb}: {count(fixable.length)}
        </Button>
      )}
      {needsRun(findings, fixed) && (
        <Button label={`${run}: ${title}`} onClick={open(isDraft ? 'activation' : 'run')}>
          {run}
        </Button>
      )}
      {findings.some((each) => each.fix === 'rule') && (
        <Button onClick={open('activation')}>Choose what corrects them</Button>
      )}
    </>
  );
}
