/** `cubic`: interpolating B-spline of order 3, from its coefficients; `linear`; `nearest`. */
export type Interpolation = 'cubic' | 'linear' | 'nearest';

/** Samples and weights of every position of an axis that is resampled. */
export interface Taps {
  /** Samples a position: 4, 2 or 1. */
  count: number;
  /** First sample of each position, from -2; samples beyond the ends repeat the end. */
  first: Int32Array;
  /** `[size, count]`, for `cubic` six times the spline's. */
  weights: Float64Array;
}

/**
 * Taps for an axis of `n` samples resampled to `size`, half-pixel centres: `position(i) = (i + 0.5) * n / size - 0.5`.
 *
 * @returns weights that sum to 1, for `cubic` to 6: the gain of its prefilter, which leaves it to them.
 */
export function interpolationTaps(n: number, size: number, interpolation: Interpolation): Taps {
  const count = { cubic: 4, linear: 2, nearest: 1 }[interpolation];
  const first = new Int32Array(size);
  const weights = new Float64Array(size * count);
  for (let i = 0; i < size; i++) {
    const position = ((i + 0.5) * n) / size - 0.5;
    const below = Math.floor(position);
    const t = position - below;
    if (interpolation === 'nearest') {
      first[i] = Math.min(n - 1, Math.floor(position + 0.5));
      weights[i] = 1;
    } else if (interpolation === 'linear') {
      first[i] = below;
      weights.set([1 - t, t], i * 2);
    } else {
      first[i] = below - 1;
      const s = 1 - t;
      weights.set([s ** 3, 4 - 6 * t * t + 3 * t ** 3, 4 - 6 * s * s + 3 * s ** 3, t ** 3], i * 4);
    }
  }
  return { count, first, weights };
}
