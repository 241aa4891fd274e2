import { HOUR, MINUTE, TAB } from '../bundle/world';
import { crashAt, crashScene, type Death } from './crash';
import type { CrashScenario } from './crash-scenario';
import type { Store } from './history';
import { sendAsAnother, showRequests } from './mishaps';
import type { Change } from './mutated';
import { crashRows } from './rows';
import { BATCH, change as changeRows, hourly, OFTEN, sent, unanswered } from './scenarios';
import { FOREIGN_KEY, NARROW_KEY, REFUSED_CODE, type Scene, WIDER_TEMPLATE } from './scene';
import { passedOn, unchanged } from './strangers';
import { takeBackAgain, undoableRuns } from './undo';

/** What a planted bug is caught by: an action, with or without a death in it. */
export interface Trap {
  readonly store: Store;
  readonly scenario: CrashScenario;
  readonly death?: Death;
}

/** A mistake that somebody could make, and what the checkers say of it. */
export interface Mutant<T = Trap> {
  /** What the product does wrong. */
  readonly name: string;
  readonly changes: readonly Change[];
  readonly caughtBy: T;
  /** The right one among what is broken then. */
  readonly says: RegExp;
}

/** What is broken when a script goes through a trap; nothing for the script as it should be. */
export const sprung = ({ store, scenario: trap, death }: Trap, code: string): readonly string[] =>
  crashAt(crashScene(store, trap, code), trap, death);

type Parts = Partial<CrashScenario> & { readonly rows: number };

/** Rows of which all are billed in the end, an activated sync, and one hourly run, unless told otherwise. */
const scenario = ({ rows, ...parts }: Parts): CrashScenario => ({
  name: 'a trap',
  rows,
  prepare: (scene) => scene.activate(),
  act: hourly,
  billed: rows,
  ...parts,
});

/** The first requests with events are answered by a proxy. */
const answered =
  (status: number, body: 'html' | 'empty', committed: boolean) =>
  (scene: Scene): void => {
    scene.activate();
    scene.world.lago.faults.add({
      ...BATCH,
      kind: 'answer',
      status,
      body,
      committed,
      times: OFTEN,
    });
  };

const lost =
  (committed: boolean) =>
  (scene: Scene): void => {
    scene.activate();
    scene.world.lago.faults.add({ ...BATCH, kind: 'hang', committed });
  };

const withForeign = (id: string) => ({ poisonous: new Set<string>(), foreign: new Set([id]) });

/** A proxy shows the requests with events, the key included. */
const shownByProxy: Pick<Mutant, 'caughtBy' | 'says'> = {
  caughtBy: {
    store: 'postgres',
    scenario: scenario({
      rows: 3,
      act: (scene, kill) => {
        showRequests(scene.world, (method) => method === 'post');
        const reports = scene.hourly(kill);
        scene.world.intercept = undefined;
        return reports;
      },
    }),
  },
  says: /an API key stands in sheet Lago ledger/,
};

/** Lago has another event under the id of the second row. */
const takenId: Pick<Mutant, 'caughtBy' | 'says'> = {
  caughtBy: {
    store: 'postgres',
    scenario: scenario({
      rows: 3,
      prepare: (scene) => {
        sendAsAnother(scene.world, 'k2', 'globex');
        scene.world.time.now += HOUR;
        scene.activate();
      },
      billed: 2,
      lasting: withForeign('k2'),
    }),
  },
  says: /k2 is shown as billed, and Lago has an event of somebody else/,
};

/** Another hand at the moment when the first events are on their way. */
const meanwhile =
  (path: string, act: (scene: Scene) => void): CrashScenario['act'] =>
  (scene, kill) => {
    let isDone = false;
    scene.world.intercept = ({ url }) => {
      if (!isDone && url.includes(path)) {
        isDone = true;
        act(scene);
      }
      return undefined;
    };
    return scene.hourly(kill);
  };

/** A row is corrected in one hour, and again in the next. */
const correctedTwice = (scene: Scene): void => {
  sent(scene);
  scene.set(3, 'amount', '20');
  scene.look();
  scene.hourly();
  scene.world.time.now += HOUR;
  scene.set(3, 'amount', '200');
};

/** The sync has a template that also reads the note, before anything is sent. */
const withNotes = (scene: Scene): void => {
  const revision = scene.view()?.sync.revision ?? 0;
  scene.template = WIDER_TEMPLATE;
  scene.rpc('saveSync', { draft: scene.draft(revision) });
};

/** Rows are changed and removed, and their run is taken back; then an hour passes. */
const takenBack: Mutant['caughtBy'] = {
  store: 'postgres',
  scenario: scenario({
    rows: 4,
    prepare: (scene) => {
      sent(scene);
      changeRows(scene);
    },
    act: (scene) => {
      takeBackAgain(scene, undoableRuns(scene).at(-1) ?? 0);
      return scene.hourly();
    },
  }),
};

/** A row is told as incomplete, and completed in the next hour. */
const completed = (scene: Scene): void => {
  scene.set(2, 'amount', '');
  sent(scene);
  scene.set(2, 'amount', '1');
};

const ledgerOf = (scene: Scene): string => scene.ledgers()[0] ?? '';

/** The last of three rows is not in the tab while the ledger is made anew, and comes back. */
const backAgain = (scene: Scene): void => {
  sent(scene);
  const { spreadsheet } = scene.world.google;
  spreadsheet.deleteRows(TAB, 4, 1);
  scene.ledgerWasTouched = true;
  spreadsheet.deleteSheet(ledgerOf(scene));
  scene.hourly();
  scene.rebuild();
  scene.append(crashRows(3).slice(2));
};

const spoiled =
  (act: (scene: Scene, ledger: string) => void) =>
  (scene: Scene): void => {
    sent(scene);
    scene.ledgerWasTouched = true;
    act(scene, ledgerOf(scene));
  };

/** One row that was added after the sync's first run, so that nobody asks Lago for it. */
const oneMore = scenario({
  rows: 3,
  prepare: (scene) => {
    sent(scene);
    scene.append(crashRows(4).slice(3));
  },
  billed: 4,
});

const BEFORE_LAST_ANSWER: Death = {
  at: 'UrlFetchApp.fetchAll',
  killWhen: 'before',
  unflushed: 'lost',
};
const AFTER_LAST_ANSWER: Death = {
  at: 'UrlFetchApp.fetchAll',
  killWhen: 'after',
  unflushed: 'lost',
};

const DELIVERY = 'src/sync/delivery/delivery.ts';
const BATCHES = 'src/sync/delivery/batch.ts';
const SETTLE = 'src/sync/delivery/settle.ts';
const RUN = 'src/sync/run.ts';
const LEDGER = 'src/sync/ledger/ledger.ts';
const LEDGER_ENTRIES = 'src/sync/ledger/entries.ts';
const LEDGER_ENTRY = 'src/sync/ledger/entry.ts';
const ASK_FIRST = 'src/sync/recovery/ask-first.ts';
const LEDGER_CELLS = 'src/apps-script/ledger/ledger-cells.ts';
const LEDGER_SHEET = 'src/apps-script/ledger/ledger-sheet.ts';
const PLAN = 'src/sync/plan/plan.ts';
const NEXT_ENTRY = 'src/sync/plan/next-entry.ts';
const STANDING = 'src/sync/plan/standing.ts';
const SHARED_IDS = 'src/sync/plan/shared-ids.ts';
const PLACING = 'src/sync/plan/placing.ts';
const PLANNED_ROW = 'src/sync/plan/planned-row.ts';
const OPEN_LEDGER = 'src/sync/open-ledger.ts';
const RUNNER = 'src/apps-script/sync-runner.ts';
const ANSWER = 'src/lago/answer.ts';
const FETCH = 'src/apps-script/url-fetch-http.ts';
const MODEL = 'src/sync/rows/model.ts';
const COMPARISON = 'src/lago/comparison.ts';
const HEALTH = 'src/sync/memory/health.ts';

const change = (file: string, find: string, replace: string): Change => ({ file, find, replace });

const RECORDED = `    const kept = { sheetName: name, tab, rebuiltAt, compared };
    this.records.write(key, { ...kept, ...count, lastId, newestAt });`;
const APPENDED = `    this.flush();
${RECORDED}`;
const FAILED_5XX =
  "return { kind: 'failed', stored: 'maybe', answer: excerpt(response), timedOut: TIMED_OUT.has(status) };";
const FAILED = '      return interpretFailure(batch, answer, context);';
const OPEN =
  "const pending = inState(account.ledger, 'pending').filter((entry) => !isHalf.has(entry));";
const NO_OPEN =
  "const pending = inState(account.ledger, 'pending').filter((entry) => isHalf.has(entry));";

/** Bugs that somebody could write, each with the cheapest way in which the checkers notice it. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'lines are not flushed before their request leaves',
    changes: [change(LEDGER_SHEET, APPENDED, RECORDED)],
    caughtBy: { store: 'clickhouse', scenario: scenario({ rows: 3 }), death: AFTER_LAST_ANSWER },
    says: /had to be rebuilt, and nobody had touched it/,
  },
  {
    name: 'the number of lines is recorded before they are flushed',
    changes: [change(LEDGER_SHEET, APPENDED, `${RECORDED}\n    this.flush();`)],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({ rows: 3 }),
      death: {
        at: 'SpreadsheetApp.flush',
        beforeLast: 'UrlFetchApp.fetchAll',
        killWhen: 'before',
        unflushed: 'lost',
      },
    },
    says: /had to be rebuilt, and nobody had touched it/,
  },
  {
    name: 'the number of lines is never recorded',
    changes: [
      change(
        LEDGER_SHEET,
        APPENDED,
        `    this.flush();\n${RECORDED.replace('lastId,', 'lines: 0, lastId: "",')}`,
      ),
    ],
    caughtBy: {
      store: 'clickhouse',
      scenario: scenario({
        rows: 3,
        prepare: spoiled((scene, ledger) => scene.world.google.spreadsheet.deleteRows(ledger, 3)),
      }),
    },
    says: /k2 is in Lago 2 times/,
  },
  {
    name: 'lines are written after their events were sent',
    changes: [
      change(
        DELIVERY,
        `    const wave = writeDown(this.ports, taken, this.terms);
    const began = clock.now();
    const answers = destination.deliver(
      wave.map((batch) => entriesOf(batch).map(({ frozen }) => frozen)),
    );`,
        `    const began = clock.now();
    const answers = destination.deliver(
      taken.map((batch) => entriesOf(batch).map(({ frozen }) => frozen)),
    );
    const wave = writeDown(this.ports, taken, this.terms);`,
      ),
    ],
    caughtBy: { store: 'clickhouse', scenario: oneMore, death: AFTER_LAST_ANSWER },
    says: /k4 is in Lago 2 times/,
  },
  {
    name: 'a first run does not ask whether another file has sent its rows',
    changes: [
      change(
        ASK_FIRST,
        'if (rebuiltAt === undefined) return isCompared ? [] : units;',
        'if (rebuiltAt === undefined) return isCompared ? units : [];',
      ),
    ],
    ...takenId,
    caughtBy: { ...takenId.caughtBy, store: 'clickhouse' },
    says: /3 rows are billed as the sheet says, not 2/,
  },
  {
    name: 'events count as accepted before they are sent',
    changes: [
      change(
        DELIVERY,
        'index: { ...entry.index, at: now }, outcome: { ...entry.outcome, at: now } });',
        "index: { ...entry.index, at: now }, outcome: { ...entry.outcome, state: 'accepted', at: now } });",
      ),
    ],
    caughtBy: { store: 'postgres', scenario: scenario({ rows: 3 }), death: BEFORE_LAST_ANSWER },
    says: /counts as accepted, and is not in Lago/,
  },
  {
    name: 'events without an answer count as accepted',
    changes: [change(BATCHES, FAILED, "return all({ state: 'accepted' });")],
    caughtBy: { store: 'postgres', scenario: scenario({ rows: 3, prepare: lost(false) }) },
    says: /counts as accepted, and is not in Lago/,
  },
  {
    name: 'events without an answer count as refused',
    changes: [change(BATCHES, FAILED, "return all({ state: 'rejected', answer: answer.answer });")],
    caughtBy: { store: 'postgres', scenario: scenario({ rows: 3, prepare: lost(true) }) },
    says: /counts as refused, and is in Lago/,
  },
  {
    name: 'a corrected row has the same id at each correction',
    changes: [
      change(
        NEXT_ENTRY,
        'const revision = (latest?.index.revision ?? 0) + 1;',
        'const revision = latest === undefined ? 1 : 2;',
      ),
    ],
    caughtBy: { store: 'postgres', scenario: scenario({ rows: 3, prepare: correctedTwice }) },
    says: /k2 is shown as flag for event.id-used, which is not so/,
  },
  {
    name: 'all events of a row are taken back under one id',
    changes: [
      change(
        'src/sync/plan/reversal.ts',
        `  let tries = 1;
  while (byId.has(\`\${index.id}~x\${tries}\`)) tries++;
  return \`\${index.id}~x\${tries}\`;`,
        "  void byId;\n  return index.key.concat('~x1');",
      ),
    ],
    caughtBy: { store: 'clickhouse', scenario: scenario({ rows: 3, prepare: correctedTwice }) },
    says: /two payloads under k2~x1/,
  },
  {
    name: 'a run goes on although another one has the lock',
    changes: [
      change(
        RUNNER,
        "if (!lock.tryLock(waitMs)) throw new ProblemError(problem('run.busy'));",
        'lock.tryLock(waitMs);',
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        act: meanwhile('/billable_metrics', (scene) => scene.hourly()),
      }),
    },
    says: /two lines for k1|had to be rebuilt, and nobody/,
  },
  {
    name: 'the last batch is dropped',
    changes: [
      change(
        BATCHES,
        'return current.length > 0 ? [...batches, { units: current, failures }] : batches;',
        'return current.length > 0 && batches.length === 0 ? [{ units: current, failures }] : batches;',
      ),
    ],
    caughtBy: { store: 'postgres', scenario: scenario({ rows: 103 }) },
    says: /says that it is through, and 3 rows are to be sent/,
  },
  {
    name: 'ClickHouse gets unanswered events again without a look-up',
    changes: [
      change(
        SETTLE,
        "if (terms.store !== 'postgres') return lookUpFirst(ports, entries, terms);",
        "if (terms.store !== 'postgres') return sendAgain(ports, entries, terms);",
      ),
    ],
    caughtBy: { store: 'clickhouse', scenario: scenario({ rows: 3, prepare: unanswered(true) }) },
    says: /k1 is in Lago 2 times/,
  },
  {
    name: 'ClickHouse gets unanswered events again at once',
    changes: [
      change(
        BATCHES,
        "const again = answer.stored === 'no' || refusesDuplicates;",
        'const again = answer.stored !== undefined;',
      ),
    ],
    caughtBy: { store: 'clickhouse', scenario: scenario({ rows: 3, prepare: lost(true) }) },
    says: /k1 is in Lago 2 times/,
  },
  {
    name: 'a look-up does not wait until ClickHouse shows events',
    changes: [
      change(SETTLE, 'export const VISIBILITY_MS = 5 * 60_000;', 'export const VISIBILITY_MS = 0;'),
    ],
    caughtBy: {
      store: 'clickhouse',
      scenario: scenario({
        rows: 3,
        prepare: (scene) => {
          unanswered(true)(scene);
          scene.world.time.now -= HOUR - MINUTE / 2;
        },
      }),
    },
    says: /k1 is in Lago 2 times/,
  },
  {
    name: 'a look-up does not wait after the last request of a line',
    changes: [
      change(
        DELIVERY,
        "    else if (store !== 'postgres') stamped",
        "    else if (store === 'postgres') stamped",
      ),
    ],
    caughtBy: {
      store: 'clickhouse',
      scenario: scenario({
        rows: 3,
        prepare: unanswered(false),
        repeat: (scene) => {
          scene.world.time.now += MINUTE / 2;
          scene.hourly();
        },
      }),
      death: AFTER_LAST_ANSWER,
    },
    says: /k1 is in Lago 2 times/,
  },
  {
    name: 'lines without an outcome are not settled',
    changes: [change(RUN, OPEN, NO_OPEN)],
    caughtBy: { store: 'postgres', scenario: scenario({ rows: 3, prepare: unanswered(true) }) },
    says: /k1 is still open/,
  },
  {
    name: 'rows without an outcome are sent as new events',
    changes: [
      change(RUN, OPEN, NO_OPEN),
      change(
        STANDING,
        "if (waiting !== undefined) return { action: 'wait', problems: [waiting] };",
        'if (waiting !== undefined) return undefined;',
      ),
    ],
    caughtBy: { store: 'postgres', scenario: scenario({ rows: 3, prepare: unanswered(true) }) },
    says: /k1 and k1~r2 bill the same/,
  },
  {
    name: 'a failure of the server means that it has stored nothing',
    changes: [change(ANSWER, FAILED_5XX, FAILED_5XX.replace("'maybe'", "'no'"))],
    caughtBy: {
      store: 'clickhouse',
      scenario: scenario({ rows: 3, prepare: answered(503, 'html', true) }),
    },
    says: /k1 is in Lago \d+ times/,
  },
  {
    name: 'a failure of the server counts as a refusal',
    changes: [change(ANSWER, FAILED_5XX, "return { kind: 'unclear', answer: excerpt(response) };")],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({ rows: 1, prepare: answered(503, 'html', true) }),
    },
    says: /k1 counts as refused, and is in Lago/,
  },
  {
    name: 'a limit of requests counts as a refusal',
    changes: [
      change(
        ANSWER,
        "if (status === 429) return { kind: 'slow-down', waitMs: waitOf(headers) };",
        "if (status === 429) return { kind: 'unclear', answer: String(waitOf(headers)) };",
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({ rows: 1, prepare: answered(429, 'empty', false) }),
    },
    says: /k1 is shown as refused for event.rejected, which is not so/,
  },
  {
    name: 'a web page counts as an answer of Lago',
    changes: [
      change(
        ANSWER,
        "  if (stop !== undefined) return { kind: 'stop', problem: stop };",
        "  if (stop?.code === 'lago.not-lago') return { kind: 'accepted' };\n  if (stop !== undefined) return { kind: 'stop', problem: stop };",
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({ rows: 3, prepare: answered(200, 'html', false) }),
    },
    says: /counts as accepted, and is not in Lago/,
  },
  {
    name: 'an event that is sent again gets a new time',
    changes: [
      change(
        LEDGER,
        '  if (outcome?.id === index.id) return { line, index, frozen, event, outcome };',
        `  const again = { ...event, timestamp: event.timestamp + 1 };
  if (outcome?.id === index.id) return { line, index, frozen: JSON.stringify(again), event: again, outcome };`,
      ),
    ],
    caughtBy: { store: 'postgres', scenario: scenario({ rows: 3, prepare: unanswered(false) }) },
    says: /two payloads under k1/,
  },
  {
    name: 'an event that is sent again is written anew',
    changes: [
      change(
        LEDGER,
        '  if (outcome?.id === index.id) return { line, index, frozen, event, outcome };',
        `  const again = JSON.stringify({ timestamp: event.timestamp, ...event });
  if (outcome?.id === index.id) return { line, index, frozen: again, event, outcome };`,
      ),
    ],
    caughtBy: { store: 'postgres', scenario: scenario({ rows: 3, prepare: unanswered(false) }) },
    says: /two payloads under k1/,
  },
  {
    name: 'the ledger keeps another text than was sent',
    changes: [
      change(LEDGER_CELLS, '  entry.frozen,\n', '  JSON.stringify(entry.event, undefined, 1),\n'),
    ],
    caughtBy: { store: 'postgres', scenario: scenario({ rows: 3 }) },
    says: /k1 stands in the ledger as .*, and was handed over as/s,
  },
  {
    name: 'an event is taken back by the same value',
    changes: [
      change(
        'src/sync/billing/correction.ts',
        "const text = decimal.eq(0) ? '0' : decimal.times(-1).toFixed();",
        'const text = decimal.toFixed();',
      ),
    ],
    caughtBy: { store: 'postgres', scenario: scenario({ rows: 3, prepare: correctedTwice }) },
    says: /k2~x1 is not the opposite of k2/,
  },
  {
    name: 'what takes an event back travels without what replaces it',
    changes: [
      change(
        DELIVERY,
        'this.queue = new BatchQueue(units, terms.largest ?? LARGEST_BATCH);',
        'this.queue = new BatchQueue(units.flatMap((unit) => unit.map((entry) => [entry])), 1);',
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        prepare: (scene) => {
          sent(scene);
          sendAsAnother(scene.world, 'k2~r2', 'globex');
          scene.set(3, 'amount', '20');
        },
        billed: 2,
        lasting: withForeign('k2~r2'),
      }),
    },
    says: /of what belongs together, k2~x1, k2~r2, Lago has only k2~x1/,
  },
  {
    name: 'an event is taken back in one run and replaced in the next',
    changes: [
      change(
        PLANNED_ROW,
        'entry === undefined ? reversals : [...reversals, entry];',
        'entry === undefined || reversals.length > 0 ? reversals : [entry];',
      ),
    ],
    caughtBy: { store: 'postgres', scenario: scenario({ rows: 3, prepare: correctedTwice }) },
    says: /k2~x1 belongs to k2~r2, which left without it/,
  },
  {
    name: 'a changed row is billed again, and nothing is taken back',
    changes: [
      change(
        PLANNED_ROW,
        'entry === undefined ? reversals : [...reversals, entry];',
        'entry === undefined ? reversals : [entry];',
      ),
    ],
    caughtBy: { store: 'postgres', scenario: scenario({ rows: 3, prepare: correctedTwice }) },
    says: /k2 says .*, and Lago bills/,
  },
  {
    name: 'an event is taken back although the sync only shows changes',
    changes: [
      change(
        STANDING,
        "const isSentAgain = isOld || sync.changed === 'add' || sync.changed === 'correct';",
        'const isSentAgain = isOld || sync.changed !== undefined;',
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        policies: { changed: 'flag' },
        prepare: correctedTwice,
        billed: 2,
      }),
    },
    says: /were sent, and the policy is “flag”/,
  },
  {
    name: 'Lago’s event is always the same as ours',
    changes: [
      change(
        COMPARISON,
        'stored.transaction_id === sent.transaction_id &&',
        'stored.transaction_id === sent.transaction_id ||',
      ),
    ],
    ...takenId,
  },
  {
    name: 'an id that Lago has already counts as accepted',
    changes: [
      change(
        BATCHES,
        '          .filter((unit) => !isRejected(unit))\n',
        '          .filter((unit) => unit.length === 0)\n',
      ),
      change(
        BATCHES,
        '      const outcomes = faulty.filter(isRejected).flat()',
        '      const outcomes = faulty.flat()',
      ),
      change(
        BATCHES,
        'const refusal = refusals.get(entry);',
        "const refusal = refusals.get(entry);\n      if (refusal?.kind !== 'rejected') return outcomeOf(entry, now, { state: 'accepted', answer: 'value_already_exist' });",
      ),
    ],
    ...takenId,
  },
  {
    name: 'a row is known by its number',
    changes: [
      change(
        MODEL,
        "    const { key, problem: found } = readKey(cells.get(sync.key)?.value ?? '', keyHeader);",
        "    const { problem: found } = readKey(cells.get(sync.key)?.value ?? '', keyHeader);\n    const key = found === undefined ? String(number) : undefined;",
      ),
      change(
        'src/sync/plan/missing-rows.ts',
        'if (!drafts.some(isOpen))',
        'if (drafts.length > 0)',
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        prepare: (scene) => {
          sent(scene);
          scene.world.google.spreadsheet.sort(TAB, scene.column('id'), 'descending');
        },
      }),
    },
    says: /are of different rows, and travel as one/,
  },
  {
    name: 'a status is written beside another row',
    changes: [
      change(
        'src/apps-script/status-column.ts',
        "return byKey.get(key) ?? before[index] ?? '';",
        "return [...byKey.values()].reverse()[index] ?? before[index] ?? '';",
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        prepare: (scene) => {
          scene.set(2, 'amount', '');
          scene.activate();
        },
        billed: 2,
      }),
    },
    says: /the status of k1 is “Sent/,
  },
  {
    name: 'rows with one key are both taken',
    changes: [
      change(
        MODEL,
        'if (numbers.length < 2) return { ...row, problem: undefined };',
        'if (numbers.length > 0) return { ...row, problem: undefined };',
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        prepare: (scene) => {
          sent(scene);
          scene.append(crashRows(2).slice(1));
        },
        billed: 2,
      }),
    },
    says: /k2 is shown as billed, and is key.duplicate/,
  },
  {
    name: 'rows with one id are both sent',
    changes: [
      change(
        MODEL,
        'if (numbers.length < 2) return { ...row, problem: undefined };',
        'if (numbers.length > 0) return { ...row, problem: undefined };',
      ),
      change(SHARED_IDS, 'if (shared !== undefined) return shared;', 'void shared;'),
    ],
    caughtBy: {
      store: 'clickhouse',
      scenario: scenario({
        rows: 3,
        prepare: (scene) => {
          scene.append(crashRows(2).slice(1));
          scene.activate();
        },
        billed: 2,
      }),
    },
    says: /had to be rebuilt, and nobody had touched it/,
  },
  {
    name: 'held rows are not told on the first screen',
    changes: [
      change(
        'src/sync/memory/health.ts',
        'const problem = group?.problem ?? breaks ?? closing ?? belowZero;',
        'const problem = breaks ?? closing ?? belowZero;',
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        prepare: (scene) => {
          scene.set(2, 'amount', '');
          scene.activate();
        },
        billed: 2,
      }),
    },
    says: /1 rows need somebody, and the sync is shown as healthy/,
  },
  {
    name: 'held rows are not told by mail',
    changes: [
      change(
        'src/sync/memory/health.ts',
        '((health.state !== health.told || isNewProblem(health)) && now',
        "(health.state === 'stopped' && now",
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        prepare: (scene) => {
          scene.set(2, 'amount', '');
          scene.activate();
        },
        billed: 2,
      }),
    },
    says: /1 rows need somebody, and nobody was told by mail/,
  },
  {
    name: 'that nothing is sent at all is not told by mail',
    changes: [
      change(
        'src/sync/memory/health.ts',
        '((health.state !== health.told || isNewProblem(health)) && now',
        "(health.state !== 'stopped' && health.state !== health.told && now",
      ),
      change(
        'src/sync/memory/health.ts',
        "state === 'stopped' && last !== 'stopped';",
        'state !== state && last !== state;',
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        prepare: sent,
        act: (scene, kill) => {
          scene.world.lago.revokeKey(scene.key);
          return scene.hourly(kill);
        },
        repeat: (scene) => {
          scene.dayWithoutHelp();
          scene.connectOwnKey();
        },
      }),
    },
    says: /nothing can be sent, and nobody was told by mail/,
  },
  {
    name: 'the key stands in a line of the ledger',
    changes: [
      change(
        FETCH,
        'unreachable: scrub(said),',
        'unreachable: scrub(said).concat(JSON.stringify(requests.map(toFetch))),',
      ),
    ],
    caughtBy: { store: 'postgres', scenario: scenario({ rows: 3, prepare: unanswered(false) }) },
    says: /an API key stands in sheet Lago ledger/,
  },
  {
    name: 'the key stays in what a proxy shows',
    changes: [change(FETCH, 'withoutSecrets(text, secrets);', 'withoutSecrets(text, []);')],
    ...shownByProxy,
  },
  {
    name: 'the key is in an answer to the page',
    changes: [
      change(
        'src/apps-script/connection.ts',
        "keyEnding: apiKey.length >= 3 * KEY_ENDING ? apiKey.slice(-KEY_ENDING) : '',",
        'keyEnding: apiKey,',
      ),
      change(
        'src/apps-script/rpc-server.ts',
        'return withoutSecrets(replyText, secrets);',
        'return withoutSecrets(replyText, secretsIn(callText));',
      ),
    ],
    caughtBy: { store: 'postgres', scenario: scenario({ rows: 1 }) },
    says: /an API key stands in open/,
  },
  {
    name: 'a sync sends to another organization',
    changes: [
      change(
        OPEN_LEDGER,
        'sync.organization !== undefined && sync.organization !== identity.organization)',
        "sync.organization === '')",
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        prepare: (scene) => {
          sent(scene);
          scene.connect(FOREIGN_KEY);
        },
        repeat: (scene) => scene.connectOwnKey(),
      }),
    },
    says: /was sent to another organization/,
  },
  {
    name: 'the neighbours of a refused event count as accepted',
    changes: [
      change(
        BATCHES,
        'again: innocent.length > 0 ? [{ units: innocent, failures: batch.failures }] : [],',
        'again: [],',
      ),
      change(
        BATCHES,
        'outcomes, lookUp: faulty',
        "        outcomes: [...outcomes, ...innocent.flat().map((entry) => outcomeOf(entry, now, { state: 'accepted' }))], lookUp: faulty",
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        prepare: (scene) => {
          scene.connect(NARROW_KEY);
          scene.set(3, 'code', REFUSED_CODE);
          scene.activate();
        },
        billed: 2,
      }),
    },
    says: /k1 counts as accepted, and is not in Lago/,
  },
  {
    name: 'the neighbours of a refused event count as refused',
    changes: [
      change(
        BATCHES,
        'again: innocent.length > 0 ? [{ units: innocent, failures: batch.failures }] : [],',
        'again: [],',
      ),
      change(
        BATCHES,
        '      const outcomes = faulty.filter(isRejected).flat()',
        '      const outcomes = (faulty.some(isRejected) ? batch.units : []).flat()',
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        prepare: (scene) => {
          scene.connect(NARROW_KEY);
          scene.set(3, 'code', REFUSED_CODE);
          scene.activate();
        },
        billed: 2,
      }),
    },
    says: /k1 is shown as refused for event.rejected, which is not so/,
  },
  {
    name: 'answers are taken for those of other batches',
    changes: [
      change(
        DELIVERY,
        'interpret(batch, answers[place] ?? NO_ANSWER, context)',
        'interpret(batch, answers[answers.length - 1 - place] ?? NO_ANSWER, context)',
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 103,
        prepare: (scene) => {
          scene.connect(NARROW_KEY);
          scene.set(3, 'code', REFUSED_CODE);
          scene.activate();
        },
        billed: 102,
      }),
    },
    says: /counts as refused, and is in Lago/,
  },
  {
    name: 'damaged lines of the ledger are passed over',
    changes: [
      change(
        LEDGER,
        'return damaged.length > 0 ? { damaged: damaged.map(({ line }) => line) } : { ledger: indexEntries(entries) };',
        'return { ledger: indexEntries(entries) };',
      ),
    ],
    caughtBy: {
      store: 'clickhouse',
      scenario: scenario({
        rows: 3,
        prepare: spoiled((scene, ledger) => scene.world.google.spreadsheet.edit(ledger, 3, 1, 'x')),
      }),
    },
    says: /k2 is in Lago 2 times/,
  },
  {
    name: 'a deleted ledger is begun anew',
    changes: [
      change(
        LEDGER_SHEET,
        "return lost === undefined ? undefined : problem('ledger.missing', { name: lost.sheetName });",
        'void lost;\n      return undefined;',
      ),
      change(ASK_FIRST, 'return isCompared ? [] : units;', 'return [];'),
    ],
    caughtBy: {
      store: 'clickhouse',
      scenario: scenario({
        rows: 3,
        prepare: spoiled((scene, ledger) => scene.world.google.spreadsheet.deleteSheet(ledger)),
      }),
    },
    says: /k2 is in Lago 2 times/,
  },
  ...[
    {
      name: 'what may have been sent before a rebuilding is sent without a look-up',
      changes: [
        change(
          ASK_FIRST,
          "  if (store === 'postgres') return [];",
          "  if (store !== 'unknown') return [];",
        ),
      ],
    },
    {
      name: 'nobody remembers that a ledger was rebuilt',
      changes: [
        change(
          LEDGER,
          '  return known.length === 0 ? undefined :',
          '  return known.length < 9 ? undefined :',
        ),
        change(ASK_FIRST, 'return isCompared ? [] : units;', 'return [];'),
      ],
    },
  ].map((mutant) => ({
    ...mutant,
    caughtBy: { store: 'clickhouse' as const, scenario: scenario({ rows: 3, prepare: backAgain }) },
    says: /k3 is in Lago 2 times/,
  })),
  {
    name: 'an outcome is taken for that of the line that it stands in',
    changes: [
      change(
        LEDGER,
        '  if (outcome?.id === index.id) return',
        '  if (outcome !== undefined) return',
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        prepare: (scene) => {
          scene.connect(NARROW_KEY);
          scene.set(2, 'code', REFUSED_CODE);
          scene.activate();
        },
        act: meanwhile('/events/batch', (scene) => {
          scene.ledgerWasTouched = true;
          scene.world.google.spreadsheet.sort(ledgerOf(scene), 6, 'descending');
        }),
        billed: 2,
      }),
    },
    says: /counts as refused, and is in Lago|which is not so/,
  },
  {
    name: 'a row is sent before it is ready',
    changes: [
      change(
        NEXT_ENTRY,
        'if (sync.ready === undefined || isTicked(row, sync)) return undefined;',
        'if (sync.ready === undefined || row.cells.has(sync.ready)) return undefined;',
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        policies: { ready: true },
        prepare: (scene) => {
          scene.append(
            crashRows(4)
              .slice(3)
              .map((row) => ({ ...row, ready: 'FALSE' })),
          );
          scene.activate();
        },
      }),
    },
    says: /k4 is shown as billed, and is row.not-ready/,
  },
  {
    name: 'an incomplete row is sent',
    changes: [
      change(
        PLACING,
        '  if (problems.length > 0) return { event, problems };\n',
        '  if (problems.length < 0) return { event, problems };\n',
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        prepare: (scene) => {
          scene.set(2, 'subscription', 'nobody');
          scene.activate();
        },
        billed: 2,
      }),
    },
    says: /k1 is shown as billed, and is event.unknown-subscription/,
  },
  {
    name: 'usage of an invoiced month is sent',
    changes: [
      change(
        PLACING,
        '  if (!isMissed(period)) return { event, problems: [], period };',
        "  if (period?.state !== 'later') return { event, problems: [], period };",
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        prepare: (scene) => {
          scene.set(2, 'time', '2026-10-05 10:00');
          scene.activate();
        },
        billed: 2,
      }),
    },
    says: /k1 is shown as billed, and is event.late/,
  },
  {
    name: 'removed rows are not noticed',
    changes: [
      change(
        PLAN,
        'const removed = model.keysComplete ? missing',
        'const removed = !model.keysComplete ? missing',
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        policies: { removed: 'flag' },
        prepare: (scene) => {
          sent(scene);
          scene.world.google.spreadsheet.deleteRows(TAB, 3);
        },
        billed: 2,
      }),
    },
    says: /k2 was removed, is billed, and is not shown/,
  },
  {
    name: 'a row whose key cannot be read counts as removed',
    changes: [
      change(
        PLAN,
        'const removed = model.keysComplete ? missing',
        'const removed = model.rows.length > 0 ? missing',
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        repeat: (scene) => scene.set(3, 'id', ''),
        billed: 2,
      }),
    },
    says: /k2 was taken back while a key cannot be read/,
  },
  {
    name: 'a row under another key is billed once more',
    changes: [change(PLAN, 'input.holdsRenamed === false', 'input.holdsRenamed !== false')],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        policies: { removed: 'flag' },
        prepare: (scene) => {
          sent(scene);
          scene.set(3, 'id', 'k9');
        },
        billed: 2,
      }),
    },
    says: /3 rows are billed as the sheet says, not 2/,
  },
  {
    name: 'sent rows are billed again by a new template',
    changes: [
      change(
        STANDING,
        '  if (billed !== undefined && !isOld && sameContent(billed.index.content, content))',
        '  if (billed !== undefined && !isOld && latest.index.templateRevision === input.ready.sync.templateRevision && sameContent(billed.index.content, content))',
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        policies: { changed: 'add' },
        prepare: (scene) => {
          sent(scene);
          scene.template = WIDER_TEMPLATE;
          const revision = scene.view()?.sync.revision ?? 0;
          scene.rpc('saveSync', { draft: scene.draft(revision) });
        },
      }),
    },
    says: /k1 and k1~r2 bill the same/,
  },
  {
    name: 'changes of sent rows are not noticed',
    changes: [
      change(
        STANDING,
        '  if (billed !== undefined && !isOld && sameContent(billed.index.content, content))',
        '  if (billed !== undefined && !isOld && sameContent(content, content))',
      ),
    ],
    caughtBy: { store: 'postgres', scenario: scenario({ rows: 3, prepare: correctedTwice }) },
    says: /k2 says .*, and Lago bills/,
  },
  {
    name: 'outcomes are written one by one',
    changes: [
      change(
        LEDGER_SHEET,
        'for (const run of consecutive(outcomes))',
        'for (const run of outcomes.map((each) => [each]))',
      ),
    ],
    caughtBy: { store: 'postgres', scenario: scenario({ rows: 130 }) },
    says: /hourly run made \d+ service calls for/,
  },
  {
    name: 'a paused sync goes on',
    changes: [
      change(
        RUNNER,
        "settings.syncs().filter(({ state }) => state === 'active')",
        "settings.syncs().filter(({ state }) => state !== 'draft')",
      ),
      change(
        'src/apps-script/calls/activation.ts',
        '  slowTriggers(execution);\n  return viewSync(execution, settings.sync(id));',
        '  return viewSync(execution, settings.sync(id));',
      ),
      change(
        'src/apps-script/clock-run.ts',
        '  if (!settings.syncs().some(isActive)) return;\n',
        '',
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        act: (scene, kill) => {
          scene.rpc('pause', { id: scene.id });
          return scene.hourly(kill);
        },
      }),
    },
    says: /a paused sync has sent events/,
  },
  {
    name: 'a copy of the file sends as well',
    changes: [
      change(
        RUNNER,
        '    if (settings.isCopy()) throw new ProblemError(copiedProblem(execution, sync));\n',
        '',
      ),
      change(
        OPEN_LEDGER,
        'const isOwn = header.file === file && header.sync === id;',
        'const isOwn = header.sync === id;',
      ),
    ],
    caughtBy: {
      store: 'clickhouse',
      scenario: scenario({
        rows: 3,
        prepare: (scene) => {
          sent(scene);
          scene.append(crashRows(4).slice(3));
        },
        act: (scene, kill) => {
          scene.runCopy('kept');
          return scene.hourly(kill);
        },
        google: { addOn: true },
        billed: 4,
      }),
    },
    says: /a copy of the file has sent events|k4 is in Lago 2 times/,
  },
  {
    name: 'an emptied tab counts as so many removals',
    changes: [
      change(
        'src/sync/plan/guard.ts',
        '  if (isMassRemoval(plan,',
        '  if (removed < 0 && isMassRemoval(plan,',
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        prepare: (scene) => {
          sent(scene);
          scene.world.google.spreadsheet.deleteRows(TAB, 2, 3);
        },
        billed: 0,
      }),
    },
    says: /an emptied tab was taken for removals/,
  },
  {
    name: 'what was taken back once is taken back again',
    changes: [
      change(
        LEDGER_ENTRIES,
        "  reversals.get(index.id)?.some(({ outcome }) => outcome.state === 'accepted') === true;",
        "  reversals.get(index.id)?.some(({ outcome }) => outcome.state === 'conflict') === true;",
      ),
    ],
    caughtBy: { store: 'postgres', scenario: scenario({ rows: 3, prepare: correctedTwice }) },
    says: /k2 is taken back by k2~x1 and by k2~x2|k2 says .*, and Lago bills/,
  },
  {
    name: 'an event is taken back without its other properties',
    changes: [
      change(
        'src/sync/billing/correction.ts',
        'properties: { ...event.properties, [field]: value },',
        'properties: { [field]: value },',
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        prepare: (scene) => {
          withNotes(scene);
          correctedTwice(scene);
        },
      }),
    },
    says: /k2~x1 is not the opposite of k2/,
  },
  {
    name: 'an event has a text that its row does not have',
    changes: [
      change(
        LEDGER_ENTRY,
        'frozen: JSON.stringify(event),',
        'frozen: JSON.stringify(event).replace(\'"n"\', \'"m"\'),',
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        prepare: (scene) => {
          withNotes(scene);
          scene.activate();
        },
      }),
    },
    says: /k1 is in Lago with the note “m”, which its row never said/,
  },
  {
    name: 'a part of the key stays in what a proxy shows',
    changes: [
      change(FETCH, 'withoutSecrets(text, secrets);', 'withoutSecrets(text, [apiKey.slice(-12)]);'),
    ],
    ...shownByProxy,
  },
  {
    name: 'a trouble that is over is still shown',
    changes: [
      change(
        HEALTH,
        "problem === undefined ? 'healthy' : 'needs-you'",
        "problem === undefined ? former.state : 'needs-you'",
      ),
    ],
    caughtBy: { store: 'postgres', scenario: scenario({ rows: 3, prepare: completed }) },
    says: /no row needs anybody, and the sync is shown as needs-you/,
  },
  {
    name: 'that a trouble is over is not told by mail',
    changes: [
      change(
        HEALTH,
        '((health.state !== health.told || isNewProblem(health)) && now',
        "(health.state !== 'healthy' && (health.state !== health.told || isNewProblem(health)) && now",
      ),
    ],
    caughtBy: { store: 'postgres', scenario: scenario({ rows: 3, prepare: completed }) },
    says: /no row needs anybody, and the last mail is “Lago usage sync needs you”/,
  },
  {
    name: 'a second trouble is not told by mail after the first',
    changes: [
      change(
        HEALTH,
        '((health.state !== health.told || isNewProblem(health)) && now',
        '((health.state !== health.told || (isNewProblem(health) && now < 0)) && now',
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        prepare: (scene) => {
          completed(scene);
          scene.set(3, 'amount', 'many');
        },
        billed: 2,
      }),
    },
    says: /the last mail does not tell of event.not-a-number|the last mail does not tell of row/,
  },
  {
    name: 'unanswered events wait for days',
    changes: [
      change(
        SETTLE,
        'export const VISIBILITY_MS = 5 * 60_000;',
        'export const VISIBILITY_MS = 5 * 86_400_000;',
      ),
    ],
    caughtBy: { store: 'clickhouse', scenario: scenario({ rows: 3, prepare: unanswered(true) }) },
    says: /k1 is still open/,
  },
  {
    name: 'every run waits for somebody’s word',
    changes: [
      change(
        'src/sync/plan/guard.ts',
        'if (days.length < TELLING_DAYS) return unattendedEvents;',
        'if (days.length < TELLING_DAYS) return 0;',
      ),
    ],
    caughtBy: { store: 'postgres', scenario: scenario({ rows: 3 }) },
    says: /waits for somebody's word about 3 events, without a reason/,
  },
  {
    name: 'the page is handed an exception',
    changes: [
      change(
        'src/apps-script/rpc-server.ts',
        '    reply = { ok: false, problem: explained(runtime, error) };',
        '    explained(runtime, error);\n    throw error;',
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        act: (scene, kill) => {
          scene.world.google.faults.add({
            call: 'Range.getValues',
            message: 'Service Spreadsheets timed out.',
          });
          scene.rpc('dryRun', { id: scene.id });
          return scene.hourly(kill);
        },
      }),
    },
    says: /dryRun threw Exception: Service Spreadsheets timed out/,
  },
  {
    name: 'a run that is taken back keeps rows that are gone from the sheet, and names none',
    changes: [
      change(
        'src/sync/plan/undo-plan.ts',
        'if (leaving.length > 0) return {',
        'if (leaving.length > 0 && row !== undefined) return {',
      ),
    ],
    caughtBy: takenBack,
    says: /k3 is still billed after its run was taken back, and 0 rows are named/,
  },
  {
    name: 'a sync goes on by itself while a run of it is taken back',
    changes: [
      change(
        'src/apps-script/calls/run.ts',
        "state === 'active') pause(execution, id);",
        "state === 'draft') pause(execution, id);",
      ),
    ],
    caughtBy: takenBack,
    says: /a paused sync has sent events/,
  },
  {
    name: 'a run that was killed is never counted',
    changes: [
      change(
        'src/sync/memory/begun.ts',
        'const runs = before + 1;',
        'const runs = Math.min(before, 1);',
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        act: (scene, kill) => {
          scene.killedHours(() => 40);
          return scene.hourly(kill);
        },
      }),
    },
    says: /the runs of four hours were killed, and the sync is shown as healthy/,
  },
  {
    name: 'a formula may call what a page calls',
    changes: [
      change(
        'src/rpc/page-token.ts',
        "if (secret === undefined || mac === '') return 'forged';",
        "if (secret === undefined || mac === '') return 'valid';",
      ),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        act: (scene, kill) => {
          const { google } = scene.world;
          unchanged(scene, 'a formula that calls rpc', () =>
            google.cell('rpc', JSON.stringify({ method: 'activity', argument: {}, token: '' })),
          );
          return scene.hourly(kill);
        },
      }),
    },
    says: /a formula that calls rpc is answered/,
  },
  {
    name: 'a formula may start the hourly run',
    changes: [change('src/apps-script/main.ts', "requireTrigger('runDueSyncs', event);", '')],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        act: (scene, kill) => {
          unchanged(scene, 'a formula that calls runDueSyncs', () =>
            scene.world.google.cell('runDueSyncs'),
          );
          return scene.hourly(kill);
        },
      }),
    },
    says: /a formula that calls runDueSyncs has changed something/,
  },
  {
    name: 'a page counts for whoever calls',
    changes: [
      change('src/rpc/page-token.ts', 'if (name !== encodeURIComponent(account()))', 'if (false)'),
    ],
    caughtBy: {
      store: 'postgres',
      scenario: scenario({
        rows: 3,
        act: (scene, kill) => {
          passedOn(scene);
          return scene.hourly(kill);
        },
      }),
    },
    says: /a page of somebody else has changed something/,
  },
];
