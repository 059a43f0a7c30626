/** Voxels with known classes. */
export interface ProbabilitySample {
  /** `[n, classes]`: logits, or logarithms of probabilities; constants added to a row do not matter. */
  logProbability: Float32Array;
  /** `[n]`. */
  label: Uint8Array;
  /** `[n]`: voxels that an entry stands for. */
  weight: Float64Array;
  classes: number;
}

/** No network is off by more; where every voxel is right, the likelihood knows no end. */
const [least, greatest] = [0.1, 10];

/** Relative width of the bracket at which the search ends: far finer than the sample's own noise. */
const tolerance = 1e-6;

/**
 * Temperature of the greatest likelihood: `T = argmin_T sum_v w_v (log sum_c exp(z_vc / T) - z_v,label / T)`.
 *
 * The sum is convex in 1 / T: Newton's method on its derivative, kept within a bracket that shrinks.
 *
 * @returns T in [0.1, 10]; 1 for an empty sample
 * Cost: about ten passes.
 * Source: Guo et al., "On calibration of modern neural networks", ICML 2017.
 */
export function fitTemperature(sample: ProbabilitySample): number {
  if (sample.label.length === 0) return 1;
  let [low, high] = [1 / greatest, 1 / least];
  let inverse = 1;
  while (high - low > tolerance * low) {
    const { slope, curvature } = derivatives(sample, inverse);
    if (slope > 0) high = inverse;
    else low = inverse;
    const newton = inverse - slope / curvature;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - inverse) <= (tolerance * inverse) / 2) return 1 / next;
    inverse = next;
  }
  return 1 / inverse;
}

/** Of the negative log-likelihood, by 1 / T. */
function derivatives({ logProbability, label, weight, classes }: ProbabilitySample, inverse: number): { slope: number; curvature: number } {
  let [slope, curvature] = [0, 0];
  for (let v = 0; v < label.length; v++) {
    const row = v * classes;
    let largest = -Infinity;
    for (let c = 0; c < classes; c++) largest = Math.max(largest, logProbability[row + c]!);
    let [sum, mean, square] = [0, 0, 0];
    for (let c = 0; c < classes; c++) {
      const z = logProbability[row + c]! - largest;
      const e = Math.exp(inverse * z);
      sum += e;
      mean += e * z;
      square += e * z * z;
    }
    mean /= sum;
    slope += weight[v]! * (mean - (logProbability[row + label[v]!]! - largest));
    curvature += weight[v]! * (square / sum - mean * mean);
  }
  return { slope, curvature };
}
