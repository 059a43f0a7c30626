import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { normalTail } from '../../src/metrics/normal-tail.js';
import { wilcoxonSignedRank } from '../../src/metrics/wilcoxon.js';

/** scipy's recorded results; version and command are in the fixture. */
const fixture = JSON.parse(readFileSync(new URL('../fixtures/wilcoxon.json', import.meta.url), 'utf8')) as {
  cases: { name: string; first: number[]; second: number[]; statistic: number; pValue: number }[];
  normalTail: [z: number, tail: number][];
};

describe('wilcoxonSignedRank', () => {
  it.each(fixture.cases.map((c) => [c.name, c] as const))("equals scipy's: %s", (_name, { first, second, statistic, pValue }) => {
    const result = wilcoxonSignedRank(first, second);
    expect(result.statistic).toBe(statistic);
    // Sums of up to some thousand shares in another order.
    expect(Math.abs(result.pValue - pValue)).toBeLessThanOrEqual(pValue * 1e-10);
    const swapped = wilcoxonSignedRank(second, first);
    expect(swapped).toEqual(result);
  });

  it('says which way it went, and counts the pairs that differ', () => {
    const ranks = Array.from({ length: 51 }, (_, k) => k + 1);
    const zeros = ranks.map(() => 0);
    expect(wilcoxonSignedRank(ranks, zeros)).toMatchObject({ pairs: 51, method: 'normal' });
    expect(wilcoxonSignedRank(ranks.slice(1), zeros.slice(1))).toMatchObject({ pairs: 50, method: 'exact', pValue: 2 ** -49 });
    expect(wilcoxonSignedRank([1, 2, 3], [1, 2, 3])).toEqual({ statistic: 0, pValue: 1, pairs: 0, method: 'exact' });
    expect(wilcoxonSignedRank([1, 2, 3], [1, 2, 2])).toMatchObject({ pairs: 1, pValue: 1 });
  });

  it('refuses what cannot be paired', () => {
    expect(() => wilcoxonSignedRank([1, 2], [1])).toThrow('expected 2 values, as the first list has but received 1');
    expect(() => wilcoxonSignedRank([1, Infinity], [1, 2])).toThrow('expected finite values but received Infinity');
  });
});

describe('normalTail', () => {
  it.each(fixture.normalTail)("at %d equals scipy's", (z, tail) => {
    expect(Math.abs(normalTail(z) - tail)).toBeLessThanOrEqual(tail * 1e-12);
  });
});
