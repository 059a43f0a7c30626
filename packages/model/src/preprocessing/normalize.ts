import type { ForegroundIntensities, Normalization } from '../plan/plan.js';

const smallestDeviation = 1e-8;

/**
 * Brings one channel, in place, onto the scale that the network sees.
 *
 * `CT`: `(clip(v, P0.5, P99.5) - mean) / std` with the data set's foreground statistics. `z-score`: `(v - mean) / std`
 * of this case, inside the valid mask where the plan says so (voxels outside keep their value).
 * `rescale-to-0-1`: `(v - min) / (max - min)`. `none`: unchanged. Deviations and ranges are at least 1e-8.
 *
 * @param options.values intensities of the cropped channel.
 * @param options.validMask same length, non-zero is valid.
 * @param options.intensities foreground statistics of the plan, used by `CT`.
 * Statistics are summed in float64.
 */
export function normalize(options: {
  values: Float32Array;
  validMask: Uint8Array;
  normalization: Normalization;
  intensities: ForegroundIntensities;
}): void {
  const { values, validMask, normalization, intensities } = options;
  switch (normalization.scheme) {
    case 'CT': {
      const { percentile00_5: low, percentile99_5: high, mean, std } = intensities;
      clip(values, low, high);
      shiftAndScale(values, mean, std);
      return;
    }
    case 'z-score': {
      const mask = normalization.useMask ? validMask : null;
      const { mean, std } = meanAndDeviation(values, mask);
      shiftAndScale(values, mean, std, mask);
      return;
    }
    case 'rescale-to-0-1': {
      const { low, high } = rangeOf(values);
      shiftAndScale(values, low, high - low);
      return;
    }
    case 'none':
  }
}

function clip(values: Float32Array, low: number, high: number): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < low) values[i] = low;
    else if (value > high) values[i] = high;
  }
}

function shiftAndScale(values: Float32Array, shift: number, scale: number, mask: Uint8Array | null = null): void {
  const divisor = Math.max(scale, smallestDeviation);
  for (let i = 0; i < values.length; i++) {
    if (mask === null || mask[i] !== 0) values[i] = (values[i]! - shift) / divisor;
  }
}

function rangeOf(values: Float32Array): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

/** Of the voxels that the mask names, of all for null. */
function meanAndDeviation(values: Float32Array, mask: Uint8Array | null): { mean: number; std: number } {
  let count = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    if (mask !== null && mask[i] === 0) continue;
    count++;
    sum += values[i]!;
  }
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    if (mask === null || mask[i] !== 0) squares += (values[i]! - mean) * (values[i]! - mean);
  }
  return { mean, std: Math.sqrt(squares / count) };
}
