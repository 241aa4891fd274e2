import { createHash } from 'node:crypto';
import { indexEntries, inState, latestOf } from '../../../src/sync/ledger/entries';
import { type LedgerEntry, newEntry } from '../../../src/sync/ledger/entry';
import { type LineTexts, readLedger, voidIndex } from '../../../src/sync/ledger/ledger';

const index = (key: string, revision = 1, kind: 'usage' | 'reversal' | 'baseline' = 'usage') => ({
  key,
  kind,
  revision,
  content: { Key: '"a"' },
  templateRevision: 1,
  at: 1000,
});

const entry = (
  id: string,
  key = id,
  revision = 1,
  kind: 'usage' | 'reversal' | 'baseline' = 'usage',
): LedgerEntry =>
  newEntry(index(key, revision, kind), {
    transaction_id: id,
    external_subscription_id: 's',
    code: 'c',
    timestamp: 1,
    properties: {},
  });

/** The first half of a SHA-256, by Node. */
const digest = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 32);

const textsOf = ({ index, frozen, outcome }: LedgerEntry, line: number): LineTexts => ({
  line,
  index: JSON.stringify({ ...index, digest: digest(frozen) }),
  event: frozen,
  outcome: JSON.stringify(outcome),
});

/** An entry as it is read back. */
const written = (made: LedgerEntry, line: number): LedgerEntry => ({
  ...made,
  line,
  index: { ...made.index, digest: digest(made.frozen) },
});

const lines = (...ids: string[]): LineTexts[] =>
  ids.map((id, place) => textsOf(entry(id), place + 3));
const accepted = (text: LineTexts, id: string): LineTexts => ({
  ...text,
  outcome: JSON.stringify({ id, state: 'accepted', at: 2000, tries: 0, answer: '' }),
});
const statesOf = (texts: readonly LineTexts[]): string[] => {
  const reading = readLedger(texts, undefined);
  return 'ledger' in reading
    ? reading.ledger.entries.map(({ index, outcome }) => `${index.id} ${outcome.state}`)
    : [];
};

describe('a new entry', () => {
  it('is pending, has no line yet, and freezes its event', () => {
    const made = entry('a');
    expect(made).toMatchObject({
      line: undefined,
      index: { id: 'a', key: 'a' },
      outcome: { id: 'a', state: 'pending', at: 1000, tries: 0, answer: '' },
    });
    expect(made.frozen).toBe(
      '{"transaction_id":"a","external_subscription_id":"s","code":"c","timestamp":1,"properties":{}}',
    );
  });
});

describe('a ledger', () => {
  it('comes back from its lines as it was', () => {
    const reading = readLedger(lines('a', 'b'), { lines: 2, lastId: 'b' });
    expect('ledger' in reading && reading.ledger.entries).toEqual([
      written(entry('a'), 3),
      written(entry('b'), 4),
    ]);
  });

  it('keeps the frozen text byte for byte', () => {
    const frozen =
      '{ "transaction_id":"a" , "timestamp":1.50, "external_subscription_id":"s","code":"c",' +
      '"properties":{"b":1,"a":1.50} }';
    const reading = readLedger([textsOf({ ...entry('a'), frozen }, 3)], undefined);
    expect('ledger' in reading && reading.ledger.entries[0]?.frozen).toBe(frozen);
  });

  it('does not depend on the order of its lines', () => {
    const shuffled = lines('a', 'b', 'c').reverse();
    const reading = readLedger(shuffled, { lines: 3, lastId: 'c' });
    expect('ledger' in reading && [...reading.ledger.byId.keys()].sort()).toEqual(['a', 'b', 'c']);
    expect('ledger' in reading && reading.ledger.byId.get('a')?.line).toBe(3);
  });

  it('knows the entries of a key by revision, and the last that is no reversal', () => {
    const ledger = indexEntries([
      entry('a~r3', 'a', 3),
      entry('a'),
      entry('a~r2', 'a', 2),
      entry('a~x', 'a', 4, 'reversal'),
    ]);
    expect(ledger.byKey.get('a')?.map(({ index }) => index.id)).toEqual([
      'a',
      'a~r2',
      'a~r3',
      'a~x',
    ]);
    expect(latestOf(ledger, 'a')?.index.id).toBe('a~r3');
    expect(latestOf(ledger, 'constructor')).toBeUndefined();
    expect(inState(ledger, 'pending')).toHaveLength(4);
  });
});

describe('a line that takes a row as billed elsewhere', () => {
  it.each(['', '{}', '{"id":"other","state":"accepted","at":1,"tries":0,"answer":""}'])(
    'is never pending, so never sent, whatever stands in its outcome: %s',
    (outcome) => {
      expect(statesOf([{ ...textsOf(entry('a', 'a', 1, 'baseline'), 3), outcome }])).toEqual([
        'a accepted',
      ]);
    },
  );
});

describe('an outcome', () => {
  it('is read where it stands on its own line', () => {
    const [a, b] = lines('a', 'b') as [LineTexts, LineTexts];
    expect(statesOf([accepted(a, 'a'), b])).toEqual(['a accepted', 'b pending']);
  });

  it('on the line of another event leaves both pending', () => {
    const [a, b] = lines('a', 'b') as [LineTexts, LineTexts];
    expect(statesOf([accepted(a, 'b'), accepted(b, 'a')])).toEqual(['a pending', 'b pending']);
  });

  it.each([
    '',
    'accepted',
    '{',
    '[]',
    'null',
    '{"state":"accepted"}',
    '{"id":5,"state":"accepted"}',
  ])('that reads %j leaves its line pending since it was written', (outcome) => {
    const reading = readLedger([{ ...(lines('a')[0] as LineTexts), outcome }], undefined);
    expect('ledger' in reading && reading.ledger.entries[0]?.outcome).toEqual({
      id: 'a',
      state: 'pending',
      at: 1000,
      tries: 0,
      answer: '',
    });
  });
});

describe('a damaged line', () => {
  it.each<[string, Partial<LineTexts>]>([
    ['no index', { index: '' }],
    ['an index that was typed over', { index: 'hello' }],
    ['an index without a key', { index: '{"id":"a","revision":1,"content":{}}' }],
    ['an index without a content', { index: '{"id":"a","key":"a","revision":1}' }],
    ['an index without a revision', { index: '{"id":"a","key":"a","content":{}}' }],
    ['no event', { event: '' }],
    ['an event that was cut off', { event: '{"transaction_id":"a"' }],
    ['the event of another line', { event: '{"transaction_id":"b"}' }],
    ['a list as event', { event: '[]' }],
  ])('has %s', (_, change) => {
    const [first, ...others] = lines('a', 'b', 'c') as [LineTexts, LineTexts, LineTexts];
    expect(readLedger([{ ...first, ...change }, ...others], { lines: 3, lastId: 'c' })).toEqual({
      damaged: [3],
    });
  });

  const altered = (text: LineTexts): LineTexts => ({
    ...text,
    event: text.event.replace('"code":"c"', '"code":"d"'),
  });
  const inState = (text: LineTexts, state: string): LineTexts => ({
    ...text,
    outcome: JSON.stringify({ id: 'a', state, at: 2000, tries: 0, answer: '' }),
  });

  it.each(['pending', 'stuck'])('is one that is %s and whose event is another one', (state) => {
    const [a, b] = lines('a', 'b') as [LineTexts, LineTexts];
    const record = { lines: 2, lastId: 'b' };
    expect(readLedger([altered(inState(a, state)), b], record)).toEqual({ damaged: [3] });
    expect(readLedger([inState(a, state), b], record)).toHaveProperty('ledger');
  });

  it('is one whose event is another one and whose outcome was taken away with it', () => {
    const [a] = lines('a') as [LineTexts];
    expect(readLedger([{ ...altered(a), outcome: '' }], undefined)).toEqual({ damaged: [3] });
  });

  it.each(['accepted', 'conflict', 'rejected'])(
    'is not looked for among those that are %s, of which nothing is sent again',
    (state) => {
      const [a] = lines('a') as [LineTexts];
      expect(statesOf([altered(inState(a, state))])).toEqual([`a ${state}`]);
    },
  );

  it('stands twice', () => {
    const copied = [...lines('a', 'b'), { ...(lines('a')[0] as LineTexts), line: 9 }];
    expect(readLedger(copied, { lines: 2, lastId: 'b' })).toEqual({ damaged: [9] });
  });

  it('is not one where a baseline has no event of its own', () => {
    const baseline = { ...textsOf(entry('a', 'a', 1, 'baseline'), 3), event: '{}' };
    expect(readLedger([baseline], undefined)).toHaveProperty('ledger');
  });
});

describe('lines that vanished', () => {
  it.each([
    [
      'one is missing',
      ['a', 'b'],
      { lines: 3, lastId: 'c' },
      { vanished: { lines: 2, recorded: 3 } },
    ],
    ['all are missing', [], { lines: 3, lastId: 'c' }, { vanished: { lines: 0, recorded: 3 } }],
    [
      'one in the middle was replaced',
      ['a', 'b', 'd'],
      { lines: 3, lastId: 'c' },
      { vanished: { lines: 3, recorded: 3 } },
    ],
  ])('are noticed where %s', (_, ids, record, expected) => {
    expect(readLedger(lines(...ids), record)).toEqual(expected);
  });

  it('are noticed also where a run that died has left as many lines that nobody recorded', () => {
    const late: LineTexts[] = lines('d').map((text) => ({
      ...text,
      index: JSON.stringify({ ...JSON.parse(text.index), at: 1001 }),
    }));
    const record = { lines: 3, lastId: 'c', newestAt: 1000 };
    expect(readLedger([...lines('a', 'b', 'c'), ...late], record)).toHaveProperty('ledger');
    expect(readLedger([...lines('b', 'c'), ...late], record)).toEqual({
      vanished: { lines: 2, recorded: 3 },
    });
  });

  it('are not missed where more were written than recorded, by a run that died in between', () => {
    expect(readLedger(lines('a', 'b', 'c'), { lines: 2, lastId: 'b' })).toHaveProperty('ledger');
    expect(readLedger([], { lines: 0, lastId: '' })).toHaveProperty('ledger');
  });
});

describe('a void line', () => {
  const voided = (text: LineTexts): LineTexts => ({ ...text, index: voidIndex(text.index, 5000) });

  it('counts as a line and says nothing', () => {
    const [a, b, c] = lines('a', 'b', 'c') as [LineTexts, LineTexts, LineTexts];
    const reading = readLedger([voided(a), b, c], { lines: 3, lastId: 'c' });
    expect('ledger' in reading && [...reading.ledger.byId.keys()]).toEqual(['b', 'c']);
    expect(readLedger([voided(a), b], { lines: 3, lastId: 'c' })).toEqual({
      vanished: { lines: 2, recorded: 3 },
    });
  });

  it('keeps what stood there, as far as a cell takes it', () => {
    expect(voidIndex('"hello"', 5000)).toBe('{"void":5000,"was":"\\"hello\\""}');
    expect(voidIndex('\u0001'.repeat(60_000), 5000).length).toBeLessThan(50_000);
  });
});

describe('a ledger that is being rebuilt', () => {
  it('is not read, however whole it looks', () => {
    const rebuilding = { since: 5000, done: 0, absent: '' };
    expect(readLedger(lines('a'), { lines: 1, lastId: 'a', rebuilding })).toEqual({ rebuilding });
  });
});
