import { expect, test } from 'vitest';
import { campaignFields } from '@geoscribe/campaign';
import { selectCases } from '../src/config/select-cases.js';

const ids = ['liver_0', 'liver_1', 'liver_2', 'liver_4', 'liver_9', 'liver_10', 'liver_14'];

function select(cases: Record<string, string | string[]>): ReturnType<typeof selectCases> {
  return selectCases(campaignFields.shape.cases.parse({ scribbled: [], ...cases }), ids);
}

test('ids, globs and regular expressions', () => {
  expect(select({ full: ['liver_0', 'liver_1?'], scribbled: '/^liver_[12]$/', test: ['liver_[49]'] })).toEqual({
    full: ['liver_0', 'liver_10', 'liver_14'],
    scribbled: ['liver_1', 'liver_2'],
    validation: [],
    test: ['liver_4', 'liver_9'],
  });
});

test('an id without a wildcard is the whole id', () => {
  expect(select({ full: 'liver_1' }).full).toEqual(['liver_1']);
});

test('braces, negation and comments of shells mean nothing in a glob', () => {
  for (const entry of ['{liver_0,liver_1}*', '!liver_0*', '#*', '+(liver_0)*']) {
    expect(() => select({ full: entry }), entry).toThrow(`\`${entry}\` matches no case`);
  }
});

test('an entry that matches nothing names close ids', () => {
  expect(() => select({ full: ['liver_0', 'livr_1'] })).toThrow(
    '`livr_1` matches no case (cases.full[1]): expected an id, a glob or a /regular expression/ that matches a case of ' +
      'the dataset but received livr_1. Did you mean liver_1, liver_0, liver_2?',
  );
});

test('an entry that resembles nothing shows what the dataset has', () => {
  expect(() => select({ test: '/[a-c]$/' })).toThrow(
    'The dataset has 7 cases: liver_0, liver_1, liver_2, liver_4, liver_9, ….',
  );
});

test('a case in two roles names both entries', () => {
  expect(() => select({ scribbled: '*', test: ['/9$/', '/4$/'] })).toThrow(
    'Case liver_9 has two roles (cases.test[0]): expected each case in one role but received `*` of cases.scribbled and ' +
      '`/9$/` of cases.test[0]. Narrow one of the two entries.',
  );
});

test('a malformed regular expression names its field', () => {
  expect(() => select({ full: '/liver_(/' })).toThrow(/^Regular expression is malformed: .*Unterminated group \(cases\.full\)\.$/);
});
