import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from '../../src/metrics/bootstrap-interval.js';
import { randomFloats } from '../helpers/volumes.js';

describe('bootstrapInterval', () => {
  it('is repeatable for a seed and differs for another', () => {
    const values = [0.7, 0.8, 0.85, 0.9, 0.6];
    expect(bootstrapInterval(values, { seed: 4 })).toEqual(bootstrapInterval(values, { seed: 4 }));
    expect(bootstrapInterval(values, { seed: 4 })).not.toEqual(bootstrapInterval(values, { seed: 5 }));
  });

  it('is a point for equal values', () => {
    expect(bootstrapInterval([0.5, 0.5, 0.5], { seed: 0 })).toEqual({ mean: 0.5, low: 0.5, high: 0.5 });
  });

  it('comes near the normal interval for many values', () => {
    const values = [...randomFloats(400, 9)];
    const { mean, low, high } = bootstrapInterval(values, { seed: 1, samples: 4000 });
    const half = (1.96 * Math.sqrt(1 / 12)) / Math.sqrt(400);
    // 4000 drawn means place the 2.5 % points to about 4 % of the half width; three times that.
    expect(Math.abs(low - (mean - half))).toBeLessThan(0.12 * half);
    expect(Math.abs(high - (mean + half))).toBeLessThan(0.12 * half);
    const narrow = bootstrapInterval(values, { seed: 1, level: 0.5 });
    expect(narrow.high - narrow.low).toBeLessThan((high - low) / 2);
  });

  it('refuses no values and values that are not numbers', () => {
    expect(() => bootstrapInterval([], { seed: 0 })).toThrow(/at least one finite number/);
    expect(() => bootstrapInterval([Number.NaN], { seed: 0 })).toThrow(/at least one finite number/);
  });
});
