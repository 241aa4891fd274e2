import type { ExecutionReport, TransportAnswer, TransportRequest } from '../../sandbox/runtime';
import type { Row } from './row';

/** An event as the network saw it leave. */
export interface HandedEvent {
  readonly id: string;
  /** JSON text, as it stood in the request. */
  readonly text: string;
  readonly at: number;
  /** Number of the request that it left in. */
  readonly request: number;
}

export interface SeenExecution {
  readonly what: string;
  readonly calls: number;
  readonly killed: boolean;
  readonly error: { readonly name: string; readonly message: string } | undefined;
  readonly durationMs: number;
  /** Calls that sent requests or read an answer of Lago; and events, of those that ended together told at the first. */
  readonly requests: number;
  readonly events: number;
  readonly at: number;
}

/** How much was witnessed up to a moment. */
export interface WitnessedMoment {
  readonly handed: number;
  readonly executions: number;
  readonly said: number;
}

/** What an execution itself has done for a request: several may be overheard before the first of them tells. */
const REQUEST = /^(UrlFetchApp\.fetchAll|HTTPResponse\.getResponseCode)$/;

/** What the row said that an event is made of. */
export const contentOf = ({
  subscription,
  time,
  code,
  amount,
}: Pick<Row, 'subscription' | 'time' | 'code' | 'amount'>): string =>
  JSON.stringify([
    subscription,
    Date.parse(`${time.replace(' ', 'T')}Z`) / 1000,
    code,
    Number(amount),
  ]);

/** Remembers everything that could be seen from outside: what rows said, what left for Lago, what executions did and said. */
export class Witness {
  /** By key, everything that its row ever said. */
  readonly contents = new Map<string, Set<string>>();
  /** By key, every note of its row. */
  readonly notes = new Map<string, Set<unknown>>();
  /** Keys of rows that were ready at some time. */
  readonly ticked = new Set<string>();
  readonly handed: HandedEvent[] = [];
  readonly executions: SeenExecution[] = [];
  /** Everything that somebody could read: answers, errors, logs. */
  readonly said: { readonly where: string; readonly text: string }[] = [];
  /** Addresses that requests went to. */
  readonly hosts = new Set<string>();
  /** Answers of the network by status or kind of loss. */
  readonly answers: Record<string, number> = {};
  readonly #now: () => number;
  #posts = 0;
  #events = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Forgets what came after a moment; see `moment`. */
  returnTo({ handed, executions, said }: WitnessedMoment): void {
    this.handed.length = handed;
    this.executions.length = executions;
    this.said.length = said;
  }

  moment(): WitnessedMoment {
    return {
      handed: this.handed.length,
      executions: this.executions.length,
      said: this.said.length,
    };
  }

  saw(row: Row): void {
    if (row.ready === 'TRUE') this.ticked.add(row.id);
    this.notes.set(row.id, (this.notes.get(row.id) ?? new Set()).add(row.note));
    const known = this.contents.get(row.id);
    if (known === undefined) this.contents.set(row.id, new Set([contentOf(row)]));
    else known.add(contentOf(row));
  }

  request({ url, body, method }: TransportRequest, answer: TransportAnswer): void {
    this.hosts.add(new URL(url).host);
    const outcome = 'error' in answer ? answer.error : String(answer.status);
    this.answers[outcome] = (this.answers[outcome] ?? 0) + 1;
    if (method !== 'post' || !/\/events(\/batch)?$/.test(url)) return;
    this.#posts += 1;
    for (const text of eventTexts(body)) {
      this.handed.push({ id: idIn(text), text, at: this.#now(), request: this.#posts });
      this.#events += 1;
    }
  }

  idsIn(body: string): string[] {
    return eventTexts(body).map(idIn);
  }

  execution(
    what: string,
    { result, error, logs, killed, serviceCalls, durationMs }: ExecutionReport,
  ): void {
    this.executions.push({
      what,
      calls: serviceCalls.total,
      killed,
      error,
      durationMs,
      requests: serviceCalls.order.filter((call) => REQUEST.test(call)).length,
      events: this.#events,
      at: this.#now(),
    });
    this.#events = 0;
    for (const text of [
      ...(typeof result === 'string' ? [result] : []),
      ...(error === undefined ? [] : [error.message, error.stack]),
      ...logs,
    ])
      this.said.push({ where: what, text });
  }
}

const idIn = (text: string): string =>
  String((JSON.parse(text) as { transaction_id?: unknown }).transaction_id);

/** The texts of the events in a body, as they stand in it: a parser of its own, since parsing and writing again could hide a difference. */
function eventTexts(body: string): string[] {
  if (!body.startsWith('{"event')) return [];
  const single = /^\{"event":(?!s)([\s\S]*)\}$/.exec(body);
  if (single?.[1] !== undefined) return [single[1]];
  const texts: string[] = [];
  let depth = 0;
  let start = 0;
  let quoted = false;
  for (let place = 0; place < body.length; place++) {
    const sign = body[place];
    if (quoted) {
      if (sign === '\\') place++;
      else if (sign === '"') quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === '{') {
      depth++;
      if (depth === 2) start = place;
    } else if (sign === '}') {
      if (depth === 2) texts.push(body.slice(start, place + 1));
      depth--;
    }
  }
  return texts;
}
