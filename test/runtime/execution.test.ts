import type { ExecutionOptions } from '../../sandbox/runtime';
import { cells, newGoogle, refusal } from './google';

describe('an execution', () => {
  test('counts its service calls by name', () => {
    const google = newGoogle();
    const { serviceCalls } = google.run((runtime) =>
      cells(runtime, 1, 1)
        .setValues([['x']])
        .setValues([['y']]),
    );
    expect(serviceCalls.total).toBe(5);
    expect(serviceCalls.byName).toEqual({
      'SpreadsheetApp.getActiveSpreadsheet': 1,
      'Spreadsheet.getActiveSheet': 1,
      'Sheet.getRange': 1,
      'Range.setValues': 2,
    });
  });

  test('reports what the script throws, whatever it is', () => {
    const google = newGoogle();
    google.load(
      "function a() { throw new RangeError('x'); } function b() { throw 'text'; } function c() { return missing; }",
    );
    expect(['a', 'b', 'c', 'd'].map((name) => google.execute(name).error?.message)).toEqual([
      'x',
      'text',
      'missing is not defined',
      'Script function not found: d',
    ]);
  });

  test('gets a failure that a test has ordered, once, without or with its effect', () => {
    const google = newGoogle();
    google.faults.add({
      call: 'Properties.setProperty',
      nth: 2,
      message: 'Service invoked too many times in a short time.',
    });
    google.faults.add({
      call: 'Properties.deleteProperty',
      message: 'Server error.',
      afterEffect: true,
    });
    const set = (key: string) =>
      refusal(google, (runtime) =>
        runtime.PropertiesService.getDocumentProperties().setProperty(key, 'x'),
      );
    expect([set('a'), set('b'), set('c')]).toEqual([
      'no error',
      'Exception: Service invoked too many times in a short time.',
      'no error',
    ]);
    expect(
      refusal(google, (runtime) =>
        runtime.PropertiesService.getDocumentProperties().deleteProperty('a'),
      ),
    ).toBe('Exception: Server error.');
    expect(google.documentProperties.all()).toEqual({ c: 'x' });
  });

  test('meets translated messages if the user is not English', () => {
    expect(refusal(newGoogle({ locale: 'de' }), (runtime) => cells(runtime, 0, 1))).toBe(
      'Exception: Thé stártíng rów óf thé rángé ís tóó smáll.',
    );
  });

  test('does not hide an error of a test hook from the test', () => {
    const google = newGoogle();
    google.load('function f() { try { SpreadsheetApp.getActiveSpreadsheet(); } catch (error) {} }');
    const onCall = () => {
      throw new Error('a failed expectation');
    };
    expect(() => google.execute('f', [], { onCall })).toThrow('a failed expectation');
  });
});

describe('an execution that is killed', () => {
  const SCRIPT = `function f() {
    var sheet = SpreadsheetApp.getActiveSpreadsheet().getActiveSheet();
    var lock = LockService.getDocumentLock();
    lock.tryLock(0);
    try {
      sheet.getRange(1, 1, 1, 1).setValues([['flushed']]);
      SpreadsheetApp.flush();
      sheet.getRange(2, 1, 1, 1).setValues([['second']]);
      sheet.getRange(3, 1, 1, 1).setValues([['third']]);
      PropertiesService.getDocumentProperties().setProperty('key', 'value');
    } catch (error) {
      PropertiesService.getDocumentProperties().setProperty('caught', 'yes');
    } finally {
      PropertiesService.getDocumentProperties().setProperty('finally', 'yes');
      console.log('finally');
      lock.releaseLock();
    }
    return 'done';
  }`;
  const run = (options: ExecutionOptions) => {
    const google = newGoogle();
    google.load(SCRIPT);
    return { google, report: google.execute('f', [], options) };
  };

  test('does nothing any more, not even in catch and finally', () => {
    const { report, google } = run({ killAtCall: 12, killWhen: 'before' });
    expect(report).toMatchObject({ killed: true, result: undefined, logs: [] });
    expect(google.documentProperties.all()).toEqual({});
    expect(report.serviceCalls.total).toBe(12);
  });

  test('before a call leaves no trace of it, after a call leaves all of it', () => {
    const at = run({}).report.serviceCalls.order.indexOf('Properties.setProperty') + 1;
    expect(run({ killAtCall: at, killWhen: 'before' }).google.documentProperties.all()).toEqual({});
    expect(run({ killAtCall: at, killWhen: 'after' }).google.documentProperties.all()).toEqual({
      key: 'value',
    });
  });

  test.each([
    ['lost', [['flushed']]],
    ['half', [['flushed'], ['second']]],
    ['applied', [['flushed'], ['second'], ['third']]],
  ] as const)('has its unflushed writes %s', (unflushed, table) => {
    const at =
      run({}).report.serviceCalls.order.indexOf('PropertiesService.getDocumentProperties') + 1;
    expect(run({ killAtCall: at, unflushed }).google.spreadsheet.table('Sheet1')).toEqual(table);
  });

  test('frees the lock', () => {
    expect(run({ killAtCall: 6 }).google.lock.held).toBe(false);
  });

  test('can be killed at every call of it', () => {
    const { total } = run({}).report.serviceCalls;
    const killed = Array.from(
      { length: total },
      (_, index) => run({ killAtCall: index + 1 }).report.killed,
    );
    expect(killed).toEqual(Array.from({ length: total }, () => true));
    expect(run({ killAtCall: total + 1 }).report).toMatchObject({ killed: false, result: 'done' });
  });

  test('has used up its six minutes', () => {
    const google = newGoogle();
    google.load(`function f() {
      try { for (;;) { Utilities.sleep(60000); PropertiesService.getDocumentProperties().setProperty('at', String(Date.now())); } }
      finally { PropertiesService.getDocumentProperties().deleteProperty('at'); }
    }`);
    const report = google.execute('f');
    expect(report).toMatchObject({
      killed: true,
      durationMs: 420_000,
      error: { message: 'Exceeded maximum execution time' },
    });
    expect(google.documentProperties.get('at')).toBeDefined();
  });
});

describe('two executions', () => {
  test('exclude each other by the document lock', () => {
    const google = newGoogle();
    google.load(`function locked() { return LockService.getDocumentLock().tryLock(1000); }
      function outer() { var lock = LockService.getDocumentLock(); lock.tryLock(0); Utilities.getUuid(); lock.releaseLock(); Utilities.getUuid(); return true; }`);
    const inner: unknown[] = [];
    const onCall = ({ name }: { name: string }): void => {
      if (name === 'Utilities.getUuid') inner.push(google.execute('locked').result);
    };
    expect(google.execute('outer', [], { onCall }).result).toBe(true);
    expect(inner).toEqual([false, true]);
    expect(google.lock.held).toBe(false);
  });
});
