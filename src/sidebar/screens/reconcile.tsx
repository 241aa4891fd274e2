import { useState } from 'preact/hooks';
import type { Finding, FindingFix, FindingKind, Value } from '../../rpc/contract';
import { likelyMonth, monthWords, recentMonths } from '../months';
import { Button } from '../parts/button';
import { Confirmation } from '../parts/confirmation';
import { Facts } from '../parts/facts';
import { Field } from '../parts/field';
import { Page } from '../parts/page';
import { ProblemCard } from '../parts/problem-card';
import { Section } from '../parts/section';
import { usePartsRequest } from '../parts-request';
import { useRequest } from '../request';
import { call } from '../server';
import { count, counted, moment } from '../words';
import type { SyncScreenProps } from './screen-props';

type Part = Value<'reconcile'>;

interface KindWords {
  readonly title: string;
  readonly hint: string;
}

const KINDS: Readonly<Record<FindingKind, KindWords>> = {
  missing: { title: 'Missing in Lago', hint: 'Lago accepted these events and does not have them any more.' },
  different: {
    title: 'Different in Lago',
    hint: 'Lago has another content than was sent. Find out who sent it; a change of the row corrects the difference.',
  },
  unrecorded: { title: 'In Lago, not in the ledger', hint: 'Lago has events of these rows that this sync did not send.' },
  foreign: { title: 'Only in Lago', hint: 'No row makes these events. Leave them if another tool sends them on purpose.' },
  twice: { title: 'Twice in Lago', hint: 'Lago lists copies. It bills one of them only where its removal of duplicates is switched on.' },
  changed: { title: 'Changed since they were sent', hint: 'The sheet does not say any more what Lago has.' },
  unsent: { title: 'Not sent', hint: 'Rows of this month that Lago does not have, each for a reason.' },
  open: { title: 'Not settled yet', hint: 'The next runs find out by themselves.' },
};

const ORDER: readonly FindingKind[] = ['missing', 'different', 'unrecorded', 'foreign', 'twice', 'changed', 'unsent', 'open'];

const FIXES: Readonly<Record<FindingFix, { readonly verb: string; readonly after: string }>> = {
  send: { verb: 'Send again', after: 'The next run sends it, once.' },
  adopt: { verb: 'Take into the ledger', after: 'The ledger has it now.' },
  'take-back': { verb: 'Take back', after: 'The next run takes it back.' },
};

/** Compares a month in Lago with the ledger and the sheet. */
export function ReconcileScreen({ view, home, dispatch }: SyncScreenProps) {
  const { sync } = view;
  const [month, setMonth] = useState(() => likelyMonth(home.today));
  const [done, setDone] = useState<string | undefined>(undefined);
  const work = usePartsRequest<Part>();
  const last = work.parts[work.parts.length - 1];
  const isDone = last !== undefined && last.next === undefined;
  const start = (): void => {
    setDone(month);
    work.start((next) => call('reconcile', { id: sync.id, month, ...(next === undefined ? {} : { next }) }));
  };
  return (
    <Page title="Reconcile with Lago" onBack={() => dispatch({ type: 'left' })}>
      <p>
        Compares every event that Lago has for a month with the ledger and the sheet, and writes what differs into a new sheet. Nothing is
        sent.
      </p>
      <Field id="month" label="Month">
        <select id="month" value={month} disabled={work.busy} onChange={(event) => setMonth(event.currentTarget.value)}>
          {recentMonths(home.today).map((each) => (
            <option key={each} value={each}>
              {monthWords(each)}
            </option>
          ))}
        </select>
      </Field>
      <div class="buttons">
        <Button kind={isDone ? 'plain' : 'primary'} busy={work.busy} onClick={start}>
          {isDone ? 'Reconcile again' : 'Reconcile'}
        </Button>
      </div>
      {work.busy && <Comparing last={last} />}
      {work.problem !== undefined && <ProblemCard problem={work.problem} onRepeat={work.goOn} />}
      {last !== undefined && isDone && <Result id={sync.id} month={done ?? month} parts={work.parts} last={last} />}
    </Page>
  );
}

function Comparing({ last }: { readonly last: Part | undefined }) {
  const percent = last === undefined ? undefined : Math.floor(last.share * 100);
  return (
    <div class="progress">
      <p class="progress-words" role="status">
        Asking Lago for its events
      </p>
      <div
        class={percent === undefined ? 'progress-bar unknown' : 'progress-bar'}
        role="progressbar"
        aria-label="Compared"
        aria-valuemin={0}
        aria-valuemax={100}
        {...(percent === undefined ? {} : { 'aria-valuenow': percent })}
      >
        <span class="progress-done" style={percent === undefined ? {} : { width: `${percent}%` }} />
      </div>
      <p class="hint">
        {last === undefined ? 'A month with many events takes a few minutes.' : `${counted(last.inLago, 'event')} compared so far.`}
      </p>
    </div>
  );
}

interface ResultProps {
  readonly id: string;
  readonly month: string;
  readonly parts: readonly Part[];
  readonly last: Part;
}

function Result({ id, month, parts, last }: ResultProps) {
  const findings = parts.flatMap((part) => part.findings);
  const total = Object.values(last.counts).reduce((sum, each) => sum + each, 0);
  const agree = total === 0;
  return (
    <>
      <p class="run-summary" role="status">
        <span class="headline">{agree ? `${monthWords(month)} agrees` : `${counted(total, 'difference')} in ${monthWords(month)}`}</span>
      </p>
      <Facts
        facts={[
          ['Events in the ledger', count(last.inLedger)],
          ['Events in Lago', count(last.inLago)],
          ...(last.others === 0 ? [] : [['Of other syncs or customers', count(last.others)] as const]),
          ['Totals that differ', count(last.different)],
          ['All details', <bdi key="sheet">{last.sheetName}</bdi>],
        ]}
      />
      {last.checksOff.map((off) => (
        <ProblemCard key={off.message} problem={off} mild />
      ))}
      {ORDER.filter((kind) => last.counts[kind] > 0).map((kind) => (
        <KindSection key={kind} id={id} kind={kind} total={last.counts[kind]} findings={findings.filter((each) => each.kind === kind)} />
      ))}
      {last.totals.length > 0 && (
        <Section title="Totals">
          <Totals totals={last.totals} />
        </Section>
      )}
    </>
  );
}

const FIRST = 5;
const FIXED_AT_ONCE = 200;

interface KindSectionProps {
  readonly id: string;
  readonly kind: FindingKind;
  readonly total: number;
  readonly findings: readonly Finding[];
}

function KindSection({ id, kind, total, findings }: KindSectionProps) {
  const [all, setAll] = useState(false);
  const [fixed, setFixed] = useState<ReadonlySet<string>>(new Set());
  const [left, setLeft] = useState<ReadonlyMap<string, string>>(new Map());
  const fix = useRequest('fixFindings', (result) => {
    setFixed((before) => new Set([...before, ...result.done]));
    setLeft((before) => new Map([...before, ...result.left.map((each) => [each.id, each.why] as const)]));
  });
  const [asking, setAsking] = useState<readonly string[]>([]);
  const isOpen = (each: Finding): boolean => each.fix !== undefined && !fixed.has(each.id) && !left.has(each.id);
  const fixable = findings.filter(isOpen).slice(0, FIXED_AT_ONCE);
  const action = findings[0]?.fix;
  const words = KINDS[kind];
  const begin = (ids: readonly string[]): void => {
    if (action === undefined) return;
    // It sends Lago what no row stands for: once more a question.
    if (action === 'take-back') setAsking(ids);
    else fix.send({ id, fix: action, ids });
  };
  return (
    <Section title={`${words.title}: ${count(total)}`}>
      <p class="hint">{words.hint}</p>
      {action !== undefined && fixable.length > 1 && (
        <Button busy={fix.busy} onClick={() => begin(fixable.map((each) => each.id))}>
          {FIXES[action].verb}: {count(fixable.length)}
        </Button>
      )}
      {action !== undefined && asking.length > 0 && (
        <Confirmation
          question={`Take back ${counted(asking.length, 'event')} that another tool may have sent on purpose? The next run sends Lago the negative of ${asking.length === 1 ? 'it' : 'each'}.`}
          yes="Take back"
          no="Leave"
          onYes={() => {
            fix.send({ id, fix: action, ids: asking });
            setAsking([]);
          }}
          onNo={() => setAsking([])}
        />
      )}
      {fix.problem !== undefined && <ProblemCard problem={fix.problem} onRepeat={fix.repeat} />}
      <ul class="event-list">
        {findings.slice(0, all ? findings.length : FIRST).map((each) => (
          <li key={`${each.id} ${each.key ?? ''} ${each.row ?? ''} ${each.time ?? ''}`}>
            <p>
              <bdi>{each.key ?? each.id}</bdi>
              {each.subscription !== '' && (
                <>
                  {' for '}
                  <bdi>{each.subscription}</bdi>
                </>
              )}
            </p>
            <p class="hint">
              {each.time !== undefined && `${moment(each.time)}. `}
              Sheet: <bdi>{each.ours}</bdi>. Lago: <bdi>{each.theirs}</bdi>.
            </p>
            {fixed.has(each.id) && each.fix !== undefined && <p role="status">{FIXES[each.fix].after}</p>}
            {left.has(each.id) && <p role="status">Left as it is. {left.get(each.id)}</p>}
            {each.fix !== undefined && isOpen(each) && (
              <Button disabled={fix.busy} label={`${FIXES[each.fix].verb} ${each.key ?? each.id}`} onClick={() => begin([each.id])}>
                {FIXES[each.fix].verb}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {!all && findings.length > FIRST && <Button onClick={() => setAll(true)}>Show {count(findings.length)}</Button>}
      {findings.length < total && <p class="hint">The sheet lists all {count(total)}.</p>}
    </Section>
  );
}

function Totals({ totals }: { readonly totals: Part['totals'] }) {
  return (
    <ul class="event-list">
      {totals.slice(0, FIRST).map(({ code, subscription, ledger, lago, isSum, current }) => (
        <li key={`${code} ${subscription}`}>
          <p>
            <bdi>{subscription}</bdi>, <bdi>{code}</bdi>
          </p>
          <p class="hint">
            Ledger: {counted(ledger.events, 'event')}
            {isSum && `, sum ${ledger.sum}`}. Lago: {counted(lago.events, 'event')}
            {isSum && `, sum ${lago.sum}`}.{current !== undefined && ` Lago would bill ${current} now.`}
          </p>
        </li>
      ))}
    </ul>
  );
}
