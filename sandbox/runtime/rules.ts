import type { DataValidation } from '../../src/apps-script/runtime';
import type { CellRule } from './entry';
import { Enumeration } from './enumeration';
import { SERVICE } from './service-object';

type Rule = Exclude<CellRule, { kind: 'typed' }>;

const CRITERIA = {
  list: new Enumeration('VALUE_IN_LIST'),
  'tick box': new Enumeration('CHECKBOX'),
};

export class FakeDataValidation implements DataValidation {
  readonly [SERVICE] = 'DataValidation';
  /** What a cell under it takes. */
  readonly rule: Rule;

  constructor(rule: Rule) {
    this.rule = rule;
  }

  getAllowInvalid(): boolean {
    return this.rule.kind === 'tick box' || !this.rule.rejects;
  }

  getCriteriaType(): Enumeration {
    return CRITERIA[this.rule.kind];
  }

  getCriteriaValues(): unknown[] {
    return this.rule.kind === 'list' ? [[...this.rule.values], true] : [...this.rule.values];
  }
}

/** Changes itself with every call, as Google's builders do. */
export class FakeRuleBuilder {
  readonly [SERVICE] = 'DataValidationBuilder';
  #rule: Rule = { kind: 'list', values: [], rejects: true };

  requireValueInList(values: readonly string[]): FakeRuleBuilder {
    this.#rule = { kind: 'list', values, rejects: true };
    return this;
  }

  requireCheckbox(...values: readonly string[]): FakeRuleBuilder {
    this.#rule = { kind: 'tick box', values };
    return this;
  }

  setAllowInvalid(allowInvalid: boolean): FakeRuleBuilder {
    if (this.#rule.kind === 'list') this.#rule = { ...this.#rule, rejects: !allowInvalid };
    return this;
  }

  build(): FakeDataValidation {
    return new FakeDataValidation(this.#rule);
  }
}
