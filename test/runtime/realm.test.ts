import { newGoogle } from './google';

const evaluated = (expression: string, options = {}): unknown => {
  const google = newGoogle(options);
  google.load(`function answer() { return ${expression}; }`);
  const { result, error } = google.execute('answer');
  return error ?? result;
};

describe('the realm of a script', () => {
  test.each(
    `setTimeout setInterval clearTimeout setImmediate queueMicrotask structuredClone URL URLSearchParams TextEncoder TextDecoder fetch FormData
     Blob atob btoa crypto window self global navigator performance process require module exports Buffer AbortController Event Headers Logger`
      .split(/\s+/)
      .filter(Boolean),
  )('has no %s', (name) => {
    expect(evaluated(`typeof ${name}`)).toBe('undefined');
  });

  test('has no streaming WebAssembly, but the rest of it, Intl and a console', () => {
    expect(
      evaluated(
        "[typeof WebAssembly.instantiateStreaming, typeof WebAssembly.Module, typeof Intl, typeof console.log].join(' ')",
      ),
    ).toBe('undefined function object function');
  });

  test('gives no way to the world outside', () => {
    expect(
      evaluated(
        "SpreadsheetApp.getUi.constructor('return typeof process')() + typeof SpreadsheetApp.constructor('x').constructor",
      ),
    ).toBe('undefinedfunction');
    expect(evaluated('Object.keys(globalThis).filter((name) => /start/.test(name)).length')).toBe(
      0,
    );
  });

  test('makes its own dates, arrays, objects and errors of what Google hands over', () => {
    const google = newGoogle();
    google.spreadsheet.paste('Sheet1', 1, 1, [['2026-11-03', 'x']]);
    google.load(`function answer() {
      var values = SpreadsheetApp.getActiveSpreadsheet().getActiveSheet().getRange(1, 1, 1, 2).getValues();
      var thrown;
      try { SpreadsheetApp.getActiveSpreadsheet().getActiveSheet().getRange(0, 1, 1, 1); } catch (error) { thrown = error; }
      return [values instanceof Array, values[0] instanceof Array, values[0][0] instanceof Date, thrown instanceof Error, thrown.name,
        PropertiesService.getDocumentProperties().getProperties() instanceof Object, values[0][0].constructor === Date];
    }`);
    expect(google.execute('answer').result).toEqual([
      true,
      true,
      true,
      true,
      'Exception',
      true,
      true,
    ]);
  });

  test('is stopped where it never returns, after as long as is told', () => {
    const google = newGoogle({ runawayMs: 100 });
    google.load('function spin() { for (;;) {} }');
    expect(google.execute('spin').error?.message).toBe('Exceeded maximum execution time');
  });

  test('tells the time of the world, by every way to ask', () => {
    const at = '2026-11-03T15:00:00.000Z';
    expect(evaluated('[new Date().toISOString(), new Date(Date.now()).toISOString()]')).toEqual([
      at,
      at,
    ]);
    expect(evaluated('(Utilities.sleep(90000), new Date().toISOString())')).toBe(
      '2026-11-03T15:01:30.000Z',
    );
  });

  test('reads dates in the zone of the script, not of this machine or the spreadsheet', () => {
    const zone = { scriptTimeZone: 'Asia/Tokyo' };
    const local =
      "[d.getFullYear(), d.getMonth(), d.getDate(), d.getHours(), d.getDay(), d.getTimezoneOffset()].join(' ')";
    expect(
      evaluated(`(function (d) { return ${local} })(new Date('2026-11-03T15:30:00Z'))`, zone),
    ).toBe('2026 10 4 0 3 -540');
    expect(evaluated('new Date(2026, 10, 4, 9).toISOString()', zone)).toBe(
      '2026-11-04T00:00:00.000Z',
    );
    expect(evaluated("new Date('2026-11-04T09:00:00').toISOString()", zone)).toBe(
      '2026-11-04T00:00:00.000Z',
    );
    expect(evaluated("new Date('2026-11-04').toISOString()", zone)).toBe(
      '2026-11-04T00:00:00.000Z',
    );
    expect(evaluated("String(new Date('2026-11-03T15:30:00Z'))", zone)).toBe(
      'Wed Nov 04 2026 00:30:00 GMT+0900 (Japan Standard Time)',
    );
    expect(evaluated("new Date('2026-11-03T15:30:00Z').toLocaleDateString('de-DE')", zone)).toBe(
      '4.11.2026',
    );
    expect(
      evaluated(
        "(function (d) { d.setHours(9); return d.toISOString() })(new Date('2026-11-03T15:30:00Z'))",
        zone,
      ),
    ).toBe('2026-11-04T00:30:00.000Z');
    expect(
      evaluated(
        "new Intl.DateTimeFormat('en-US', { hour: 'numeric' }).format(new Date('2026-11-03T15:30:00Z'))",
        zone,
      ),
    ).toBe('12 AM');
    expect(evaluated('isNaN(new Date(NaN).getFullYear()) && String(new Date(NaN))', zone)).toBe(
      'Invalid Date',
    );
  });

  test('is new for every execution', () => {
    const google = newGoogle();
    google.load('var count = 0; function answer() { count += 1; return count; }');
    expect([google.execute('answer').result, google.execute('answer').result]).toEqual([1, 1]);
  });

  test('finishes its microtasks and nothing later', () => {
    const google = newGoogle();
    google.load(`async function answer() { await null; console.log('later'); return 'done'; }
      async function broken() { await null; throw new Error('boom'); }
      function never() { return new Promise(function () {}); }`);
    expect(google.execute('answer')).toMatchObject({ result: 'done', logs: ['later'] });
    expect(google.execute('broken').error).toMatchObject({ name: 'Error', message: 'boom' });
    expect(google.execute('never').result).toBeUndefined();
  });

  test.each([
    'class A { #x = 1 }',
    'class A { static x = 1 }',
    'let a; a ??= 1',
    'const n = 1_000',
    'export const a = 1',
    'await null',
  ])('refuses the syntax of %s', (code) => {
    expect(() => newGoogle().load(code)).toThrow(SyntaxError);
  });

  test('replays randomness from a seed', () => {
    const seeded = () => {
      let state = 1;
      return () => {
        state = (state * 48_271) % 2_147_483_647;
        return state / 2_147_483_647;
      };
    };
    const draw = () => evaluated('[Math.random(), Utilities.getUuid()]', { random: seeded() });
    expect(draw()).toEqual(draw());
    expect((draw() as string[])[1]).toMatch(
      /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    );
  });
});
