import fc from 'fast-check';
import { expect, test } from 'vitest';
import { selectCases } from '../src/config/select-cases.js';

const roles = ['full', 'scribbled', 'validation', 'test'] as const;
const caseId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,11}$/);
const dataset = fc.uniqueArray(caseId, { minLength: 1, maxLength: 30 });

/** A dataset and, for each case, its role or none. */
const partition = dataset.chain((ids) =>
  fc.tuple(
    fc.constant(ids),
    fc.array(fc.constantFrom(...roles, undefined), { minLength: ids.length, maxLength: ids.length }),
  ),
);

test('lists of ids give back the partition they came from, in the order of the dataset', () => {
  fc.assert(
    fc.property(partition, fc.boolean(), ([ids, role], reversed) => {
      const wanted = (name: string): string[] => ids.filter((_, k) => role[k] === name);
      const listed = (name: string): string[] => (reversed ? wanted(name).reverse() : wanted(name));
      const cases = { full: listed('full'), scribbled: listed('scribbled'), validation: listed('validation'), test: listed('test') };
      const selected = selectCases(cases, ids);
      for (const name of roles) expect(selected[name]).toEqual(wanted(name));
    }),
  );
});

test('a regular expression of the escaped ids selects what the list selects', () => {
  fc.assert(
    fc.property(dataset, fc.nat(), (ids, pick) => {
      const chosen = ids.filter((_, k) => (pick >> k % 16) % 2 === 1);
      fc.pre(chosen.length > 0);
      const expression = `/^(${chosen.map((id) => id.replaceAll('.', '\\.').replaceAll('-', '\\-')).join('|')})$/`;
      const cases = { full: expression, scribbled: [], validation: [], test: [] };
      expect(selectCases(cases, ids).full).toEqual(chosen);
    }),
  );
});

test('a glob of prefix and star selects the ids with that prefix, whatever their characters', () => {
  fc.assert(
    fc.property(dataset, fc.nat(), fc.nat(), (ids, which, length) => {
      const source = ids[which % ids.length] ?? '';
      const prefix = source.slice(0, length % (source.length + 1));
      const cases = { full: [], scribbled: `${prefix}*`, validation: [], test: [] };
      expect(selectCases(cases, ids).scribbled).toEqual(ids.filter((id) => id.startsWith(prefix)));
    }),
  );
});

test('one case claimed by two roles is always refused', () => {
  fc.assert(
    fc.property(dataset, fc.nat(), fc.shuffledSubarray([...roles], { minLength: 2, maxLength: 2 }), (ids, which, pair) => {
      const id = ids[which % ids.length] ?? '';
      const cases = { full: [], scribbled: [], validation: [], test: [], [pair[0] ?? '']: [id], [pair[1] ?? '']: '*' };
      expect(() => selectCases(cases, ids)).toThrow(`Case ${id} has two roles`);
    }),
  );
});
