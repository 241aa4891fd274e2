import { useEffect, useState } from 'preact/hooks';
import type { Value } from '../../../rpc/contract';
import { count, counted } from '../../../value/count';
import { Button } from '../../parts/button';
import { Field } from '../../parts/field';
import { Page } from '../../parts/page';
import { ProblemCard } from '../../parts/problem-card';
import { Busy } from '../../parts/status';
import type { SyncScreenProps } from '../../screen-props';
import { usePartsRequest } from '../../server/parts-request';
import { useRequest } from '../../server/request';
import { call } from '../../server/server';
import { monthWords } from '../../words/periods';
import { likelyMonth } from './recent-months';

type Part = Value<'statement'>;
type Choice = Value<'statementChoices'>['choices'][number];

/** Lists the events behind an invoice line in a sheet that can be sent to a customer. */
export function StatementScreen({ view, home, dispatch }: SyncScreenProps) {
  const { id } = view.sync;
  const offered = useRequest('statementChoices');
  useEffect(() => offered.send({ id }), []);
  const choices = offered.value?.choices ?? [];
  return (
    <Page title="Export a statement" onBack={() => dispatch({ type: 'left' })}>
      <p>
        Lists the events behind an invoice line in a new sheet: row, time, value and running total.
      </p>
      {offered.busy && <Busy words="Reading the ledger" />}
      {offered.problem !== undefined && (
        <ProblemCard problem={offered.problem} onRepeat={offered.repeat} />
      )}
      {offered.value !== undefined && choices.length === 0 && (
        <p>The ledger has no accepted event yet.</p>
      )}
      {choices.length > 0 && <Export id={id} choices={choices} likely={likelyMonth(home.today)} />}
    </Page>
  );
}

interface ExportProps {
  readonly id: string;
  readonly choices: readonly Choice[];
  /** The month that is chosen at first, where it has events. */
  readonly likely: string;
}

function Export({ id, choices, likely }: ExportProps) {
  const [chosen, setChosen] = useState(0);
  const [wanted, setWanted] = useState(likely);
  const { of = 'subscription', name = '', months = [] } = choices[chosen] ?? {};
  const month = months.find((each) => each.month === wanted)?.month ?? months[0]?.month ?? likely;
  const work = usePartsRequest<Part>();
  const last = work.parts[work.parts.length - 1];
  // Only customers would come before the subscriptions.
  const isGrouped = choices[0]?.of === 'customer';
  const optionsOf = (kind: Choice['of']) =>
    choices.map(
      (each, index) =>
        each.of === kind && (
          <option key={index} value={index}>
            {each.name}
          </option>
        ),
    );
  return (
    <>
      <Field id="statement-of" label={isGrouped ? 'Customer or subscription' : 'Subscription'}>
        <select
          id="statement-of"
          value={chosen}
          disabled={work.busy}
          onChange={(event) => {
            setChosen(Number(event.currentTarget.value));
            work.forget();
          }}
        >
          {isGrouped ? (
            <>
              <optgroup label="Customers">{optionsOf('customer')}</optgroup>
              <optgroup label="Subscriptions">{optionsOf('subscription')}</optgroup>
            </>
          ) : (
            optionsOf('subscription')
          )}
        </select>
      </Field>
      <Field id="statement-month" label="Month">
        <select
          id="statement-month"
          value={month}
          disabled={work.busy}
          onChange={(event) => {
            setWanted(event.currentTarget.value);
            work.forget();
          }}
        >
          {months.map((each) => (
            <option key={each.month} value={each.month}>
              {monthWords(each.month)}, {counted(each.events, 'event')}
            </option>
          ))}
        </select>
      </Field>
      <div class="buttons">
        <Button
          kind="primary"
          busy={work.busy}
          onClick={() =>
            work.start((next) =>
              call('statement', { id, [of]: name, month, ...(next === undefined ? {} : { next }) }),
            )
          }
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

const isEqual = ({ lago, events, total }: Part['totals'][number]): boolean =>
  lago !== undefined && lago.events === events && lago.total === total;

const MOST_SHOWN = 20;

function Exported({ last }: { readonly last: Part }) {
  const inOrder = [...last.totals].sort(
    (left, right) => Number(isEqual(left)) - Number(isEqual(right)),
  );
  const more = inOrder.length - MOST_SHOWN;
  return (
    <>
      <p class="run-summary" role="status">
        <span class="headline">{counted(last.lines, 'event')} listed</span> in the sheet{' '}
        <bdi>{last.sheetName}</bdi>
      </p>
      {inOrder.slice(0, MOST_SHOWN).map((each) => {
        const { subscription, code, events, total, lago } = each;
        return (
          <div key={`${subscription} ${code}`} class={`card ${isEqual(each) ? 'good' : 'warning'}`}>
            <p class="message">
              <bdi>{subscription}</bdi>, <bdi>{code}</bdi>: {total} in {counted(events, 'event')}
            </p>
            <p>
              {isEqual(each)
                ? 'Lago has the same.'
                : `${lago === undefined ? 'It is not known whether Lago has the same.' : `Lago has ${lago.total} in ${counted(lago.events, 'event')}.`} Reconcile the month to see where they differ.`}
            </p>
          </div>
        );
      })}
      {more > 0 && <p class="hint">The sheet has {count(more)} more totals.</p>}
    </>
  );
}
