import { newGoogle, refusal, START } from './google';

describe('a properties store', () => {
  test('keeps texts only: what is missing is null, numbers become texts, null is refused', () => {
    const google = newGoogle();
    const { result } = google.run((runtime) => {
      const properties = runtime.PropertiesService.getDocumentProperties()
        .setProperty('n', 7 as never)
        .setProperties({ m: true as never });
      return [properties.getProperty('missing'), properties.getProperties()];
    });
    expect(result).toEqual([null, { n: '7', m: 'true' }]);
    expect(
      refusal(google, (runtime) =>
        runtime.PropertiesService.getScriptProperties().setProperty('a', null as never),
      ),
    ).toBe(
      "Exception: The parameters (String,null) don't match the method signature for PropertiesService.Properties.setProperty.",
    );
  });

  test('gives a copy of its texts', () => {
    const google = newGoogle();
    google.run((runtime) => {
      runtime.PropertiesService.getDocumentProperties().getProperties()['a'] = 'x';
    });
    expect(google.documentProperties.all()).toEqual({});
  });

  test('takes 9 KB of UTF-8 per value', () => {
    const set = (value: string) =>
      refusal(newGoogle(), (runtime) =>
        runtime.PropertiesService.getDocumentProperties().setProperty('a', value),
      );
    expect([set('x'.repeat(9216)), set('x'.repeat(9217)), set('ü'.repeat(4609))]).toEqual([
      'no error',
      'Exception: Argument too large: value',
      'Exception: Argument too large: value',
    ]);
  });

  test('takes 500 KB in all, and room again after a deletion', () => {
    const google = newGoogle();
    const fill = (key: string) =>
      refusal(google, (runtime) =>
        runtime.PropertiesService.getDocumentProperties().setProperty(key, 'x'.repeat(9000)),
      );
    const filled = Array.from({ length: 57 }, (_, index) => fill(`key${index}`));
    expect(new Set(filled.slice(0, 56))).toEqual(new Set(['no error']));
    expect(filled[56]).toBe(
      'Exception: You have exceeded the property storage quota. Please remove some properties and try again.',
    );
    google.run((runtime) =>
      runtime.PropertiesService.getDocumentProperties().deleteProperty('key0'),
    );
    expect(fill('key56')).toBe('no error');
    expect(google.scriptProperties.all()).toEqual({});
  });

  test('counts its calls of the day', () => {
    const google = newGoogle({ quotas: { propertyReads: 1 } });
    const read = () =>
      refusal(google, (runtime) =>
        runtime.PropertiesService.getDocumentProperties().getProperty('a'),
      );
    expect([read(), read()]).toEqual([
      'no error',
      'Exception: Service invoked too many times for one day: properties.',
    ]);
    google.resetQuotas();
    expect(read()).toBe('no error');
  });
});

describe('the document lock', () => {
  test('is entered again by its holder, and the first release frees it', () => {
    const google = newGoogle();
    google.run((runtime) => {
      const lock = runtime.LockService.getDocumentLock();
      expect([lock.tryLock(0), lock.tryLock(0), google.lock.held]).toEqual([true, true, true]);
      lock.releaseLock();
      expect(google.lock.held).toBe(false);
    });
  });

  test('keeps waiting for its time-out while somebody else holds it', () => {
    const google = newGoogle();
    const release = google.lock.hold();
    const attempt = () =>
      google.run((runtime) => runtime.LockService.getDocumentLock().tryLock(5000));
    expect(attempt()).toMatchObject({ result: false, durationMs: 5000 });
    release();
    expect(attempt()).toMatchObject({ result: true, durationMs: 0 });
    expect(google.lock.held).toBe(false);
  });

  test('is not got with a negative time-out', () => {
    const { result } = newGoogle().run((runtime) =>
      runtime.LockService.getDocumentLock().tryLock(-1),
    );
    expect(result).toBe(false);
  });
});

describe('triggers', () => {
  const clock = (google: ReturnType<typeof newGoogle>) =>
    refusal(google, (runtime) =>
      runtime.ScriptApp.newTrigger('hourly').timeBased().everyHours(1).create(),
    );

  test('are twenty at most', () => {
    const google = newGoogle();
    expect(new Set(Array.from({ length: 20 }, () => clock(google)))).toEqual(new Set(['no error']));
    expect(clock(google)).toBe(
      'Exception: This script has too many triggers. Triggers must be deleted from the script before more can be added.',
    );
  });

  test('are one of a type in an add-on', () => {
    const google = newGoogle({ addOn: true });
    expect([clock(google), clock(google)]).toEqual([
      'no error',
      'Exception: This add-on has created too many time-based triggers in this document for this Google user account.',
    ]);
  });

  test('of the clock fire hourly at most in an add-on', () => {
    const google = newGoogle({ addOn: true });
    const often = refusal(google, ({ ScriptApp }) =>
      ScriptApp.newTrigger('hourly').timeBased().everyMinutes(30).create(),
    );
    expect([often, clock(google)]).toEqual([
      'Exception: The Add-on attempted to create a time-based trigger with a recurrence interval less than the allowed minimum of one hour.',
      'no error',
    ]);
  });

  test('of an add-on in other files are listed as well', () => {
    const google = newGoogle({ addOn: true });
    google.triggersElsewhere.push({
      id: 'elsewhere',
      handler: 'hourly',
      type: 'time',
      creator: google.user,
    });
    google.load('function hourly() {}');
    const listed = google.run(({ ScriptApp }) =>
      ScriptApp.getProjectTriggers().map((trigger) => trigger.getUniqueId()),
    ).result;
    expect([listed, google.fireHourly()]).toEqual([['elsewhere'], []]);
  });

  test('of an add-on may have no file, and get null for what belongs to one', () => {
    const google = newGoogle({ addOn: true, fileInTriggers: false });
    google.load(`function hourly() {
      return [SpreadsheetApp.getActiveSpreadsheet(), PropertiesService.getDocumentProperties(), LockService.getDocumentLock()];
    }`);
    clock(google);
    expect(google.fireHourly().map(({ result }) => result)).toEqual([[null, null, null]]);
  });

  test('that a trigger makes never fire', () => {
    const google = newGoogle();
    google.load(`function hourly() { ScriptApp.newTrigger('made').timeBased().everyHours(1).create(); }
      function made() {}`);
    clock(google);
    expect([google.fireHourly().length, google.fireHourly().length]).toEqual([1, 1]);
    expect(google.triggers.map(({ handler, disabled }) => [handler, disabled])).toEqual([
      ['hourly', undefined],
      ['made', true],
      ['made', true],
    ]);
  });

  test('are seen and deleted by their creator', () => {
    const google = newGoogle();
    clock(google);
    const handlers = (user: string) =>
      google.run(
        (runtime) =>
          runtime.ScriptApp.getProjectTriggers().map((trigger) => trigger.getHandlerFunction()),
        { user },
      ).result;
    expect([handlers('owner@example.com'), handlers('other@example.com')]).toEqual([
      ['hourly'],
      [],
    ]);
    google.run((runtime) => {
      for (const trigger of runtime.ScriptApp.getProjectTriggers())
        runtime.ScriptApp.deleteTrigger(trigger);
    });
    expect(google.triggers).toEqual([]);
  });

  test('of the clock run as their creator, without a user interface', () => {
    const google = newGoogle();
    google.load(`function hourly(e) {
      try { SpreadsheetApp.getUi(); } catch (error) { return [error.message, Session.getEffectiveUser().getEmail(), e.hour, e['day-of-week'], e.authMode]; }
    }`);
    clock(google);
    expect(google.fireHourly().map(({ result }) => result)).toEqual([
      ['Cannot call SpreadsheetApp.getUi() from this context.', 'owner@example.com', 15, 2, 'FULL'],
    ]);
  });

  test('of the clock have the file that they were made in for their active spreadsheet, read and written like any other', () => {
    const google = newGoogle();
    google.load(`function hourly() {
      var file = SpreadsheetApp.getActiveSpreadsheet();
      return [file.getId(), file.getSheetByName('Sheet1').getRange(1, 1, 1, 1).setValues([['by the hour']]).getValues()[0][0]];
    }`);
    clock(google);
    expect(google.fireHourly().map(({ result }) => result)).toEqual([
      [google.spreadsheet.id, 'by the hour'],
    ]);
  });

  test('that Google has disabled are listed, and never fire', () => {
    const google = newGoogle();
    google.load('function hourly() {} function edited() {}');
    clock(google);
    google.run(({ ScriptApp, SpreadsheetApp }) =>
      ScriptApp.newTrigger('edited')
        .forSpreadsheet(SpreadsheetApp.getActiveSpreadsheet())
        .onEdit()
        .create(),
    );
    google.disableTriggers();
    google.spreadsheet.edit('Sheet1', 1, 1, 'x');
    expect([google.fireHourly(), google.runEditQueue(), google.pendingEdits]).toEqual([[], [], []]);
    expect(google.run((runtime) => runtime.ScriptApp.getProjectTriggers().length).result).toBe(2);
    clock(google);
    expect(google.fireHourly()).toHaveLength(1);
  });

  test('tell their functions which trigger they are', () => {
    const google = newGoogle();
    google.load('function hourly(event) { return event.triggerUid; }');
    clock(google);
    expect(google.fireHourly().map(({ result }) => result)).toEqual([google.triggers[0]?.id]);
  });

  test('that fail tell nobody', () => {
    const google = newGoogle();
    google.load("function hourly() { throw new Error('no'); }");
    clock(google);
    expect([...google.fireHourly().map(({ error }) => error?.message), ...google.mails]).toEqual([
      'no',
    ]);
  });

  test('stop when the running time of the day is used up', () => {
    const google = newGoogle({ quotas: { triggerMs: 60_000 } });
    google.load('function hourly() { Utilities.sleep(100000); }');
    clock(google);
    expect(
      [...google.fireHourly(), ...google.fireHourly()].map(({ error }) => error?.message),
    ).toEqual([undefined, 'Service using too much computer time for one day.']);
  });
});

describe('a quota that is used up', () => {
  test.each([
    ['en', 'Service invoked too many times for one day: email.'],
    ['es_419', 'Servicio solicitado demasiadas veces en un mismo día: email.'],
    ['fr', "Trop d'appels pour ce service aujourd'hui : email."],
    ['id', 'Layanan terlalu sering diminta di hari yang sama: email.'],
    ['ja', '1 日にサービス email を実行した回数が多すぎます。'],
    ['nl', 'Service is te vaak aangeroepen voor één dag: email.'],
    ['pl', 'Usługa wywołana zbyt wiele razy jednego dnia: email.'],
    ['pt-BR', 'Serviço chamado muitas vezes no mesmo dia: email.'],
    ['vi', 'Dịch vụ bị gọi quá nhiều lần trong một ngày: email.'],
    ['de', 'Sérvícé ínvókéd tóó mány tímés fór óné dáy: email.'],
  ])('is told in %s', (locale, text) => {
    const google = newGoogle({ locale, quotas: { mailRecipients: 0 } });
    expect(
      refusal(google, (runtime) => runtime.MailApp.sendEmail('a@example.com', 'subject', 'body')),
    ).toBe(`Exception: ${text}`);
  });
});

describe('mail', () => {
  const send = (google: ReturnType<typeof newGoogle>, recipient = 'a@example.com', body = 'body') =>
    refusal(google, (runtime) => runtime.MailApp.sendEmail(recipient, 'subject', body));

  test('counts recipients of the day', () => {
    const google = newGoogle({ quotas: { mailRecipients: 3 } });
    expect([
      send(google, 'a@example.com, b@example.com'),
      send(google, 'a@example.com,b@example.com'),
    ]).toEqual(['no error', 'Exception: Service invoked too many times for one day: email.']);
    expect(google.run((runtime) => runtime.MailApp.getRemainingDailyQuota()).result).toBe(1);
    expect(google.mails).toHaveLength(1);
  });

  test('needs an address and a body of bearable size', () => {
    expect(send(newGoogle(), 'nobody')).toBe('Exception: Invalid email: nobody');
    expect(send(newGoogle(), 'a@example.com', 'x'.repeat(204_801))).toBe(
      'Exception: Limit Exceeded: Email Body Size.',
    );
  });
});

describe('the session', () => {
  test('knows the user, or hides the address', () => {
    const email = (emailHidden: boolean) =>
      newGoogle({ emailHidden }).run((runtime) => runtime.Session.getEffectiveUser().getEmail())
        .result;
    expect([email(false), email(true)]).toEqual(['owner@example.com', '']);
    expect(
      newGoogle({ locale: 'fr' }).run((runtime) => runtime.Session.getActiveUserLocale()).result,
    ).toBe('fr');
  });

  test('sleeps in the time of the world, five minutes at most', () => {
    expect(newGoogle().run((runtime) => runtime.Utilities.sleep(2000)).durationMs).toBe(2000);
    expect(refusal(newGoogle(), (runtime) => runtime.Utilities.sleep(300_001))).toMatch(
      /^Exception: Invalid argument/,
    );
    expect(START).toBe(newGoogle().run(() => START).result);
  });
});
