import type { LagoView, SandboxBackend } from './page/backend';
import type { Sandbox } from './sandbox';

const HOUR_MS = 3_600_000;
/** A clock that is moved by months need not fire every hour of them. */
const MOST_HOURS = 48;

/** What the page asks of a sandbox. */
export function sandboxBackend(sandbox: Sandbox): SandboxBackend {
  const { google, clock, reader, requests, world, keepTime } = sandbox;
  const nameOf = (id: number): string => google.spreadsheet.sheets.find((sheet) => sheet.id === id)?.name ?? '';

  async function usage(): Promise<LagoView['usage']> {
    const subscriptions = await reader.subscriptions();
    return Promise.all(
      subscriptions.map(async ({ externalId, customer }) => {
        const charge = await reader.usage(customer, externalId, world.code);
        return { subscription: externalId, metric: world.code, ...charge };
      }),
    );
  }

  async function lago(): Promise<LagoView> {
    const { name, store } = await reader.organization();
    const events = await reader.events(world.code);
    return {
      organization: name,
      store,
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
      usage: await usage(),
      requests,
    };
  }

  return {
    sheets: () =>
      google.spreadsheet.sheets.map(({ id, name, hidden }) => ({ id, name, hidden, active: name === google.spreadsheet.activeSheet })),
    grid(sheetId) {
      const sheet = google.spreadsheet.sheets.find(({ id }) => id === sheetId);
      return {
        rows: sheet?.rows ?? 0,
        columns: sheet?.columns ?? 0,
        shown: sheet === undefined ? [] : google.spreadsheet.table(sheet.name),
      };
    },
    async edit(sheetId, row, column, text) {
      await keepTime();
      google.spreadsheet.edit(nameOf(sheetId), row, column, text);
      google.runEditQueue();
    },
    select: (sheetId, row, column) => google.spreadsheet.select(nameOf(sheetId), row, column),
    loadCsv: (name, text) => google.loadCsv(name, text),
    saveCsv: (sheetId) => google.saveCsv(nameOf(sheetId)),
    sidebarHtml() {
      google.open();
      google.clickMenu('Open');
      return google.shownSidebar?.html ?? '';
    },
    async rpc(functionName, args) {
      await keepTime();
      const { result, error } = google.rpc(functionName, ...args);
      return error === undefined ? { value: result } : { error: error.message };
    },
    async advance(ms) {
      const hours = Math.min(MOST_HOURS, Math.floor((clock.now() + ms) / HOUR_MS) - Math.floor(clock.now() / HOUR_MS));
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
    mails: () => google.mails.map(({ recipient, subject, body }) => ({ to: recipient, subject, body })),
  };
}
