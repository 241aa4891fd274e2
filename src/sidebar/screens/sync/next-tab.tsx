import { useEffect, useRef, useState } from 'preact/hooks';
import type { TabView } from '../../../rpc/contract';
import { counted } from '../../../value/count';
import { headerOf } from '../../draft/columns';
import { draftOf } from '../../draft/draft';
import { Button } from '../../parts/button';
import { Facts } from '../../parts/facts';
import { Field, Tick } from '../../parts/field';
import { Page } from '../../parts/page';
import { ProblemCard } from '../../parts/problem-card';
import { Busy } from '../../parts/status';
import { WayOn } from '../../parts/way-on';
import type { SyncScreenProps } from '../../screen-props';
import { useRequest } from '../../server/request';
import { inWords } from '../../words/lists';
import { idPrefix, isIdOfKey, type MissingColumn, missingIn, nextTabDraft } from './next-tab-draft';

type Sync = SyncScreenProps['view']['sync'];

/** Takes the settings of a sync over for another tab with the same columns, such as that of the next month. */
export function NextTabScreen({ view, home, dispatch, refresh }: SyncScreenProps) {
  const { sync } = view;
  const [id] = useState(() => crypto.randomUUID());
  const [chosen, setChosen] = useState<number | undefined>(undefined);
  const [prefixed, setPrefixed] = useState(false);
  const tabs = home.tabs.filter((tab) => tab.id !== sync.source.tabId);
  const open = tabs.find((tab) => tab.id === home.activeTab);
  const tabId = chosen ?? open?.id;
  const searched = useRef<number | undefined>(undefined);
  const describe = useRequest('describeTab', (found) => {
    // The names may stand in another row there.
    if (
      missingIn(sync, found).length < sync.source.columns.length ||
      searched.current === found.tab.id
    )
      return;
    searched.current = found.tab.id;
    describe.send({ tabId: found.tab.id });
  });
  const look = (): void => {
    searched.current = undefined;
    if (tabId !== undefined) describe.send({ tabId, headerRow: sync.source.headerRow });
  };
  // Which tab is open is known as of the last answer only.
  useEffect(refresh, []);
  useEffect(look, [tabId]);
  const save = useRequest('saveSync', (saved) => {
    dispatch({ type: 'draft-saved', sync: saved, sent: draftOf(saved) });
    dispatch({ type: 'setup-resumed', id: saved.id, step: 'review' });
    refresh();
  });
  const tab = describe.value?.tab.id === tabId ? describe.value : undefined;
  const missing = tab === undefined ? [] : missingIn(sync, tab);
  const obstacle =
    tabs.length === 0
      ? 'There is no other tab in this file.'
      : tabId === undefined
        ? 'Choose the tab.'
        : missing.length > 0
          ? 'Give the tab the missing columns first.'
          : undefined;
  const draft =
    tab === undefined || missing.length > 0
      ? undefined
      : nextTabDraft(sync, tab, {
          id,
          taken: home.syncs.map((each) => each.sync.name),
          prefixed: prefixed && isIdOfKey(sync),
        });
  return (
    <Page title={'Use next month\u2019s tab'} onBack={() => dispatch({ type: 'left' })}>
      <p>
        A new sync is made for another tab with the same columns: the event, the key and all choices
        are taken over.
      </p>
      {tabs.length > 0 && (
        <Field id="next-tab" label="Tab">
          <select
            id="next-tab"
            value={tabId ?? ''}
            onChange={(event) => setChosen(Number(event.currentTarget.value))}
          >
            {tabId === undefined && <option value="">Choose a tab</option>}
            {tabs.map((each) => (
              <option key={each.id} value={each.id}>
                {each.name}
              </option>
            ))}
          </select>
        </Field>
      )}
      {describe.busy && <Busy words="Reading the tab" />}
      {describe.problem !== undefined && (
        <>
          <ProblemCard problem={describe.problem} />
          <Button onClick={look}>Look again</Button>
        </>
      )}
      {tab !== undefined && missing.length > 0 && (
        <Missing missing={missing} tab={tab} onLook={look} />
      )}
      {tab !== undefined && draft !== undefined && (
        <>
          <p class="good" role="status">
            All {counted(draft.source.columns.length, 'column')} of the sync{' '}
            {draft.source.columns.length === 1 ? 'is' : 'are'} in this tab.
          </p>
          <SameTab sync={sync} home={home} tab={tab} />
          <Facts
            facts={[
              ['New sync', <bdi key="name">{draft.name}</bdi>],
              ['Rows', counted(tab.rows, 'row')],
            ]}
          />
          {isIdOfKey(sync) && (
            <SameIds sync={sync} tab={tab} prefixed={prefixed} setPrefixed={setPrefixed} />
          )}
          <p class="hint">
            <bdi>{sync.name}</bdi> stays as it is: late corrections in its tab are still told. Pause
            it when nothing comes there any more.
          </p>
        </>
      )}
      {save.problem !== undefined && <ProblemCard problem={save.problem} onRepeat={save.repeat} />}
      <WayOn missing={obstacle}>
        <Button
          kind="primary"
          busy={save.busy}
          disabled={draft === undefined || describe.busy || !home.canEdit}
          onClick={() => draft !== undefined && save.send({ draft })}
        >
          Next: review
        </Button>
      </WayOn>
    </Page>
  );
}

interface MissingProps {
  readonly missing: readonly MissingColumn[];
  readonly tab: TabView;
  readonly onLook: () => void;
}

/** What the tab lacks, and what may be meant instead. */
function Missing({ missing, tab, onLook }: MissingProps) {
  return (
    <div class="card warning" role="status">
      <p class="message">
        {counted(missing.length, 'column')} of the sync cannot be read from row {tab.headerRow} of
        this tab.
      </p>
      <ul>
        {missing.map(({ header, isDouble, nearest }) => (
          <li key={header}>
            <bdi>
              {'\u201c'}
              {header}
              {'\u201d'}
            </bdi>
            {isDouble
              ? ' stands there twice: give each column a name of its own.'
              : ' is not there.'}
            {nearest !== undefined && (
              <>
                {' '}
                Rename <bdi>{`\u201c${nearest}\u201d`}</bdi> if that is the one.
              </>
            )}
          </li>
        ))}
      </ul>
      <Button onClick={onLook}>Look again</Button>
    </div>
  );
}

/** Two syncs of one tab bill every row twice, unless they count different things. */
function SameTab({
  sync,
  home,
  tab,
}: Pick<SyncScreenProps, 'home'> & { readonly sync: Sync; readonly tab: TabView }) {
  const others = home.syncs.filter(
    (each) => each.sync.id !== sync.id && each.sync.source.tabId === tab.tab.id,
  );
  if (others.length === 0) return null;
  return (
    <div class="card warning">
      <p class="message">
        This tab is read already by{' '}
        <bdi>{inWords(others.map((each) => `\u201c${each.sync.name}\u201d`))}</bdi>.
      </p>
      <p>
        Another sync for the same usage would bill it twice. Go on only if it counts something else.
      </p>
    </div>
  );
}

interface SameIdsProps {
  readonly sync: Sync;
  readonly tab: TabView;
  readonly prefixed: boolean;
  readonly setPrefixed: (prefixed: boolean) => void;
}

/** Ids that are made of the key alone are held where another tab has used them. */
function SameIds({ sync, tab, prefixed, setPrefixed }: SameIdsProps) {
  const key = headerOf(draftOf(sync), sync.key);
  const prefix = idPrefix(tab.tab.name);
  return (
    <>
      <p>
        Each event is known to Lago by <bdi>{`\u201c${key}\u201d`}</bdi> alone. A row whose value
        there stood in another tab before is held, so that nothing is billed twice.
      </p>
      {prefix !== '' && (
        <Tick
          id="prefix"
          label={
            <>
              Put <bdi>{`\u201c${prefix}\u201d`}</bdi> in front of each id
            </>
          }
          checked={prefixed}
          onChange={setPrefixed}
          hint="For tabs that count their rows from 1 again. Not if rows of the former tab were copied into this one: they would be billed again."
        />
      )}
    </>
  );
}
