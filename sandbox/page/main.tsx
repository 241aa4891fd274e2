import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { GridView, LagoView, Overview } from './backend';
import { Clock } from './clock';
import { Grid, type Jump } from './grid';
import { EventList, MailList, RequestList, UsageList } from './lago-panel';
import {
  askGrid,
  askLago,
  askOverview,
  tellAdvance,
  tellChange,
  tellEdit,
  tellPaste,
  tellSelection,
} from './requests';
import { FIRST_CELL, type Selection } from './selection';
import { SheetTabs } from './sheet-tabs';
import { SheetTools } from './sheet-tools';

/** What Google allows the frame of a sidebar. */
const FRAME_RIGHTS =
  'allow-same-origin allow-forms allow-scripts allow-popups allow-downloads allow-modals allow-popups-to-escape-sandbox';

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
  const [selection, setSelection] = useState<Selection>(FIRST_CELL);
  const [jump, setJump] = useState<Jump | undefined>(undefined);
  const moves = useRef<number | undefined>(undefined);
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
  /**
   * The add-on may have opened a sheet and selected a cell; what the person does herself needs no
   * following.
   */
  const follow = ({ selection: at }: Overview): void => {
    const moved = at !== undefined && moves.current !== undefined && at.moves !== moves.current;
    moves.current = at?.moves;
    if (!moved) return;
    sheet.current = at.sheet;
    setSelection(at);
    setJump(at);
  };
  const look = async (): Promise<void> => {
    const found = await askOverview();
    follow(found);
    if (!found.sheets.some(({ id }) => id === sheet.current))
      sheet.current = (found.sheets.find(({ active }) => active) ?? found.sheets[0])?.id;
    setOverview(found);
    const id = sheet.current;
    const newest = id === undefined ? undefined : await askGrid(id);
    setShown(id);
    setGrid(newest);
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
    setSelection(FIRST_CELL);
    setJump(undefined);
    void attempt(() => tellSelection(id, FIRST_CELL)).then(refresh);
  };
  useEffect(() => {
    void refresh();
    const onMessage = ({ origin, data }: MessageEvent<unknown>): void => {
      if (
        origin === window.location.origin &&
        typeof data === 'object' &&
        data !== null &&
        'sandbox' in data
      )
        void refresh();
    };
    window.addEventListener('message', onMessage);
    return () => window.removeEventListener('message', onMessage);
  }, []);

  if (overview === undefined)
    return <p class="empty">{failure === '' ? 'Opening the sandbox\u2026' : failure}</p>;
  const counts: Readonly<Record<Panel, number | undefined>> = {
    'Events in Lago': lago?.total,
    'Current usage': lago?.usage.length,
    Mails: overview.mails.length,
    Requests: undefined,
  };
  return (
    <div class="sandbox">
      <header>
        <Banner realLago={overview.realLago} />
        <Clock
          now={overview.now}
          onAdvance={
            overview.realLago === undefined
              ? async (ms) => {
                  await attempt(() => tellAdvance(ms));
                  await refresh();
                }
              : undefined
          }
        />
      </header>
      {failure !== '' && (
        <p class="failure" role="alert">
          {failure}
        </p>
      )}
      <div class="workbook">
        {grid !== undefined && shown !== undefined && (
          <>
            <SheetTools
              selection={selection}
              onChange={(change) => void attempt(() => tellChange(shown, change)).then(refresh)}
            />
            <Grid
              key={shown}
              grid={grid}
              jump={jump}
              onEdit={(row, column, text) =>
                void attempt(() => tellEdit(shown, row, column, text)).then(refresh)
              }
              onSelect={(chosen) => {
                setSelection(chosen);
                void attempt(() => tellSelection(shown, chosen));
              }}
              onPaste={(at, text) => void attempt(() => tellPaste(shown, at, text)).then(refresh)}
            />
          </>
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
          <button
            type="button"
            onClick={() => setOpened(opened + 1)}
            title="As if it was closed and opened from the menu again"
          >
            Reopen
          </button>
        </div>
        <iframe key={opened} src="/sidebar" title="Sidebar" width="300" sandbox={FRAME_RIGHTS} />
      </aside>
      <div class="panel">
        <div role="tablist" aria-label="What happened">
          {PANELS.map((name) => (
            <button
              type="button"
              role="tab"
              key={name}
              aria-selected={name === panel}
              onClick={() => setPanel(name)}
            >
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

/** What of all this is real. */
function Banner({ realLago }: Pick<Overview, 'realLago'>) {
  if (realLago === undefined)
    return (
      <p class="banner">
        <strong>Sandbox</strong> No Google account, no real Lago: everything you see runs on this
        machine.
      </p>
    );
  return (
    <p class="banner">
      <strong>Sandbox</strong> No Google account, but a real Lago at <bdi>{realLago}</bdi>: what is
      sent is real and cannot be taken back. No hourly run starts by itself.
    </p>
  );
}

const root = document.getElementById('page');
if (root !== null) render(<Page />, root);
