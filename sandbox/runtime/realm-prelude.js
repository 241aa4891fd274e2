// Runs first in every realm, as plain ECMAScript of that realm: takes away what V8 has and Apps Script has not, and makes time,
// randomness and the console those of the world. Its value is a function; nothing of it stays visible to the script.
((world) => {
  'use strict';
  const RealDate = Date;
  const RealDateTimeFormat = Intl.DateTimeFormat;
  const prototype = RealDate.prototype;
  const realParse = RealDate.parse;
  const getTime = prototype.getTime;
  const machineOffset = prototype.getTimezoneOffset;
  const wallOf = (instant) => new RealDate(instant + world.offset(instant));

  // Date: the virtual clock, and the local fields of the script's time zone whatever zone this machine has.
  const saysItsZone = /(?:Z|UTC|GMT|[+-]\d\d:?\d\d)\s*(?:\([^)]*\))?$/i;
  const parse = (text) => {
    const instant = realParse(text);
    if (instant !== instant || saysItsZone.test(text) || /^[+-]?\d{4,6}(-\d\d){0,2}$/.test(text)) return instant;
    return world.instant(instant - machineOffset.call(new RealDate(instant)) * 60000);
  };
  const given = (value) => {
    if (Object.prototype.toString.call(value) === '[object Date]') return getTime.call(value);
    const primitive = typeof value === 'object' && value !== null ? value.valueOf() : value;
    return typeof primitive === 'string' ? parse(primitive) : Number(primitive);
  };
  const instantOf = (parts) => {
    if (parts.length === 0) return world.now();
    if (parts.length === 1) return given(parts[0]);
    const wall = RealDate.UTC(...parts);
    return wall !== wall ? wall : world.instant(wall);
  };
  function VirtualDate(...parts) {
    if (new.target === undefined) return new VirtualDate().toString();
    return Reflect.construct(RealDate, [instantOf(parts)], new.target);
  }
  const define = (target, name, value) => Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
  VirtualDate.prototype = prototype;
  define(VirtualDate, 'name', 'Date');
  define(VirtualDate, 'length', 7);
  define(VirtualDate, 'UTC', RealDate.UTC);
  define(VirtualDate, 'parse', (text) => parse(String(text)));
  define(VirtualDate, 'now', () => world.now());
  define(prototype, 'constructor', VirtualDate);
  for (const field of ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds']) {
    const read = prototype[`getUTC${field}`];
    define(prototype, `get${field}`, function () {
      const instant = getTime.call(this);
      return instant !== instant ? instant : read.call(wallOf(instant));
    });
    const write = prototype[`setUTC${field}`];
    if (write === undefined) continue;
    define(prototype, `set${field}`, function (...values) {
      const instant = getTime.call(this);
      const wall = wallOf(instant !== instant ? 0 : instant);
      write.apply(wall, values);
      return this.setTime(instant !== instant && field !== 'FullYear' ? instant : world.instant(wall.getTime()));
    });
  }
  define(prototype, 'getTimezoneOffset', function () {
    const instant = getTime.call(this);
    return instant !== instant ? instant : -world.offset(instant) / 60000;
  });
  const two = (number) => String(Math.floor(number)).padStart(2, '0');
  const dateText = (wall) => wall.toUTCString().replace(/^(\w+), (\d+) (\w+) (-?\d+).*$/, '$1 $3 $2 $4');
  const timeText = (wall, instant) => {
    const minutes = world.offset(instant) / 60000;
    const size = Math.abs(minutes);
    const zone = new RealDateTimeFormat('en-US', { timeZone: world.zone, timeZoneName: 'long' }).formatToParts(instant).find((part) => part.type === 'timeZoneName').value;
    return `${wall.toISOString().slice(11, 19)} GMT${minutes < 0 ? '-' : '+'}${two(size / 60)}${two(size % 60)} (${zone})`;
  };
  const text = (write) =>
    function () {
      const instant = getTime.call(this);
      return instant !== instant ? 'Invalid Date' : write(wallOf(instant), instant);
    };
  define(prototype, 'toString', text((wall, instant) => `${dateText(wall)} ${timeText(wall, instant)}`));
  define(prototype, 'toDateString', text((wall) => dateText(wall)));
  define(prototype, 'toTimeString', text((wall, instant) => timeText(wall, instant)));
  for (const name of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']) {
    const real = prototype[name];
    define(prototype, name, function (locale, options) {
      return real.call(this, locale, { timeZone: world.zone, ...options });
    });
  }
  define(globalThis, 'Date', VirtualDate);
  const zoned = ([locale, options]) => [locale, { timeZone: world.zone, ...options }];
  define(
    Intl,
    'DateTimeFormat',
    new Proxy(RealDateTimeFormat, {
      construct: (target, args, self) => Reflect.construct(target, zoned(args), self),
      apply: (target, self, args) => Reflect.apply(target, self, zoned(args)),
    }),
  );

  define(Math, 'random', () => world.random());

  // Not in Apps Script (docs/platform.md).
  delete WebAssembly.compileStreaming;
  delete WebAssembly.instantiateStreaming;
  const console = {};
  for (const level of ['log', 'info', 'warn', 'error', 'debug']) console[level] = (...parts) => world.log(parts);
  for (const silent of ['time', 'timeEnd']) console[silent] = () => {};
  define(globalThis, 'console', console);

  return {
    Array,
    Object,
    Date: RealDate,
    Error,
    method: (call) =>
      function (...args) {
        return call(this, args);
      },
    defineGlobal: (name, value) => define(globalThis, name, value),
    // The answer of an async function is there once the microtasks have run; there is nothing else to wait for.
    start: (entry, args, outcome) => {
      const answer = entry(...args);
      if (answer === null || typeof answer !== 'object' || typeof answer.then !== 'function') {
        outcome.result = answer;
        return;
      }
      answer.then(
        (result) => {
          outcome.result = result;
        },
        (error) => {
          outcome.failed = true;
          outcome.error = error;
        },
      );
    },
  };
});
