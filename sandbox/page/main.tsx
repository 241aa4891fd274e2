import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { GridView, LagoView, Overview } from './backend';
import { Clock } from './clock';
import { Grid } from './grid';
import { EventList, MailList, RequestList, UsageList } from './lago-panel';
import { askGrid, askLago, askOverview, tellAdvance, tellEdit, tellSelection } from './requests';
import { SheetTabs } from './sheet-tabs';

/** What Google allows the frame of a sidebar (apps-script.md, section 5). */
const FRAME_RIGHTS = 'allow-same-origin allow-forms allow-scripts allow-popups allow-downloads allow-modals allow-popups-to-escape-sandbox';

const PANELS = ['Events in Lago', 'Current usage', 'Mails', 'Requests'] as const;
type Panel = (typeof PANELS)[number];

function Page() {
  const [overview, setOverview] = useState<Overview | undefined>(undefined);
  const [grid, setGrid] = useState<GridView | undefined>(undefined);
  const [lago, setLago] = useState<LagoView | undefined>(undefined);
  const [shown, setShown] = useState<number | undefined>(undefined);
  const [hiddenToo, setHiddenToo] = useState(false);
  const [panel, setPanel] = useState<Panel>(PANELS[0]);
  const [opened, setOpened] = useState(0);
  const [failure, setFailure] = useState('');
  const sheet = useRef<number | undefined>(undefined);
  const looking = useRef(false);
  const stale = useRef(false);

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
      setFailure('');
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  };
  const look = async (): Promise<void> => {
    const found = await askOverview();
    if (!found.sheets.some(({ id }) => id === sheet.current))
      sheet.current = (found.sheets.find(({ active }) => active) ?? found.sheets[0])?.id;
    setOverview(found);
    setShown(sheet.current);
    if (sheet.current !== undefined) setGrid(await askGrid(sheet.current));
    setLago(await askLago());
  };
  /** One look at a time; what happens meanwhile is covered by one more. */
  const refresh = async (): Promise<void> => {
    stale.current = true;
    if (looking.current) return;
    looking.current = true;
    while (stale.current) {
      stale.current = false;
      await attempt(look);
    }
    looking.current = false;
  };
  const show = (id: number): void => {
    sheet.current = id;
    void attempt(() => tellSelection(id, 1, 1)).then(refresh);
  };
  useEffect(() => {
    void refresh();
    const onMessage = ({ origin, data }: MessageEvent<unknown>): void => {
      if (origin === window.location.origin && typeof data === 'object' && data !== null && 'sandbox' in data) void refresh();
    };
    window.addEventListener('message', onMessage);
    return () => window.removeEventListener('message', onMessage);
  }, []);

  if (overview === undefined) return <p class="empty">{failure === '' ? 'Opening the sandbox\u2026' : failure}</p>;
  const counts: Readonly<Record<Panel, number | undefined>> = {
    'Events in Lago': lago?.events.length,
    'Current usage': lago?.usage.length,
    Mails: overview.mails.length,
    Requests: undefined,
  };
  return (
    <div class="sandbox">
      <header>
        <p class="banner">
          <strong>Sandbox</strong> No Google account, no real Lago: everything you see runs on this machine.
        </p>
        <Clock
          now={overview.now}
          onAdvance={async (ms) => {
            await attempt(() => tellAdvance(ms));
            await refresh();
          }}
        />
      </header>
      {failure !== '' && (
        <p class="failure" role="alert">
          {failure}
        </p>
      )}
      <div class="workbook">
        {grid !== undefined && shown !== undefined && (
          <Grid
            key={shown}
            grid={grid}
            onEdit={(row, column, text) => void attempt(() => tellEdit(shown, row, column, text)).then(refresh)}
            onSelect={(row, column) => void attempt(() => tellSelection(shown, row, column))}
          />
        )}
        <SheetTabs
          sheets={overview.sheets}
          shown={shown}
          hiddenToo={hiddenToo}
          onShow={show}
          onHiddenToo={setHiddenToo}
          onLoaded={() => {
            sheet.current = undefined;
            void refresh();
          }}
        />
      </div>
      <aside>
        <div class="frame-title">
          <span>Lago usage sync</span>
          <button type="button" onClick={() => setOpened(opened + 1)} title="As if it was closed and opened from the menu again">
            Reopen
          </button>
        </div>
        <iframe key={opened} src="/sidebar" title="Sidebar" width="300" sandbox={FRAME_RIGHTS} />
      </aside>
      <div class="panel">
        <div role="tablist" aria-label="What happened">
          {PANELS.map((name) => (
            <button type="button" role="tab" key={name} aria-selected={name === panel} onClick={() => setPanel(name)}>
              {name}
              {counts[name] !== undefined && <span class="count">{counts[name]}</span>}
            </button>
          ))}
          {lago !== undefined && (
            <span class="organization">
              {lago.organization} ({lago.store})
            </span>
          )}
        </div>
        <div class="panel-content" role="tabpanel">
          {panel === 'Mails' && <MailList mails={overview.mails} />}
          {lago !== undefined && panel === 'Events in Lago' && <EventList lago={lago} />}
          {lago !== undefined && panel === 'Current usage' && <UsageList lago={lago} />}
          {lago !== undefined && panel === 'Requests' && <RequestList lago={lago} />}
        </div>
      </div>
    </div>
  );
}

const root = document.getElementById('page');
if (root !== null) render(<Page />, root);
