import { setTimeout as wait } from 'node:timers/promises';
import { NO_FAILURES, setRights } from './failure-states';
import type { LagoEvent, SubscriptionName } from './lago-reader';
import type { LagoView, RpcAnswer, SandboxBackend, SheetChange } from './page/backend';
import { FIRST_CELL } from './page/selection';
import type { Sandbox } from './sandbox';

const HOUR_MS = 3_600_000;
/** A clock that is moved by months need not fire every hour of them. */
const MOST_HOURS = 48;
/**
 * Of the answers that get lost on request, every one of this many, so that asking again succeeds.
 */
const LOST_EVERY = 3;
/** One request each: where Lago has more subscriptions, only those with events are shown. */
const MOST_USAGE = 50;
/** Longer than this nobody watches a slow Lago. */
const LONGEST_WAIT_MS = 60_000;
const GOOGLE_PAGE =
  '<!DOCTYPE html><html><head><title>Error</title></head><body>Sorry, unable to open the file at this time.</body></html>';

/** What the page asks of a sandbox. */
export function sandboxBackend(sandbox: Sandbox): SandboxBackend {
  const { google, clock, reader, requests, world, keepTime } = sandbox;
  let calls = 0;
  const nameOf = (id: number): string =>
    google.spreadsheet.sheets.find((sheet) => sheet.id === id)?.name ?? '';

  /** A person who may only look cannot type either. */
  async function byPerson(work: () => void): Promise<void> {
    if (sandbox.failures.as === 'viewer')
      throw new Error('You may only look at this file: --as viewer.');
    await keepTime();
    work();
    google.runEditQueue();
  }

  function apply(sheet: string, change: SheetChange): void {
    const { spreadsheet } = google;
    if (change.kind === 'insert') {
      if (change.what === 'rows') spreadsheet.insertRows(sheet, change.after, change.count);
      else spreadsheet.insertColumns(sheet, change.after, change.count);
    } else if (change.kind === 'delete') {
      if (change.what === 'rows') spreadsheet.deleteRows(sheet, change.first, change.count);
      else spreadsheet.deleteColumns(sheet, change.first, change.count);
    } else {
      const frozen = spreadsheet.sheets.find(({ name }) => name === sheet)?.frozenRows ?? 0;
      spreadsheet.sort(sheet, change.column, change.order, Math.max(1, frozen));
    }
  }

  /** What took its time on the sandbox's clock takes it before the person's eyes too. */
  async function watched(ms: number): Promise<void> {
    if (sandbox.failures.slowSeconds > 0 && !clock.isReal)
      await wait(Math.min(ms, LONGEST_WAIT_MS));
  }

  const usageOf = async ({
    externalId,
    customer,
  }: SubscriptionName): Promise<LagoView['usage'][number]> => {
    const named = { subscription: externalId, metric: world.code };
    try {
      return { ...named, ...(await reader.usage(customer, externalId, world.code)) };
    } catch {
      return { ...named, units: undefined, events: 0, amountCents: 0, currency: '' };
    }
  };

  /** A real Lago is asked for its subscriptions once: ten thousand take half a minute. */
  let known: Promise<readonly SubscriptionName[]> | undefined;
  function subscriptions(): Promise<readonly SubscriptionName[]> {
    if (!clock.isReal) return reader.subscriptions();
    known ??= reader.subscriptions().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  }

  async function usage(used: ReadonlySet<string>): Promise<LagoView['usage']> {
    const all = await subscriptions();
    const few = all.length <= MOST_USAGE && !clock.isReal;
    return Promise.all(
      all
        .filter(({ externalId }) => few || used.has(externalId))
        .slice(0, MOST_USAGE)
        .map(usageOf),
    );
  }

  /** Asked for again in a real Lago only where there are other events than before. */
  let lastUsage: { readonly of: string; readonly usage: LagoView['usage'] } | undefined;
  async function usageBehind(events: readonly LagoEvent[]): Promise<LagoView['usage']> {
    const of = JSON.stringify(events.map(({ id, createdAt }) => [id, createdAt]));
    if (!clock.isReal || lastUsage?.of !== of)
      lastUsage = {
        of,
        usage: await usage(new Set(events.map(({ subscription }) => subscription))),
      };
    return lastUsage.usage;
  }

  /** All events; of a real Lago, which may have millions, the newest. */
  async function someEvents(): Promise<{ events: readonly LagoEvent[]; total: number }> {
    if (clock.isReal) return reader.newest(world.code);
    const events = await reader.events(world.code);
    return { events, total: events.length };
  }

  async function lago(): Promise<LagoView> {
    const { name, store } = await reader.organization();
    const { events, total } = await someEvents();
    return {
      organization: name,
      store,
      total,
      events: events
        .map(({ id, subscription, code, timestamp, createdAt, properties }) => ({
          transactionId: id,
          subscription,
          code,
          time: Date.parse(timestamp),
          receivedAt: Date.parse(createdAt),
          properties: JSON.stringify(properties),
        }))
        .sort((left, right) => right.receivedAt - left.receivedAt || right.time - left.time),
      usage: await usageBehind(events),
      requests,
    };
  }

  return {
    sheets: () =>
      google.spreadsheet.sheets.map(({ id, name, hidden }) => ({
        id,
        name,
        hidden,
        active: name === google.spreadsheet.activeSheet,
      })),
    grid(sheetId) {
      const sheet = google.spreadsheet.sheets.find(({ id }) => id === sheetId);
      return {
        rows: sheet?.rows ?? 0,
        columns: sheet?.columns ?? 0,
        shown: sheet === undefined ? [] : google.spreadsheet.table(sheet.name),
      };
    },
    edit: (sheetId, row, column, text) =>
      byPerson(() => google.spreadsheet.edit(nameOf(sheetId), row, column, text)),
    paste: (sheetId, row, column, text) =>
      byPerson(() => google.spreadsheet.pasteText(nameOf(sheetId), row, column, text)),
    change: (sheetId, change) => byPerson(() => apply(nameOf(sheetId), change)),
    select: (sheetId, row, column, rows, columns) =>
      google.spreadsheet.select(nameOf(sheetId), row, column, rows, columns),
    selection() {
      const { sheets, activeSheet, selection, moves } = google.spreadsheet;
      const sheet = sheets.find(({ name }) => name === activeSheet)?.id ?? 0;
      const { row, column, rows, columns } = selection?.sheetId === sheet ? selection : FIRST_CELL;
      return { sheet, row, column, rows, columns, moves };
    },
    loadCsv: (name, text) => google.loadCsv(name, text),
    saveCsv: (sheetId) => google.saveCsv(nameOf(sheetId)),
    /**
     * A viewer, or somebody without an authorization, has lost it while the sidebar was open: else
     * there is no sidebar.
     */
    sidebarHtml(isShown) {
      if (isShown) return google.shownSidebar?.html ?? '';
      setRights(google, NO_FAILURES);
      google.open();
      google.clickMenu('Open');
      setRights(google, sandbox.failures);
      return google.shownSidebar?.html ?? '';
    },
    async rpc(functionName, args): Promise<RpcAnswer> {
      await keepTime();
      const { result, error, durationMs } = google.rpc(functionName, ...args);
      await watched(durationMs);
      calls += 1;
      if (sandbox.failures.answers !== undefined && calls % LOST_EVERY === 0)
        return sandbox.failures.answers === 'html' ? { html: GOOGLE_PAGE } : { value: null };
      return error === undefined ? { value: result } : { error: error.message };
    },
    realLago: () => (clock.isReal ? sandbox.address : undefined),
    async advance(ms) {
      if (clock.isReal) throw new Error('A real Lago’s time cannot be moved.');
      const hours = Math.min(
        MOST_HOURS,
        Math.floor((clock.now() + ms) / HOUR_MS) - Math.floor(clock.now() / HOUR_MS),
      );
      const target = clock.now() + ms;
      for (let hour = hours; hour > 0; hour--) {
        clock.set(target - (hour - 1) * HOUR_MS);
        await keepTime();
        google.fireHourly();
      }
      clock.set(Math.max(target, clock.now()));
      await keepTime();
    },
    now: () => clock.now(),
    lago,
    mails: () =>
      google.mails.map(({ recipient, subject, body }) => ({ to: recipient, subject, body })),
  };
}
