import type { ProbabilitySample } from './fit-temperature.js';

const bins = 15;

/**
 * Mean negative log-likelihood and expected calibration error of `p^(1 / T)`.
 *
 * `ECE = sum_b w_b |accuracy_b - confidence_b| / sum w` over equal bins of the most probable class's probability.
 *
 * Source: Guo et al., "On calibration of modern neural networks", ICML 2017.
 */
export function calibrationErrors(sample: ProbabilitySample, temperature: number): { nll: number; ece: number } {
  const { logProbability, label, weight, classes } = sample;
  const confidence = new Float64Array(bins);
  const accuracy = new Float64Array(bins);
  let [nll, total] = [0, 0];
  for (let v = 0; v < label.length; v++) {
    let best = 0;
    let sum = 0;
    const at = (c: number): number => logProbability[v * classes + c]! / temperature;
    for (let c = 0; c < classes; c++) {
      if (at(c) > at(best)) best = c;
      sum += Math.exp(at(c));
    }
    const w = weight[v]!;
    const certainty = Math.exp(at(best)) / sum;
    const bin = Math.min(bins - 1, Math.floor(certainty * bins));
    nll += w * (Math.log(sum) - at(label[v]!));
    confidence[bin]! += w * certainty;
    accuracy[bin]! += best === label[v] ? w : 0;
    total += w;
  }
  const ece = confidence.reduce((sum, value, bin) => sum + Math.abs(value - accuracy[bin]!), 0) / total;
  // Rounding may leave a sum of zeros just below 0.
  return { nll: Math.max(0, nll / total), ece: Math.min(1, ece) };
}
