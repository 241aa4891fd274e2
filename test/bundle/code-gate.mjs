import vm from 'node:vm';
import { parse } from 'acorn';

/** The functions that Google, the menu, the triggers and the sidebar call; nothing else may be callable. */
export const ENTRY_POINTS = [
  'onInstall',
  'onOpen',
  'openSidebar',
  'openReconcile',
  'openAbout',
  'onSheetEdit',
  'runDueSyncs',
  'rpc',
];
export const BUNDLE = 'LagoUsageSync';

/**
 * Google reads all of Code.js for each execution, and somebody waits for most of them. What it may
 * have in bytes, with at most three per cent of room (a test holds that): raise it with a reason.
 */
export const LIMIT_BYTES = 650_000;

/**
 * Refuses a Code.js that Apps Script could not load, or that does something while it is loaded.
 * Apps Script parses scripts of about ES2020 (no modules, no private or static fields), evaluates the whole file at every execution, also where
 * no service may be touched (onOpen in AuthMode.NONE), and knows no globals of Node or of browsers.
 * @returns {string[]} what is wrong, empty if nothing
 */
export function checkCode(code, entryPoints = ENTRY_POINTS, bundle = BUNDLE) {
  const bytes = Buffer.byteLength(code);
  if (bytes > LIMIT_BYTES)
    return [`Code.js has ${bytes} bytes; at most ${LIMIT_BYTES} are allowed.`];
  try {
    parse(code, { ecmaVersion: 2020, sourceType: 'script' });
  } catch (error) {
    return [`Code.js is no ES2020 script: ${error.message}`];
  }
  // A bare realm: a touched service or foreign global throws a ReferenceError.
  const realm = vm.createContext({}, { microtaskMode: 'afterEvaluate' });
  vm.runInContext('delete globalThis.console; delete globalThis.WebAssembly;', realm);
  const before = new Set(vm.runInContext('Object.getOwnPropertyNames(globalThis)', realm));
  try {
    vm.runInContext(code, realm, { timeout: 5_000 });
  } catch (error) {
    return [`Code.js does not load in an empty realm: ${error.message}`];
  }
  const globals = vm
    .runInContext('Object.getOwnPropertyNames(globalThis)', realm)
    .filter((name) => !before.has(name));
  const expected = [...entryPoints, bundle];
  return [
    ...globals
      .filter((name) => !expected.includes(name))
      .map((name) => `Code.js adds the global ${name}`),
    ...expected
      .filter((name) => !globals.includes(name))
      .map((name) => `Code.js lacks the global ${name}`),
  ];
}
