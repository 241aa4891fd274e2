import { useEffect, useState } from 'preact/hooks';
import type { SyncDraft, TabView } from '../../../rpc/contract';
import { counted } from '../../../value/count';
import { headerOf } from '../../draft/columns';
import { draftOf } from '../../draft/draft';
import { leaving } from '../../navigation';
import { Button } from '../../parts/button';
import { Facts } from '../../parts/facts';
import { Tick } from '../../parts/field';
import { Hint } from '../../parts/hint';
import { Notice } from '../../parts/notice';
import { otherSyncsOf } from '../../parts/other-syncs';
import { Page } from '../../parts/page';
import { ProblemCard } from '../../parts/problem-card';
import { RequestState } from '../../parts/request-state';
import { SelectField } from '../../parts/select-field';
import { Busy } from '../../parts/status';
import { WayOn } from '../../parts/way-on';
import type { SyncScreenProps } from '../../screen-props';
import { useRequest } from '../../server/request';
import { inWords, quoted } from '../../words/lists';
import {
  idPrefix,
  isIdOfKey,
  type MissingColumn,
  missingIn,
  nextTabDraft,
  nextTabObstacle,
} from './next-tab-draft';
import { useTabSearch } from './tab-search';

type Sync = SyncScreenProps['view']['sync'];

/** Makes a sync for another tab with the same columns, such as that of the next month. */
export function NextTabScreen({ view, home, dispatch, refresh }: SyncScreenProps) {
  const { sync } = view;
  const [id] = useState(() => crypto.randomUUID());
  const [chosen, setChosen] = useState<number | undefined>(undefined);
  const [prefixed, setPrefixed] = useState(false);
  const tabs = home.tabs.filter((tab) => tab.id !== sync.source.tabId);
  const tabId = chosen ?? tabs.find((tab) => tab.id === home.activeTab)?.id;
  // Which tab is open in the sheet is only known as of the last answer.
  useEffect(refresh, []);
  const { request, tab, look } = useTabSearch(sync, tabId);
  const save = useRequest('saveSync', (saved) => {
    dispatch({ type: 'draft-saved', sync: saved, sent: draftOf(saved) });
    dispatch({ type: 'setup-resumed', id: saved.id, step: 'review' });
    refresh();
  });
  const missing = tab === undefined ? [] : missingIn(sync, tab);
  const taken = home.syncs.map((each) => each.sync.name);
  const draft =
    tab === undefined || missing.length > 0
      ? undefined
      : nextTabDraft(sync, tab, { id, taken, prefixed: prefixed && isIdOfKey(sync) });
  return (
    <Page title={'Use next month\u2019s tab'} onBack={leaving(dispatch)}>
      <p>
        A new sync is made for another tab with the same columns: the event, the key and all choices
        are taken over.
      </p>
      {tabs.length > 0 && (
        <SelectField
          id="next-tab"
          label="Tab"
          value={tabId ?? ''}
          options={tabs.map((each) => [each.id, each.name])}
          onChoose={(value) => setChosen(Number(value))}
        >
          {tabId === undefined && <option value="">Choose a tab</option>}
        </SelectField>
      )}
      {request.busy && <Busy words="Reading the tab" />}
      {request.problem !== undefined && (
        <>
          <ProblemCard problem={request.problem} />
          <Button onClick={look}>Look again</Button>
        </>
      )}
      {tab !== undefined && missing.length > 0 && (
        <Missing missing={missing} headerRow={tab.headerRow} onLook={look} />
      )}
      {tab !== undefined && draft !== undefined && (
        <>
          <NewSync sync={sync} home={home} tab={tab} draft={draft} />
          {isIdOfKey(sync) && (
            <SameIds sync={sync} tab={tab} prefixed={prefixed} setPrefixed={setPrefixed} />
          )}
          <Hint>
            <bdi>{sync.name}</bdi> stays as it is: late corrections in its tab are still told. Pause
            it when nothing comes there any more.
          </Hint>
        </>
      )}
      <RequestState request={save} />
      <WayOn missing={nextTabObstacle(tabs, tabId, missing)}>
        <Button
          kind="primary"
          busy={save.busy}
          disabled={draft === undefined || request.busy || !home.canEdit}
          onClick={() => draft !== undefined && save.send({ draft })}
        >
          Next: review
        </Button>
      </WayOn>
    </Page>
  );
}

interface MissingProps {
  /** The columns of the sync that cannot be read from the tab. */
  readonly missing: readonly MissingColumn[];
  /** Row number (1-based) from which the column names were read. */
  readonly headerRow: number;
  /** Reads the tab again. */
  readonly onLook: () => void;
}

/** The columns that the tab lacks, and what may be meant instead. */
function Missing({ missing, headerRow, onLook }: MissingProps) {
  return (
    <Notice
      message={
        `${counted(missing.length, 'column')} of the sync cannot be read ` +
        `from row ${headerRow} of this tab.`
      }
      isNews
    >
      <ul>
        {missing.map(({ header, isDouble, nearest }) => (
          <li key={header}>
            <bdi>{quoted(header)}</bdi>
            {isDouble
              ? ' stands there twice: give each column a name of its own.'
              : ' is not there.'}
            {nearest !== undefined && (
              <>
                {' '}
                Rename <bdi>{quoted(nearest)}</bdi> if that is the one.
              </>
            )}
          </li>
        ))}
      </ul>
      <Button onClick={onLook}>Look again</Button>
    </Notice>
  );
}

interface NewSyncProps extends Pick<SyncScreenProps, 'home'> {
  /** The sync whose settings are taken over. */
  readonly sync: Sync;
  /** The tab that the new sync reads. */
  readonly tab: TabView;
  /** The new sync as it would be saved. */
  readonly draft: SyncDraft;
}

/** The sync that will be made, and a warning if another one reads the tab already. */
function NewSync({ sync, home, tab, draft }: NewSyncProps) {
  const others = otherSyncsOf(home, tab.tab.id, sync.id);
  return (
    <>
      <p class="good" role="status">
        All {counted(draft.source.columns.length, 'column')} of the sync{' '}
        {draft.source.columns.length === 1 ? 'is' : 'are'} in this tab.
      </p>
      {others.length > 0 && (
        <Notice
          message={
            <>
              This tab is read already by <bdi>{inWords(others)}</bdi>.
            </>
          }
        >
          <p>
            Another sync for the same usage would bill it twice. Go on only if it counts something
            else.
          </p>
        </Notice>
      )}
      <Facts
        facts={[
          ['New sync', <bdi key="name">{draft.name}</bdi>],
          ['Rows', counted(tab.rows, 'row')],
        ]}
      />
    </>
  );
}

interface SameIdsProps {
  readonly sync: Sync;
  readonly tab: TabView;
  /** Whether the name of the tab goes in front of each id. */
  readonly prefixed: boolean;
  /** Decides about the prefix. */
  readonly setPrefixed: (prefixed: boolean) => void;
}

/** Ids that are made of the key alone are held if another tab has used them before. */
function SameIds({ sync, tab, prefixed, setPrefixed }: SameIdsProps) {
  const key = headerOf(sync, sync.key);
  const prefix = idPrefix(tab.tab.name);
  return (
    <>
      <p>
        Each event is known to Lago by <bdi>{quoted(key)}</bdi> alone. A row whose value there stood
        in another tab before is held, so that nothing is billed twice.
      </p>
      {prefix !== '' && (
        <Tick
          id="prefix"
          label={
            <>
              Put <bdi>{quoted(prefix)}</bdi> in front of each id
            </>
          }
          checked={prefixed}
          onChange={setPrefixed}
          hint={
            'For tabs that count their rows from 1 again. Not if rows of the former tab ' +
            'were copied into this one: they would be billed again.'
          }
        />
      )}
    </>
  );
}
