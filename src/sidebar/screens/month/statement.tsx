import { useEffect, useState } from 'preact/hooks';
import type { StatementChoice, Value } from '../../../rpc/contract';
import { count, counted } from '../../../value/count';
import { leaving } from '../../navigation';
import { Button } from '../../parts/button';
import { Headline } from '../../parts/headline';
import { Hint } from '../../parts/hint';
import { Page } from '../../parts/page';
import { ProblemCard } from '../../parts/problem-card';
import { RequestState } from '../../parts/request-state';
import { SelectField } from '../../parts/select-field';
import { Busy } from '../../parts/status';
import type { SyncScreenProps } from '../../screen-props';
import { usePartsRequest } from '../../server/parts-request';
import { useRequest } from '../../server/request';
import { call } from '../../server/server';
import { monthWords } from '../../words/periods';
import { likelyMonth } from './recent-months';

type Part = Value<'statement'>;

/** Lists the events behind an invoice line in a sheet that can be sent to a customer. */
export function StatementScreen({ view, home, dispatch }: SyncScreenProps) {
  const { id } = view.sync;
  const offered = useRequest('statementChoices');
  useEffect(() => offered.send({ id }), []);
  const choices = offered.value?.choices ?? [];
  return (
    <Page title="Export a statement" onBack={leaving(dispatch)}>
      <p>
        Lists the events behind an invoice line in a new sheet: row, time, value and running total.
      </p>
      <RequestState request={offered} words="Reading the ledger" />
      {offered.value !== undefined && choices.length === 0 && (
        <p>The ledger has no accepted event yet.</p>
      )}
      {choices.length > 0 && <Export id={id} choices={choices} likely={likelyMonth(home.today)} />}
    </Page>
  );
}

interface ExportProps {
  /** Id of the sync. */
  readonly id: string;
  /** Customers and subscriptions with their months. */
  readonly choices: readonly StatementChoice[];
  /** The month (`2026-11`) that is chosen at first, if it has events. */
  readonly likely: string;
}

function Export({ id, choices, likely }: ExportProps) {
  const [chosen, setChosen] = useState(0);
  const [wanted, setWanted] = useState(likely);
  const { of = 'subscription', name = '', months = [] } = choices[chosen] ?? {};
  const month = months.find((each) => each.month === wanted)?.month ?? months[0]?.month ?? likely;
  const work = usePartsRequest<Part>();
  const last = work.parts[work.parts.length - 1];
  return (
    <>
      <ChoiceField
        choices={choices}
        chosen={chosen}
        disabled={work.busy}
        onChoose={(index) => {
          setChosen(index);
          work.forget();
        }}
      />
      <SelectField
        id="statement-month"
        label="Month"
        value={month}
        disabled={work.busy}
        options={months.map((each) => [
          each.month,
          `${monthWords(each.month)}, ${counted(each.events, 'event')}`,
        ])}
        onChoose={(value) => {
          setWanted(value);
          work.forget();
        }}
      />
      <div class="buttons">
        <Button
          kind="primary"
          busy={work.busy}
          onClick={() => work.start((next) => call('statement', { id, [of]: name, month, next }))}
        >
          Export
        </Button>
      </div>
      {work.busy && <Busy words="Writing the statement" />}
      {work.problem !== undefined && <ProblemCard problem={work.problem} onRepeat={work.goOn} />}
      {last !== undefined && last.next === undefined && <Exported last={last} />}
    </>
  );
}

interface ChoiceFieldProps extends Pick<ExportProps, 'choices'> {
  /** Place of the chosen one in `choices`, 0-based. */
  readonly chosen: number;
  readonly disabled: boolean;
  /** Gets the place in `choices`, 0-based. */
  readonly onChoose: (index: number) => void;
}

/** Whose events are listed. Customers come before the subscriptions, if there are any. */
function ChoiceField({ choices, chosen, disabled, onChoose }: ChoiceFieldProps) {
  const isGrouped = choices[0]?.of === 'customer';
  const optionsOf = (kind: StatementChoice['of']) =>
    choices.map(
      (each, index) =>
        each.of === kind && (
          <option key={index} value={index}>
            {each.name}
          </option>
        ),
    );
  return (
    <SelectField
      id="statement-of"
      label={isGrouped ? 'Customer or subscription' : 'Subscription'}
      value={chosen}
      disabled={disabled}
      onChoose={(value) => onChoose(Number(value))}
    >
      {isGrouped ? (
        <>
          <optgroup label="Customers">{optionsOf('customer')}</optgroup>
          <optgroup label="Subscriptions">{optionsOf('subscription')}</optgroup>
        </>
      ) : (
        optionsOf('subscription')
      )}
    </SelectField>
  );
}

type Total = Part['totals'][number];

const isEqual = ({ lago, events, total }: Total): boolean =>
  lago !== undefined && lago.events === events && lago.total === total;

/** How the total compares with what Lago has, and what it has more than once. */
function comparisonWords(total: Total): string {
  const copied = total.lago?.copied ?? 0;
  const copies =
    copied === 0
      ? ''
      : ` It has several copies of ${counted(copied, 'event')}; the newest of each counts.`;
  return sameOrNot(total) + copies;
}

function sameOrNot(total: Total): string {
  const { lago } = total;
  if (isEqual(total)) return 'Lago has the same.';
  const known =
    lago === undefined
      ? 'It is not known whether Lago has the same.'
      : `Lago has ${lago.total} in ${counted(lago.events, 'event')}.`;
  return `${known} Reconcile the month to see where they differ.`;
}

const MOST_SHOWN = 20;

/** What came of it: where the list is, and the totals, those first that differ from Lago's. */
function Exported({ last }: { readonly last: Part }) {
  const inOrder = [...last.totals].sort(
    (left, right) => Number(isEqual(left)) - Number(isEqual(right)),
  );
  const more = inOrder.length - MOST_SHOWN;
  return (
    <>
      <Headline words={`${counted(last.lines, 'event')} listed`} isNews>
        {' in the sheet '}
        <bdi>{last.sheetName}</bdi>
      </Headline>
      {inOrder.slice(0, MOST_SHOWN).map((each) => {
        const { subscription, code, events, total } = each;
        return (
          <div key={`${subscription} ${code}`} class={`card ${isEqual(each) ? 'good' : 'warning'}`}>
            <p class="message">
              <bdi>{subscription}</bdi>, <bdi>{code}</bdi>: {total} in {counted(events, 'event')}
            </p>
            {each.notes.map((note) => (
              <p key={note}>{note}</p>
            ))}
            <p>{comparisonWords(each)}</p>
          </div>
        );
      })}
      {more > 0 && <Hint>The sheet has {count(more)} more totals.</Hint>}
    </>
  );
}
