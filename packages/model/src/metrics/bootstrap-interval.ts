import { GeoscribeError } from '@geoscribe/campaign';
import { percentileOfSorted } from '../plan/percentile.js';

export interface BootstrapInterval {
  mean: number;
  low: number;
  high: number;
}

/**
 * Percentile bootstrap interval of the mean.
 *
 * `samples` times as many values are drawn with replacement as there are; the interval holds the middle `level` of the
 * drawn means.
 *
 * @param values one per case, finite, at least one.
 * @param options.seed same seed, same interval.
 * @param options.samples drawn means, 2000 by default.
 * @param options.level in (0, 1), 0.95 by default.
 * @throws GeoscribeError `InvalidArgumentError` for no value or one that is not finite.
 *
 * Cost: O(samples * values). Source: Efron, "Better bootstrap confidence intervals", 1987 (the plain percentile form).
 */
export function bootstrapInterval(
  values: readonly number[],
  options: { seed: number; samples?: number; level?: number },
): BootstrapInterval {
  if (values.length === 0 || !values.every(Number.isFinite)) {
    throw new GeoscribeError('InvalidArgumentError', 'An interval needs values', {
      field: 'values',
      expected: 'at least one finite number',
      received: `[${values.join(', ')}]`,
    });
  }
  const { seed, samples = 2000, level = 0.95 } = options;
  const random = mulberry32(seed);
  const n = values.length;
  const means = Float64Array.from({ length: samples }, () => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += values[Math.floor(random() * n)]!;
    return sum / n;
  }).sort();
  const tail = ((1 - level) / 2) * 100;
  return {
    mean: values.reduce((sum, v) => sum + v, 0) / n,
    low: percentileOfSorted(means, tail),
    high: percentileOfSorted(means, 100 - tail),
  };
}

/** Uniform numbers in [0, 1) of a 32-bit seed. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
