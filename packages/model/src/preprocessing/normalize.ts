import type { ForegroundIntensities, Normalization } from '../plan/plan.js';

const smallestDeviation = 1e-8;

/**
 * One channel on the scale that the network sees.
 *
 * `CT`: `(clip(v, P0.5, P99.5) - mean) / std` with the data set's foreground statistics. `z-score`: `(v - mean) / std`
 * of this case, inside the valid mask where the plan says so (voxels outside keep their value).
 * `rescale-to-0-1`: `(v - min) / (max - min)`. `none`: unchanged. Deviations and ranges are at least 1e-8.
 *
 * @param options.values intensities of the cropped channel.
 * @param options.validMask same length, non-zero is valid.
 * @param options.intensities foreground statistics of the plan, used by `CT`.
 * @returns float32; statistics are summed in float64.
 */
export function normalize(options: {
  values: Float32Array;
  validMask: Uint8Array;
  normalization: Normalization;
  intensities: ForegroundIntensities;
}): Float32Array {
  const { values, validMask, normalization, intensities } = options;
  switch (normalization.scheme) {
    case 'CT': {
      const { percentile00_5: low, percentile99_5: high, mean, std } = intensities;
      const scale = Math.max(std, smallestDeviation);
      return values.map((v) => (Math.min(high, Math.max(low, v)) - mean) / scale);
    }
    case 'z-score': {
      const isInside = (i: number): boolean => !normalization.useMask || validMask[i] !== 0;
      const { mean, std } = meanAndDeviation(values, isInside);
      const scale = Math.max(std, smallestDeviation);
      return values.map((v, i) => (isInside(i) ? (v - mean) / scale : v));
    }
    case 'rescale-to-0-1': {
      let low = Infinity;
      let high = -Infinity;
      for (const v of values) {
        if (v < low) low = v;
        if (v > high) high = v;
      }
      const scale = Math.max(high - low, smallestDeviation);
      return values.map((v) => (v - low) / scale);
    }
    case 'none':
      return Float32Array.from(values);
  }
}

function meanAndDeviation(values: Float32Array, isInside: (i: number) => boolean): { mean: number; std: number } {
  let count = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    if (!isInside(i)) continue;
    sum += values[i]!;
    count++;
  }
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < values.length; i++) if (isInside(i)) squares += (values[i]! - mean) ** 2;
  return { mean, std: Math.sqrt(squares / count) };
}
