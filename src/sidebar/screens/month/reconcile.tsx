import { useState } from 'preact/hooks';
import type { Finding, FindingFix, FindingKind, Value } from '../../../rpc/contract';
import { count, counted } from '../../../value/count';
import { Button } from '../../parts/button';
import { Confirmation } from '../../parts/confirmation';
import { Facts } from '../../parts/facts';
import { Field } from '../../parts/field';
import { Meter } from '../../parts/meter';
import { Page } from '../../parts/page';
import { ProblemCard } from '../../parts/problem-card';
import { useRowJump } from '../../parts/row-jump';
import { Section } from '../../parts/section';
import type { SyncScreenProps } from '../../screen-props';
import { usePartsRequest } from '../../server/parts-request';
import { useRequest } from '../../server/request';
import { call } from '../../server/server';
import { findSync, reconcilable } from '../../state';
import { moment } from '../../words/moments';
import { monthWords } from '../../words/periods';
import { likelyMonth, recentMonths } from './recent-months';

type Part = Value<'reconcile'>;

/** In the order in which people should look at them. */
const KINDS: Readonly<Record<FindingKind, string>> = {
  missing: 'Missing in Lago',
  different: 'Different in Lago',
  unrecorded: 'In Lago, not in the ledger',
  foreign: 'Only in Lago',
  twice: 'Twice in Lago',
  changed: 'Changed since they were sent',
  unsent: 'Not sent',
  open: 'Not settled yet',
};

const FIXES: Readonly<Record<FindingFix, { readonly verb: string; readonly after: string }>> = {
  send: { verb: 'Send again', after: 'The next run sends it, once.' },
  adopt: { verb: 'Take into the ledger', after: 'The ledger has it now.' },
  'take-back': { verb: 'Take back', after: 'The next run takes it back.' },
};

/** Compares a month in Lago with the ledger and the sheet. */
export function ReconcileScreen({ view, home, dispatch }: SyncScreenProps) {
  const [id, setId] = useState(view.sync.id);
  const [month, setMonth] = useState(() => likelyMonth(home.today));
  const [done, setDone] = useState<string | undefined>(undefined);
  const work = usePartsRequest<Part>();
  const last = work.parts[work.parts.length - 1];
  const isDone = last !== undefined && last.next === undefined;
  const offered = reconcilable(home);
  const start = (): void => {
    setDone(month);
    work.start((next) => call('reconcile', { id, month, ...(next === undefined ? {} : { next }) }));
  };
  return (
    <Page title="Reconcile with Lago" onBack={() => dispatch({ type: 'left' })}>
      <p>
        Compares every event that Lago has for a month with the ledger and the sheet, and writes
        what differs into a new sheet. Nothing is sent.
      </p>
      {offered.length > 1 && (
        <Field id="sync" label="Sync">
          <select
            id="sync"
            value={id}
            disabled={work.busy}
            onChange={(event) => {
              setId(event.currentTarget.value);
              work.forget();
            }}
          >
            {offered.map(({ sync }) => (
              <option key={sync.id} value={sync.id}>
                {sync.name}
              </option>
            ))}
          </select>
        </Field>
      )}
      <Field id="month" label="Month">
        <select
          id="month"
          value={month}
          disabled={work.busy}
          onChange={(event) => setMonth(event.currentTarget.value)}
        >
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
      {last !== undefined && isDone && (
        <Result
          id={id}
          month={done ?? month}
          parts={work.parts}
          last={last}
          isDraft={findSync(home, id)?.sync.state === 'draft'}
          dispatch={dispatch}
        />
      )}
    </Page>
  );
}

function Comparing({ last }: { readonly last: Part | undefined }) {
  return (
    <Meter
      name="Compared"
      words="Asking Lago for its events"
      percent={last && Math.floor(last.share * 100)}
    >
      <p class="hint">
        {last === undefined
          ? 'A month with many events takes a few minutes.'
          : `${counted(last.inLago, 'event')} compared so far.`}
      </p>
    </Meter>
  );
}

interface ResultProps extends Pick<SyncScreenProps, 'dispatch'> {
  readonly id: string;
  readonly month: string;
  readonly parts: readonly Part[];
  readonly last: Part;
  readonly isDraft: boolean;
}

function Result({ id, month, parts, last, isDraft, dispatch }: ResultProps) {
  const { jump, note } = useRowJump(id);
  const findings = parts.flatMap((part) => part.findings);
  const total = Object.values(last.counts).reduce((sum, each) => sum + each, 0);
  const agree = total === 0;
  return (
    <>
      <p class="run-summary" role="status">
        <span class="headline">
          {agree
            ? `${monthWords(month)} agrees`
            : `${counted(total, 'difference')} in ${monthWords(month)}`}
        </span>
      </p>
      <Facts
        facts={[
          ['Events in the ledger', count(last.inLedger)],
          ['Events in Lago', count(last.inLago)],
          ...(last.others === 0
            ? []
            : [['Of other syncs or customers', count(last.others)] as const]),
          ['Totals that differ', count(last.different)],
          ['All details', <bdi key="sheet">{last.sheetName}</bdi>],
        ]}
      />
      {last.checksOff.map((off) => (
        <ProblemCard key={off.message} problem={off} mild />
      ))}
      {(Object.keys(KINDS) as FindingKind[]).map(
        (kind) =>
          last.counts[kind] > 0 && (
            <KindSection
              key={kind}
              id={id}
              title={KINDS[kind]}
              total={last.counts[kind]}
              findings={findings.filter((each) => each.kind === kind)}
              jump={jump}
              isDraft={isDraft}
              dispatch={dispatch}
            />
          ),
      )}
      {last.totals.length > 0 && (
        <Section title="Totals">
          <Totals totals={last.totals} />
        </Section>
      )}
      {note}
    </>
  );
}

const FIRST = 5;
const FIXED_AT_ONCE = 200;

interface KindSectionProps extends Pick<SyncScreenProps, 'dispatch'> {
  readonly id: string;
  readonly title: string;
  readonly total: number;
  readonly findings: readonly Finding[];
  readonly jump: ReturnType<typeof useRowJump>['jump'];
  readonly isDraft: boolean;
}

const fixOf = ({ fix }: Finding): FindingFix | undefined =>
  fix === 'send' || fix === 'adopt' || fix === 'take-back' ? fix : undefined;

function KindSection({ id, title, total, findings, jump, isDraft, dispatch }: KindSectionProps) {
  const [all, setAll] = useState(false);
  const [fixed, setFixed] = useState<ReadonlySet<string>>(new Set());
  const [left, setLeft] = useState<ReadonlyMap<string, string>>(new Map());
  const fix = useRequest('fixFindings', (result) => {
    setFixed((before) => new Set([...before, ...result.done]));
    setLeft(
      (before) => new Map([...before, ...result.left.map((each) => [each.id, each.why] as const)]),
    );
  });
  const [asking, setAsking] = useState<readonly string[]>([]);
  const isOpen = (each: Finding): boolean =>
    fixOf(each) !== undefined && !fixed.has(each.id) && !left.has(each.id);
  const fixable = findings.filter(isOpen).slice(0, FIXED_AT_ONCE);
  // What a section offers is of one kind: what differs is only whether it can be done.
  const action = findings.map(fixOf).find((each) => each !== undefined);
  const isAlike = new Set(findings.map(({ advice }) => advice)).size === 1;
  const runs =
    findings.some((each) => each.fix === 'run') || (fixed.size > 0 && action !== 'adopt');
  const begin = (ids: readonly string[]): void => {
    if (action === undefined) return;
    // It sends Lago what no row stands for: once more a question.
    if (action === 'take-back') setAsking(ids);
    else fix.send({ id, fix: action, ids });
  };
  // A draft sends nothing before it is activated.
  const run = isDraft ? 'Activate' : 'Run now';
  const open = (name: 'run' | 'activation') => () =>
    dispatch({ type: 'opened', screen: { name, id } });
  return (
    <Section title={`${title}: ${count(total)}`}>
      {isAlike && <p class="hint">{findings[0]?.advice}</p>}
      {action !== undefined && fixable.length > 1 && (
        <Button busy={fix.busy} onClick={() => begin(fixable.map((each) => each.id))}>
          {FIXES[action].verb}: {count(fixable.length)}
        </Button>
      )}
      {runs && (
        <Button label={`${run}: ${title}`} onClick={open(isDraft ? 'activation' : 'run')}>
          {run}
        </Button>
      )}
      {findings.some((each) => each.fix === 'rule') && (
        <Button onClick={open('activation')}>Choose what corrects them</Button>
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
        {findings.slice(0, all ? findings.length : FIRST).map((each) => {
          const { key, row, subscription, time, kind, advice } = each;
          const own = fixOf(each);
          const name = key ?? each.id;
          return (
            <li key={`${each.id} ${key ?? ''} ${row ?? ''} ${time ?? ''}`}>
              <p>
                <bdi>{name}</bdi>
                {subscription !== '' && (
                  <>
                    {' for '}
                    <bdi>{subscription}</bdi>
                  </>
                )}
              </p>
              {time !== undefined && <p class="hint">{moment(time)}</p>}
              <p class="hint">
                Sheet: <bdi>{each.ours}</bdi>
              </p>
              <p class="hint">
                Lago: <bdi>{each.theirs}</bdi>
              </p>
              {!isAlike && <p>{advice}</p>}
              {own !== undefined && fixed.has(each.id) && <p role="status">{FIXES[own].after}</p>}
              {left.has(each.id) && <p role="status">Left as it is. {left.get(each.id)}</p>}
              <div class="buttons">
                {own !== undefined && isOpen(each) && (
                  <Button
                    disabled={fix.busy}
                    label={`${FIXES[own].verb} ${name}`}
                    onClick={() => begin([each.id])}
                  >
                    {FIXES[own].verb}
                  </Button>
                )}
                {each.fix === 'row' && key !== undefined && (
                  <Button
                    label={`Decide at the row ${name}`}
                    onClick={() => dispatch({ type: 'opened', screen: { name: 'row', id, key } })}
                  >
                    Decide at the row
                  </Button>
                )}
                {(row !== undefined || (kind === 'different' && key !== undefined)) && (
                  <Button
                    label={`Show the row ${name}`}
                    onClick={() =>
                      jump({
                        ...(key === undefined ? {} : { key }),
                        ...(row === undefined ? {} : { row }),
                      })
                    }
                  >
                    Show the row
                  </Button>
                )}
              </div>
            </li>
          );
        })}
      </ul>
      {!all && findings.length > FIRST && (
        <Button onClick={() => setAll(true)}>Show {count(findings.length)}</Button>
      )}
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
            {isSum && `, sum ${lago.sum}`}.
            {current !== undefined && ` Lago would bill ${current} now.`}
          </p>
        </li>
      ))}
    </ul>
  );
}
