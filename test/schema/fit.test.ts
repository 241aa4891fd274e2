import * as v from 'valibot';
import { fitted, maybe, valueBy } from '../../src/schema/fit';

const PLAN = v.object({
  code: v.string(),
  interval: v.picklist(['monthly', 'yearly']),
  charges: v.array(
    v.object({ units: v.pipe(v.number(), v.finite()), isFree: v.optional(v.boolean()) }),
  ),
});

const whole = { code: 'basic', interval: 'monthly', charges: [{ units: 5 }] };

test('what fits is the value, without fields that nobody asked for', () => {
  expect(fitted(PLAN, { ...whole, extra: 1 })).toEqual({ value: whole });
  expect(valueBy(PLAN, whole)).toEqual(whole);
});

test.each<[string, unknown]>([
  ['it should be an object', 'x'],
  ['it should be an object', null],
  ['it is missing', undefined],
  ['code is missing', { ...whole, code: undefined }],
  ['code is missing', { interval: 'monthly', charges: [] }],
  ['code should be a text', { ...whole, code: 5 }],
  ['interval should be "monthly" or "yearly"', { ...whole, interval: 'weekly' }],
  ['charges should be a list', { ...whole, charges: {} }],
  ['charges.1 should be an object', { ...whole, charges: [{ units: 1 }, 7] }],
  ['charges.0.units should be a number', { ...whole, charges: [{ units: '5' }] }],
  [
    'charges.0.units should be a finite number',
    { ...whole, charges: [{ units: Number.POSITIVE_INFINITY }] },
  ],
  ['charges.0.isFree should be true or false', { ...whole, charges: [{ units: 5, isFree: 'no' }] }],
])('what does not fit is told by the first field at fault: %s', (misfit, value) => {
  expect(fitted(PLAN, value)).toEqual({ misfit });
  expect(valueBy(PLAN, value)).toBeUndefined();
});

test('what may be missing is undefined then, and is checked if it is there', () => {
  const METRIC = v.object({ code: v.string(), field: maybe(v.string()) });
  expect(valueBy(METRIC, { code: 'a' })).toStrictEqual({ code: 'a', field: undefined });
  expect(valueBy(METRIC, { code: 'a', field: 'b' })).toStrictEqual({ code: 'a', field: 'b' });
  expect(fitted(METRIC, { code: 'a', field: 5 })).toEqual({
    misfit: 'field should be a text',
  });
});

test('a misfit never repeats a value, which may be a secret', () => {
  expect(JSON.stringify(fitted(PLAN, { ...whole, code: { apiKey: 'secret' } }))).not.toContain(
    'secret',
  );
});
