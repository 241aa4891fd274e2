import { GoogleException } from './exception';
import { SERVICE } from './service-object';

type Kind =
  | 'number'
  | 'string'
  | 'strings'
  | 'boolean'
  | 'anything'
  | 'grid'
  | 'requests'
  | 'object'
  | 'service'
  | 'optional object'
  | 'optional boolean'
  | 'optional number'
  | 'optional string';

/**
 * The parameters of the calls that take any; Google refuses others before it looks at their values.
 */
const SIGNATURES: { readonly [call: string]: readonly Kind[] } = {
  'Spreadsheet.getSheetByName': ['string'],
  'Spreadsheet.getSheetById': ['number'],
  'Spreadsheet.insertSheet': ['string'],
  'Spreadsheet.deleteSheet': ['service'],
  'Spreadsheet.setActiveSheet': ['service', 'optional boolean'],
  'Spreadsheet.setActiveRange': ['service'],
  'Sheet.getRange': ['number', 'number', 'number', 'number'],
  'Sheet.insertRowsAfter': ['number', 'number'],
  'Sheet.insertColumnsAfter': ['number', 'number'],
  'Sheet.deleteColumns': ['number', 'number'],
  'Sheet.setFrozenRows': ['number'],
  'Sheet.insertChart': ['service'],
  'EmbeddedChartBuilder.addRange': ['service'],
  'EmbeddedChartBuilder.setNumHeaders': ['number'],
  'EmbeddedChartBuilder.setPosition': ['number', 'number', 'number', 'number'],
  'EmbeddedColumnChartBuilder.setTitle': ['string'],
  'EmbeddedColumnChartBuilder.addRange': ['service'],
  'Range.setValues': ['grid'],
  'Range.setDataValidation': ['service'],
  'DataValidationBuilder.requireValueInList': ['strings'],
  'DataValidationBuilder.requireCheckbox': ['string', 'string'],
  'DataValidationBuilder.setAllowInvalid': ['boolean'],
  'Range.setNumberFormat': ['string'],
  'Protection.setDescription': ['string'],
  'Protection.setWarningOnly': ['boolean'],
  'Ui.showSidebar': ['service'],
  'Ui.showModalDialog': ['service', 'string'],
  'Menu.addItem': ['string', 'string'],
  'HtmlService.createHtmlOutputFromFile': ['string'],
  'HtmlService.createHtmlOutput': ['string'],
  'HtmlOutput.setTitle': ['string'],
  'Properties.getProperty': ['string'],
  'Properties.setProperty': ['string', 'string'],
  'Properties.setProperties': ['object'],
  'Properties.deleteProperty': ['string'],
  'Cache.get': ['string'],
  'Cache.getAll': ['strings'],
  'Cache.put': ['string', 'anything', 'optional number'],
  'Cache.putAll': ['object', 'optional number'],
  'Cache.remove': ['string'],
  'Cache.removeAll': ['strings'],
  'Lock.tryLock': ['number'],
  'UrlFetchApp.fetch': ['string', 'optional object'],
  'UrlFetchApp.fetchAll': ['requests'],
  'HTTPResponse.getContentText': ['optional string'],
  'ScriptApp.getAuthorizationInfo': ['service'],
  'ScriptApp.requireAllScopes': ['service'],
  'ScriptApp.newTrigger': ['string'],
  'ScriptApp.deleteTrigger': ['service'],
  'TriggerBuilder.forSpreadsheet': ['service'],
  'ClockTriggerBuilder.everyMinutes': ['number'],
  'ClockTriggerBuilder.everyHours': ['number'],
  'MailApp.sendEmail': ['string', 'string', 'string'],
  'Utilities.sleep': ['number'],
};

/** Where Google says a class lives. */
const HOME: { readonly [service: string]: string } = {
  Spreadsheet: 'SpreadsheetApp.',
  Sheet: 'SpreadsheetApp.',
  Range: 'SpreadsheetApp.',
  Protection: 'SpreadsheetApp.',
  DataValidation: 'SpreadsheetApp.',
  DataValidationBuilder: 'SpreadsheetApp.',
  EmbeddedChartBuilder: 'SpreadsheetApp.',
  EmbeddedColumnChartBuilder: 'SpreadsheetApp.',
  Properties: 'PropertiesService.',
  Cache: 'CacheService.',
  Lock: 'LockService.',
  HtmlOutput: 'HtmlService.',
  TriggerBuilder: 'ScriptApp.',
  AuthorizationInfo: 'ScriptApp.',
  ClockTriggerBuilder: 'ScriptApp.',
  SpreadsheetTriggerBuilder: 'ScriptApp.',
};

const NO_PARAMETERS: readonly Kind[] = [];

/**
 * The arguments as the service takes them: numbers and booleans become texts where a text is asked
 * for, the rest is refused.
 */
export function acceptedArguments(call: string, args: unknown[]): unknown[] {
  const kinds = SIGNATURES[call] ?? NO_PARAMETERS;
  const required = kinds.filter((kind) => !kind.startsWith('optional')).length;
  if (
    args.length < required ||
    args.length > kinds.length ||
    !args.every((argument, index) => fits(argument, kinds[index]))
  ) {
    throw new GoogleException(mismatch(call, args));
  }
  return args.map((argument, index) => converted(argument, kinds[index]));
}

function converted(argument: unknown, kind: Kind | undefined): unknown {
  if (kind === 'string') return String(argument);
  return kind === 'strings' && Array.isArray(argument) ? argument.map(String) : argument;
}

function fits(argument: unknown, kind: Kind | undefined): boolean {
  switch (kind) {
    case 'string':
      return isTextual(argument);
    case 'strings':
      return Array.isArray(argument) && argument.every(isTextual);
    case 'anything':
      return true;
    case 'grid':
      return Array.isArray(argument) && argument.every((item) => Array.isArray(item));
    case 'requests':
      return Array.isArray(argument) && argument.every(isRequest);
    case 'object':
      return isPlain(argument);
    case 'optional object':
      return argument === undefined || isPlain(argument);
    case 'optional boolean':
      return argument === undefined || typeof argument === 'boolean';
    case 'optional number':
      // Left out it is no argument; undefined is one, which Google takes for null and refuses
      //.
      return typeof argument === 'number';
    case 'optional string':
      return typeof argument === 'string';
    case 'service':
      return isService(argument);
    default:
      return typeof argument === kind;
  }
}

const isTextual = (value: unknown): boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);
const isService = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && SERVICE in value;
const isPlain = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isService(value);
const isRequest = (value: unknown): boolean => typeof value === 'string' || isPlain(value);

function mismatch(call: string, args: unknown[]): string {
  const home = HOME[call.slice(0, call.indexOf('.'))] ?? '';
  return `The parameters (${args.map(kindName).join(',')}) don't match the method signature for ${home}${call}.`;
}

function kindName(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return `${value.length > 0 ? kindName(value[0]) : 'Object'}[]`;
  if (typeof value === 'string') return 'String';
  if (typeof value === 'boolean') return 'Boolean';
  return typeof value === 'object' ? 'Object' : typeof value;
}
