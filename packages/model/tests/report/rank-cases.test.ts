import { expect, it } from 'vitest';
import { rankCases } from '../../src/report/rank-cases.js';

const ranks = (values: Record<string, number>) => rankCases(new Map(Object.entries(values))).map(({ caseId, rank }) => [caseId, rank]);

it('names best, median and worst, fewer of few, ties by id', () => {
  expect(ranks({})).toEqual([]);
  expect(ranks({ a: 0.5 })).toEqual([['a', 'the only case']]);
  expect(ranks({ a: 0.5, b: 0.9 })).toEqual([['b', 'best'], ['a', 'worst']]);
  expect(ranks({ a: 0.1, b: 0.9, c: 0.8, d: 0.7, e: 0.3 })).toEqual([['b', 'best'], ['d', 'median'], ['a', 'worst']]);
  expect(ranks({ b: 0.5, c: 0.5, a: 0.5 })).toEqual([['a', 'best'], ['b', 'median'], ['c', 'worst']]);
});
