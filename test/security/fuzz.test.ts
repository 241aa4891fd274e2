import fc from 'fast-check';
import { type LagoDestination, lagoDestination } from '../../src/lago/destination';
import type { Http, LagoRequest, LagoResponse } from '../../src/lago/http';
import { isProblem, type Problem, ProblemError } from '../../src/problem/problem';
import { emptyLedger } from '../../src/sync/ledger/entries';
import { comparePart } from '../../src/sync/month/windows';
import { checkTemplate } from '../../src/template/help/repair';
import { compileTemplate } from '../../src/template/template';
import type { CellValue } from '../../src/value/cell';
import { instantOf } from '../../src/value/time';
import { IS_LONG } from '../bundle/long';
import { ADDRESS, TestClock, usageEvent } from '../lago/scripted-http';
import { Account, KEY, NOON, subscribe } from '../lago-fake/account';
import { berlin, cellsOf, columns, withProperties } from '../template/fixture';
import { HOSTILE_VALUES, hostileJson, placesIn, setAt } from './hostile-values';

/** The same inputs in every `npm test`; SEED plays others, and INPUTS says how many. */
const SEED = Number(process.env['SEED'] ?? 6);
const INPUTS = Number(process.env['INPUTS'] ?? (IS_LONG ? 100_000 : 1_000));
const TIMEOUT_MS = 3_600_000;

const MOST_PROBLEMS = 300;
/** Sentences are of some words, and repeat 200 characters at most of what they are about. */
const LONGEST_SENTENCE = 1_000;
/** What one rendering may write (src/template/liquid), and the template around it. */
const LONGEST_EVENT = 5_050_000;
/** Five listings of 200 pages, and drafts one by one: what one question to Lago may cost at most. */
const MOST_REQUESTS = 1_500;

/** What came of the inputs, said in one line when all are played. */
class Figures {
  inputs = 0;
  problems = 0;
  results = 0;

  constructor(readonly what: string) {}

  count(outcome: 'problem' | 'result'): void {
    this.inputs++;
    if (outcome === 'problem') this.problems++;
    else this.results++;
  }

  tell(): void {
    process.stderr.write(
      `${this.what}: seed ${SEED}, ${this.inputs} inputs, ${this.results} results, ${this.problems} problems, 0 exceptions\n`,
    );
  }
}

function expectTellable(problems: readonly Problem[]): void {
  for (const { message, remedy } of problems) {
    if (message.length > LONGEST_SENTENCE || remedy.length > LONGEST_SENTENCE)
      throw new Error(`A sentence is too long: ${message}`);
    if (message === '') throw new Error('A problem says nothing.');
  }
}

describe('the template compiler', () => {
  const text = fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      'a',
      '\\"',
      '\\\\',
      '\\n',
      '\n',
      '%',
      '{',
      '}',
      '"',
      ',',
      ':',
      '\u2028',
      '👍',
      '\ud800',
      '0',
      '-1.5',
      'null',
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
  );
  const path = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.constantFrom(
        'row.key',
        'row.customer',
        'row.at',
        'row.quantity',
        'row.note',
        'row.plan',
        'row["Note"]',
        'a',
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'row.nope',
        'row',
        'row.note.size',
        'row[row.key]',
        'x',
        '(1..5)',
        '"text"',
        '1',
        'nil',
        'true',
        '__proto__',
        'row.constructor',
      ),
    },
  );
  const filter = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.constantFrom(
        'upcase',
        'strip',
        'default: "-"',
        'append: row.note',
        'replace: "a", row.note',
        'split: ""',
        'join: row.note',
        'first',
        'last',
        'size',
        'slice: 0, 5',
        'slice: -3, 1e9',
        'truncate: 3',
        'times: 1.5',
        'divided_by: 0',
        'modulo: 0',
        'round: 400',
        'plus: row.quantity',
        'abs',
        'unix',
        'date: "%Y-%m-%d %N"',
        'date: row.note',
        'shown',
        'number: ","',
        'number: "."',
        'at_most: 3',
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'nope',
        'number',
        'constructor',
        'append',
        'slice',
        'slice: "x"',
        'date',
        'json',
        '',
        ':',
      ),
    },
  );
  const expression = fc
    .tuple(path, fc.array(filter, { maxLength: 3 }))
    .map((parts) => parts.flat().join(' | '));
  const output = fc
    .tuple(fc.constantFrom('{{ ', '{{', '{{- '), expression, fc.constantFrom(' }}', '}}', ' -}}'))
    .map((parts) => parts.join(''));
  const condition = fc
    .tuple(
      path,
      fc.constantFrom(
        ' == ""',
        ' > 3',
        ' contains "a"',
        '',
        ' and row.note',
        ' == nil',
        ' <= row.quantity',
      ),
    )
    .map((parts) => parts.join(''));
  const { content } = fc.letrec<{ content: string }>((tie) => ({
    content: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      text,
      output,
      fc.tuple(tie('content'), tie('content')).map((parts) => parts.join('')),
      fc
        .tuple(condition, tie('content'), tie('content'))
        .map(([when, yes, no]) => `{% if ${when} %}${yes}{% else %}${no}{% endif %}`),
      fc
        .tuple(path, tie('content'))
        .map(([of, what]) => `{% case ${of} %}{% when 'a', 1 %}${what}{% else %}-{% endcase %}`),
      fc.tuple(expression, tie('content')).map(([of, what]) => `{% assign a = ${of} %}${what}`),
      tie('content').map((what) => `{% comment %}${what}{% endcomment %}`),
    ),
  }));
  const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      content.map((inner) => `"${inner}"`),
      output,
      fc.constantFrom('1', '-0.5e3', 'null', 'true', '""'),
      fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
      fc
        .array(
          fc.tuple(
            fc.constantFrom('a', 'b', '__proto__', 'constructor', '{{ row.key }}'),
            tie('value'),
          ),
          { maxLength: 3 },
        )
        .map((fields) => `{ ${fields.map(([name, inner]) => `"${name}": ${inner}`).join(', ')} }`),
      fc
        .tuple(condition, tie('value'), tie('value'))
        .map(([when, yes, no]) => `{% if ${when} %}${yes}{% else %}${no}{% endif %}`),
    ),
  }));
  const whole = value.map(
    (inner) => `{% assign a = row.note %}${withProperties(`{ "p": ${inner} }`)}`,
  );
  /** A template as it may stand in the editor while somebody types: with a piece cut out and another one put in. */
  const damaged = fc
    .tuple(whole, fc.nat(), fc.nat(40), fc.oneof(text, output))
    .map(([template, at, length, piece]) => {
      const from = at % (template.length + 1);
      return template.slice(0, from) + piece + template.slice(from + length);
    });
  const template = fc.oneof(
    { weight: 5, arbitrary: whole.map((source) => ({ source, isWhole: true })) },
    { weight: 3, arbitrary: damaged.map((source) => ({ source, isWhole: false })) },
    { weight: 1, arbitrary: content.map((source) => ({ source, isWhole: false })) },
  );

  const cell: fc.Arbitrary<CellValue> = fc.oneof(
    fc.constantFrom<CellValue>(
      '',
      ' ',
      '"',
      '\\',
      '"}, {"',
      '{{ row.key }}',
      '{% if %}',
      '#N/A',
      '1.234,5',
      '2026-03-29 02:30',
      'constructor',
    ),
    fc.constantFrom<CellValue>(
      Number.NaN,
      Number.POSITIVE_INFINITY,
      -0,
      1e308,
      5e-324,
      true,
      false,
      'a'.repeat(50_000),
      ' '.repeat(49_999),
    ),
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.integer({ min: -8.64e15, max: 8.64e15 }).map((ms) => instantOf(ms, '', 'Europe/Berlin')),
  );
  const row = fc.record({
    key: cell,
    customer: cell,
    at: cell,
    quantity: cell,
    note: cell,
    plan: cell,
  });
  const plain = fc.record({ note: cell, plan: cell, quantity: cell });

  function play(
    { source, isWhole }: { readonly source: string; readonly isWhole: boolean },
    cells: Readonly<Record<string, CellValue>>,
  ): 'problem' | 'result' {
    const compilation = compileTemplate(source, columns);
    if (compilation.template === undefined) {
      expectTellable(compilation.problems);
      if (compilation.problems.length === 0 || compilation.problems.length > MOST_PROBLEMS)
        throw new Error('No problem, or too many.');
      return 'problem';
    }
    const reading = compilation.template.render(cellsOf(cells), berlin);
    if ('problems' in reading) {
      expectTellable(reading.problems);
      if (reading.problems.length === 0) throw new Error('Neither an event nor a problem.');
      return 'problem';
    }
    const { event } = reading;
    if (!Number.isFinite(event.timestamp) || event.transaction_id.trim() === '')
      throw new Error('An event that Lago would refuse.');
    if (isWhole && event.code !== 'units') throw new Error('A cell made another code.');
    if (isWhole && Object.keys(event.properties).join() !== 'p')
      throw new Error('A cell made a property.');
    if (JSON.stringify(event).length > LONGEST_EVENT)
      throw new Error('A larger event than is allowed.');
    return 'result';
  }

  test(
    'makes an event or says what is wrong, whatever the template and the cells are',
    () => {
      const figures = new Figures('templates');
      fc.assert(
        fc.property(template, fc.oneof(plain, row), (written, cells) => {
          figures.count(play(written, cells));
        }),
        { numRuns: INPUTS, seed: SEED },
      );
      figures.tell();
      expect(figures.inputs).toBe(INPUTS);
      expect(figures.results).toBeGreaterThan(INPUTS / 20);
      expect(figures.problems).toBeGreaterThan(INPUTS / 20);
    },
    TIMEOUT_MS,
  );

  test(
    'tells each problem at its place in the editor, with fixes that are within the text',
    () => {
      fc.assert(
        fc.property(template, ({ source }) => {
          const problems = checkTemplate(source, columns);
          expectTellable(problems);
          for (const { from, to, fixes } of problems)
            if (
              from < 0 ||
              to < from ||
              to > Math.max(1, source.length) ||
              fixes.some(({ edits }) => edits.some((each) => each.to > source.length))
            )
              throw new Error(`A place outside of the text: ${from} to ${to}.`);
        }),
        { numRuns: INPUTS / 20, seed: SEED },
      );
      expect.hasAssertions();
      expect(checkTemplate('', columns)).toHaveLength(1);
    },
    TIMEOUT_MS,
  );
});

describe('what reads Lago’s answers', () => {
  const events = ['a', 'b', 'c', 'd', 'e'].map((id, index) =>
    usageEvent(id, {
      external_subscription_id: 'sub-1',
      code: 'units',
      timestamp: NOON / 1000 - index * 86_400,
      properties: { n: index },
    }),
  );

  const account = new Account();
  subscribe(
    account,
    { aggregation_type: 'sum_agg', filters: [{ key: 'region', values: ['eu', 'us'] }] },
    {
      charge_model: 'graduated',
      properties: {
        graduated_ranges: [
          { from_value: 0, to_value: null, per_unit_amount: '1', flat_amount: '0' },
        ],
      },
    },
    { customer: { timezone: 'Europe/Berlin' } },
  );
  for (const event of events.slice(0, 4)) account.event({ ...event });
  account.nowMs = NOON + 1;

  const accepted = JSON.stringify({ events: events.map((event) => ({ lago_id: 'x', ...event })) });
  const refused = JSON.stringify({
    status: 422,
    error: 'Unprocessable Entity',
    code: 'validation_errors',
    error_details: {
      0: { transaction_id: ['value_already_exist'] },
      3: { timestamp: ['invalid_format'] },
      4: 'expression_evaluation_failed: x',
    },
  });

  type Change =
    | { readonly kind: 'none' }
    | { readonly kind: 'put'; readonly at: number; readonly value: unknown }
    | { readonly kind: 'remove'; readonly at: number }
    | { readonly kind: 'repeat'; readonly at: number; readonly times: number }
    | { readonly kind: 'rename'; readonly at: number; readonly name: string }
    | { readonly kind: 'cut'; readonly at: number }
    | { readonly kind: 'insert'; readonly at: number; readonly text: string }
    | { readonly kind: 'body'; readonly text: string }
    | { readonly kind: 'status'; readonly status: number };

  const hostile = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...HOSTILE_VALUES) },
    { weight: 1, arbitrary: fc.jsonValue() },
  );
  const change: fc.Arbitrary<Change> = fc.oneof(
    { weight: 2, arbitrary: fc.constant<Change>({ kind: 'none' }) },
    {
      weight: 10,
      arbitrary: fc.record({ kind: fc.constant('put' as const), at: fc.nat(), value: hostile }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), at: fc.nat() }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('repeat' as const),
        at: fc.nat(),
        times: fc.constantFrom(1, 2, 500),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('rename' as const),
        at: fc.nat(),
        name: fc.constantFrom(
          '__proto__',
          'constructor',
          'toString',
          '-1',
          '99999999999',
          'length',
          '',
        ),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('insert' as const),
        at: fc.nat(),
        text: fc.constantFrom('\ufeff', '\u0000', '"', ',', '\ufffd', '}', '1e999', '<'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('body' as const),
        text: fc.oneof(
          fc.constantFrom(
            '',
            'null',
            '[]',
            '{}',
            '\ufeff{}',
            '<html><title>Sign in</title></html>',
            '<'.repeat(100_000),
            '<title'.repeat(20_000),
            'OK',
          ),
          fc.string({ unit: 'binary' }),
          fc.jsonValue().map((json) => JSON.stringify(json)),
        ),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('status' as const),
        status: fc.constantFrom(
          200,
          204,
          301,
          400,
          401,
          403,
          404,
          405,
          422,
          429,
          500,
          0,
          99,
          1_000,
        ),
      }),
    },
  );

  function changed(text: string, how: Change): string {
    switch (how.kind) {
      case 'none':
      case 'status':
        return text;
      case 'body':
        return how.text;
      case 'cut':
        return text.slice(0, how.at % (text.length + 1));
      case 'insert': {
        const at = how.at % (text.length + 1);
        return text.slice(0, at) + how.text + text.slice(at);
      }
      default: {
        const body: unknown = JSON.parse(text);
        const places = placesIn(body);
        const place = places[how.at % Math.max(1, places.length)];
        if (place === undefined) return text;
        const { container, key } = place;
        const before = (container as Record<string, unknown>)[key];
        if (how.kind === 'put') setAt(place, how.value);
        else if (how.kind === 'remove') setAt(place, undefined);
        else if (how.kind === 'repeat')
          setAt(place, Array.isArray(before) ? Array(how.times).fill(before).flat() : [before]);
        else if (!Array.isArray(container)) {
          setAt(place, undefined);
          Object.defineProperty(container, how.name, {
            value: before,
            enumerable: true,
            configurable: true,
            writable: true,
          });
        }
        return hostileJson(body);
      }
    }
  }

  class HostileHttp implements Http {
    readonly address = ADDRESS;
    requests = 0;

    constructor(
      readonly changes: readonly Change[],
      readonly batch: 'accepted' | 'refused',
    ) {}

    send(requests: readonly LagoRequest[]): LagoResponse[] {
      return requests.map((request) => {
        const how = this.changes[this.requests % this.changes.length] ?? { kind: 'none' };
        this.requests++;
        if (this.requests > MOST_REQUESTS)
          throw new Error('More requests than one question may cost.');
        const genuine = this.genuine(request);
        const status = how.kind === 'status' ? how.status : genuine.status;
        return {
          status,
          headers: { 'x-ratelimit-remaining': '9', 'x-ratelimit-reset': '1' },
          body: changed(genuine.body, how),
        };
      });
    }

    genuine({ method, path }: LagoRequest): { status: number; body: string } {
      if (method === 'post')
        return this.batch === 'accepted'
          ? { status: 200, body: accepted }
          : { status: 422, body: refused };
      const { status, text } = account.send('GET', `/api/v1${path}`, '', {
        authorization: `Bearer ${KEY}`,
      });
      return { status, body: text };
    }
  }

  const month = { from: NOON - 9 * 86_400_000, to: NOON + 86_400_000 };
  const checked = (destination: LagoDestination): unknown => {
    const check = destination.check();
    if (isProblem(check)) return check;
    return [
      ...events,
      { ...events[0], timestamp: NOON / 1000 - 90 * 86_400 } as (typeof events)[number],
    ].map((event) => [
      check.problemsOf(event),
      check.periodOf?.(event),
      check.billingOf?.(event),
      check.openUntil?.(event),
      check.zoneOf?.(event),
      check.quantityField?.(event.code),
    ]);
  };

  const QUESTIONS: Readonly<Record<string, (destination: LagoDestination) => unknown>> = {
    identify: (lago) => lago.identify(),
    metrics: (lago) => lago.metrics(),
    catalog: (lago) => lago.catalog(),
    inventory: (lago) => lago.inventory(),
    newest: (lago) => lago.newest(5),
    check: checked,
    find: (lago) => [lago.identify(), lago.find(events)],
    'find anywhere': (lago) => lago.find(events, 'anywhere'),
    show: (lago) => lago.show({ transaction_id: 'a' }),
    read: ({ events: list }) => list.read({ codes: ['units'], ...month }),
    'read a second': ({ events: list }) =>
      list.read({ codes: ['units'], from: NOON, to: NOON + 1_000 }),
    'show many': ({ events: list }) =>
      list.show(['a', 'b', 'z'].map((id) => ({ transaction_id: id }))),
    copies: ({ events: list }) =>
      list.countCopies([
        {
          ...events[0],
          timestamp: '2026-08-10T12:00:00.000Z',
          precise_total_amount_cents: null,
        } as never,
      ]),
    usage: (lago) => lago.currentUsage([{ subscription: 'sub-1', customer: 'cust' }]),
    deliver: (lago) =>
      lago.deliver([
        events.map((event) => JSON.stringify(event)),
        events.map((event) => JSON.stringify(event)),
      ]),
    compare: ({ events: list }) =>
      comparePart(list, new TestClock(), {
        at: month.from,
        size: month.to - month.from,
        until: 0,
        store: 'clickhouse',
        compared: {
          ledger: emptyLedger,
          codes: new Set(['units']),
          isSame: () => false,
          visibleBefore: NOON,
          usedElsewhere: () => undefined,
          rowOf: () => undefined,
          isOurs: () => true,
          keptBecause: () => undefined,
          doubtAbout: () => undefined,
          whole: month,
          measureOf: () => ({ by: 'sum', field: 'n', onlyNewest: false }),
        },
      }),
  };

  const problemsIn = (value: unknown): readonly Problem[] =>
    typeof value !== 'object' || value === null
      ? []
      : isProblem(value)
        ? [value]
        : Array.isArray(value)
          ? value.flatMap(problemsIn)
          : [];

  function ask(
    question: string,
    changes: readonly Change[],
    batch: 'accepted' | 'refused',
  ): 'problem' | 'result' {
    const http = new HostileHttp(changes, batch);
    let answer: unknown;
    try {
      answer = QUESTIONS[question]?.(lagoDestination(http, new TestClock(), 1_000));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      answer = error.problem;
    }
    // Whatever is answered travels to the page as JSON.
    JSON.stringify(answer);
    expectTellable(problemsIn(answer));
    if (question === 'deliver' && !Array.isArray(answer))
      throw new Error('A delivery without answers.');
    return typeof answer === 'object' && answer !== null && isProblem(answer)
      ? 'problem'
      : 'result';
  }

  test(
    'finds a problem or a result in it, whatever it holds',
    () => {
      const figures = new Figures('answers');
      const question = fc.constantFrom(...Object.keys(QUESTIONS));
      fc.assert(
        fc.property(
          question,
          fc.array(change, { minLength: 1, maxLength: 4 }),
          fc.constantFrom('accepted', 'refused'),
          (asked, changes, batch) => {
            figures.count(ask(asked, changes, batch));
          },
        ),
        { numRuns: INPUTS, seed: SEED },
      );
      figures.tell();
      expect(figures.inputs).toBe(INPUTS);
      expect(figures.results).toBeGreaterThan(INPUTS / 20);
      expect(figures.problems).toBeGreaterThan(INPUTS / 20);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    },
    TIMEOUT_MS,
  );

  test.each(Object.keys(QUESTIONS))(
    'answers “%s” of a Lago that tells the truth with a result',
    (asked) => {
      expect(ask(asked, [{ kind: 'none' }], 'accepted')).toBe('result');
    },
  );
});
