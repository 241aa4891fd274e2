import { ProblemError, problem } from '../problem/problem';
import type { Runtime } from './runtime';

/** @throws ProblemError google.no-file for what Google gives only inside of a file */
function inFile<Given>(given: Given | null): Given {
  if (given === null) throw new ProblemError(problem('google.no-file'));
  return given;
}

/**
 * Google's services, with a problem in the place of null: behind the trigger of an add-on there may
 * be no file, and neither its properties nor its lock (google: trigger.no-file).
 */
export const requireFile = (google: Runtime): Runtime => ({
  ...google,
  SpreadsheetApp: {
    getActiveSpreadsheet: () => inFile(google.SpreadsheetApp.getActiveSpreadsheet()),
    flush: () => google.SpreadsheetApp.flush(),
    getUi: () => google.SpreadsheetApp.getUi(),
  },
  PropertiesService: {
    getScriptProperties: () => google.PropertiesService.getScriptProperties(),
    getDocumentProperties: () => inFile(google.PropertiesService.getDocumentProperties()),
  },
  LockService: { getDocumentLock: () => inFile(google.LockService.getDocumentLock()) },
});
