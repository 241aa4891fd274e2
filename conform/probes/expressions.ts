import type { Metric } from '../account';
import { is } from '../check';
import { type Json, type JsonObject, listAt, textAt, valueAt } from '../json';
import type { Probe } from '../probe';
import type { Scene } from '../scene';
import { isInvalid, MANDATORY, UNREADABLE } from './answers';

const FAILED = 'expression_evaluation_failed: ';

const computed = ({ account }: Scene, name: string, expression: string): Metric =>
  account.metric(`expression-${name}`, {
    aggregation_type: 'sum_agg',
    field_name: 'n',
    expression,
  });

const PRODUCT = 'event.properties.a * event.properties.b';

const product = (scene: Scene): Metric => computed(scene, 'product', PRODUCT);

const VALUES: readonly (readonly [expression: string, properties: JsonObject, value: Json])[] = [
  ['(1 + 2) * 3 - 10 / 4', {}, '6.5'],
  ["concat(event.code, '-', event.properties.a)", { a: 'x' }, 'CODE-x'],
  ['event.timestamp', {}, '1710421740.0'],
  ['round(event.properties.a, 1)', { a: '2.25' }, '2.3'],
  ['ceil(2.1) + floor(2.9)', {}, '5.0'],
  ['least(3, 1, 2) + greatest(3, 1, 2)', {}, '4.0'],
];

const FAILURES: readonly (readonly [expression: string, properties: JsonObject, why: string])[] = [
  ['event.properties.a + 1', { a: 'text' }, 'Expected a decimal'],
  ['event.properties.b + 1', {}, 'Variable: b not found'],
  ['event.properties.my-name + 1', { 'my-name': 1 }, 'Variable: my not found'],
];

export const expressions: readonly Probe[] = [
  {
    fact: 'expression.value',
    ask: (scene) => {
      const { code } = product(scene);
      const sent = { code, properties: { a: '1.5', b: 2 } };
      const { body } = scene.send('product', sent);
      const metrics = scene.lago.get('/billable_metrics?per_page=1000').body;
      const listed = listAt(metrics, 'billable_metrics').find(
        (each) => textAt(each, 'code') === code,
      );
      return [
        is('the properties', valueAt(body, 'event', 'properties'), { a: '1.5', b: 2, n: '3.0' }),
        is('the metric in a list', listed, { expression: PRODUCT }),
      ];
    },
  },
  {
    fact: 'expression.grammar',
    ask: (scene) =>
      VALUES.map(([expression, properties, value], place) => {
        const { code } = computed(scene, `value-${place}`, expression);
        const sent = { code, properties, timestamp: 1710421740 };
        const { body } = scene.send(`value-${place}`, sent);
        const expected = typeof value === 'string' ? value.replace('CODE', code) : value;
        return is(expression, valueAt(body, 'event', 'properties', 'n'), expected);
      }),
  },
  {
    fact: 'expression.fails',
    ask: (scene) =>
      FAILURES.map(([expression, properties, why], place) => {
        const { code } = computed(scene, `failure-${place}`, expression);
        return isInvalid(
          expression,
          scene.send(`failure-${place}`, { code, properties }),
          FAILED + why,
        );
      }),
  },
  {
    fact: 'expression.error',
    ask: (scene) => {
      const sent = { code: product(scene).code, properties: { a: 1 } };
      return [
        isInvalid(
          'with a blank id',
          scene.send('', { ...sent, transaction_id: '' }),
          `${FAILED}Variable: b not found`,
        ),
      ];
    },
  },
  {
    fact: 'expression.batch',
    ask: (scene) => {
      const sent = { code: product(scene).code, properties: { a: 1 } };
      return [
        isInvalid(
          'one that fails, one with a blank id too, and a bad timestamp',
          scene.lago.batch([
            scene.event('batch-fails', sent),
            scene.event('', { ...sent, transaction_id: '' }),
            scene.event('batch-time', { timestamp: 'x' }),
          ]),
          {
            0: `${FAILED}Variable: b not found`,
            1: { transaction_id: MANDATORY },
            2: UNREADABLE,
          },
        ),
      ];
    },
  },
];
